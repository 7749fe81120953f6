// The bars: what must be true of tcpbridge's figures, absolute or against another relay in the same run. A case names its
// bars with the functions below; `judge` says of each whether it is met, missed, or was not measured.
import { type CaseResult, METRICS, type Metric } from './metrics.ts';
import { figure, ratio } from './statistics.ts';

/** The relay that the bars are about. */
export const SUBJECT = 'tcpbridge';
/** The relay that stands for what is possible. */
export const FLOOR = 'floor';
/** The relay that stands for how it was done before. */
export const ANCESTOR = 'ancestor';

/** A demand on one case: what it says, the figure it looks at, and the test of that figure. */
export interface Bar {
  readonly text: string;
  value(results: readonly CaseResult[], caseName: string): number | undefined;
  holds(value: number): boolean;
  /** The value as a person reads it. */
  show(value: number): string;
}

/** What became of one bar in one case. */
export interface Verdict {
  readonly caseName: string;
  readonly text: string;
  readonly value: number | undefined;
  readonly shown: string;
  readonly outcome: 'met' | 'missed' | 'not measured';
}

const times = (value: number): string => `${value.toFixed(2)} times`;

/** A figure must be at most so many times the floor's. */
export function atMostFloor(metric: Metric, limit: number): Bar {
  return {
    text: `${METRICS[metric].heading} at most ${limit} times the floor`,
    value: (results, caseName) => ratio(results, caseName, SUBJECT, FLOOR, metric),
    holds: (value) => value <= limit,
    show: times,
  };
}

/** A figure must be at least so many times the floor's. */
export function atLeastFloor(metric: Metric, limit: number): Bar {
  return {
    text: `${METRICS[metric].heading} at least ${limit} times the floor`,
    value: (results, caseName) => ratio(results, caseName, SUBJECT, FLOOR, metric),
    holds: (value) => value >= limit,
    show: times,
  };
}

/** A figure must be at least so many times lower than the ancestor's. */
export function lowerThanAncestor(metric: Metric, limit: number): Bar {
  return {
    text: `${METRICS[metric].heading} at least ${limit} times lower than the ancestor`,
    value: (results, caseName) => ratio(results, caseName, ANCESTOR, SUBJECT, metric),
    holds: (value) => value >= limit,
    show: (value) => `${value.toFixed(0)} times lower`,
  };
}

/** A figure must be at most so many times what it is in another case. */
export function atMostCase(metric: Metric, limit: number, otherName: string): Bar {
  return {
    text: `${METRICS[metric].heading} at most ${limit} times that of ${otherName}`,
    value: (results, caseName) => {
      const [value, base] = [caseName, otherName].map((name) => figure(results, name, SUBJECT, metric));
      return value === undefined || base === undefined || base === 0 ? undefined : value / base;
    },
    holds: (value) => value <= limit,
    show: times,
  };
}

/** A figure must reach an absolute limit. */
export function atLeast(metric: Metric, limit: number): Bar {
  const { heading, unit } = METRICS[metric];
  return {
    text: `${heading} at least ${limit}${unit && ` ${unit}`}`,
    value: (results, caseName) => figure(results, caseName, SUBJECT, metric),
    holds: (value) => value >= limit,
    show: (value) => `${value.toFixed(0)}${unit && ` ${unit}`}`,
  };
}

/** A figure must stay below an absolute limit. */
export function below(metric: Metric, limit: number): Bar {
  const { heading, unit } = METRICS[metric];
  return {
    text: `${heading} below ${limit}${unit && ` ${unit}`}`,
    value: (results, caseName) => figure(results, caseName, SUBJECT, metric),
    holds: (value) => value < limit,
    show: (value) => `${value.toFixed(value < 10 ? 1 : 0)}${unit && ` ${unit}`}`,
  };
}

/** No frame may be lost, come out of order or be altered. */
export function nothingLost(): Bar {
  const metrics: Metric[] = ['lost', 'outOfOrder', 'corrupt'];
  return {
    text: 'every frame whole and in order',
    value: (results, caseName) => {
      const values = metrics.map((metric) => figure(results, caseName, SUBJECT, metric));
      return values.includes(undefined) ? undefined : values.reduce<number>((sum, value) => sum + Math.abs(value!), 0);
    },
    holds: (value) => value === 0,
    show: (value) => (value === 0 ? 'yes' : `${value} are not`),
  };
}

/** No connection to a machine may end. */
export function untouched(): Bar {
  return {
    text: 'every connection stays',
    value: (results, caseName) => figure(results, caseName, SUBJECT, 'disconnects'),
    holds: (value) => value === 0,
    show: (value) => (value === 0 ? 'yes' : `${value} ended`),
  };
}

/** Judges the bars of one case. A relay that failed has missed all of its bars. */
export function judge(results: readonly CaseResult[], caseName: string, bars: readonly Bar[]): Verdict[] {
  const subject = results.find((result) => result.caseName === caseName && result.relay === SUBJECT);
  return bars.map((bar) => {
    const value = bar.value(results, caseName);
    if (subject?.error !== undefined) {
      return { caseName, text: bar.text, value: undefined, shown: subject.error, outcome: 'missed' };
    }
    if (value === undefined) return { caseName, text: bar.text, value, shown: '', outcome: 'not measured' };
    return { caseName, text: bar.text, value, shown: bar.show(value), outcome: bar.holds(value) ? 'met' : 'missed' };
  });
}
