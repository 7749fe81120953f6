// The frames that tests send, and the comparison of what arrived with what was sent.
// The first byte of a frame names its sender and the next four count, where it is long enough; the rest is random.
import assert from 'node:assert/strict';
import { Random } from './random.ts';

/** The longest frame QEMU takes (net/net.h: NET_BUFSIZE, 4096 + 65536). */
export const LONGEST_FRAME = 69_632;

const NUMBERED_LENGTH = 5;

/** The stream form of frames: each behind its length in four bytes, most significant first (net/socket.c). */
export function encode(...frames: readonly Buffer[]): Buffer {
  const parts: Buffer[] = [];
  for (const frame of frames) parts.push(encodeLength(frame.length), frame);
  return Buffer.concat(parts);
}

/** Only the four bytes that stand before a frame of this length. */
export function encodeLength(length: number): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt32BE(length);
  return header;
}

/** Makes the frames of one sender: seeded, numbered, so that no two long ones are alike. */
export class FrameSource {
  readonly random: Random;
  readonly #sender: number;
  readonly #pool: Buffer;
  #count = 0;

  constructor(seed: number, sender = 0) {
    this.random = new Random(seed + sender * 7919);
    this.#sender = sender;
    this.#pool = Buffer.alloc(2 * LONGEST_FRAME);
    for (let offset = 0; offset < this.#pool.length; offset += 4) {
      this.#pool.writeUInt32LE(this.random.between(0, 2 ** 32 - 1), offset);
    }
  }

  /** The next frame, of this length. */
  frame(length: number): Buffer {
    const start = this.random.between(0, this.#pool.length - length);
    const frame = Buffer.from(this.#pool.subarray(start, start + length));
    frame[0] = this.#sender;
    if (length >= NUMBERED_LENGTH) frame.writeUInt32BE(this.#count, 1);
    this.#count += 1;
    return frame;
  }

  /** The next frames, of lengths that `length` chooses. */
  frames(count: number, length: () => number): Buffer[] {
    return Array.from({ length: count }, () => this.frame(length()));
  }

  /** Any length that is allowed; half of them short, as on a real wire. */
  anyLength(): number {
    if (this.random.fraction() < 0.2) return this.random.between(1, LONGEST_FRAME);
    return Math.max(1, Math.floor(2 ** (this.random.fraction() * 11)));
  }
}

/** The sender that made a frame. */
export function senderOf(frame: Buffer): number {
  return frame[0] ?? -1;
}

/** The number a frame carries. */
export function numberOf(frame: Buffer): number {
  assert.ok(frame.length >= NUMBERED_LENGTH, `A frame of ${frame.length} bytes carries no number`);
  return frame.readUInt32BE(1);
}

/** Fails unless the same frames arrived in the same order; says where they first differ. */
export function assertSameFrames(actual: readonly Buffer[], expected: readonly Buffer[], what: string): void {
  const shared = Math.min(actual.length, expected.length);
  for (let index = 0; index < shared; index += 1) {
    const [got, sent] = [actual[index], expected[index]];
    if (got === undefined || sent === undefined || got.equals(sent)) continue;
    assert.fail(`${what}: frame ${index} is ${describe(got)}, sent was ${describe(sent)}`);
  }
  assert.equal(actual.length, expected.length, `${what}: number of frames`);
}

/** Fails unless `actual` is `expected` with some frames left out: whole, unaltered, in order, none twice. */
export function assertSubsequence(actual: readonly Buffer[], expected: readonly Buffer[], what: string): void {
  let next = 0;
  for (const [index, frame] of actual.entries()) {
    while (next < expected.length && !expected[next]?.equals(frame)) next += 1;
    assert.ok(next < expected.length, `${what}: frame ${index}, ${describe(frame)}, is not next among those sent`);
    next += 1;
  }
}

function describe(frame: Buffer): string {
  return `${frame.length} bytes ${frame.subarray(0, 12).toString('hex')}`;
}
