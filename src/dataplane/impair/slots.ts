// Frames leave in bursts, as on a medium that is asked for: netem's "slot" (net/sched/sch_netem.c, get_slot_next and
// netem_dequeue). Frames that are due wait for the next slot, and leave in it together, as many as it holds.

import type { SlotSpec } from '../../topology/impairment.ts';
import { type Chances, Delay } from './delay.ts';

/** When the slots are, and what room is left in the one that comes next. */
export class Slots {
  private readonly gap: Delay;
  private readonly mostFrames: number;
  private readonly mostBytes: number;
  private nextNs = 0;
  private framesLeft = 0;
  private bytesLeft = 0;

  constructor({ minMs, maxMs, distribution, frames = 0, bytes = 0 }: SlotSpec, chances: Chances) {
    this.gap = new Delay(
      distribution ?? { meanMs: (minMs + maxMs) / 2, jitterMs: (maxMs - minMs) / 2, shape: 'uniform' },
      chances,
    );
    this.mostFrames = frames > 0 ? frames : Number.POSITIVE_INFINITY;
    this.mostBytes = bytes > 0 ? bytes : Number.POSITIVE_INFINITY;
  }

  /** When the frame at the head of the queue, which is due, may leave. */
  timeOf(dueNs: number): number {
    if (this.nextNs < dueNs) this.open(dueNs);
    return this.nextNs;
  }

  /** That frame left. */
  left(bytes: number): void {
    this.framesLeft--;
    this.bytesLeft -= bytes;
    if (this.framesLeft <= 0 || this.bytesLeft <= 0) this.open(this.nextNs);
  }

  save(): number[] {
    return [this.nextNs, this.framesLeft, this.bytesLeft];
  }

  restore([nextNs = 0, framesLeft = 0, bytesLeft = 0]: readonly number[]): void {
    this.nextNs = nextNs;
    this.framesLeft = framesLeft;
    this.bytesLeft = bytesLeft;
  }

  // From the time at which something had to happen, not from the one at which it was noticed: so the times of slots
  // follow from those of the frames.
  private open(fromNs: number): void {
    this.nextNs = fromNs + Math.max(0, this.gap.nextNs());
    this.framesLeft = this.mostFrames;
    this.bytesLeft = this.mostBytes;
  }
}
