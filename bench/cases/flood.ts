// Floods of full-size frames, bounded by nothing but TCP. Two ways of sending: one frame a call, as a QEMU machine does,
// where the machines are as busy as the relay; and 32 frames a call, so that with 20 links the relay alone is the limit. The
// column "busy" tells which it was.
import { atLeastFloor, atMostFloor, nothingLost } from '../bars.ts';
import { type BenchCase, runTraffic, toMeasurement } from './case.ts';

const FRAME_BYTES = 1514;

function flood(name: string, links: number, batch: number): BenchCase {
  return {
    name,
    title: `${links} link${links > 1 ? 's' : ''}, flood of ${FRAME_BYTES} bytes, ${batch === 1 ? 'one frame' : `${batch} frames`} a send`,
    links,
    plot: 'throughput',
    bars: [nothingLost(), atLeastFloor('gigabitsPerSecond', 0.9), atMostFloor('cpuSecondsPerMillionFrames', 1.3)],
    run: async (context) =>
      toMeasurement(await runTraffic(context, { mode: 'flood', links, frameBytes: FRAME_BYTES, batch })),
  };
}

/** The cases with as many frames as fit. */
export const FLOOD_CASES: readonly BenchCase[] = [
  flood('flood-1', 1, 1),
  flood('flood-20', 20, 1),
  flood('flood-1-batched', 1, 32),
  flood('flood-20-batched', 20, 32),
];
