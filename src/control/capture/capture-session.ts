// A capture that somebody reads as it goes. The reader asks for pieces; while it does not, frames wait in the rings, and
// when those are full the threads leave frames out and count them. Looked for at intervals instead of on a call from the
// threads: a frame that passes wakes nobody.
//
//   running ── stop(), enough frames or time ──▶ threads told ──▶ rings read empty ──▶ statistics ──▶ ended
//      ├───── abort(): the reader is gone ──────────────────────────────────────────────────────────────▶
//      └───── leave(): another process has the links ──▶ rings read empty ──▶ statistics ──▶ no end, for ever
import { CaptureRing, makeCaptureMemory } from '../../channel/capture-ring.ts';
import type { ForwardingThread } from '../forwarding-thread.ts';
import type { SegmentRecord } from '../segment-record.ts';
import { CaptureFile } from './capture-file.ts';
import { EndBook } from './end-book.ts';
import { byThread, RingSet } from './ring-set.ts';
import { monotonicNow } from './wall-clock.ts';

const RING_BYTES = 8 * 1024 * 1024;
const PIECE_BYTES = 256 * 1024;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 50;
// Node fires a timer of more at once; this one ends after 24 days.
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const WHOLE_FRAMES = 0xffff_ffff;

/** Which frames are wanted. */
export interface CaptureRequest {
  /** Names of links; none: all, also those that come later. */
  readonly links: readonly string[];
  readonly filter: string;
  /** So much of each frame; 0: all of it. */
  readonly snapBytes: number;
  /** As they come from the machines, as they are handed to them, or both. */
  readonly takes: 'before' | 'after' | 'both';
}

/** When a capture ends by itself, and where it began. */
export interface CaptureLimits {
  /** It goes on behind another one, which ended at this time. */
  readonly resumes?: string | undefined;
  readonly frames?: number | undefined;
  readonly durationMs?: number | undefined;
}

/** The part of a request that threads are told. */
export function frameChoice({ filter, snapBytes, takes }: CaptureRequest) {
  return { filter, takes, snapBytes: snapBytes === 0 ? WHOLE_FRAMES : snapBytes };
}

/** A running capture. */
export class CaptureSession {
  readonly id: number;
  readonly request: CaptureRequest;
  readonly #book: EndBook;
  readonly #file: CaptureFile;
  readonly #rings = new RingSet();
  readonly #threads = new Set<ForwardingThread>();
  readonly #mostFrames: number;
  readonly #onEnd: () => void;
  #timer: NodeJS.Timeout | undefined;
  #stopping: Promise<void> | undefined;
  #isStopped = false;
  #isEnded = false;
  #onLeft: (() => void) | undefined;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(
    id: number,
    request: CaptureRequest,
    { version, limits, onEnd }: { version: string; limits: CaptureLimits; onEnd: () => void },
  ) {
    this.id = id;
    this.request = request;
    this.#book = new EndBook(request.links);
    this.#mostFrames = limits.frames ?? Number.POSITIVE_INFINITY;
    this.#onEnd = onEnd;
    const { filter, snapBytes } = request;
    this.#file = new CaptureFile(this.#book, { version, filter, snapBytes, resumes: limits.resumes });
    if (limits.durationMs !== undefined)
      this.#timer = setTimeout(() => void this.stop(), Math.min(limits.durationMs, LONGEST_TIMER_MS));
  }

  /** Frames given to the reader so far, and frames that it was too slow for. */
  get counts(): { readonly frames: number; readonly missed: number } {
    return { frames: this.#file.frames, missed: this.#rings.missing };
  }

  /** Takes note of the links that are there now. */
  update(records: Iterable<SegmentRecord>): void {
    if (this.#stopping !== undefined) return;
    for (const [thread, segments] of byThread(this.#book.update(records, monotonicNow()))) {
      const segmentIds = segments.map(({ id }) => id);
      if (this.#threads.has(thread)) {
        thread.post({ type: 'extendCapture', captureId: this.id, segmentIds });
        continue;
      }
      const shared = makeCaptureMemory(RING_BYTES);
      this.#threads.add(thread);
      this.#rings.add(new CaptureRing(shared));
      const choice = frameChoice(this.request);
      thread.post({ type: 'capture', captureId: this.id, segmentIds, shared, overwrites: false, ...choice });
    }
    this.#file.addInterfaces();
  }

  /** The next piece of the file; undefined at its end. */
  async read(): Promise<Uint8Array | undefined> {
    for (;;) {
      if (this.#isEnded) return undefined;
      this.#drain();
      if (this.#file.size > 0) return this.#file.take();
      if (this.#isStopped) {
        this.#end();
        this.#file.close();
        return this.#file.take();
      }
      if (this.#onLeft !== undefined) {
        this.#onLeft();
        // A reader who gets an end would think that all is said.
        return await new Promise(() => {});
      }
      await new Promise((resolve) => setTimeout(resolve, this.#pauseMs));
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  /** Captures no more; what was captured can still be read. */
  async stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    await this.#stopping;
  }

  /** The reader is gone. */
  abort(): void {
    this.#end();
    void this.stop();
  }

  /** Another process has the links; resolves when the reader has what was captured until now. */
  async leave(): Promise<void> {
    if (this.#isEnded) return;
    this.#book.close('handed over to another process', monotonicNow());
    await new Promise<void>((resolve) => {
      this.#onLeft = resolve;
    });
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#timer);
    const told = await Promise.all([...this.#threads].map((thread) => thread.uncapture(this.id)));
    for (const [endId, frames] of told.flat()) this.#file.addMissing(endId, frames);
    this.#isStopped = true;
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#onLeft?.();
    this.#onEnd();
  }

  #drain(): void {
    const file = this.#file;
    let isEmpty = false;
    while (!isEmpty && file.size < PIECE_BYTES) {
      isEmpty = !this.#rings.takeFirst((record) => {
        if (file.frames < this.#mostFrames) file.add(record);
      });
    }
    if (isEmpty) file.closeEnds();
    if (file.size > 0) this.#pauseMs = FIRST_PAUSE_MS;
    if (file.frames >= this.#mostFrames) void this.stop();
  }
}
