// What the kernel did not take: bytes in stream form, in order, always known down to the frame.
//
//   chunks:  [....####|########|###.....]
//                 ^ headAt         ^ tailAt        headLeft: bytes until the frame at the head ends
//
// The frame at the head may be half sent. It belongs to the connection, so nothing but the rest of it may be sent next.

import type { QueueState } from '../../channel/messages.ts';
import type { ChunkPool } from '../chunks.ts';
import { CHUNK_BYTES, HEADER_BYTES } from '../limits.ts';
import type { NativeMemory } from '../sys/memory.ts';

/** Shared, so that a thousand endpoints that move at once carry it once. */
const NOTHING_QUEUED: QueueState = { bytes: new Uint8Array(0), frames: 0, headLeft: 0, headPayload: 0 };

/** A queue of stream bytes that counts frames. */
export class OutQueue {
  bytes = 0;
  /** Whole and half-sent frames in the queue. */
  frames = 0;
  /** Frames that the last `sent()` finished, and their payload bytes. */
  doneFrames = 0;
  donePayload = 0;
  /** Size of the piece that `headPiece()` found. */
  pieceBytes = 0;
  private readonly pool: ChunkPool;
  private chunks: NativeMemory[] = [];
  private headAt = 0;
  private tailAt = CHUNK_BYTES;
  private headLeft = 0;
  private headPayload = 0;

  constructor(pool: ChunkPool) {
    this.pool = pool;
  }

  /**
   * Appends `source[from, to)`, which holds `frames` frame ends and starts at a frame boundary, or, when the queue is
   * empty, inside a frame that began `skipped` bytes earlier.
   */
  append(source: Uint8Array, from: number, to: number, frames: number, skipped: number): void {
    if (this.bytes === 0) {
      this.headPayload = readLength(source, from - skipped);
      this.headLeft = HEADER_BYTES + this.headPayload - skipped;
    }
    this.frames += frames;
    this.push(source, from, to);
  }

  /** Everything in the queue, to go on elsewhere. The queue is empty afterwards. */
  release(): QueueState {
    if (this.bytes === 0) return NOTHING_QUEUED;
    const { frames, headLeft, headPayload } = this;
    const bytes = this.copy();
    this.clear();
    return { bytes, frames, headLeft, headPayload };
  }

  /** Goes on with what another queue released. This one must be empty. */
  restore({ bytes, frames, headLeft, headPayload }: QueueState): void {
    this.headLeft = headLeft;
    this.headPayload = headPayload;
    this.frames = frames;
    this.push(bytes, 0, bytes.length);
  }

  private push(source: Uint8Array, from: number, to: number): void {
    this.bytes += to - from;
    let at = from;
    while (at < to) {
      if (this.tailAt === CHUNK_BYTES) {
        this.chunks.push(this.pool.take());
        this.tailAt = 0;
      }
      const size = Math.min(to - at, CHUNK_BYTES - this.tailAt);
      this.chunks[this.chunks.length - 1]!.bytes.set(source.subarray(at, at + size), this.tailAt);
      this.tailAt += size;
      at += size;
    }
  }

  /** Where the first contiguous bytes are. */
  headAddress(): number {
    return this.chunks[0]!.address + this.headAt;
  }

  /** How many contiguous bytes are there. */
  headSize(): number {
    return Math.min(this.bytes, CHUNK_BYTES - this.headAt);
  }

  /** Length of the frame at the head, without its length word. */
  get headFrameBytes(): number {
    return this.headPayload;
  }

  /** Where the bytes are that start `skipped` bytes behind the head; up to the end of their chunk or of the head's frame. */
  headPiece(skipped: number): number {
    const at = this.headAt + skipped;
    const within = at % CHUNK_BYTES;
    this.pieceBytes = Math.min(CHUNK_BYTES - within, this.headLeft - skipped);
    return this.chunks[(at - within) / CHUNK_BYTES]!.address + within;
  }

  /** Takes `size` sent bytes off the head and tells in `doneFrames` and `donePayload` which frames that finished. */
  sent(size: number): void {
    this.doneFrames = 0;
    this.donePayload = 0;
    let left = size;
    while (left >= this.headLeft) {
      left -= this.headLeft;
      this.skip(this.headLeft);
      this.doneFrames++;
      this.donePayload += this.headPayload;
      this.frames--;
      if (this.bytes === 0) {
        this.giveBackChunks();
        return;
      }
      this.headPayload = this.peekLength();
      this.headLeft = HEADER_BYTES + this.headPayload;
    }
    this.headLeft -= left;
    this.skip(left);
  }

  /** Throws everything away. */
  clear(): void {
    this.bytes = 0;
    this.frames = 0;
    this.giveBackChunks();
  }

  private copy(): Uint8Array {
    const copy = new Uint8Array(this.bytes);
    let at = 0;
    let from = this.headAt;
    for (const chunk of this.chunks) {
      const size = Math.min(copy.length - at, CHUNK_BYTES - from);
      copy.set(chunk.bytes.subarray(from, from + size), at);
      at += size;
      from = 0;
    }
    return copy;
  }

  private skip(size: number): void {
    this.bytes -= size;
    let left = size;
    while (left > 0) {
      const step = Math.min(left, CHUNK_BYTES - this.headAt);
      this.headAt += step;
      left -= step;
      if (this.headAt === CHUNK_BYTES) {
        this.pool.giveBack(this.chunks.shift()!);
        this.headAt = 0;
      }
    }
  }

  /** The length word at the head, which may lie across two chunks. */
  private peekLength(): number {
    let length = 0;
    let chunk = 0;
    let at = this.headAt;
    for (let i = 0; i < HEADER_BYTES; i++) {
      if (at === CHUNK_BYTES) {
        chunk++;
        at = 0;
      }
      length = (length << 8) | this.chunks[chunk]!.bytes[at++]!;
    }
    return length >>> 0;
  }

  private giveBackChunks(): void {
    for (const chunk of this.chunks) this.pool.giveBack(chunk);
    this.chunks = [];
    this.headAt = 0;
    this.tailAt = CHUNK_BYTES;
    this.headLeft = 0;
  }
}

function readLength(source: Uint8Array, at: number): number {
  return ((source[at]! << 24) | (source[at + 1]! << 16) | (source[at + 2]! << 8) | source[at + 3]!) >>> 0;
}
