// The times in which nothing of a stream arrived: which of them is the work of the change, and which that of its end.
// Pure: arrivals and moments -> gaps.

/** When what was done, in nanoseconds. */
export interface Moments {
  readonly startNs: number;
  readonly cutBegunNs: number;
  readonly cutDoneNs: number;
  readonly healBegunNs: number;
  readonly healDoneNs: number;
  /** Frames that enter later are not counted. */
  readonly untilNs: number;
  /** Nothing was seen after this. */
  readonly endNs: number;
}

/** Between two arrivals, by their indices; `to` is past the last when nothing came any more. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  readonly lengthNs: number;
}

/** The longest gap between two arrivals before `untilNs`; 0 when there are not two. */
export function usualGapNs(arrivals: readonly number[], untilNs: number): number {
  let longest = 0;
  for (let i = 1; i < arrivals.length && arrivals[i]! < untilNs; i++) {
    longest = Math.max(longest, arrivals[i]! - arrivals[i - 1]!);
  }
  return longest;
}

/** A gap of this length is nothing unusual, whatever happens meanwhile. */
const USUAL_TIMES = 2;

/** What is known of the frames of a gap. */
export interface GapFacts {
  /** Frames that entered the lab, and never left it. */
  readonly lost: number;
  /** Whether the frames are numbered, none is missing, and they entered the lab as late as they left it. */
  readonly isPauseOfSender: boolean;
}

/** The longest gap that the change made, and the longest that its end made; undefined where it was a usual one. */
export function findOutages(
  arrivals: readonly number[],
  moments: Moments,
  factsOf: (gap: Gap, usualNs: number) => GapFacts,
): { cut: Gap | undefined; heal: Gap | undefined } {
  const { cutBegunNs, healBegunNs, untilNs } = moments;
  const usualNs = usualGapNs(arrivals, cutBegunNs);
  const isOutage = (gap: Gap): boolean => {
    if (gap.lengthNs <= usualNs) return false;
    const { lost, isPauseOfSender } = factsOf(gap, usualNs);
    return lost > 0 || (gap.lengthNs > USUAL_TIMES * usualNs && !isPauseOfSender);
  };
  let cut: Gap | undefined;
  let heal: Gap | undefined;
  for (let from = 0; from < arrivals.length; from++) {
    const [begin, end] = [arrivals[from]!, arrivals[from + 1] ?? Math.max(untilNs, arrivals[from]!)];
    if (end <= cutBegunNs) continue;
    const gap = { from, to: from + 1, lengthNs: end - begin };
    // One that is long before the link is mended already has been there before that.
    const isOfHeal = end > healBegunNs && healBegunNs - begin <= USUAL_TIMES * usualNs;
    if (gap.lengthNs <= ((isOfHeal ? heal : cut)?.lengthNs ?? 0) || !isOutage(gap)) continue;
    if (isOfHeal) heal = gap;
    else cut = gap;
  }
  return { cut, heal };
}
