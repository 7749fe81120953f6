// "The last 30 seconds": rings that overwrite themselves, which nobody reads until somebody asks. Who asks gets the rings
// as they are, and the threads go on into new ones; what was read last is kept until it is too old, so that the next one
// who asks sees it too.
import { CaptureRing, makeCaptureMemory } from '../../channel/capture-ring.ts';
import type { ForwardingThread } from '../forwarding-thread.ts';
import type { SegmentRecord } from '../segment-record.ts';
import { CaptureFile } from './capture-file.ts';
import { type CaptureRequest, frameChoice } from './capture-session.ts';
import { EndBook } from './end-book.ts';
import { byThread, RingSet } from './ring-set.ts';
import { monotonicNow } from './wall-clock.ts';

const PIECE_BYTES = 256 * 1024;
const SLACK_BYTES = 4096;

/** What is kept. */
export interface ArmedRequest extends CaptureRequest {
  readonly seconds: number;
  /** Most memory per forwarding thread; a power of two. */
  readonly bytes: number;
}

/** The memories of a thread: the one that is written to, and what was read before, from the oldest on. */
interface Memories {
  now: SharedArrayBuffer;
  kept: Kept[];
}

interface Kept {
  readonly shared: SharedArrayBuffer;
  readonly newestNs: number;
}

/** A capture into memory. */
export class ArmedCapture {
  readonly id: number;
  readonly request: ArmedRequest;
  readonly armedAt = new Date();
  readonly #version: string;
  readonly #book: EndBook;
  readonly #memories = new Map<ForwardingThread, Memories>();
  readonly #segments = new Map<ForwardingThread, number[]>();
  #dumping: Promise<unknown> = Promise.resolve();

  constructor(id: number, request: ArmedRequest, version: string) {
    this.id = id;
    this.request = request;
    this.#version = version;
    this.#book = new EndBook(request.links);
  }

  /** Takes note of the links that are there now. */
  update(records: Iterable<SegmentRecord>): void {
    for (const [thread, segments] of byThread(this.#book.update(records, monotonicNow()))) {
      const segmentIds = segments.map(({ id }) => id);
      this.#segments.set(thread, [...(this.#segments.get(thread) ?? []), ...segmentIds]);
      if (this.#memories.has(thread)) thread.post({ type: 'extendCapture', captureId: this.id, segmentIds });
      else this.#memories.set(thread, { now: this.#turn(thread), kept: [] });
    }
  }

  /** Whether frames of this link are kept, or will be. */
  knows(link: string): boolean {
    for (const end of this.#book.ends) if (end.link === link) return true;
    return this.request.links.includes(link);
  }

  /** A file of what is kept, of these links or of all, in pieces. */
  async *dump(links: readonly string[]): AsyncGenerator<Uint8Array> {
    // One after the other: each gives the threads new memory.
    const rings = this.#dumping.then(() => this.#takeRings());
    this.#dumping = rings.catch(() => {});
    const set = await rings;
    const { filter, snapBytes, seconds } = this.request;
    const comment = `The last ${seconds} s before ${new Date().toISOString()}`;
    const file = new CaptureFile(this.#book, { version: this.#version, filter, snapBytes, comment });
    const fromNs = monotonicNow() - seconds * 1e9;
    let isEmpty = false;
    while (!isEmpty) {
      while (!isEmpty && file.size < PIECE_BYTES) {
        isEmpty = !set.takeFirst((record) => {
          const link = this.#book.find(record.endId, record.endpointId)?.link ?? '';
          if (record.ns >= fromNs && (links.length === 0 || links.includes(link))) file.add(record);
        });
      }
      if (isEmpty) file.close();
      yield file.take();
    }
  }

  /** Keeps nothing any more. */
  async disarm(): Promise<void> {
    await Promise.all([...this.#memories.keys()].map((thread) => thread.uncapture(this.id)));
    this.#memories.clear();
  }

  async #takeRings(): Promise<RingSet> {
    const set = new RingSet();
    const taken = [...this.#memories].map(([thread, memories]) => {
      const { now } = memories;
      memories.now = this.#turn(thread);
      return { thread, memories, now };
    });
    // When the command is carried out, nobody writes to the old memory any more.
    await Promise.all(taken.map(({ thread }) => thread.sync()));
    const fromNs = monotonicNow() - this.request.seconds * 1e9;
    for (const { memories, now } of taken) {
      const kept = [...memories.kept, new CaptureRing(now).compact()].filter(({ newestNs }) => newestNs >= fromNs);
      let bytes = kept.reduce((sum, { shared }) => sum + shared.byteLength, 0);
      // What is kept beside the new memory is about as much; the last one is always given.
      while (bytes > this.request.bytes + SLACK_BYTES && kept.length > 1) bytes -= kept.shift()!.shared.byteLength;
      memories.kept = kept;
      for (const { shared } of kept) set.add(new CaptureRing(shared, { keeps: true }));
    }
    return set;
  }

  /** Lets a thread go on into new memory. */
  #turn(thread: ForwardingThread): SharedArrayBuffer {
    const shared = makeCaptureMemory(this.request.bytes);
    const segmentIds = this.#segments.get(thread) ?? [];
    const choice = frameChoice(this.request);
    thread.post({ type: 'capture', captureId: this.id, segmentIds, shared, overwrites: true, ...choice });
    return shared;
  }
}
