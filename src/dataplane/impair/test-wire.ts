// A workbench for tests: one impaired direction between two lists, with a clock that jumps from event to event.

import { makeCounterBlock, readCounters } from '../../channel/counters.ts';
import type { Direction, ImpairmentSpec } from '../../topology/impairment.ts';
import { HEADER_BYTES } from '../limits.ts';
import type { FrameSet } from '../wire/frame-set.ts';
import { Batch } from '../wire/framing.ts';
import { type Departures, Impairment } from './impairment.ts';

/** A frame that came out. */
export interface Departed {
  /** What stands in its first four bytes. */
  readonly number: number;
  readonly bytes: Buffer;
  readonly atNs: number;
}

const FIRST_MAC_BYTES = 12;
const batch = new Batch();

/** One impaired direction. Frames are numbered from 0. */
export class TestWire implements Departures {
  readonly counters = makeCounterBlock();
  isOpen = true;
  nowNs = 1e9;
  readonly out: Departed[] = [];
  /** Frames of each departure. */
  readonly departures: number[] = [];
  /** Called after each departure. */
  onDeparture: (() => void) | undefined;
  readonly impairment: Impairment;
  private sent = 0;

  constructor(spec: ImpairmentSpec, direction: Direction = 'a-to-b') {
    this.impairment = new Impairment(direction, batch.memory, this);
    this.impairment.configure({ seed: 1, ...spec }, this.nowNs);
  }

  depart(frames: FrameSet): void {
    for (let i = 0; i < frames.count; i++) {
      const bytes = Buffer.from(frames.memory.bytes.slice(frames.starts[i]! + HEADER_BYTES, frames.ends[i]));
      this.out.push({ number: bytes.readUInt32BE(0), bytes, atNs: this.nowNs });
    }
    this.departures.push(frames.count);
    this.onDeparture?.();
  }

  /** Sends frames of these lengths in one batch, now. */
  send(...lengths: readonly number[]): void {
    this.sendFrames(
      lengths.map((length) => {
        const frame = Buffer.alloc(length);
        frame.writeUInt32BE(this.sent++, 0);
        return frame;
      }),
    );
  }

  /** Sends frames of `length` bytes, one at a time, `gapNs` apart. */
  sendMany(count: number, length: number, gapNs: number): void {
    for (let i = 0; i < count; i++) {
      this.send(length);
      this.run(gapNs);
    }
  }

  /** Sends these frames in one batch. */
  sendFrames(frames: readonly Uint8Array[]): void {
    batch.clear();
    for (const frame of frames) {
      batch.bytes.set(frame, batch.next);
      batch.commit(frame.length);
    }
    this.impairment.release(this.nowNs);
    this.impairment.take(batch, this.nowNs);
  }

  /** Lets time pass, from one event to the next. */
  run(ns: number): void {
    const untilNs = this.nowNs + ns;
    while (this.isOpen && this.impairment.nextNs <= untilNs) {
      this.nowNs = Math.max(this.nowNs, this.impairment.nextNs);
      this.impairment.release(this.nowNs);
    }
    this.nowNs = untilNs;
  }

  /** The numbers of what came out. */
  get numbers(): number[] {
    return this.out.map(({ number }) => number);
  }

  get counts() {
    return readCounters(this.counters);
  }
}

/** A frame with an EtherType and bytes behind it. */
export function ethernetFrame(types: readonly number[], length: number): Buffer {
  const frame = Buffer.alloc(length);
  for (const [index, type] of types.entries()) frame.writeUInt16BE(type, FIRST_MAC_BYTES + 4 * index);
  return frame;
}
