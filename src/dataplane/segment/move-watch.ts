// Addresses that change ports: how often, and what a person should make of it.
//
//   once                                  a machine moved, or its backup took over
//   again and again, over a minute        two machines use the same address
//   many times within a second            frames come back: the networks behind the ports form a loop
//
// Only so many addresses are watched at a time; in a loop there are more, and each looks the same.

import { LOOP_MOVES, LOOP_WINDOW_NS, MOVE_WINDOW_NS, OFTEN_MOVES } from '../limits.ts';

/** What to tell about a move. */
export const MOVE = { nothing: 0, once: 1, often: 2, loop: 3 } as const;

const WATCHED = 64;

/** Counts moves of single addresses. */
export class MoveWatch {
  private readonly highs = new Int32Array(WATCHED);
  private readonly lows = new Int32Array(WATCHED);
  /** When the minute and the second began, and when it moved last. */
  private readonly minuteNs = new Float64Array(WATCHED).fill(Number.NEGATIVE_INFINITY);
  private readonly secondNs = new Float64Array(WATCHED);
  private readonly movedNs = new Float64Array(WATCHED).fill(Number.NEGATIVE_INFINITY);
  private readonly movesInMinute = new Int32Array(WATCHED);
  private readonly movesInSecond = new Int32Array(WATCHED);
  /** The most that was told in this minute, and in the one before. */
  private readonly told = new Uint8Array(WATCHED);
  private readonly toldBefore = new Uint8Array(WATCHED);

  /** Notes a move; returns what is to be told: one of {@link MOVE}. */
  note(high: number, low: number, nowNs: number): number {
    const at = (Math.imul(low ^ high, 0x9e3779b1) >>> 16) & (WATCHED - 1);
    if (this.highs[at] !== high || this.lows[at] !== low) {
      // Who moves now is not given up for another, or a loop of many addresses would never be seen.
      if (nowNs - this.movedNs[at]! <= LOOP_WINDOW_NS) return MOVE.once;
      this.highs[at] = high;
      this.lows[at] = low;
      this.begin(at, nowNs, MOVE.nothing);
    } else if (nowNs - this.minuteNs[at]! > MOVE_WINDOW_NS) {
      const wasInLastMinute = nowNs - this.movedNs[at]! <= MOVE_WINDOW_NS;
      this.begin(at, nowNs, wasInLastMinute ? this.told[at]! : MOVE.nothing);
    }
    this.movedNs[at] = nowNs;
    if (nowNs - this.secondNs[at]! > LOOP_WINDOW_NS) {
      this.secondNs[at] = nowNs;
      this.movesInSecond[at] = 0;
    }
    const inSecond = ++this.movesInSecond[at]!;
    const inMinute = ++this.movesInMinute[at]!;
    let verdict: number = MOVE.once;
    if (inSecond > LOOP_MOVES) verdict = MOVE.loop;
    else if (inMinute >= OFTEN_MOVES) verdict = MOVE.often;
    // In a minute each is told once; "once" is no news of what moved often in the minute before.
    if (verdict <= this.told[at]! || (verdict === MOVE.once && this.toldBefore[at]! > verdict)) return MOVE.nothing;
    this.told[at] = verdict;
    return verdict;
  }

  private begin(at: number, nowNs: number, toldBefore: number): void {
    this.minuteNs[at] = nowNs;
    this.secondNs[at] = nowNs;
    this.movesInMinute[at] = 0;
    this.movesInSecond[at] = 0;
    this.told[at] = MOVE.nothing;
    this.toldBefore[at] = toldBefore;
  }
}
