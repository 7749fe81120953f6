// The little arithmetic between raw rounds and the table: medians, combined rounds, ratios.
import { type CaseResult, type Combination, METRICS, type Measurement, type Metric } from './metrics.ts';

/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const upper = Math.floor(sorted.length / 2);
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[upper]! : (sorted[upper - 1]! + sorted[upper]!) / 2;
}

const COMBINE: Record<Combination, (values: readonly number[]) => number> = {
  median,
  sum: (values) => values.reduce((total, value) => total + value, 0),
  max: (values) => Math.max(...values),
};

/** One measurement out of those of several rounds, each figure combined as `METRICS` says. */
export function combineRounds(rounds: readonly Measurement[]): Measurement {
  const combined: Partial<Record<Metric, number>> = {};
  for (const metric of Object.keys(METRICS) as Metric[]) {
    const values = rounds.map((round) => round[metric]).filter((value) => value !== undefined);
    if (values.length > 0) combined[metric] = COMBINE[METRICS[metric].combine](values);
  }
  return combined;
}

/** The least, the middle and the greatest of a list of milliseconds, in words. */
export function describeSpread(values: readonly number[]): string {
  const [least, middle, most] = [Math.min(...values), median(values), Math.max(...values)].map((ms) => ms.toFixed(1));
  return `min ${least} ms, median ${middle} ms, max ${most} ms (${values.length} values)`;
}

/** The figure of one case over one relay, if it was measured. */
export function figure(
  results: readonly CaseResult[],
  caseName: string,
  relay: string,
  metric: Metric,
): number | undefined {
  return results.find((result) => result.caseName === caseName && result.relay === relay)?.measurement[metric];
}

/** How many times the reference relay's figure this one is, or undefined when either is missing or the reference is 0. */
export function ratio(
  results: readonly CaseResult[],
  caseName: string,
  relay: string,
  reference: string,
  metric: Metric,
): number | undefined {
  const value = figure(results, caseName, relay, metric);
  const base = figure(results, caseName, reference, metric);
  return value === undefined || base === undefined || base === 0 ? undefined : value / base;
}
