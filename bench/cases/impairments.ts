// Links that are bad on purpose: how exact a delay is, and what each impairment costs in throughput and processor time, on 1
// and on 50 links. What an impairment loses, doubles or turns round shows in the columns that are zero everywhere else.
import type { Bar } from '../bars.ts';
import type { Measurement } from '../metrics.ts';
import { figure } from '../statistics.ts';
import { IMPAIRED } from '../variants.ts';
import { type BenchCase, runTraffic, toMeasurement } from './case.ts';

const DELAY_US = 20_000;
const ERROR_LIMIT_US = 200;
const DELAYED = 'impaired-delay';

/** How much longer than its delay a frame is on its way, at p99. */
const exact: Bar = {
  text: `p99 within ${ERROR_LIMIT_US} us of a delay of ${DELAY_US / 1000} ms, at 10,000 frames/s`,
  value: (results, caseName) => {
    const p99Us = figure(results, caseName, DELAYED, 'p99Us');
    return p99Us === undefined ? undefined : p99Us - DELAY_US;
  },
  holds: (value) => value >= 0 && value <= ERROR_LIMIT_US,
  show: (value) => `${value.toFixed(0)} us too long`,
};

function flood(links: number): BenchCase {
  return {
    name: `impairments-flood-${links}`,
    title: `impairments, ${links} link${links > 1 ? 's' : ''}, flood of 1514 bytes, 32 frames a send`,
    links,
    bars: [],
    takesPart: (relay) => relay.name === 'tcpbridge' || IMPAIRED.includes(relay),
    run: async (context): Promise<Measurement> =>
      toMeasurement(await runTraffic(context, { mode: 'flood', links, frameBytes: 1514, batch: 32 })),
  };
}

/** The cases with impairments. */
export const IMPAIRMENT_CASES: readonly BenchCase[] = [
  {
    name: 'impairments-accuracy',
    title: 'a delay of 20 ms, 1 link, 10,000 frames/s of 64 bytes',
    links: 1,
    bars: [exact],
    takesPart: (relay) => relay.name === 'tcpbridge' || relay.name === DELAYED,
    run: async (context) =>
      toMeasurement(await runTraffic(context, { mode: 'paced', links: 1, rate: 10_000, backRate: 0, frameBytes: 64 })),
  },
  {
    name: 'impairments-neighbours',
    title: 'a delay of 20 ms, 50 links, 200/s and 40/s back',
    links: 50,
    bars: [],
    takesPart: (relay) => relay.name === 'tcpbridge' || relay.name === DELAYED,
    run: async (context) =>
      toMeasurement(await runTraffic(context, { mode: 'paced', links: 50, rate: 200, backRate: 40, frameBytes: 64 })),
  },
  flood(1),
  flood(50),
];
