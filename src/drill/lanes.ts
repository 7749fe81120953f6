// What each lane carried: counts, the first and last frame, the longest gap, and frames per step of time for the plot.

import type { Lane, LaneResult } from './result.ts';
import type { Sightings } from './sightings.ts';
import { millis } from './time.ts';

/** How many steps a plot has. */
export const STEPS = 240;

/** What is known of lanes beside the frames. */
export interface LaneFacts {
  readonly lanes: readonly Lane[];
  readonly moments: { readonly startNs: number; readonly endNs: number };
  /** By number of the lane: what the link dropped for each reason, of all flows. */
  readonly dropped?: readonly Readonly<Record<string, number>>[];
}

/** The lanes that carried something, in the order in which they did. */
export function describeLanes(
  sightings: Sightings,
  order: readonly number[],
  { lanes, moments, dropped = [] }: LaneFacts,
): { readonly lanes: LaneResult[]; readonly stepMs: number } {
  const { startNs, endNs } = moments;
  const stepNs = Math.max(1, (endNs - startNs) / STEPS);
  const byLane = new Map<number, number[]>();
  for (const index of order) {
    const number = sightings.lane[index]!;
    const its = byLane.get(number);
    if (its === undefined) byLane.set(number, [index]);
    else its.push(index);
  }
  const results = [...byLane].map(([number, indices]) =>
    withHeld(
      describe(sightings, indices, lanes[number]!, startNs, stepNs),
      countHeld(sightings, indices),
      dropped[number],
    ),
  );
  return { lanes: results, stepMs: millis(stepNs) };
}

/** The one reason for which a lane dropped frames; undefined when there are several, or none. */
export function soleReason(dropped: Readonly<Record<string, number>> = {}): string | undefined {
  const reasons = Object.entries(dropped).filter(([, frames]) => frames > 0);
  return reasons.length === 1 ? reasons[0]![0] : undefined;
}

// Frames that came in, and of which nobody saw any more. One that comes out only came in before the watch began.
function countHeld({ identity, isOut, drop }: Sightings, indices: readonly number[]): number {
  const inside = new Map<number, number>();
  let held = 0;
  for (const index of indices) {
    const its = inside.get(identity[index]!) ?? 0;
    if (isOut[index] === 0 ? drop[index] !== 0 : its === 0) continue;
    const step = isOut[index] === 0 ? 1 : -1;
    inside.set(identity[index]!, its + step);
    held += step;
  }
  return held;
}

// What was held back when the link was cut was seen on its way in only; why it went no further, the counters know.
function withHeld(lane: LaneResult, held: number, dropped: Readonly<Record<string, number>> = {}): LaneResult {
  const drops = { ...lane.drops };
  let unexplained = held;
  const most = Object.entries(dropped)
    .map(([reason, frames]): [string, number] => [reason, frames - (drops[reason] ?? 0)])
    .sort(([, one], [, other]) => other - one);
  for (const [reason, frames] of most) {
    const its = Math.min(frames, unexplained);
    if (its <= 0) continue;
    drops[reason] = (drops[reason] ?? 0) + its;
    unexplained -= its;
  }
  return { ...lane, drops };
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
