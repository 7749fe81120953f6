// What each lane carried: counts, the first and last frame, the longest gap, and frames per step of time for the plot.

import type { Lane, LaneResult } from './result.ts';
import type { Sightings } from './sightings.ts';
import { millis } from './time.ts';

/** How many steps a plot has. */
export const STEPS = 240;

/** The lanes that carried something, in the order in which they did. */
export function describeLanes(
  sightings: Sightings,
  order: readonly number[],
  lanes: readonly Lane[],
  { startNs, endNs }: { readonly startNs: number; readonly endNs: number },
): { readonly lanes: LaneResult[]; readonly stepMs: number } {
  const stepNs = Math.max(1, (endNs - startNs) / STEPS);
  const byLane = new Map<number, number[]>();
  for (const index of order) {
    const number = sightings.lane[index]!;
    const its = byLane.get(number);
    if (its === undefined) byLane.set(number, [index]);
    else its.push(index);
  }
  const results = [...byLane].map(([number, indices]) => describe(sightings, indices, lanes[number]!, startNs, stepNs));
  return { lanes: results, stepMs: millis(stepNs) };
}

function describe(
  { ns, isOut, drop, drops }: Sightings,
  indices: readonly number[],
  lane: Lane,
  startNs: number,
  stepNs: number,
): LaneResult {
  const counts: Record<string, number> = {};
  let [framesIn, framesOut] = [0, 0];
  for (const index of indices) {
    if (drop[index] !== 0) counts[drops[drop[index]!]!] = (counts[drops[drop[index]!]!] ?? 0) + 1;
    if (isOut[index] === 0) framesIn++;
    else if (drop[index] === 0) framesOut++;
  }
  // Frames that came through; where none did, those that tried.
  const wanted = framesOut > 0 ? 1 : 0;
  const times = indices
    .filter((index) => isOut[index] === wanted && (wanted === 0 || drop[index] === 0))
    .map((i) => ns[i]!);
  const steps = new Array<number>(STEPS).fill(0);
  let [gapNs, gapAtNs] = [-1, 0];
  for (const [i, time] of times.entries()) {
    steps[Math.min(STEPS - 1, Math.max(0, Math.floor((time - startNs) / stepNs)))]!++;
    if (i > 0 && time - times[i - 1]! > gapNs) [gapNs, gapAtNs] = [time - times[i - 1]!, times[i - 1]!];
  }
  return {
    ...lane,
    framesIn,
    framesOut,
    drops: counts,
    firstMs: millis(times[0]! - startNs),
    lastMs: millis(times.at(-1)! - startNs),
    longestGapMs: gapNs < 0 ? null : millis(gapNs),
    longestGapAtMs: gapNs < 0 ? null : millis(gapAtNs - startNs),
    steps,
  };
}
