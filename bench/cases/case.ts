// What a case of the benchmark is, and what it gets to work with. One case, or one family of alike cases, is one file in
// this folder and one line in `registry.ts`.
import type { Bar } from '../bars.ts';
import { Generator, type GeneratorResult, type Traffic } from '../generator.ts';
import { type Processors, readBusyNs } from '../machine.ts';
import type { Measurement } from '../metrics.ts';
import { type Relay, RunningRelay } from '../relays.ts';

/** One line of the comparison: traffic, and what is demanded of tcpbridge there. */
export interface BenchCase {
  /** As `--case` takes it. */
  readonly name: string;
  readonly title: string;
  readonly links: number;
  readonly bars: readonly Bar[];
  /** The panel of the plot that shows it. */
  readonly plot?: 'latency' | 'throughput';
  /** At most so many rounds; a case that repeats by itself says 1. */
  readonly maxRounds?: number;
  /** Whether a relay takes part, beyond its own limit of links. Absent means yes. */
  takesPart?(relay: Relay): boolean;
  run(context: CaseContext): Promise<Measurement>;
}

/** What one run of a case over one relay is given. */
export interface CaseContext {
  readonly relay: Relay;
  readonly generatorBinary: string;
  readonly processors: Processors;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

/** The generator's result, and what else ran on the machine meanwhile, in percent of one processor. */
export type TrafficResult = GeneratorResult & { readonly otherLoadPercent: number };

/** Runs one load over one relay, from listening to the last frame, and cleans up whatever happens. */
export async function runTraffic(context: CaseContext, traffic: Traffic): Promise<TrafficResult> {
  const timed = { seconds: context.seconds, warmUpSeconds: context.warmUpSeconds, ...traffic };
  const generator = new Generator(context.generatorBinary, timed, context.processors.generator);
  let relay: RunningRelay | undefined;
  try {
    relay = new RunningRelay(context.relay, await generator.listening, context.processors.relay);
    generator.reportPids(relay.pids);
    await Promise.race([generator.measuring, relay.failure]);
    return await Promise.race([measureTraffic(generator), relay.failure]);
  } finally {
    await relay?.stop();
    generator.kill();
  }
}

/** Waits for the result of a generator that has begun to measure; what it and its pids did not use was other load. */
export async function measureTraffic(generator: Generator): Promise<TrafficResult> {
  const [busyNs, startedNs] = [readBusyNs(), process.hrtime.bigint()];
  const result = await generator.result;
  const elapsedNs = Number(process.hrtime.bigint() - startedNs);
  const otherNs = readBusyNs() - busyNs - result.relay_cpu_ns - result.generator_cpu_ns;
  return { ...result, otherLoadPercent: Math.max(0, (otherNs / elapsedNs) * 100) };
}

/** Turns the generator's last line into figures. */
export function toMeasurement(result: TrafficResult): Measurement {
  const { latency_ns: latency } = result;
  const micro = (ns: number): number => ns / 1e3;
  return {
    ...(latency.count > 0 && {
      p50Us: micro(latency.p50),
      p99Us: micro(latency.p99),
      p999Us: micro(latency.p999),
      maxUs: micro(latency.max),
    }),
    ...(result.late_ns.count > 0 && { latePercentile99Us: micro(result.late_ns.p99) }),
    ...(result.window_received > 0 && {
      cpuSecondsPerMillionFrames: result.relay_cpu_ns / 1e3 / result.window_received,
    }),
    framesPerSecond: result.frames_per_second,
    gigabitsPerSecond: result.bits_per_second / 1e9,
    lost: result.lost,
    outOfOrder: result.out_of_order,
    corrupt: result.corrupt + result.broken,
    foreign: result.foreign,
    disconnects: result.disconnects,
    longestGapMs: result.longest_gap_ns / 1e6,
    relayBusyPercent: result.relay_cpu_ns / 1e7 / result.seconds || 0,
    generatorBusyPercent: result.generator_cpu_ns / 1e7 / result.seconds || 0,
    otherLoadPercent: result.otherLoadPercent,
    residentMegabytes: result.relay_resident_bytes / 1e6,
  };
}
