// Waits for frames: a filter and a count per watch. Stands in the place of the tap of a segment while somebody waits, and
// hands everything on to the tap that was there. A watch ends with the frame that it waited for.

import { HEADER_BYTES } from './limits.ts';
import type { FrameTap } from './tap.ts';
import type { FrameMatcher } from './wire/frame-matcher.ts';
import type { Batch } from './wire/framing.ts';

/** What one watch waits for. */
export interface FrameWatch {
  readonly watchId: number;
  readonly matcher: FrameMatcher;
  /** The end at which the frames come in; undefined: any. */
  readonly endId: number | undefined;
  /** How many frames are still to come. */
  left: number;
}

/** The watches of one segment. */
export class FrameWatches implements FrameTap {
  readonly tap: FrameTap | null;
  private readonly watches: FrameWatch[] = [];
  private readonly onSeen: (watchId: number) => void;

  /**
   * @param tap who gets copies anyway
   * @param onSeen the frame of a watch is here; the watch is over
   */
  constructor(tap: FrameTap | null, onSeen: (watchId: number) => void) {
    this.tap = tap;
    this.onSeen = onSeen;
  }

  /** Whether nobody waits any more. */
  get isEmpty(): boolean {
    return this.watches.length === 0;
  }

  /** Begins to wait. */
  add(watch: FrameWatch): void {
    this.watches.push(watch);
  }

  /** Waits no more. */
  remove(watchId: number): void {
    const index = this.watches.findIndex((watch) => watch.watchId === watchId);
    if (index >= 0) this.watches.splice(index, 1);
  }

  onFrames(segmentId: number, from: number, batch: Batch): void {
    if (this.tap !== null) this.tap.onFrames(segmentId, from, batch);
    // From the last to the first, because one that is over goes.
    for (let i = this.watches.length - 1; i >= 0; i--) this.look(this.watches[i]!, from, batch);
  }

  private look(watch: FrameWatch, from: number, { offsets, count, bytes }: Batch): void {
    if (watch.endId !== undefined && watch.endId !== from) return;
    for (let i = 0; i < count; i++) {
      if (!watch.matcher.matches(bytes, offsets[i]! + HEADER_BYTES, offsets[i + 1]!) || --watch.left > 0) continue;
      this.remove(watch.watchId);
      this.onSeen(watch.watchId);
      return;
    }
  }
}
