// Some frames out of one memory, in the order in which they are to be sent: what a switch has for one of its ports, what
// an impairment lets go. The frames themselves are not copied.

import { MAX_BATCH_FRAMES } from '../limits.ts';
import type { NativeMemory } from '../sys/memory.ts';

/** Frames in stream form anywhere in `memory`: each with its length word, from `starts[i]` to `ends[i]`. */
export class FrameSet {
  readonly memory: NativeMemory;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  count = 0;

  constructor(memory: NativeMemory, capacity = MAX_BATCH_FRAMES) {
    this.memory = memory;
    this.starts = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
  }

  get isFull(): boolean {
    return this.count === this.starts.length;
  }

  /** Adds a frame; the set must not be full. */
  add(start: number, end: number): void {
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.count++;
  }

  clear(): void {
    this.count = 0;
  }
}
