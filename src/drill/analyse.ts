// From sightings to what a drill tells of a run. Pure: frames with times in, figures out.
//
//   sightings ─▶ by stream ─▶ journeys ─▶ exits ─▶ arrivals ─▶ gaps ─▶ outages, losses, paths

import { findExits, followFrames, type Journey, noteArrivals } from './journeys.ts';
import { describeLanes, soleReason } from './lanes.ts';
import { findOutages, type Gap, type GapFacts, type Moments, usualGapNs } from './outage.ts';
import type { Lane, LossPlace, Outage, RunResult, StreamResult } from './result.ts';
import type { Sightings } from './sightings.ts';
import { millis } from './time.ts';

/** Streams that are told one by one. */
export const MAX_STREAMS = 16;

/** What belongs to a run beside its frames. */
export interface RunFacts {
  readonly lanes: readonly Lane[];
  readonly moments: Moments;
  /** Links by which the flow leaves the lab; none: where it left before the change. */
  readonly to: readonly string[];
  /** By number of the lane: the host that its frames are handed to, '' where nobody knows. */
  readonly hosts?: readonly string[];
  /** By number of the lane: what the link dropped for each reason, of all flows. */
  readonly dropped?: readonly Readonly<Record<string, number>>[];
}

/** The part of a result that frames tell. */
export type Analysis = Omit<RunResult, 'run' | 'startedAt' | 'endedEarly' | 'missed' | 'changedByOthers'>;

/** Finds out what became of a flow. */
export function analyse(sightings: Sightings, facts: RunFacts): Analysis {
  const { startNs, endNs, cutBegunNs, cutDoneNs, healBegunNs, healDoneNs } = facts.moments;
  const order = Array.from({ length: sightings.count }, (_, i) => i).sort(
    (a, b) => sightings.ns[a]! - sightings.ns[b]!,
  );
  const byStream = new Map<number, number[]>();
  for (const index of order) {
    const its = byStream.get(sightings.stream[index]!);
    if (its === undefined) byStream.set(sightings.stream[index]!, [index]);
    else its.push(index);
  }
  const largest = [...byStream].sort(([, a], [, b]) => b.length - a.length).slice(0, MAX_STREAMS);
  const streams = largest.flatMap(([number, indices]) => describeStream(sightings, number, indices, facts) ?? []);
  const at = (ns: number): number => millis(ns - startNs);
  const { stepMs, lanes: laneResults } = describeLanes(sightings, order, facts);
  return {
    durationMs: at(endNs),
    cut: { begunMs: at(cutBegunNs), doneMs: at(cutDoneNs) },
    heal: { begunMs: at(healBegunNs), doneMs: at(healDoneNs) },
    streams,
    otherStreams: byStream.size - streams.length,
    stepMs,
    lanes: laneResults,
  };
}

/** Undefined for a stream of which nothing arrived before the change. */
function describeStream(
  sightings: Sightings,
  number: number,
  indices: readonly number[],
  { lanes, moments, to, hosts = [], dropped = [] }: RunFacts,
): StreamResult | undefined {
  const { ns, lane } = sightings;
  const { startNs, cutBegunNs, healBegunNs, untilNs } = moments;
  const journeys = followFrames(sightings, indices);
  const exits =
    to.length === 0
      ? withSameHosts(
          findExits(sightings, journeys, cutBegunNs, () => true),
          hosts,
          (isPossible) => findExits(sightings, journeys, Number.POSITIVE_INFINITY, isPossible),
        )
      : findExits(sightings, journeys, Number.POSITIVE_INFINITY, (index) => to.includes(lanes[index]!.link));
  noteArrivals(sightings, { journeys, exits });
  const arrived = journeys.filter(hasArrived).sort((a, b) => a.arrivedNs - b.arrivedNs);
  const arrivals = arrived.map(({ arrivedNs }) => arrivedNs);
  if (!(arrivals[0]! < cutBegunNs)) return undefined;
  const enteredNs = ({ sightings: [first] }: Journey): number => ns[first!]!;
  const counted = journeys.filter((journey) => enteredNs(journey) < untilNs);
  const lost = counted.filter(({ arrivedNs }) => arrivedNs === undefined);
  const lostBetween = (fromNs: number, toNs: number): number =>
    lost.reduce((sum, journey) => sum + (enteredNs(journey) >= fromNs && enteredNs(journey) < toNs ? 1 : 0), 0);
  const lostIn = ({ from, to: next }: Gap): number =>
    lostBetween(enteredNs(arrived[from]!), next < arrived.length ? enteredNs(arrived[next]!) : untilNs);
  const pathOf = (journey: Journey): string[] => {
    const links = journey.sightings.map((index) => lanes[lane[index]!]!.link);
    return links.filter((link, i) => i === 0 || link !== links[i - 1]);
  };
  // RFC 792: 16 bits, and they begin again. Undefined for frames without numbers, and when none came any more.
  const missingIn = ({ from, to: next }: Gap): number | undefined => {
    const [before, after] = [arrived[from]!, arrived[next]].map((journey) => journey && sequenceOf(sightings, journey));
    return before === undefined || after === undefined || before < 0
      ? undefined
      : Math.max(0, ((after - before) & 0xffff) - 1);
  };
  const factsOf = (gap: Gap, usualNs: number): GapFacts => {
    const [last, next] = [arrived[gap.from]!, arrived[gap.to]];
    const isLate = next === undefined || gap.lengthNs - (enteredNs(next) - enteredNs(last)) > usualNs;
    return { lost: lostIn(gap), isPauseOfSender: missingIn(gap) === 0 && !isLate };
  };
  const outageOf = (gap: Gap | undefined): Outage | null => {
    if (gap === undefined) return null;
    const [last, next] = [arrived[gap.from]!, arrived[gap.to]];
    const missingSequence = missingIn(gap);
    return {
      stoppedMs: millis(last.arrivedNs - startNs),
      resumedMs: next === undefined ? null : millis(next.arrivedNs - startNs),
      convergenceMs: next === undefined ? null : millis(gap.lengthNs),
      lost: lostIn(gap),
      ...(missingSequence === undefined ? {} : { missingSequence }),
      pathBefore: pathOf(last),
      pathAfter: next === undefined ? null : pathOf(next),
    };
  };
  const { cut, heal } = findOutages(arrivals, moments, factsOf);
  const lastBefore = arrived.findLast(({ arrivedNs }) => arrivedNs < cutBegunNs)!;
  return {
    stream: sightings.streams[number]!,
    entered: counted.length,
    left: counted.length - lost.length,
    lost: {
      before: lostBetween(Number.NEGATIVE_INFINITY, cutBegunNs),
      during: lostBetween(cutBegunNs, healBegunNs),
      after: lostBetween(healBegunNs, untilNs),
    },
    lostAt: placesOf(sightings, lost, { lanes, dropped }),
    usualGapMs: millis(usualGapNs(arrivals, cutBegunNs)),
    path: pathOf(lastBefore),
    atCut: outageOf(cut),
    atHeal: outageOf(heal),
  };
}

function hasArrived(journey: Journey): journey is Journey & { arrivedNs: number } {
  return journey.arrivedNs !== undefined;
}

function sequenceOf({ sequence }: Sightings, { sightings: [first] }: Journey): number {
  return sequence[first!]!;
}

/** Frames that come to a host by another link than before have arrived just as well. */
function withSameHosts(
  exits: ReadonlySet<number>,
  hosts: readonly string[],
  find: (isPossible: (lane: number) => boolean) => ReadonlySet<number>,
): Set<number> {
  const wanted = new Set([...exits].map((lane) => hosts[lane] ?? '').filter((host) => host !== ''));
  return new Set([...exits, ...find((lane) => wanted.has(hosts[lane] ?? ''))]);
}

/** Where frames were seen last, most frames first. */
function placesOf(
  sightings: Sightings,
  lost: readonly Journey[],
  { lanes, dropped }: Required<Pick<RunFacts, 'lanes' | 'dropped'>>,
): LossPlace[] {
  const places = new Map<string, { place: Omit<LossPlace, 'frames'>; frames: number }>();
  for (const { sightings: seen } of lost) {
    const last = seen.at(-1)!;
    const { link, direction, to } = lanes[sightings.lane[last]!]!;
    const drop = sightings.drops[sightings.drop[last]!]!;
    const held = soleReason(dropped[sightings.lane[last]!]);
    const why = drop !== '' ? drop : sightings.isOut[last] === 1 ? 'machine' : (held ?? 'link');
    const key = JSON.stringify([link, direction, why]);
    const known = places.get(key);
    if (known === undefined) places.set(key, { place: { link, direction, why, to }, frames: 1 });
    else known.frames++;
  }
  return [...places.values()].map(({ place, frames }) => ({ ...place, frames })).sort((a, b) => b.frames - a.frames);
}
