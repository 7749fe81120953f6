// Due times of the loop: a binary heap in which each timer knows its own place, so that setting and clearing one
// allocates nothing. Timers are made once per owner.

/** Something that is to happen at a monotonic time. */
export class Timer {
  dueNs = 0;
  /** Place in the heap, -1 when not set. Only {@link TimerHeap} touches it. */
  place = -1;
  readonly onDue: (nowNs: number) => void;

  constructor(onDue: (nowNs: number) => void) {
    this.onDue = onDue;
  }

  get isSet(): boolean {
    return this.place >= 0;
  }
}

/** All timers of one loop, the earliest first. */
export class TimerHeap {
  private readonly heap: Timer[] = [];

  /** The earliest due time, Infinity when there is none. */
  get nextDueNs(): number {
    return this.heap[0]?.dueNs ?? Number.POSITIVE_INFINITY;
  }

  set(timer: Timer, dueNs: number): void {
    timer.dueNs = dueNs;
    if (timer.place < 0) {
      timer.place = this.heap.length;
      this.heap.push(timer);
    }
    this.siftUp(timer.place);
    this.siftDown(timer.place);
  }

  clear(timer: Timer): void {
    const { place } = timer;
    if (place < 0) return;
    timer.place = -1;
    const last = this.heap.pop()!;
    if (last === timer) return;
    this.heap[place] = last;
    last.place = place;
    this.siftUp(place);
    this.siftDown(last.place);
  }

  /** Fires everything due by `nowNs`. A timer may be set again while it fires, for a later time. */
  runDue(nowNs: number): void {
    for (let first = this.heap[0]; first !== undefined && first.dueNs <= nowNs; first = this.heap[0]) {
      this.clear(first);
      first.onDue(nowNs);
    }
  }

  private siftUp(from: number): void {
    const timer = this.heap[from]!;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = this.heap[parent]!;
      if (above.dueNs <= timer.dueNs) break;
      this.heap[place] = above;
      above.place = place;
      place = parent;
    }
    this.heap[place] = timer;
    timer.place = place;
  }

  private siftDown(from: number): void {
    const timer = this.heap[from]!;
    const size = this.heap.length;
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      if (child + 1 < size && this.heap[child + 1]!.dueNs < this.heap[child]!.dueNs) child++;
      const below = this.heap[child]!;
      if (below.dueNs >= timer.dueNs) break;
      this.heap[place] = below;
      below.place = place;
      place = child;
    }
    this.heap[place] = timer;
    timer.place = place;
  }
}
