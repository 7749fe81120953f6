// What one direction of a link does to its frames, in netem's order (net/sched/sch_netem.c, netem_enqueue):
//
//   meant? ─ mtu ─ duplicate ─ loss ─ corrupt ─┬─ the copy: loss, corrupt ─┬─ reorder or delay, rate ─ limit ─▶ line
//                                              └─ the frame itself ────────┘
//
// What may leave at once does so straight from the batch. What must wait is copied into the delay line, and leaves from
// there when its time has come, many frames at a time. Time and chance come from outside, so a run can be repeated.

import { FATE } from '../../channel/capture-ring.ts';
import { type CounterBlock, DROP, FIELD } from '../../channel/counters.ts';
import type { ImpairmentState } from '../../channel/messages.ts';
import type { Direction, ImpairmentSpec } from '../../topology/impairment.ts';
import { DEPARTURE_BYTES, DEPARTURE_FRAMES, HEADER_BYTES } from '../limits.ts';
import type { NativeMemory } from '../sys/memory.ts';
import { FrameSet } from '../wire/frame-set.ts';
import type { Batch } from '../wire/framing.ts';
import { DelayLine } from './delay-line.ts';
import { Knobs } from './knobs.ts';
import { exceedsMtu } from './mtu.ts';

const NO_BIT = -1;

/** Where frames go when they leave. */
export interface Departures {
  /** Counters of the end that the frames are for. */
  readonly counters: CounterBlock;
  /** Whether frames may leave; those that may not wait in the line. */
  readonly isOpen: boolean;
  /** Sends frames, which are only valid during the call. */
  depart(frames: FrameSet): void;
}

/** The impairment of one direction. */
export class Impairment {
  /** When `release()` is to be called next; Infinity when nothing waits. */
  nextNs = Number.POSITIVE_INFINITY;
  /** When the direction heals. */
  healNs = Number.POSITIVE_INFINITY;
  /** What it does; undefined: nothing. */
  spec: ImpairmentSpec | undefined;
  private readonly direction: Direction;
  private readonly departures: Departures;
  private readonly line = new DelayLine();
  private knobs: Knobs;
  private seed: number | undefined;
  private fromLine: FrameSet;
  private readonly fromBatch: FrameSet;
  private departingBytes = 0;
  /** The last frame of `fromBatch` is a copy of the one that comes next, in the same bytes. */
  private isCopyWaiting = false;
  /** When the last frame that kept its place is due. */
  private latestNs = Number.NEGATIVE_INFINITY;
  /** Frames since one was sent ahead; frames since the last that was meant. */
  private gapCount = 0;
  private everyCount = 0;
  private nowNs = 0;
  /** Of a batch that is captured: where its fate is noted, and which frame is in hand. */
  private marks: Uint16Array | null = null;
  private index = 0;

  /** @param batchMemory where all frames come from */
  constructor(direction: Direction, batchMemory: NativeMemory, departures: Departures) {
    this.direction = direction;
    this.departures = departures;
    this.knobs = new Knobs(0, direction);
    this.fromBatch = new FrameSet(batchMemory, DEPARTURE_FRAMES);
    this.fromLine = new FrameSet(this.line.store.memory, DEPARTURE_FRAMES);
  }

  /** Nothing is impaired any more, and nothing waits. */
  get isOver(): boolean {
    return this.spec === undefined && this.line.frames === 0;
  }

  /**
   * Changes what is done to frames from now on; those that wait keep their times. With the same seed chance goes on where
   * it stands, with another one it starts anew. Undefined: nothing is done any more.
   */
  configure(spec: ImpairmentSpec | undefined, nowNs: number): void {
    // Said again, as when the other direction is changed: its duration does not start again.
    if (JSON.stringify(spec) === JSON.stringify(this.spec)) return;
    const { seed = 0, durationMs } = spec ?? {};
    this.spec = spec;
    if (spec !== undefined && seed !== this.seed) {
      this.seed = seed;
      this.knobs = new Knobs(seed, this.direction);
      this.gapCount = 0;
      this.everyCount = 0;
    }
    this.knobs.set(spec ?? {});
    this.healNs = durationMs === undefined ? Number.POSITIVE_INFINITY : nowNs + durationMs * 1e6;
  }

  /** Decides about all frames of a batch, and notes in `marks` as FATE what it does. What is due has been released. */
  take(batch: Batch, nowNs: number, marks: Uint16Array | null = null): void {
    const { offsets, count, bytes } = batch;
    this.nowNs = nowNs;
    this.marks = marks;
    for (let i = 0; i < count; i++) {
      this.index = i;
      this.takeFrame(bytes, offsets[i]!, offsets[i + 1]!);
    }
    this.line.settle();
    this.flush(this.fromBatch);
    this.isCopyWaiting = false;
    this.note();
  }

  /** Lets go what is due. */
  release(nowNs: number): void {
    const { line, departures } = this;
    const { slots } = this.knobs;
    this.nowNs = nowNs;
    if (this.fromLine.memory !== line.store.memory) this.fromLine = new FrameSet(line.store.memory, DEPARTURE_FRAMES);
    const { fromLine } = this;
    while (departures.isOpen && line.nextDueNs <= nowNs) {
      if (slots !== null && slots.timeOf(line.nextDueNs) > nowNs) break;
      const { headStart, headEnd } = line;
      slots?.left(headEnd - headStart - HEADER_BYTES);
      line.take();
      fromLine.add(headStart, headEnd);
      this.departingBytes += headEnd - headStart;
      if (fromLine.isFull || this.departingBytes >= DEPARTURE_BYTES) this.flush(fromLine);
    }
    this.flush(fromLine);
    this.note();
  }

  /** Throws away what waits, counted under `dropReason`. */
  drop(dropReason: number): void {
    this.departures.counters[FIELD.drops + dropReason]! += this.line.frames;
    this.line.clear();
    this.latestNs = Number.NEGATIVE_INFINITY;
    this.note();
  }

  /** All that waits, and where chance stands, to go on elsewhere. Nothing waits afterwards. */
  save(): ImpairmentState {
    const { line, gapCount, everyCount, latestNs, healNs } = this;
    const bytes = new Uint8Array(line.bytes);
    const dueNs = new Float64Array(line.frames);
    let at = 0;
    for (let i = 0; i < dueNs.length; i++) {
      const { headStart, headEnd } = line;
      dueNs[i] = line.nextDueNs;
      bytes.set(line.store.memory.bytes.subarray(headStart, headEnd), at);
      at += headEnd - headStart;
      line.take();
    }
    this.note();
    return { bytes, dueNs, healNs, knobs: [...this.knobs.save(), [gapCount, everyCount, latestNs]] };
  }

  /** Goes on with what another saved; `configure()` was called with the same specification. */
  restore({ bytes, dueNs, healNs, knobs }: ImpairmentState, memory: NativeMemory): void {
    const [gapCount = 0, everyCount = 0, latestNs = Number.NEGATIVE_INFINITY] = knobs.at(-1) ?? [];
    this.knobs.restore(knobs.slice(0, -1));
    this.gapCount = gapCount;
    this.everyCount = everyCount;
    this.latestNs = latestNs;
    this.healNs = healNs;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    let at = 0;
    for (const due of dueNs) {
      const size = HEADER_BYTES + view.getUint32(at, false);
      memory.bytes.set(bytes.subarray(at, at + size), 0);
      if (!this.line.put(memory.address, size, due)) this.departures.counters[FIELD.drops + DROP.limit]!++;
      this.line.settle();
      at += size;
    }
    this.note();
  }

  private takeFrame(bytes: Uint8Array, start: number, end: number): void {
    const { knobs } = this;
    const { counters } = this.departures;
    const from = start + HEADER_BYTES;
    if (!this.isMeant(bytes, from, end)) {
      this.pass(start, end);
      return;
    }
    if (knobs.mtuBytes > 0 && exceedsMtu(bytes, from, end, knobs.mtuBytes)) {
      counters[FIELD.drops + DROP.mtu]!++;
      this.mark(FATE.mtu);
      return;
    }
    const isTwice = knobs.duplicateShare > 0 && knobs.duplicateChance.fraction() < knobs.duplicateShare;
    const isLost = knobs.loss?.isLost() === true;
    if (isLost && !isTwice) {
      counters[FIELD.drops + DROP.loss]!++;
      this.mark(FATE.loss);
      return;
    }
    const bit = this.nextBit(end - from);
    // One of two was lost: one goes on.
    if (isTwice && !isLost) this.sendCopy(bytes, start, end);
    this.send(bytes, start, end, bit, false);
  }

  private isMeant(bytes: Uint8Array, from: number, end: number): boolean {
    const { matcher, every } = this.knobs;
    if (matcher !== null && !matcher.matches(bytes, from, end)) return false;
    this.everyCount++;
    if (this.everyCount < every) return false;
    this.everyCount = 0;
    return true;
  }

  /** The copy goes ahead of its frame and meets its own fate, but is not copied again. */
  private sendCopy(bytes: Uint8Array, start: number, end: number): void {
    const { counters } = this.departures;
    counters[FIELD.duplicated]!++;
    this.mark(FATE.duplicate);
    if (this.knobs.loss?.isLost()) counters[FIELD.drops + DROP.loss]!++;
    else this.send(bytes, start, end, this.nextBit(end - start - HEADER_BYTES), true);
  }

  /** The bit that is to be damaged in a frame of `length` bytes, or none. */
  private nextBit(length: number): number {
    const { knobs } = this;
    if (knobs.corruptShare === 0 || knobs.corruptChance.fraction() >= knobs.corruptShare) return NO_BIT;
    this.departures.counters[FIELD.corrupted]!++;
    this.mark(FATE.corrupt);
    return Math.floor(knobs.bitChance.fraction() * length * 8);
  }

  private send(bytes: Uint8Array, start: number, end: number, bit: number, isCopy: boolean): void {
    const { knobs, line, nowNs } = this;
    const { counters } = this.departures;
    const isAhead = this.isSentAhead();
    const dueNs = isAhead ? nowNs : this.dueOf(end - start - HEADER_BYTES);
    if (line.frames >= knobs.limitFrames || this.heldBytes + end - start - HEADER_BYTES > knobs.limitBytes) {
      counters[FIELD.drops + DROP.limit]!++;
      if (!isCopy) this.mark(FATE.limit);
      return;
    }
    if (line.frames > 0 && dueNs < this.latestNs) {
      counters[FIELD.reordered]!++;
      this.mark(FATE.reorder);
    }
    if (!isAhead && dueNs > this.latestNs) this.latestNs = dueNs;
    // What was put before may be a copy in the same bytes.
    if (bit !== NO_BIT) line.settle();
    if (dueNs > nowNs || !this.departures.isOpen || (knobs.slots !== null && !isAhead)) {
      if (bit !== NO_BIT) flip(bytes, start, bit);
      this.hold(start, end, dueNs);
      if (bit === NO_BIT) return;
      // The same bytes may be the copy that waits for its departure, or the frame that comes after its copy.
      line.settle();
      flip(bytes, start, bit);
      return;
    }
    if (bit === NO_BIT) {
      this.isCopyWaiting = isCopy;
      this.leave(start, end);
      return;
    }
    if (this.isCopyWaiting) this.flush(this.fromBatch);
    flip(bytes, start, bit);
    this.leave(start, end);
    if (!isCopy) return;
    this.flush(this.fromBatch);
    flip(bytes, start, bit);
  }

  /** A frame that is not meant: it passes, behind the others only where order is kept. */
  private pass(start: number, end: number): void {
    const { nowNs, latestNs } = this;
    // What is due has left, so whatever is held waits for its time, its slot or the machine.
    if (this.knobs.keepOrder && this.line.frames > 0) this.hold(start, end, Math.max(latestNs, nowNs));
    else if (this.departures.isOpen) this.leave(start, end);
    else this.hold(start, end, nowNs);
  }

  private mark(fate: number): void {
    if (this.marks !== null) this.marks[this.index]! |= fate;
  }

  private isSentAhead(): boolean {
    const { knobs } = this;
    if (knobs.gap === 0) return false;
    const isAhead = this.gapCount >= knobs.gap - 1 && knobs.reorderChance.fraction() < knobs.reorderShare;
    this.gapCount = isAhead ? 0 : this.gapCount + 1;
    return isAhead;
  }

  private dueOf(length: number): number {
    const { knobs, latestNs } = this;
    const dueNs = this.nowNs + knobs.delay.nextNs();
    // Serialisation starts when the frame before is out.
    if (knobs.rate !== null) return Math.ceil(Math.max(dueNs, latestNs) + knobs.rate.timeNs(length));
    return Math.ceil(knobs.keepOrder ? Math.max(dueNs, latestNs) : dueNs);
  }

  private hold(start: number, end: number, dueNs: number): void {
    if (this.line.put(this.fromBatch.memory.address + start, end - start, dueNs)) return;
    this.departures.counters[FIELD.drops + DROP.limit]!++;
  }

  private leave(start: number, end: number): void {
    const { fromBatch } = this;
    fromBatch.add(start, end);
    this.departingBytes += end - start;
    if (fromBatch.isFull || this.departingBytes >= DEPARTURE_BYTES) this.flush(fromBatch);
  }

  private flush(frames: FrameSet): void {
    this.departingBytes = 0;
    if (frames.count === 0) return;
    this.departures.depart(frames);
    frames.clear();
    this.isCopyWaiting = false;
  }

  private get heldBytes(): number {
    return this.line.bytes - HEADER_BYTES * this.line.frames;
  }

  private note(): void {
    const { line, nowNs } = this;
    const { slots } = this.knobs;
    const { counters } = this.departures;
    const dueNs = line.nextDueNs;
    this.nextNs = slots === null || dueNs > nowNs ? dueNs : slots.timeOf(dueNs);
    counters[FIELD.delayedFrames] = line.frames;
    counters[FIELD.delayedBytes] = this.heldBytes;
  }
}

function flip(bytes: Uint8Array, start: number, bit: number): void {
  bytes[start + HEADER_BYTES + (bit >> 3)]! ^= 1 << (bit & 7);
}
