// Copies of frames for people: the forwarding thread writes the beginning of each frame into a shared ring and goes on.
// Nobody on the other side can slow it down: what does not fit is counted.

import { type TapRing, writeTapRecord } from '../channel/tap-ring.ts';
import { HEADER_BYTES, TAP_SNAP_BYTES } from './limits.ts';
import type { Batch } from './wire/framing.ts';

/** Whatever sees all frames of a segment as they come in. */
export interface FrameTap {
  /** All frames of a batch that came in at end `from` of segment `segmentId`; they are only valid during the call. */
  onFrames(segmentId: number, from: number, batch: Batch): void;
}

/** The writing side of a tap ring. */
export class Tap implements FrameTap {
  private readonly ring: TapRing;
  private readonly wake: () => void;

  /** @param wake called when the reader sleeps and there is something to read */
  constructor(ring: TapRing, wake: () => void) {
    this.ring = ring;
    this.wake = wake;
  }

  /** Copies all frames of a batch that came in at end `from` of segment `segmentId`. */
  onFrames(segmentId: number, from: number, batch: Batch): void {
    const { offsets, count, bytes } = batch;
    // Date.now() counts whole milliseconds only.
    const wallMs = performance.timeOrigin + performance.now();
    for (let i = 0; i < count; i++) {
      const start = offsets[i]! + HEADER_BYTES;
      const length = offsets[i + 1]! - start;
      writeTapRecord(this.ring, segmentId, from, wallMs, bytes, start, length, Math.min(length, TAP_SNAP_BYTES));
    }
    if (this.ring.publish()) this.wake();
  }
}
