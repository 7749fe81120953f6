// Frames that came in while their endpoint was not read: the rest of what one call received, or those of an endpoint that
// shares its socket with others. They go on, in order and before any that come later, once it is read again.

import type { ChunkPool } from '../chunks.ts';
import { HEADER_BYTES, HELD_BYTES } from '../limits.ts';
import type { Batch } from '../wire/framing.ts';
import { OutQueue } from './out-queue.ts';

/** A bounded number of frames, in stream form. */
export class HeldFrames {
  private readonly queue: OutQueue;

  constructor(pool: ChunkPool) {
    this.queue = new OutQueue(pool);
  }

  get count(): number {
    return this.queue.frames;
  }

  /** Keeps all frames of the batch for which there is room; returns how many there was none for. */
  hold({ bytes, offsets, count }: Batch): number {
    let refused = 0;
    for (let i = 0; i < count; i++) {
      const start = offsets[i]!;
      const end = offsets[i + 1]!;
      if (end - start > HELD_BYTES - this.queue.bytes) refused++;
      else this.queue.append(bytes, start, end, 1, 0);
    }
    return refused;
  }

  /** Everything, in stream form. Nothing is held afterwards. */
  release(): Uint8Array {
    return this.queue.release().bytes;
  }

  /** Goes on with what another has released; nothing may be held yet. */
  restore(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const end = at + frameBytes(bytes, at);
      this.queue.append(bytes, at, end, 1, 0);
      at = end;
    }
  }

  /** Fills the batch from the head on and hands it over, until nothing is left or `mayGoOn` says no. */
  deliver(batch: Batch, handOver: (batch: Batch) => void, mayGoOn: () => boolean): void {
    const bytes = this.release();
    let at = 0;
    while (at < bytes.length && mayGoOn()) {
      batch.clear();
      for (let size = frameBytes(bytes, at); at < bytes.length; size = frameBytes(bytes, at)) {
        if (!batch.hasRoom(size - HEADER_BYTES)) break;
        batch.bytes.set(bytes.subarray(at + HEADER_BYTES, at + size), batch.next);
        batch.commit(size - HEADER_BYTES);
        at += size;
      }
      handOver(batch);
    }
    this.restore(bytes.subarray(at));
  }
}

/** Bytes of the frame at `at`, its length word included; anything behind the end. */
function frameBytes(bytes: Uint8Array, at: number): number {
  return HEADER_BYTES + ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!);
}
