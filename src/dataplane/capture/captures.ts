// The captures of one thread: puts captured ends between endpoints and ports when a capture begins, takes them away with
// the last one, and keeps up with ends that come, go and get other endpoints meanwhile.
import type { CaptureSetup } from '../../channel/messages.ts';
import { compileFilter } from '../../filter/filter.ts';
import { MAX_BATCH_FRAMES } from '../limits.ts';
import { Capture } from './capture.ts';
import { type CapturableEnd, type CaptureContext, CapturedEnd } from './captured-end.ts';

/** How many frames are missing at an end behind the last that was captured there. */
export type MissingAtEnd = readonly [endId: number, frames: number];

/** All captures of a thread. */
export class Captures {
  private readonly context: CaptureContext;
  private readonly ends: ReadonlyMap<number, CapturableEnd>;
  private readonly byId = new Map<number, Capture>();
  /** By segment, in the order in which they began. */
  private readonly bySegment = new Map<number, Capture[]>();

  /** @param ends the ends of the thread, by id */
  constructor(clock: () => number, ends: ReadonlyMap<number, CapturableEnd>) {
    this.context = { clock, marks: new Uint16Array(MAX_BATCH_FRAMES) };
    this.ends = ends;
  }

  /** Starts a capture on segments, or lets one that runs there go on into another ring. */
  start(setup: CaptureSetup): void {
    const matcher = setup.filter === '' ? null : compileFilter(setup.filter);
    const capture = new Capture(setup, matcher);
    this.byId.set(capture.id, capture);
    this.add(capture, setup.segmentIds);
  }

  /** Adds segments to a capture. */
  extend(captureId: number, segmentIds: readonly number[]): void {
    const capture = this.byId.get(captureId);
    if (capture !== undefined) this.add(capture, segmentIds);
  }

  /** Ends a capture; returns where frames are missing that no record tells of. */
  stop(captureId: number): MissingAtEnd[] {
    this.byId.delete(captureId);
    for (const [segmentId, captures] of this.bySegment) {
      const others = captures.filter(({ id }) => id !== captureId);
      if (others.length === 0) this.bySegment.delete(segmentId);
      else this.bySegment.set(segmentId, others);
    }
    const missing: MissingAtEnd[] = [];
    for (const end of this.ends.values()) {
      if (end.watch === null) continue;
      const frames = end.watch.remove(captureId);
      if (frames > 0) missing.push([end.endId, frames]);
      if (end.watch.isIdle) this.unwatch(end);
    }
    return missing;
  }

  /** An end was made. */
  onEndMade(end: CapturableEnd): void {
    for (const capture of this.bySegment.get(end.segment.id) ?? []) this.watch(end, capture);
  }

  /** A segment is gone. */
  onSegmentRemoved(segmentId: number): void {
    this.bySegment.delete(segmentId);
  }

  private add(capture: Capture, segmentIds: readonly number[]): void {
    for (const segmentId of segmentIds) {
      const others = (this.bySegment.get(segmentId) ?? []).filter(({ id }) => id !== capture.id);
      this.bySegment.set(segmentId, [...others, capture]);
    }
    for (const end of this.ends.values()) {
      if (segmentIds.includes(end.segment.id)) this.watch(end, capture);
    }
  }

  private watch(end: CapturableEnd, capture: Capture): void {
    if (end.watch === null) {
      end.watch = new CapturedEnd(end, this.context);
      if (end.endpoint !== null) {
        end.endpoint.port = end.watch;
        end.port.endpoint = end.watch;
      }
      if (end.segment.marks !== undefined) end.segment.marks = this.context.marks;
    }
    end.watch.add(capture);
  }

  private unwatch(end: CapturableEnd): void {
    end.watch = null;
    if (end.endpoint !== null) {
      end.endpoint.port = end.port;
      end.port.endpoint = end.endpoint;
    }
    if (end.segment.marks !== undefined) end.segment.marks = null;
  }
}
