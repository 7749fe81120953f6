// Another process takes over all sockets, 20 times in one measurement. Each takeover is a window of its own between two
// marks, and so is the quiet second before it, in which nothing happens: what the machine alone does to the traffic. In a
// window counts the longest time in which nothing at all arrived (the gap), and the longest that any frame was on its way.
import { atLeast, below, nothingLost, untouched } from '../bars.ts';
import { BridgeChain } from '../bridge-chain.ts';
import { Generator, type Traffic, type WindowFigures } from '../generator.ts';
import { linkText } from '../link-changes.ts';
import type { Measurement } from '../metrics.ts';
import { type BenchCase, type CaseContext, measureTraffic, toMeasurement } from './case.ts';

const TAKEOVERS = 20;
const WINDOW_MS = 1000;
const FOREVER_SECONDS = 1e6;
const GAP_LIMIT_MS = 10;

interface Windows {
  readonly quiet: WindowFigures[];
  readonly takeovers: WindowFigures[];
}

async function run(context: CaseContext, traffic: Traffic): Promise<Measurement> {
  const { generatorBinary, processors, warmUpSeconds } = context;
  const timed = { ...traffic, seconds: FOREVER_SECONDS, warmUpSeconds };
  const generator = new Generator(generatorBinary, timed, processors.generator);
  let bridge: BridgeChain | undefined;
  try {
    // Not pinned: the second process starts beside the first, as it does for a user.
    bridge = new BridgeChain({ links: (await generator.listening).map(linkText), cpu: undefined });
    await bridge.ready();
    generator.reportPids([bridge.pid]);
    await Promise.race([generator.measuring, bridge.failure]);
    const measured = measureTraffic(generator);
    measured.catch(() => {});
    const windows = await Promise.race([takeOverAndOver(bridge, generator), bridge.failure]);
    generator.stop();
    // All but the first process is unknown to the generator, so it says nothing of processor time.
    const { cpuSecondsPerMillionFrames, relayBusyPercent, residentMegabytes, otherLoadPercent, ...rest } =
      toMeasurement(await Promise.race([measured, bridge.failure]));
    return { ...rest, ...toFigures(windows) };
  } finally {
    await bridge?.stop();
    generator.kill();
  }
}

async function takeOverAndOver(bridge: BridgeChain, generator: Generator): Promise<Windows> {
  const windows: Windows = { quiet: [], takeovers: [] };
  for (let i = 0; i < TAKEOVERS; i++) {
    await generator.mark();
    await pause(WINDOW_MS);
    windows.quiet.push(await generator.mark());
    await Promise.all([bridge.takeOver(), pause(WINDOW_MS)]);
    windows.takeovers.push(await generator.mark());
    await bridge.ready();
  }
  return windows;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function toFigures({ quiet, takeovers }: Windows): Measurement {
  const gaps = takeovers.map((window) => window.longest_silence_ns / 1e6);
  const delays = takeovers.map((window) => window.longest_delay_ns / 1e6);
  return {
    takeovers: takeovers.length,
    longestTakeoverGapMs: Math.max(...gaps),
    longestDelayMs: Math.max(...delays),
    series: {
      'gap of a takeover': gaps,
      'gap of a second without': quiet.map((window) => window.longest_silence_ns / 1e6),
      'longest wait of a frame in a takeover': delays,
      'longest wait of a frame in a second without': quiet.map((window) => window.longest_delay_ns / 1e6),
    },
  };
}

function takeover(name: string, title: string, traffic: Traffic): BenchCase {
  return {
    name,
    title: `${title}, ${TAKEOVERS} takeovers`,
    links: traffic.links,
    maxRounds: 1,
    takesPart: (relay) => relay.name === 'tcpbridge',
    bars: [
      nothingLost(),
      untouched(),
      atLeast('takeovers', TAKEOVERS),
      below('longestTakeoverGapMs', GAP_LIMIT_MS),
      ...(traffic.mode === 'paced' ? [below('longestDelayMs', GAP_LIMIT_MS)] : []),
    ],
    run: async (context) => await run(context, traffic),
  };
}

/** What a planned restart with takeover costs. */
export const TAKEOVER_CASES: readonly BenchCase[] = [
  takeover('takeover', '50 links, 200/s each way', {
    mode: 'paced',
    links: 50,
    rate: 200,
    backRate: 200,
    frameBytes: 64,
  }),
  // Here the sockets are full, and frames are half read and half sent at the moment of the takeover.
  takeover('takeover-flood', '2 links, flood of 1514 bytes each way', {
    mode: 'flood',
    links: 2,
    frameBytes: 1514,
    directions: 2,
  }),
];
