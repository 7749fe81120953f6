// The storm guard of one port of a switch, for one kind of frame: a bucket of tokens, of which every frame takes one. It
// holds what flows in within a second, so a burst of that many passes; frames that find it empty are dropped.

import { STORM_OVER_NS } from '../limits.ts';

/** What becomes of a frame. */
export const STORM = {
  passes: 0,
  dropped: 1,
  /** Dropped, and the first one for a while: worth telling. */
  begins: 2,
} as const;

// Doubles in an array are changed in place; as fields of an object they might be allocated anew.
const TOKENS = 0;
const FILLED_NS = 1;
const DROPPED_NS = 2;

/** Lets a number of frames per second pass. */
export class StormGuard {
  /** Frames per second; undefined: all. */
  rate: number | undefined = undefined;
  private readonly state = new Float64Array([0, 0, Number.NEGATIVE_INFINITY]);

  /** Another rate, with a full bucket; the same rate changes nothing. */
  setRate(rate: number | undefined, nowNs: number): void {
    if (rate === this.rate) return;
    this.rate = rate;
    this.state[TOKENS] = rate ?? 0;
    this.state[FILLED_NS] = nowNs;
  }

  /** What becomes of a frame that comes now: one of {@link STORM}. */
  judge(nowNs: number): number {
    const { rate, state } = this;
    if (rate === undefined) return STORM.passes;
    const tokens = Math.min(rate, state[TOKENS]! + ((nowNs - state[FILLED_NS]!) * rate) / 1e9);
    state[FILLED_NS] = nowNs;
    if (tokens >= 1) {
      state[TOKENS] = tokens - 1;
      return STORM.passes;
    }
    state[TOKENS] = tokens;
    const isFirst = nowNs - state[DROPPED_NS]! > STORM_OVER_NS;
    state[DROPPED_NS] = nowNs;
    return isFirst ? STORM.begins : STORM.dropped;
  }
}
