// The ring through which a capture's frames cross from a forwarding thread to the main thread: one writer, one reader, no
// locks. Positions only grow; a position modulo the size is a place. The writer stands in dataplane/capture/.
//
//   |.......|record|record|record|..........|
//           ^ tail (reader)      ^ head (writer)
//
// A ring that overwrites has no reader while it is written to: the writer moves the tail on itself, and who wants to read
// it gives the thread another one first. A record never wraps: a size of 0 sends the reader back to the start.

/** Where things are in the control words. */
export const CAPTURE_CONTROL = { head: 0, tail: 1, missing: 2 } as const;
/** Size of the control words in front of the records. */
export const CAPTURE_CONTROL_BYTES = 64;
/** Size of a record without its bytes. Records begin at multiples of 8. */
export const CAPTURE_RECORD_BYTES = 40;
/** Where the fields of a record are. */
export const CAPTURE_RECORD = {
  size: 0,
  endId: 4,
  /** Double: nanoseconds of the monotonic clock. */
  ns: 8,
  length: 16,
  captured: 20,
  endpointId: 24,
  /** 16 bits of {@link FATE}. */
  fate: 28,
  /** 1 for a frame to the machine. */
  isOutbound: 30,
  missingBefore: 32,
} as const;

/** What became of a frame, as bits. */
export const FATE = {
  loss: 1,
  mtu: 2,
  limit: 4,
  linkDown: 8,
  notConnected: 16,
  queueFull: 32,
  corrupt: 64,
  duplicate: 128,
  reorder: 256,
} as const;

/** A frame as the reader sees it. */
export interface CaptureRecord {
  readonly endId: number;
  readonly endpointId: number;
  /** By the monotonic clock. */
  readonly ns: number;
  /** Of the whole frame; `bytes` may be shorter, and are only valid during the call. */
  readonly length: number;
  readonly bytes: Uint8Array;
  readonly isOutbound: boolean;
  readonly fate: number;
  /** Frames of this end that found no room since the record before. */
  readonly missingBefore: number;
}

/** Makes the memory of a ring; the size is a power of two: only then do wrapping positions keep their places. */
export function makeCaptureMemory(powerOfTwo: number): SharedArrayBuffer {
  return new SharedArrayBuffer(CAPTURE_CONTROL_BYTES + powerOfTwo);
}

/** The reading side. */
export class CaptureRing {
  readonly shared: SharedArrayBuffer;
  private readonly size: number;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly control: Int32Array;
  private readonly keeps: boolean;
  private tail: number;

  /** @param keeps whether others will read the same records: the ring has no writer any more */
  constructor(shared: SharedArrayBuffer, { keeps = false }: { keeps?: boolean } = {}) {
    this.shared = shared;
    this.keeps = keeps;
    this.size = shared.byteLength - CAPTURE_CONTROL_BYTES;
    this.control = new Int32Array(shared, 0, CAPTURE_CONTROL_BYTES / 4);
    this.bytes = new Uint8Array(shared, CAPTURE_CONTROL_BYTES);
    this.view = new DataView(shared, CAPTURE_CONTROL_BYTES);
    this.tail = this.control[CAPTURE_CONTROL.tail]!;
  }

  /** Frames that found no room until now; modulo 2^32. */
  get missing(): number {
    return Atomics.load(this.control, CAPTURE_CONTROL.missing) >>> 0;
  }

  /** When the first record was made; Infinity when there is none. */
  get nextNs(): number {
    const at = this.place();
    return at < 0 ? Number.POSITIVE_INFINITY : this.view.getFloat64(at + CAPTURE_RECORD.ns, true);
  }

  /** Copies all records into memory that is no larger than they need; the ring has no writer any more. */
  compact(): { readonly shared: SharedArrayBuffer; readonly newestNs: number } {
    const used = Atomics.load(this.control, CAPTURE_CONTROL.head) - this.tail;
    const shared = makeCaptureMemory(2 ** Math.ceil(Math.log2(Math.max(CAPTURE_RECORD_BYTES, used | 0))));
    const bytes = new Uint8Array(shared, CAPTURE_CONTROL_BYTES);
    let newestNs = Number.NEGATIVE_INFINITY;
    let head = 0;
    for (let at = this.place(); at >= 0; at = this.place()) {
      const size = this.view.getUint32(at, true);
      newestNs = this.view.getFloat64(at + CAPTURE_RECORD.ns, true);
      bytes.set(this.bytes.subarray(at, at + size), head);
      head += size;
      this.moveTail(size);
    }
    new Int32Array(shared)[CAPTURE_CONTROL.head] = head;
    return { shared, newestNs };
  }

  /** Takes the first record, if there is one. */
  take(onRecord: (record: CaptureRecord) => void): boolean {
    const at = this.place();
    if (at < 0) return false;
    const { view } = this;
    const captured = view.getUint32(at + CAPTURE_RECORD.captured, true);
    const from = at + CAPTURE_RECORD_BYTES;
    onRecord({
      endId: view.getUint32(at + CAPTURE_RECORD.endId, true),
      endpointId: view.getUint32(at + CAPTURE_RECORD.endpointId, true),
      ns: view.getFloat64(at + CAPTURE_RECORD.ns, true),
      length: view.getUint32(at + CAPTURE_RECORD.length, true),
      bytes: this.bytes.subarray(from, from + captured),
      isOutbound: view.getUint8(at + CAPTURE_RECORD.isOutbound) === 1,
      fate: view.getUint16(at + CAPTURE_RECORD.fate, true),
      missingBefore: view.getUint32(at + CAPTURE_RECORD.missingBefore, true),
    });
    this.moveTail(view.getUint32(at, true));
    return true;
  }

  /** The place of the first record, -1 when there is none. */
  private place(): number {
    // Acquire: what lies before the head is complete.
    const head = Atomics.load(this.control, CAPTURE_CONTROL.head);
    if (this.tail === head) return -1;
    const at = (this.tail >>> 0) % this.size;
    if (this.view.getUint32(at, true) !== 0) return at;
    this.moveTail(this.size - at);
    return this.tail === head ? -1 : 0;
  }

  private moveTail(by: number): void {
    this.tail = (this.tail + by) | 0;
    // Release: the writer may overwrite what lies before the tail.
    if (!this.keeps) Atomics.store(this.control, CAPTURE_CONTROL.tail, this.tail);
  }
}
