// Frames on their way, ordered by the time at which they are to leave; those of one time keep their order (netem's
// tfifo). As there, a frame that is due behind all others is appended to a list, and only one that overtakes goes into a
// tree, here a heap: a wire without jitter never sorts.
//
//   list:  [ due 5 | due 7 | due 7 | due 9 ]      heap: [ due 6, due 8 ]      next: the earlier of the two heads

import { DELAYED_FRAMES } from '../limits.ts';
import { FrameStore } from './frame-store.ts';

const FIRST_FRAMES = 256;

/** Holds frames in stream form until they are taken. */
export class DelayLine {
  /** What is held. */
  frames = 0;
  bytes = 0;
  readonly store: FrameStore;
  private readonly mostFrames: number;
  private capacity = FIRST_FRAMES;
  // One record per frame: its bytes in the store, its time, and its turn among frames of the same time.
  private starts = new Int32Array(FIRST_FRAMES);
  private ends = new Int32Array(FIRST_FRAMES);
  private dues = new Float64Array(FIRST_FRAMES);
  private turns = new Float64Array(FIRST_FRAMES);
  private freeRecords = new Int32Array(FIRST_FRAMES);
  private freeCount = 0;
  // The list, a ring of records.
  private list = new Int32Array(FIRST_FRAMES);
  private listHead = 0;
  private listSize = 0;
  private heap = new Int32Array(FIRST_FRAMES);
  private heapSize = 0;
  private nextTurn = 0;

  constructor(store = new FrameStore(), mostFrames = DELAYED_FRAMES) {
    this.store = store;
    this.mostFrames = mostFrames;
    this.addFree(0, FIRST_FRAMES);
  }

  /** Keeps the `size` bytes at `address`, which stay as they are until `settle()`, until `dueNs`; false when there is no room. */
  put(address: number, size: number, dueNs: number): boolean {
    if (this.freeCount === 0 && !this.grow()) return false;
    const place = this.store.put(address, size);
    if (place < 0) return false;
    const record = this.freeRecords[--this.freeCount]!;
    this.starts[record] = place;
    this.ends[record] = place + size;
    this.dues[record] = dueNs;
    this.turns[record] = this.nextTurn++;
    this.frames++;
    this.bytes += size;
    if (this.listSize === 0 || dueNs >= this.dues[this.list[this.index(this.listSize - 1)]!]!) {
      this.list[this.index(this.listSize++)] = record;
    } else {
      this.siftUp(record, this.heapSize++);
    }
    return true;
  }

  /** From here on the bytes that were put may change, and those that are held can be read. */
  settle(): void {
    this.store.settle();
  }

  /** When the first frame is due, Infinity when there is none. */
  get nextDueNs(): number {
    return this.frames === 0 ? Number.POSITIVE_INFINITY : this.dues[this.head]!;
  }

  /** Where the first frame is; there must be one. */
  get headStart(): number {
    return this.starts[this.head]!;
  }

  get headEnd(): number {
    return this.ends[this.head]!;
  }

  /** Takes the first frame out. Its bytes stay until the next `put()`. */
  take(): void {
    const record = this.head;
    if (this.heapSize > 0 && record === this.heap[0]) this.popHeap();
    else {
      this.listHead = this.index(1);
      this.listSize--;
    }
    const start = this.starts[record]!;
    this.store.drop(start);
    this.frames--;
    this.bytes -= this.ends[record]! - start;
    this.freeRecords[this.freeCount++] = record;
  }

  /** Takes all frames out. */
  clear(): void {
    while (this.frames > 0) this.take();
  }

  private get head(): number {
    const first = this.list[this.listHead]!;
    if (this.heapSize === 0) return first;
    const second = this.heap[0]!;
    return this.listSize === 0 || this.isBefore(second, first) ? second : first;
  }

  private isBefore(one: number, other: number): boolean {
    const difference = this.dues[one]! - this.dues[other]!;
    return difference < 0 || (difference === 0 && this.turns[one]! < this.turns[other]!);
  }

  /** Where the list has its entry number `offset`; the capacity is a power of two. */
  private index(offset: number): number {
    return (this.listHead + offset) & (this.capacity - 1);
  }

  private siftUp(record: number, from: number): void {
    const { heap } = this;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.isBefore(record, heap[parent]!)) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = record;
  }

  private popHeap(): void {
    const { heap } = this;
    const size = --this.heapSize;
    const last = heap[size]!;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      if (child + 1 < size && this.isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!this.isBefore(heap[child]!, last)) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = last;
  }

  private grow(): boolean {
    const { capacity } = this;
    if (capacity >= this.mostFrames) return false;
    this.starts = widened(this.starts, new Int32Array(capacity * 2));
    this.ends = widened(this.ends, new Int32Array(capacity * 2));
    this.dues = widened(this.dues, new Float64Array(capacity * 2));
    this.turns = widened(this.turns, new Float64Array(capacity * 2));
    this.heap = widened(this.heap, new Int32Array(capacity * 2));
    const list = new Int32Array(capacity * 2);
    for (let i = 0; i < this.listSize; i++) list[i] = this.list[this.index(i)]!;
    this.list = list;
    this.listHead = 0;
    this.freeRecords = new Int32Array(capacity * 2);
    this.capacity = capacity * 2;
    this.addFree(capacity, capacity * 2);
    return true;
  }

  private addFree(from: number, to: number): void {
    for (let record = to - 1; record >= from; record--) this.freeRecords[this.freeCount++] = record;
  }
}

function widened<T extends Int32Array | Float64Array>(old: T, wider: T): T {
  wider.set(old);
  return wider;
}
