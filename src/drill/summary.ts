// All runs of a drill in a few figures. Pure.

import type { DrillSummary, RunResult } from './result.ts';

/** Sums up; a run counts with its slowest stream. */
export function summarize(runs: readonly RunResult[]): DrillSummary {
  const slowest = runs.map(({ streams }) =>
    streams.reduce((most, { atCut }) => {
      const ms = atCut === null ? 0 : (atCut.convergenceMs ?? Number.POSITIVE_INFINITY);
      return Math.max(most, ms);
    }, 0),
  );
  const resumed = slowest.filter((ms) => ms < Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const middle = Math.floor((resumed.length - 1) / 2);
  const median = ((resumed[middle] ?? 0) + (resumed[resumed.length - 1 - middle] ?? 0)) / 2;
  return {
    runs: runs.length,
    interrupted: slowest.filter((ms) => ms > 0).length,
    neverResumed: slowest.length - resumed.length,
    convergenceMs:
      resumed.length === 0
        ? null
        : { least: resumed[0]!, median: Math.round(median * 1000) / 1000, most: resumed.at(-1)! },
    lost: runs
      .flatMap(({ streams }) => streams)
      .reduce((sum, { lost }) => sum + lost.before + lost.during + lost.after, 0),
    isCertain: runs.every(({ missed }) => missed === 0),
  };
}
