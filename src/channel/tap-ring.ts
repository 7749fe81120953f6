// The ring through which frame copies cross from a forwarding thread to the main thread: one writer, one reader,
// no locks. Positions only grow; a position modulo the size is a place.
//
//   |.......|record|record|record|..........|
//           ^ tail (reader)      ^ head (writer)
//
// record: u32 size of the record, u32 segment, f64 wall-clock ms, u32 frame length, u32 captured, u32 end, u32 unused,
// then the captured bytes, padded to 8. A record never wraps: a size of 0 sends the reader back to the start.

const HEAD = 0;
const TAIL = 1;
const LOST = 2;
const ASLEEP = 3;
const CONTROL_BYTES = 64;
const RECORD_HEADER = 32;

/** Both sides' view of one ring. The reader is the thread that made it. */
export class TapRing {
  readonly shared: SharedArrayBuffer;
  readonly size: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  private readonly control: Int32Array;
  /** The writer's position, published once per batch. */
  head = 0;

  constructor(shared: SharedArrayBuffer) {
    this.shared = shared;
    this.size = shared.byteLength - CONTROL_BYTES;
    this.control = new Int32Array(shared, 0, CONTROL_BYTES / 4);
    this.bytes = new Uint8Array(shared, CONTROL_BYTES);
    this.view = new DataView(shared, CONTROL_BYTES);
  }

  /** Makes a ring of a size that is a power of two: only then do wrapping positions keep their places. */
  static ofSize(powerOfTwo: number): TapRing {
    return new TapRing(new SharedArrayBuffer(CONTROL_BYTES + powerOfTwo));
  }

  /** Writer: room until the reader's position. Positions are 32-bit and wrap; the difference does not mind. */
  free(): number {
    // Acquire the reader's position: what lies before it may be overwritten.
    return this.size - ((this.head - Atomics.load(this.control, TAIL)) | 0);
  }

  countLost(): void {
    // The reader takes and resets the number, so the addition must be atomic.
    Atomics.add(this.control, LOST, 1);
  }

  /** Writer: makes all records visible; true when the reader sleeps and must be woken. */
  publish(): boolean {
    // Release: the records are complete before the reader can see the position.
    Atomics.store(this.control, HEAD, this.head);
    // After the position, so that a reader that went to sleep in between is either woken or has seen it.
    return Atomics.exchange(this.control, ASLEEP, 0) === 1;
  }

  /** Reader: takes up to `most` records; the bytes are only valid during the call. */
  take(most: number, onRecord: (record: TapRecord) => void): number {
    let tail = this.control[TAIL]!;
    const head = Atomics.load(this.control, HEAD);
    let taken = 0;
    while (tail !== head && taken < most) {
      let at = (tail >>> 0) % this.size;
      let size = this.view.getUint32(at, true);
      if (size === 0) {
        tail = (tail + this.size - at) | 0;
        at = 0;
        if (tail === head) break;
        size = this.view.getUint32(0, true);
      }
      const captured = this.view.getUint32(at + 20, true);
      onRecord({
        segmentId: this.view.getUint32(at + 4, true),
        end: this.view.getUint32(at + 24, true),
        wallMs: this.view.getFloat64(at + 8, true),
        length: this.view.getUint32(at + 16, true),
        bytes: this.bytes.subarray(at + RECORD_HEADER, at + RECORD_HEADER + captured),
      });
      tail = (tail + size) | 0;
      taken++;
    }
    Atomics.store(this.control, TAIL, tail);
    return taken;
  }

  /** Reader: asks to be woken by the next record; false when there is one already. */
  sleep(): boolean {
    Atomics.store(this.control, ASLEEP, 1);
    return Atomics.load(this.control, HEAD) === this.control[TAIL];
  }

  /** Reader: how many frames found no room since the last call. */
  takeLost(): number {
    return Atomics.exchange(this.control, LOST, 0);
  }
}

/** A frame copy as the reader sees it. */
export interface TapRecord {
  readonly segmentId: number;
  readonly end: number;
  readonly wallMs: number;
  /** Length of the frame; `bytes` may be shorter. */
  readonly length: number;
  readonly bytes: Uint8Array;
}

/** Writer: appends one record, or counts it as lost when there is no room. */
export function writeTapRecord(
  ring: TapRing,
  segmentId: number,
  end: number,
  wallMs: number,
  source: Uint8Array,
  start: number,
  length: number,
  captured: number,
): void {
  const size = (RECORD_HEADER + captured + 7) & ~7;
  let at = (ring.head >>> 0) % ring.size;
  const toEnd = ring.size - at;
  const needed = toEnd < size ? toEnd + size : size;
  if (ring.free() < needed) {
    ring.countLost();
    return;
  }
  if (toEnd < size) {
    ring.view.setUint32(at, 0, true);
    ring.head = (ring.head + toEnd) | 0;
    at = 0;
  }
  ring.view.setUint32(at, size, true);
  ring.view.setUint32(at + 4, segmentId, true);
  ring.view.setUint32(at + 24, end, true);
  ring.view.setFloat64(at + 8, wallMs, true);
  ring.view.setUint32(at + 16, length, true);
  ring.view.setUint32(at + 20, captured, true);
  ring.bytes.set(source.subarray(start, start + captured), at + RECORD_HEADER);
  ring.head = (ring.head + size) | 0;
}
