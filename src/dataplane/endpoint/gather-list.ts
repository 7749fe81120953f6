// What one sendmsg(2) gathers: pieces of memory, each with its address and size. Frames that lie one behind the other are
// one piece.

import { PIECES_PER_CALL } from '../limits.ts';
import { NativeMemory } from '../sys/memory.ts';
import type { FrameSet } from '../wire/frame-set.ts';

// struct msghdr and struct iovec of a 64-bit Linux: sys/socket.h, sys/uio.h. A msghdr has the address of the list at 16
// and its length at 24; an iovec has two words.
const MESSAGE_BYTES = 56;
const PIECE_BYTES = 16;

/** A message header and its list of pieces, used again and again. */
export class GatherList {
  private readonly memory = new NativeMemory(MESSAGE_BYTES + PIECES_PER_CALL * PIECE_BYTES);
  /** Of the message header. */
  readonly address = this.memory.address;
  /** Behind the last frame that the list holds. */
  end = 0;

  constructor() {
    this.setWord(16, this.address + MESSAGE_BYTES);
  }

  /** Lists the frames of the set from `first` on, as many as there are pieces for; returns their bytes. */
  fill(frames: FrameSet, first: number): number {
    const { starts, ends, count, memory } = frames;
    let pieces = 0;
    let total = 0;
    let next = first;
    while (next < count && pieces < PIECES_PER_CALL) {
      const from = starts[next]!;
      let to = ends[next]!;
      next++;
      while (next < count && starts[next] === to) {
        to = ends[next]!;
        next++;
      }
      const at = MESSAGE_BYTES + pieces * PIECE_BYTES;
      this.setWord(at, memory.address + from);
      this.setWord(at + 8, to - from);
      total += to - from;
      pieces++;
    }
    this.setWord(24, pieces);
    this.end = next;
    return total;
  }

  // Two halves, because a 64-bit store would need a BigInt, which is an allocation.
  private setWord(at: number, value: number): void {
    const { view } = this.memory;
    view.setUint32(at, value, true);
    view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
  }
}
