// One capture on one thread: which frames, how much of them, and the ring they go to; and one point of it per end, which
// knows what is missing there.
//
// Frames that come in are written first, because what is done to them may change the bytes, and published last, when it
// is known what became of them. What goes out meanwhile is published with them.
import type { CaptureSetup } from '../../channel/messages.ts';
import { HEADER_BYTES, MAX_BATCH_FRAMES } from '../limits.ts';
import type { FrameMatcher } from '../wire/frame-matcher.ts';
import type { FrameSet } from '../wire/frame-set.ts';
import type { Batch } from '../wire/framing.ts';
import { NO_ROOM, RingWriter } from './ring-writer.ts';

const IN = 0;
const OUT = 1;

/** Which frames are captured, and where they go. */
export class Capture {
  readonly id: number;
  readonly ring: RingWriter;
  /** Null: all. */
  readonly matcher: FrameMatcher | null;
  readonly snapBytes: number;
  /** Frames are taken as they come from the machine. */
  readonly takesBefore: boolean;
  /** Frames are taken as they are handed to the machine. */
  readonly takesAfter: boolean;
  /** A batch that came in is not settled yet. */
  isHeld = false;
  /** Where the records of the batch that came in are, frame by frame. */
  readonly cameAt = new Int32Array(MAX_BATCH_FRAMES);
  /** The same of the batch that goes out. */
  readonly wentAt = new Int32Array(MAX_BATCH_FRAMES);

  constructor({ captureId, shared, overwrites, snapBytes, takes }: CaptureSetup, matcher: FrameMatcher | null) {
    this.id = captureId;
    this.ring = new RingWriter(shared, overwrites);
    this.matcher = matcher;
    this.snapBytes = snapBytes;
    this.takesBefore = takes !== 'after';
    this.takesAfter = takes !== 'before';
  }
}

/** A capture at one end. */
export class CapturePoint {
  readonly capture: Capture;
  /** Frames that found no room since the last record. */
  missing = 0;
  private readonly endId: number;

  constructor(capture: Capture, endId: number) {
    this.capture = capture;
    this.endId = endId;
  }

  /** Takes a batch that came from the machine; it must be settled. */
  takeIn(batch: Batch, endpointId: number, nowNs: number): void {
    const { capture } = this;
    const { offsets, count, bytes, address } = batch;
    capture.isHeld = true;
    for (let i = 0; i < count; i++) {
      const at = this.take(bytes, address, offsets[i]! + HEADER_BYTES, offsets[i + 1]!, endpointId, IN, nowNs);
      capture.cameAt[i] = at;
    }
  }

  /** Says what became of the frames of the batch that came in. */
  settleIn(count: number, marks: Uint16Array): void {
    const { capture } = this;
    for (let i = 0; i < count; i++) {
      if (marks[i] !== 0 && capture.cameAt[i] !== NO_ROOM) capture.ring.mark(capture.cameAt[i]!, marks[i]!);
    }
    capture.isHeld = false;
    capture.ring.publish();
  }

  /** Takes a batch that is handed to the machine; it must be settled. */
  takeOut(batch: Batch, endpointId: number, nowNs: number): void {
    const { capture } = this;
    const { offsets, count, bytes, address } = batch;
    for (let i = 0; i < count; i++) {
      const at = this.take(bytes, address, offsets[i]! + HEADER_BYTES, offsets[i + 1]!, endpointId, OUT, nowNs);
      capture.wentAt[i] = at;
    }
  }

  /** Says of the frames from `first` on of the batch that goes out what became of them. */
  settleOut(first: number, count: number, fate: number): void {
    const { capture } = this;
    for (let i = first; i < count; i++) if (capture.wentAt[i] !== NO_ROOM) capture.ring.mark(capture.wentAt[i]!, fate);
    if (!capture.isHeld) capture.ring.publish();
  }

  /** Takes frames that were handed to the machine. */
  takeOutSet(frames: FrameSet, endpointId: number, nowNs: number): void {
    const { capture } = this;
    const { starts, ends, count, memory } = frames;
    const { bytes, address } = memory;
    for (let i = 0; i < count; i++) {
      this.take(bytes, address, starts[i]! + HEADER_BYTES, ends[i]!, endpointId, OUT, nowNs);
    }
    if (!capture.isHeld) capture.ring.publish();
  }

  private take(
    bytes: Uint8Array,
    address: number,
    start: number,
    end: number,
    endpointId: number,
    isOutbound: number,
    nowNs: number,
  ): number {
    const { matcher, ring, snapBytes } = this.capture;
    if (matcher !== null && !matcher.matches(bytes, start, end)) return NO_ROOM;
    const length = end - start;
    const position = ring.write(address + start, length, length < snapBytes ? length : snapBytes, nowNs);
    if (position === NO_ROOM) {
      this.missing++;
      return NO_ROOM;
    }
    ring.label(position, this.endId, endpointId, isOutbound, this.missing);
    this.missing = 0;
    return position;
  }
}
