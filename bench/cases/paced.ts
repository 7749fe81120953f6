// Paced small frames, as routers' control planes send them: one-way latency from 1 to 1,000 links. The rates are those at
// which Nagle's algorithm against delayed acknowledgements shows, because frames run in both directions.
import { atMostFloor, type Bar, below, lowerThanAncestor, nothingLost } from '../bars.ts';
import { type BenchCase, runTraffic, toMeasurement } from './case.ts';

const FRAME_BYTES = 64;

function paced(name: string, links: number, rate: number, backRate: number, ...more: Bar[]): BenchCase {
  const there = `${rate.toLocaleString('en')}/s`;
  return {
    name,
    title: `${links.toLocaleString('en')} link${links > 1 ? 's' : ''}, ${there}${backRate > 0 ? ` and ${backRate}/s back` : ''}`,
    links,
    plot: 'latency',
    bars: [nothingLost(), ...more],
    run: async (context) =>
      toMeasurement(await runTraffic(context, { mode: 'paced', links, rate, backRate, frameBytes: FRAME_BYTES })),
  };
}

const nearFloor = [
  atMostFloor('p50Us', 1.25),
  atMostFloor('p99Us', 1.25),
  atMostFloor('cpuSecondsPerMillionFrames', 1.3),
];

/** The cases with frames on a schedule. */
export const PACED_CASES: readonly BenchCase[] = [
  // At 2,000 frames/s Nagle's algorithm gathers several frames per acknowledgement, so the ancestor waits about 1 ms only.
  paced('paced-1-fast', 1, 2000, 400, ...nearFloor),
  paced('paced-1', 1, 500, 100, ...nearFloor, lowerThanAncestor('p50Us', 50)),
  paced('paced-10', 10, 200, 40, ...nearFloor, lowerThanAncestor('p50Us', 50)),
  paced('paced-50', 50, 200, 40, ...nearFloor, lowerThanAncestor('p50Us', 50)),
  paced('paced-400', 400, 50, 0, ...nearFloor),
  paced('paced-1000', 1000, 10, 0, below('p99Us', 5000)),
];
