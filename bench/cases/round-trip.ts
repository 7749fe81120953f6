// One small frame to and fro on one link, each sent when the other has arrived.
import { atMostFloor, nothingLost } from '../bars.ts';
import { type BenchCase, runTraffic, toMeasurement } from './case.ts';

/** The back-to-back round trip. */
export const ROUND_TRIP_CASES: readonly BenchCase[] = [
  {
    name: 'round-trip',
    title: '1 link, back-to-back round trip, 64 bytes',
    links: 1,
    plot: 'latency',
    bars: [nothingLost(), atMostFloor('p50Us', 1.25), atMostFloor('p99Us', 1.25)],
    run: async (context) => toMeasurement(await runTraffic(context, { mode: 'ping-pong', links: 1, frameBytes: 64 })),
  },
];
