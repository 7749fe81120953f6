// QEMU's stream framing: a 4-byte big-endian length, then the frame, nothing else (QEMU net/socket.c,
// net_socket_receive; net/net.c, net_fill_rstate). A batch is what one read brought, cut at frame boundaries.

import {
  HEADER_BYTES,
  INBOX_BYTES,
  KEEP_BYTES,
  MAX_BATCH_FRAMES,
  MAX_FRAME_BYTES,
  READ_BYTES,
  SCRATCH_BYTES,
} from '../limits.ts';
import { NativeMemory } from '../sys/memory.ts';

/**
 * Whole frames, back to back in stream form:
 *
 * ```
 *   bytes:  ... | length | frame 0 | length | frame 1 | ...
 *               ^ offsets[0]       ^ offsets[1]             ^ offsets[count] = end
 * ```
 *
 * One batch exists per thread and is refilled by every read; who wants to keep bytes copies them. Behind the frames, in
 * the same memory, is the scratch space of whoever holds the batch: frames can be copied between the two without a view
 * being made.
 */
export class Batch {
  readonly memory = new NativeMemory(KEEP_BYTES + READ_BYTES + SCRATCH_BYTES + INBOX_BYTES);
  readonly bytes = this.memory.bytes;
  readonly address = this.memory.address;
  /** Where each frame's length word stands; one more than `count` is valid. */
  readonly offsets = new Int32Array(MAX_BATCH_FRAMES + 1);
  count = 0;
  /** Where the incomplete frame after the last whole one starts and ends. */
  restStart = 0;
  restEnd = 0;
  /** Zero-length frames that were left out: one of them wedges a QEMU netdev for good. */
  empty = 0;
  /** A length beyond the limit was met: the stream is out of step from here on. */
  broken = false;
  /** The length that broke it. */
  brokenLength = 0;

  /** Where the scratch space starts; it has SCRATCH_BYTES. */
  readonly scratch = KEEP_BYTES + READ_BYTES;

  /** Where datagrams are received; it has INBOX_BYTES, and nobody else writes there. */
  readonly inbox = this.scratch + SCRATCH_BYTES;

  /** Starts a batch that is filled frame by frame with `commit()`. */
  clear(): void {
    this.count = 0;
    this.offsets[0] = 0;
    this.empty = 0;
    this.broken = false;
    this.restStart = 0;
    this.restEnd = 0;
  }

  /** Where the next frame of a batch that is filled frame by frame goes, behind its length word. */
  get next(): number {
    return this.offsets[this.count]! + HEADER_BYTES;
  }

  /** Whether a frame of `length` bytes fits behind the others. */
  hasRoom(length: number): boolean {
    return this.next + length <= this.scratch && this.count < MAX_BATCH_FRAMES;
  }

  /** Takes the `length` bytes at `next` for a frame. */
  commit(length: number): void {
    const { bytes } = this;
    const at = this.offsets[this.count]!;
    bytes[at] = length >>> 24;
    bytes[at + 1] = length >>> 16;
    bytes[at + 2] = length >>> 8;
    bytes[at + 3] = length;
    this.count++;
    this.offsets[this.count] = at + HEADER_BYTES + length;
  }

  /** Bytes of frames without their length words. */
  get payloadBytes(): number {
    return this.offsets[this.count]! - this.offsets[0]! - HEADER_BYTES * this.count;
  }

  /** Cuts `bytes[0, end)` into frames. Empty frames are taken out by moving what follows. */
  cut(end: number): void {
    const { bytes, offsets } = this;
    let count = 0;
    let at = 0;
    let shift = 0;
    this.empty = 0;
    this.broken = false;
    while (end - at >= HEADER_BYTES) {
      const length = ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
      if (length === 0) {
        this.empty++;
        shift += HEADER_BYTES;
        at += HEADER_BYTES;
        continue;
      }
      if (length > MAX_FRAME_BYTES) {
        this.broken = true;
        this.brokenLength = length;
        break;
      }
      const next = at + HEADER_BYTES + length;
      if (next > end) break;
      if (shift > 0) bytes.copyWithin(at - shift, at, next);
      offsets[count++] = at - shift;
      at = next;
    }
    offsets[count] = at - shift;
    this.count = count;
    this.restStart = at;
    this.restEnd = this.broken ? at : end;
  }
}
