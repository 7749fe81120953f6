// Links on which frames go in one direction only, while both machines are attached.

import { FIELD } from '../../channel/counters.ts';
import { connectionOf, type Problem, type Rule, type WatchedEnd, type WatchedSegment } from './finding.ts';

/** A machine that has said nothing for so long is silent, */
const SILENT_MS = 60_000;
/** if the other one has said so much in the meantime. */
const MIN_FRAMES = 10;

interface Track {
  connection: number;
  frames: number;
  /** When it last said something, or was attached. */
  lastMs: number;
  /** What the other one had said by then. */
  otherFrames: number;
}

/** Finds links with one silent end. */
export class OneWayRule implements Rule {
  #tracks = new Map<number, Track>();

  check(segments: readonly WatchedSegment[], nowMs: number): Problem[] {
    const problems: Problem[] = [];
    const tracks = new Map<number, Track>();
    for (const { name, kind, isUp, ends } of segments) {
      const [a, b] = ends;
      if (kind !== 'link' || !isUp || a === undefined || b === undefined || connectionOf(a) < 0 || connectionOf(b) < 0)
        continue;
      for (const [end, other] of [
        [a, b],
        [b, a],
      ] as const) {
        const track = this.#follow(end, other, nowMs);
        tracks.set(end.id, track);
        const heard = frames(other) - track.otherFrames;
        const silentMs = nowMs - track.lastMs;
        if (silentMs < SILENT_MS || heard < MIN_FRAMES) continue;
        const text =
          `Nothing comes from ${end.label}, for ${Math.round(silentMs / 1000)} s by now, ` +
          `while ${other.label} has sent ${heard} frames`;
        problems.push({ code: 'one_way', link: name, endpoint: end.endpoint, text });
      }
    }
    // Whoever is gone is forgotten.
    this.#tracks = tracks;
    return problems;
  }

  #follow(end: WatchedEnd, other: WatchedEnd, nowMs: number): Track {
    const known = this.#tracks.get(end.id);
    const connection = connectionOf(end);
    const said = frames(end);
    if (known !== undefined && known.connection === connection && known.frames === said) return known;
    return { connection, frames: said, lastMs: nowMs, otherFrames: frames(other) };
  }
}

function frames({ counters }: WatchedEnd): number {
  return counters[FIELD.rxFrames]!;
}
