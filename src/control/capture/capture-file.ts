// The records of a capture as a pcapng file: one interface per machine at an end, frames with what became of them, and at
// the end what is missing.
import { type CaptureRecord, FATE } from '../../channel/capture-ring.ts';
import { type Instant, PcapngWriter, WAY } from '../../pcapng/pcapng-writer.ts';
import type { BookedEnd, EndBook } from './end-book.ts';
import { formatInstant, monotonicNow, wallClock } from './wall-clock.ts';

/** What a file is about. */
export interface FileForm {
  readonly version: string;
  readonly filter: string;
  /** 0: whole frames. */
  readonly snapBytes: number;
  readonly comment?: string;
  /** The file goes on behind another one, which ended at this time. */
  readonly resumes?: string | undefined;
}

interface FileInterface {
  readonly id: number;
  readonly end: BookedEnd;
  delivered: number;
  missing: number;
  isClosed: boolean;
}

// The words of the drop counters, so that a capture and the statistics agree.
const DROPS: readonly (readonly [bit: number, word: string])[] = [
  [FATE.linkDown, 'link_down'],
  [FATE.notConnected, 'not_connected'],
  [FATE.queueFull, 'queue_full'],
  [FATE.loss, 'loss'],
  [FATE.limit, 'limit'],
  [FATE.mtu, 'mtu'],
];
const IMPAIRMENTS: readonly (readonly [bit: number, word: string])[] = [
  [FATE.corrupt, 'corrupt'],
  [FATE.duplicate, 'duplicate'],
  [FATE.reorder, 'reorder'],
];

/** What is said of a frame; mostly nothing. */
export function commentsOf(fate: number, missingBefore: number): string[] {
  if (fate === 0 && missingBefore === 0) return [];
  const dropped = DROPS.filter(([bit]) => (fate & bit) !== 0).map(([, word]) => `dropped: ${word}`);
  const impaired = IMPAIRMENTS.filter(([bit]) => (fate & bit) !== 0).map(([, word]) => `impaired: ${word}`);
  return missingBefore === 0 ? [...dropped, ...impaired] : [...dropped, ...impaired, missingText(missingBefore)];
}

function missingText(frames: number): string {
  const noun = frames === 1 ? '1 frame is' : `${frames} frames are`;
  return `${noun} missing before this one: the reader of the capture was too slow`;
}

/** One file in the making. */
export class CaptureFile {
  /** Frames in it. */
  frames = 0;
  /** Frames that should be in it. */
  missing = 0;
  readonly #writer = new PcapngWriter();
  readonly #book: EndBook;
  readonly #form: FileForm;
  readonly #interfaces = new Map<BookedEnd, FileInterface>();
  readonly #instantOf = wallClock();
  readonly #startNs = monotonicNow();

  constructor(book: EndBook, form: FileForm) {
    this.#book = book;
    this.#form = form;
    const { version, comment } = form;
    this.#writer.writeSection({ application: `tcpbridge ${version}`, system: process.platform, comment });
    this.addInterfaces();
  }

  /** Bytes that wait to be taken. */
  get size(): number {
    return this.#writer.size;
  }

  /** The next piece. */
  take(): Uint8Array {
    return this.#writer.take();
  }

  /** Makes known the ends that came since the last time. */
  addInterfaces(): void {
    for (const end of this.#book.ends) if (end.went === undefined) this.#interfaceOf(end);
  }

  /** Adds a frame; those of ends that nobody knows are left out. */
  add(record: CaptureRecord): void {
    const end = this.#book.find(record.endId, record.endpointId);
    if (end === undefined) return;
    const place = this.#interfaceOf(end);
    place.delivered++;
    place.missing += record.missingBefore;
    this.frames++;
    this.missing += record.missingBefore;
    this.#writer.writePacket({
      interfaceId: place.id,
      ...this.#instantOf(record.ns),
      bytes: record.bytes,
      length: record.length,
      way: record.isOutbound ? WAY.outbound : WAY.inbound,
      missingBefore: record.missingBefore,
      comments: commentsOf(record.fate, record.missingBefore),
    });
  }

  /** Frames are missing at an end behind the last that is here. */
  addMissing(endId: number, frames: number): void {
    const end = this.#book.findPresent(endId);
    if (end === undefined) return;
    this.#interfaceOf(end).missing += frames;
    this.missing += frames;
  }

  /** Says what is known of the ends that went; all their frames are here. */
  closeEnds(): void {
    for (const place of this.#interfaces.values()) if (place.end.went !== undefined) this.#writeStatistics(place);
  }

  /** Says what is known of all ends. */
  close(): void {
    for (const place of this.#interfaces.values()) this.#writeStatistics(place);
  }

  #interfaceOf(end: BookedEnd): FileInterface {
    const known = this.#interfaces.get(end);
    if (known !== undefined) return known;
    const { name, description, came } = end;
    const { snapBytes, filter } = this.#form;
    const comment = came === undefined ? this.#gapText() : `${came.why} at ${formatInstant(this.#instantOf(came.ns))}`;
    const id = this.#writer.writeInterface({ name, description, comment, snapBytes, filter });
    const place: FileInterface = { id, end, delivered: 0, missing: 0, isClosed: false };
    this.#interfaces.set(end, place);
    return place;
  }

  #gapText(): string | undefined {
    const { resumes } = this.#form;
    if (resumes === undefined) return undefined;
    const since = formatInstant(this.#instantOf(this.#startNs));
    return `goes on in another process of tcpbridge: frames between ${resumes} and ${since} are missing`;
  }

  #writeStatistics(place: FileInterface): void {
    if (place.isClosed) return;
    place.isClosed = true;
    const { id, end, delivered, missing } = place;
    const endInstant = this.#instantOf(end.went?.ns ?? monotonicNow());
    this.#writer.writeStatistics({
      interfaceId: id,
      start: this.#instantOf(end.came?.ns ?? this.#startNs),
      end: endInstant,
      accepted: delivered + missing,
      delivered,
      isUnfiltered: this.#form.filter === '',
      comment: commentOfEnd(end, missing, endInstant),
    });
  }
}

function commentOfEnd({ went }: BookedEnd, missing: number, at: Instant): string | undefined {
  const change = went === undefined ? [] : [`${went.why} at ${formatInstant(at)}`];
  const lost = missing === 0 ? [] : [`${missing} frames are missing: the reader of the capture was too slow`];
  return [...change, ...lost].join('; ') || undefined;
}
