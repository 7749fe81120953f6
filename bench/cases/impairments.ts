// Links that are bad on purpose: how exact a delay is, and what each impairment costs in throughput and processor time, on 1
// and on 50 links. What an impairment loses, doubles or turns round shows in the columns that are zero everywhere else.
import { type Bar, SUBJECT } from '../bars.ts';
import type { Traffic } from '../generator.ts';
import type { Measurement } from '../metrics.ts';
import { figure } from '../statistics.ts';
import { IMPAIRED } from '../variants.ts';
import { type BenchCase, type CaseContext, runTraffic, toMeasurement } from './case.ts';

const DELAY_US = 20_000;
const ERROR_LIMIT_US = 200;
const DELAYED = 'impaired-delay';

/** How much longer than its delay a frame is on its way, at p99. */
const exact: Bar = {
  text: `p99 within ${ERROR_LIMIT_US} us of a delay of ${DELAY_US / 1000} ms, at 10,000 frames/s`,
  value: (results, caseName) => figure(results, caseName, DELAYED, 'p99Us'),
  holds: (value) => value >= 0 && value <= ERROR_LIMIT_US,
  show: (value) => `${value.toFixed(0)} us too long`,
};

/** The same without what every frame of this machine needs, delayed or not. */
const exactByItself: Bar = {
  text: `p99 beyond the delay within ${ERROR_LIMIT_US} us of that without delay`,
  value: (results, caseName) => {
    const [delayed, undelayed] = [DELAYED, SUBJECT].map((relay) => figure(results, caseName, relay, 'p99Us'));
    return delayed === undefined || undelayed === undefined ? undefined : delayed - undelayed;
  },
  holds: (value) => value <= ERROR_LIMIT_US,
  show: (value) => `${value.toFixed(0)} us longer`,
};

const LATENCIES = ['p50Us', 'p99Us', 'p999Us', 'maxUs'] as const;

/** What a frame needs beyond its delay. */
function beyondDelay(measurement: Measurement, { relay }: CaseContext): Measurement {
  if (relay.name !== DELAYED) return measurement;
  const beyond = LATENCIES.flatMap((metric) => {
    const us = measurement[metric];
    return us === undefined ? [] : [[metric, us - DELAY_US] as const];
  });
  return { ...measurement, ...Object.fromEntries(beyond) };
}

function paced(name: string, what: string, bars: readonly Bar[], traffic: Omit<Traffic, 'mode'>): BenchCase {
  const { links } = traffic;
  return {
    name,
    title: `what is beyond a delay of ${DELAY_US / 1000} ms, ${links} link${links > 1 ? 's' : ''}, ${what}`,
    links,
    bars,
    takesPart: (relay) => relay.name === SUBJECT || relay.name === DELAYED,
    run: async (context) =>
      beyondDelay(toMeasurement(await runTraffic(context, { mode: 'paced', ...traffic })), context),
  };
}

function flood(links: number): BenchCase {
  return {
    name: `impairments-flood-${links}`,
    title: `impairments, ${links} link${links > 1 ? 's' : ''}, flood of 1514 bytes, 32 frames a send`,
    links,
    bars: [],
    takesPart: (relay) => relay.name === SUBJECT || IMPAIRED.includes(relay),
    run: async (context): Promise<Measurement> =>
      toMeasurement(await runTraffic(context, { mode: 'flood', links, frameBytes: 1514, batch: 32 })),
  };
}

/** The cases with impairments. */
export const IMPAIRMENT_CASES: readonly BenchCase[] = [
  paced('impairments-accuracy', '10,000 frames/s of 64 bytes', [exact, exactByItself], {
    links: 1,
    rate: 10_000,
    backRate: 0,
    frameBytes: 64,
  }),
  paced('impairments-neighbours', '200/s and 40/s back', [], { links: 50, rate: 200, backRate: 40, frameBytes: 64 }),
  flood(1),
  flood(50),
];
