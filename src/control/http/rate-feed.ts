// Rates from counters: per interval that somebody asks for, the counters are read once and the result is written once,
// however many readers there are. Without readers nothing is read.

import type { CounterBlock } from '../../channel/counters.ts';
import { type EndLatency, type Histogram, LATENCY, readHistogram, readLatency } from '../../channel/latency.ts';
import type { Bridge } from '../bridge.ts';
import type { EndStatus, SegmentStatus } from '../segment-record.ts';
import type { Rates } from './schemas.ts';

type EndRates = Rates['links'][number]['ends'][number];

interface Totals {
  readonly rxFrames: number;
  readonly rxBytes: number;
  readonly txFrames: number;
  readonly txBytes: number;
  readonly drops: number;
}

const NOTHING: Totals = { rxFrames: 0, rxBytes: 0, txFrames: 0, txBytes: 0, drops: 0 };

/** Hands out rates to whoever listens. */
export class RateFeed {
  readonly #bridge: Bridge;
  readonly #clocks = new Map<number, RateClock>();

  constructor(bridge: Bridge) {
    this.#bridge = bridge;
  }

  /** Calls back with a record each interval, until the returned function is called. */
  subscribe(intervalMs: number, listener: (record: string) => void): () => void {
    let clock = this.#clocks.get(intervalMs);
    if (clock === undefined) {
      clock = new RateClock(this.#bridge, intervalMs);
      this.#clocks.set(intervalMs, clock);
    }
    clock.listeners.add(listener);
    return () => {
      clock.listeners.delete(listener);
      if (clock.listeners.size > 0) return;
      clock.stop();
      if (this.#clocks.get(intervalMs) === clock) this.#clocks.delete(intervalMs);
    };
  }
}

/** One interval, and who wants it. */
class RateClock {
  readonly listeners = new Set<(record: string) => void>();
  readonly #bridge: Bridge;
  readonly #timer: NodeJS.Timeout;
  #last: Map<string, Totals>;
  readonly #forwarding = new WeakMap<CounterBlock, Histogram>();
  #lastMs = performance.now();

  constructor(bridge: Bridge, intervalMs: number) {
    this.#bridge = bridge;
    this.#last = totalsOf(bridge.status());
    this.#readLatencies();
    this.#timer = setInterval(() => this.#tick(), intervalMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const nowMs = performance.now();
    const status = this.#bridge.status();
    const totals = totalsOf(status);
    const rates = ratesBetween(this.#last, totals, status, nowMs - this.#lastMs, this.#readLatencies());
    this.#last = totals;
    this.#lastMs = nowMs;
    const record = `event: rates\ndata: ${JSON.stringify({ time: new Date().toISOString(), ...rates })}\n\n`;
    for (const listener of this.listeners) listener(record);
  }

  /** What was measured since the last call, in the order of the status. */
  #readLatencies(): EndLatency[][] {
    return Array.from(this.#bridge.records, ({ ends }) =>
      ends.map(({ counters }) => {
        const latency = readLatency(counters, this.#forwarding.get(counters));
        this.#forwarding.set(counters, readHistogram(counters, LATENCY.forwarding));
        return latency;
      }),
    );
  }
}

/** What flowed between two readings of the counters. */
export function ratesBetween(
  before: ReadonlyMap<string, Totals>,
  after: ReadonlyMap<string, Totals>,
  status: readonly SegmentStatus[],
  intervalMs: number,
  latencies: readonly (readonly EndLatency[])[] = [],
): Omit<Rates, 'time'> {
  const links = status.map((segment, place) => ({
    link: segment.name,
    ends: segment.ends.map((end, index): EndRates => {
      const key = keyOf(segment, end, index);
      const now = after.get(key) ?? NOTHING;
      const latency = latencies[place]?.[index] ?? {};
      const last = before.get(key) ?? NOTHING;
      // A link that was removed and added again counts from zero.
      const from = now.rxFrames < last.rxFrames || now.txFrames < last.txFrames ? NOTHING : last;
      const perSecond = (count: number) => Math.max(0, Math.round((count / intervalMs) * 1e6) / 1e3);
      return {
        endpoint: end.endpoint,
        rxFramesPerSecond: perSecond(now.rxFrames - from.rxFrames),
        rxBitsPerSecond: perSecond((now.rxBytes - from.rxBytes) * 8),
        txFramesPerSecond: perSecond(now.txFrames - from.txFrames),
        txBitsPerSecond: perSecond((now.txBytes - from.txBytes) * 8),
        dropsPerSecond: perSecond(now.drops - from.drops),
        ...(Object.keys(latency).length > 0 && { latency }),
      };
    }),
  }));
  return { intervalMs: Math.round(intervalMs * 1000) / 1000, links };
}

/** The counters that rates are made from, by end. */
export function totalsOf(status: readonly SegmentStatus[]): Map<string, Totals> {
  const totals = new Map<string, Totals>();
  for (const segment of status) {
    segment.ends.forEach((end, index) => {
      const drops = Object.values(end.drops).reduce((sum, count) => sum + count, 0);
      totals.set(keyOf(segment, end, index), { ...end, drops });
    });
  }
  return totals;
}

// The end of a link stays the same end when it is rewired; members of a hub come and go.
function keyOf({ kind, name }: SegmentStatus, end: EndStatus, index: number): string {
  return `${kind} ${kind === 'link' ? index : end.endpoint} ${name}`;
}
