// An end that is captured: it stands between an endpoint and the port that the endpoint is plugged into, is the port to
// the one and the endpoint to the other, and hands on everything. Where nothing is captured it does not exist, so nobody
// else's frames pay for it.
//
//   machine ─▶ endpoint ─▶ [ onFrames: take in, hand on, settle ] ─▶ port
//   machine ◀─ endpoint ◀─ [ write: take out, hand on, settle ] ◀─── port
import { FATE } from '../../channel/capture-ring.ts';
import { type CounterBlock, DROP, FIELD } from '../../channel/counters.ts';
import type { EndpointState } from '../../channel/messages.ts';
import type { Endpoint, Port } from '../endpoint/endpoint.ts';
import type { PluggablePort, Segment } from '../segment/segment.ts';
import type { FrameSet } from '../wire/frame-set.ts';
import type { Batch } from '../wire/framing.ts';
import { type Capture, CapturePoint } from './capture.ts';

/** What all captured ends of a thread share: one batch is on its way at a time. */
export interface CaptureContext {
  /** The monotonic time in nanoseconds. */
  readonly clock: () => number;
  /** What became of each frame of the batch in hand. */
  readonly marks: Uint16Array;
}

/** An end of a segment, as far as it can be captured. */
export interface CapturableEnd {
  readonly endId: number;
  readonly segment: Segment;
  readonly port: PluggablePort;
  endpoint: Endpoint | null;
  watch: CapturedEnd | null;
}

/** Captures at one end. */
export class CapturedEnd implements Endpoint, Port {
  readonly counters: CounterBlock;
  readonly queueLimitBytes: number;
  private readonly points: CapturePoint[] = [];
  private readonly end: CapturableEnd;
  private readonly context: CaptureContext;

  constructor(end: CapturableEnd, context: CaptureContext) {
    this.end = end;
    this.context = context;
    this.counters = end.port.counters;
    this.queueLimitBytes = end.port.queueLimitBytes;
  }

  get isIdle(): boolean {
    return this.points.length === 0;
  }

  /** Adds a capture, or replaces the one of the same number. */
  add(capture: Capture): void {
    const point = new CapturePoint(capture, this.end.endId);
    const index = this.points.findIndex((known) => known.capture.id === capture.id);
    if (index < 0) this.points.push(point);
    else this.points[index] = point;
  }

  /** Takes a capture away; returns how many frames are missing behind its last. */
  remove(captureId: number): number {
    const index = this.points.findIndex(({ capture }) => capture.id === captureId);
    return index < 0 ? 0 : this.points.splice(index, 1)[0]!.missing;
  }

  // To the endpoint this is the port.

  get takesBatches(): boolean {
    return this.end.port.takesBatches;
  }

  onFrames(batch: Batch): void {
    const { points, end, context } = this;
    const { marks } = context;
    const { count } = batch;
    const nowNs = context.clock();
    for (let i = 0; i < points.length; i++) {
      if (points[i]!.capture.takesBefore) points[i]!.takeIn(batch, end.endpoint!.id, nowNs);
    }
    marks.fill(end.segment.isUp ? 0 : FATE.linkDown, 0, count);
    end.port.onFrames(batch);
    for (let i = 0; i < points.length; i++) {
      if (points[i]!.capture.takesBefore) points[i]!.settleIn(count, marks);
    }
  }

  onProgress(): void {
    this.end.port.onProgress();
  }

  onDetached(): void {
    this.end.port.onDetached();
  }

  // To the port this is the endpoint.

  get id(): number {
    return this.end.endpoint!.id;
  }

  get port(): Port {
    return this.end.port;
  }

  get sendsBatches(): boolean {
    return this.end.endpoint!.sendsBatches === true;
  }

  get queuedBytes(): number {
    return this.end.endpoint!.queuedBytes;
  }

  takenBytes(): number {
    return this.end.endpoint!.takenBytes();
  }

  write(batch: Batch): void {
    const { points, counters, end, context } = this;
    const { count } = batch;
    const nowNs = context.clock();
    for (let i = 0; i < points.length; i++) {
      if (points[i]!.capture.takesAfter) points[i]!.takeOut(batch, end.endpoint!.id, nowNs);
    }
    const absent = counters[FIELD.drops + DROP.notConnected]!;
    const full = counters[FIELD.drops + DROP.queueFull]!;
    end.endpoint!.write(batch);
    // What is refused is the end of a batch. The connection may be lost with it, and its queue: those are counted too.
    const isAbsent = counters[FIELD.drops + DROP.notConnected]! > absent;
    const refused =
      counters[FIELD.drops + (isAbsent ? DROP.notConnected : DROP.queueFull)]! - (isAbsent ? absent : full);
    const first = count - Math.min(count, refused);
    const fate = isAbsent ? FATE.notConnected : FATE.queueFull;
    // In a link this is the batch that came in at the other end.
    if (end.segment.marks !== undefined) for (let i = first; i < count; i++) context.marks[i]! |= fate;
    for (let i = 0; i < points.length; i++) {
      if (points[i]!.capture.takesAfter) points[i]!.settleOut(first, count, fate);
    }
  }

  writeSet(frames: FrameSet): void {
    const { points, end, context } = this;
    const nowNs = context.clock();
    for (let i = 0; i < points.length; i++) {
      if (points[i]!.capture.takesAfter) points[i]!.takeOutSet(frames, end.endpoint!.id, nowNs);
    }
    end.endpoint!.writeSet(frames);
  }

  setReading(on: boolean): void {
    this.end.endpoint!.setReading(on);
  }

  start(state: EndpointState | undefined): void {
    this.end.endpoint!.start(state);
  }

  onResolved(addresses: readonly string[], error: string | undefined): void {
    this.end.endpoint!.onResolved(addresses, error);
  }

  close(dropReason: number): void {
    this.end.endpoint!.close(dropReason);
  }

  release(): EndpointState {
    return this.end.endpoint!.release();
  }
}
