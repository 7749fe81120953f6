// What a learning switch costs: 2, 8 and 64 machines in one segment, every two of which talk to each other, against as many
// links, and against a hub, which copies every frame to all.
import { nothingLost } from '../bars.ts';
import { SEGMENTS } from '../variants.ts';
import { type BenchCase, runTraffic, toMeasurement } from './case.ts';

function segment(ports: number, kind: 'paced' | 'flood'): BenchCase {
  const links = ports / 2;
  const traffic =
    kind === 'paced'
      ? ({ mode: 'paced', rate: 2000 / links, backRate: 2000 / links, frameBytes: 64 } as const)
      : ({ mode: 'flood', frameBytes: 1514, batch: 32, directions: 2 } as const);
  return {
    name: `switch-${ports}${kind === 'flood' ? '-flood' : ''}`,
    title: `${ports} ports in a switch, ${kind === 'flood' ? 'flood of 1514 bytes both ways' : '4,000/s in all'}`,
    links,
    bars: kind === 'paced' ? [nothingLost()] : [],
    // A hub floods every machine with the frames of all others: only at a pace does that say anything.
    takesPart: (relay) =>
      ['floor', 'tcpbridge'].includes(relay.name) ||
      SEGMENTS.some(({ name }) => name === relay.name && !(kind === 'flood' && name === 'tcpbridge-hub')),
    run: async (context) => toMeasurement(await runTraffic(context, { ...traffic, links })),
  };
}

/** The cases that compare segments. */
export const SEGMENT_CASES: readonly BenchCase[] = [2, 8, 64].flatMap((ports) => [
  segment(ports, 'paced'),
  segment(ports, 'flood'),
]);
