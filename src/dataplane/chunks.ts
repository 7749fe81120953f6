// The memory of queues: chunks of one size, lent to whoever must keep bytes and given back when they are sent.
// One pool per thread, so nothing is locked.

import { CHUNK_BYTES, FREE_CHUNKS } from './limits.ts';
import { NativeMemory } from './sys/memory.ts';

/** Lends chunks; keeps some free ones so that a queue that fills and drains all day allocates once. */
export class ChunkPool {
  private readonly free: NativeMemory[] = [];

  take(): NativeMemory {
    return this.free.pop() ?? new NativeMemory(CHUNK_BYTES);
  }

  giveBack(chunk: NativeMemory): void {
    if (this.free.length < FREE_CHUNKS) this.free.push(chunk);
  }
}
