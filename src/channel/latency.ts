// Measured times in the block of an end's counters, behind the counts: how long frames took through the bridge, how long
// they waited for the machine, and how far away the machine is. Plain stores of the forwarding thread, as all counters.
//
//   histogram:  | one bucket per bound of BOUNDS_US | longer than all | sum in microseconds |

import type { CounterBlock } from './counters.ts';

/** Upper bounds of the buckets, in microseconds: 1 us to 1 s. */
export const BOUNDS_US = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000],
] as const;

const BUCKETS = BOUNDS_US.length + 1;
const SIZE = BUCKETS + 1;
const FIRST = 64;

/** Where the histograms and the values of the last look start, in a block. */
export const LATENCY = {
  /** From the round in which frames were read until the receiving kernel had them. */
  forwarding: FIRST,
  /** The kernel's smoothed round trip to the machine, once a second while something was acknowledged. */
  roundTrip: FIRST + SIZE,
  /** From the first frame in the queue until the queue was empty. */
  queueWaitUs: FIRST + 2 * SIZE,
  queueWaits: FIRST + 2 * SIZE + 1,
  /** Of the connection that is there now. */
  rttUs: FIRST + 2 * SIZE + 2,
  rttVariationUs: FIRST + 2 * SIZE + 3,
  rttMinUs: FIRST + 2 * SIZE + 4,
  /** Of all connections so far. */
  retransmits: FIRST + 2 * SIZE + 5,
} as const;

/** A histogram as read. */
export interface Histogram {
  /** One per bound, and one for what is longer. */
  readonly buckets: readonly number[];
  readonly count: number;
  readonly sumUs: number;
}

/** Counts one observation in the histogram that starts at `at`. */
export function observe(block: CounterBlock, at: number, us: number): void {
  let bucket = 0;
  while (bucket < BOUNDS_US.length && us > BOUNDS_US[bucket]!) bucket++;
  block[at + bucket]!++;
  block[at + BUCKETS]! += us;
}

/** Reads the histogram that starts at `at`. */
export function readHistogram(block: CounterBlock, at: number): Histogram {
  const buckets = Array.from(block.subarray(at, at + BUCKETS));
  return { buckets, count: buckets.reduce((sum, count) => sum + count, 0), sumUs: block[at + BUCKETS]! };
}

/** The value below which this share of the observations lies, in microseconds; undefined when there are none. */
export function quantileUs({ buckets, count }: Histogram, share: number): number | undefined {
  if (count === 0) return undefined;
  let rank = share * count;
  for (const [index, inside] of buckets.entries()) {
    if (rank <= inside && inside > 0) {
      const below = BOUNDS_US[index - 1] ?? 0;
      const above = BOUNDS_US[index] ?? below;
      return below + (above - below) * (rank / inside);
    }
    rank -= inside;
  }
  return BOUNDS_US.at(-1);
}

/** What the measured times of an end come to, in microseconds; what was never measured is not there. */
export interface EndLatency {
  readonly forwardingP50Us?: number;
  readonly forwardingP99Us?: number;
  readonly rttUs?: number;
}

/** Reads the measured times of an end; with `before`, only what was measured since that histogram was read. */
export function readLatency(block: CounterBlock, before?: Histogram): EndLatency {
  const forwarding = since(readHistogram(block, LATENCY.forwarding), before);
  const p50 = quantileUs(forwarding, 0.5);
  const p99 = quantileUs(forwarding, 0.99);
  const rttUs = block[LATENCY.rttUs]!;
  return {
    ...(p50 === undefined || p99 === undefined ? {} : { forwardingP50Us: round(p50), forwardingP99Us: round(p99) }),
    ...(rttUs === 0 ? {} : { rttUs }),
  };
}

function since(now: Histogram, before: Histogram | undefined): Histogram {
  // Of another end, which has counted more.
  if (before === undefined || before.count > now.count) return now;
  return {
    buckets: now.buckets.map((count, index) => Math.max(0, count - before.buckets[index]!)),
    count: now.count - before.count,
    sumUs: now.sumUs - before.sumUs,
  };
}

function round(us: number): number {
  return Math.round(us * 10) / 10;
}
