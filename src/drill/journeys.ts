// Puts the sightings of one stream together to journeys: one frame on its way through the lab, from the link on which it
// came in to the one on which it left, or to the place where it was seen last.
//
//   in at lane 0 ─▶ out at lane 0 ─▶ (router) ─▶ in at lane 1 ─▶ out at lane 1 ─▶ …
//
// A frame that comes in again where it was before is either in a loop of routers, and its time to live has fallen, or it is
// another frame with the same bytes, and a journey of its own.

import type { Sightings } from './sightings.ts';

/** A frame's way. */
export interface Journey {
  /** Indices of sightings, in the order of time. */
  readonly sightings: number[];
  /** Whether it left the lab, and when first. */
  arrivedNs: number | undefined;
}

/** All of a stream, and which lanes frames leave the lab by. */
export interface Travels {
  /** In the order in which they began. */
  readonly journeys: readonly Journey[];
  readonly exits: ReadonlySet<number>;
}

/** Follows the frames of a stream. */
export function followFrames(sightings: Sightings, indices: readonly number[]): Journey[] {
  const { identity, lane, ttl, isOut } = sightings;
  const latest = new Map<number, Journey>();
  const journeys: Journey[] = [];
  for (const index of indices) {
    const key = identity[index]!;
    let journey = latest.get(key);
    const isAgain =
      isOut[index] === 0 &&
      journey?.sightings.some((old) => isOut[old] === 0 && lane[old] === lane[index] && ttl[old]! <= ttl[index]!);
    if (journey === undefined || isAgain === true) {
      journey = { sightings: [], arrivedNs: undefined };
      latest.set(key, journey);
      journeys.push(journey);
    }
    journey.sightings.push(index);
  }
  return journeys;
}

/**
 * The lanes by which frames leave the lab: frames were handed out there, and none of them came in again elsewhere.
 *
 * @param untilNs only frames that were handed out before this time count: later ones may end where a router does not
 * know the way yet
 * @param isPossible whether a lane comes into question at all
 */
export function findExits(
  sightings: Sightings,
  journeys: readonly Journey[],
  untilNs: number,
  isPossible: (lane: number) => boolean,
): Set<number> {
  const { lane, isOut, drop, ns } = sightings;
  const handed = new Set<number>();
  const passed = new Set<number>();
  for (const { sightings: seen } of journeys) {
    let lastOut = -1;
    for (const index of seen) {
      if (isOut[index] === 1) {
        if (drop[index] !== 0 || ns[index]! >= untilNs) continue;
        lastOut = lane[index]!;
        handed.add(lastOut);
      } else if (lastOut >= 0 && lane[index] !== lastOut) passed.add(lastOut);
    }
  }
  return new Set([...handed].filter((number) => !passed.has(number) && isPossible(number)));
}

/** Notes which journeys came to their end. */
export function noteArrivals(sightings: Sightings, { journeys, exits }: Travels): void {
  const { lane, isOut, drop, ns } = sightings;
  for (const journey of journeys) {
    const arrived = journey.sightings.find(
      (index) => isOut[index] === 1 && drop[index] === 0 && exits.has(lane[index]!),
    );
    journey.arrivedNs = arrived === undefined ? undefined : ns[arrived]!;
  }
}
