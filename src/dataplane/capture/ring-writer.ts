// Writes frames into the ring of a capture (channel/capture-ring.ts). Never waits: in a ring with a reader, what finds no
// room is left out; in a ring that overwrites, the oldest frames make room.
import {
  CAPTURE_CONTROL,
  CAPTURE_CONTROL_BYTES,
  CAPTURE_RECORD,
  CAPTURE_RECORD_BYTES,
} from '../../channel/capture-ring.ts';
import { memcpy } from '../sys/libc.ts';
import { addressOf } from '../sys/memory.ts';

/** The frame found no room; positions are multiples of 8. */
export const NO_ROOM = -1;

/** The writing side of a ring. */
export class RingWriter {
  private readonly overwrites: boolean;
  private readonly size: number;
  private readonly address: number;
  private readonly view: DataView;
  private readonly control: Int32Array;
  private head: number;
  /** The reader's as it was seen last, or our own. */
  private tail: number;

  constructor(shared: SharedArrayBuffer, overwrites: boolean) {
    this.overwrites = overwrites;
    this.size = shared.byteLength - CAPTURE_CONTROL_BYTES;
    this.address = addressOf(new Uint8Array(shared, CAPTURE_CONTROL_BYTES));
    this.view = new DataView(shared, CAPTURE_CONTROL_BYTES);
    this.control = new Int32Array(shared, 0, CAPTURE_CONTROL_BYTES / 4);
    this.head = this.control[CAPTURE_CONTROL.head]!;
    this.tail = this.control[CAPTURE_CONTROL.tail]!;
  }

  /** Adds the first `captured` of the `length` bytes at `address`; returns the position of the record, or NO_ROOM. */
  write(address: number, length: number, captured: number, ns: number): number {
    const size = (CAPTURE_RECORD_BYTES + captured + 7) & ~7;
    const at = (this.head >>> 0) % this.size;
    const skipped = this.size - at < size ? this.size - at : 0;
    if (!this.makeRoom(skipped + size)) {
      // A reader that stalls takes no record that could tell.
      this.control[CAPTURE_CONTROL.missing] = (this.control[CAPTURE_CONTROL.missing]! + 1) | 0;
      return NO_ROOM;
    }
    const { view } = this;
    let place = at;
    if (skipped > 0) {
      view.setUint32(at, 0, true);
      place = 0;
    }
    view.setUint32(place, size, true);
    view.setFloat64(place + CAPTURE_RECORD.ns, ns, true);
    view.setUint32(place + CAPTURE_RECORD.length, length, true);
    view.setUint32(place + CAPTURE_RECORD.captured, captured, true);
    view.setUint16(place + CAPTURE_RECORD.fate, 0, true);
    memcpy(this.address + place + CAPTURE_RECORD_BYTES, address, captured);
    const position = (this.head + skipped) | 0;
    this.head = (position + size) | 0;
    return position;
  }

  /** Says where the frame of the record that was just written had been. */
  label(position: number, endId: number, endpointId: number, isOutbound: number, missingBefore: number): void {
    const { view } = this;
    const place = (position >>> 0) % this.size;
    view.setUint32(place + CAPTURE_RECORD.endId, endId, true);
    view.setUint32(place + CAPTURE_RECORD.endpointId, endpointId, true);
    view.setUint8(place + CAPTURE_RECORD.isOutbound, isOutbound);
    view.setUint32(place + CAPTURE_RECORD.missingBefore, missingBefore, true);
  }

  /** Adds to what became of the frame of a record that is not published yet. */
  mark(position: number, fate: number): void {
    // It may have been overwritten by others of the same batch.
    if (((position - this.tail) | 0) < 0) return;
    const at = ((position >>> 0) % this.size) + CAPTURE_RECORD.fate;
    this.view.setUint16(at, this.view.getUint16(at, true) | fate, true);
  }

  /** Makes all records visible to the reader. */
  publish(): void {
    if (this.overwrites) this.control[CAPTURE_CONTROL.tail] = this.tail;
    // Release: the records are complete before the reader can see the position.
    Atomics.store(this.control, CAPTURE_CONTROL.head, this.head);
  }

  private makeRoom(needed: number): boolean {
    if (needed > this.size) return false;
    if (this.free >= needed) return true;
    if (!this.overwrites) {
      // Acquire the reader's position: what lies before it may be overwritten.
      this.tail = Atomics.load(this.control, CAPTURE_CONTROL.tail);
      return this.free >= needed;
    }
    while (this.free < needed) {
      const at = (this.tail >>> 0) % this.size;
      const oldest = this.view.getUint32(at, true);
      this.tail = (this.tail + (oldest === 0 ? this.size - at : oldest)) | 0;
    }
    return true;
  }

  private get free(): number {
    return this.size - ((this.head - this.tail) | 0);
  }
}
