// The transports side by side: the same traffic through two bridges with TCP, a unix socket, UDP or VXLAN between them, and
// through one bridge, which shows what the other hop costs. UDP and VXLAN have no pushback: what a flood loses there is how
// they differ, not a fault.
import type { Traffic } from '../generator.ts';
import { TRANSPORTS } from '../variants.ts';
import { type BenchCase, runTraffic, toMeasurement } from './case.ts';

function transport(name: string, title: string, traffic: Omit<Traffic, 'links'>): BenchCase {
  return {
    name: `transports-${name}`,
    title: `transports, 1 link, ${title}`,
    links: 1,
    bars: [],
    takesPart: (relay) => relay.name === 'tcpbridge' || TRANSPORTS.includes(relay),
    run: async (context) => toMeasurement(await runTraffic(context, { ...traffic, links: 1, settleSeconds: 1 })),
  };
}

/** The cases that compare transports. */
export const TRANSPORT_CASES: readonly BenchCase[] = [
  transport('paced', '2,000/s and 400/s back, 64 bytes', { mode: 'paced', rate: 2000, backRate: 400, frameBytes: 64 }),
  transport('round-trip', 'back-to-back round trip, 64 bytes', { mode: 'ping-pong', frameBytes: 64 }),
  transport('flood', 'flood of 1514 bytes, 32 frames a send', { mode: 'flood', frameBytes: 1514, batch: 32 }),
  transport('steady', '50,000/s of 1514 bytes', { mode: 'paced', rate: 50_000, backRate: 0, frameBytes: 1514 }),
];
