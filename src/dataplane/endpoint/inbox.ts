// Where a thread receives datagrams: one list of slots per loop, filled and emptied within one call of whoever reads.

import { MESSAGES_PER_CALL, READ_BYTES, SLOT_BYTES } from '../limits.ts';
import type { Loop } from '../loop/loop.ts';
import { ReceiveList } from '../sys/message-list.ts';

const inboxes = new WeakMap<Loop, ReceiveList>();
const FULL_FRAME_BYTES = 1514;
/** Of the largest, this part goes with each that is smaller: after some 200 of them a giant is forgotten. */
const FORGETTING_SHIFT = 6;

/** The one inbox of a loop. */
export function inboxOf(loop: Loop): ReceiveList {
  const known = inboxes.get(loop);
  if (known !== undefined) return known;
  const { memory, inbox } = loop.batch;
  const made = new ReceiveList(memory, inbox, { slots: MESSAGES_PER_CALL, slotBytes: SLOT_BYTES });
  inboxes.set(loop, made);
  return made;
}

/** How many datagrams are read at once: as many of the largest that was seen lately as one batch has room for. */
export class Appetite {
  private largest = FULL_FRAME_BYTES;

  get most(): number {
    return Math.max(1, Math.min(MESSAGES_PER_CALL, Math.floor(READ_BYTES / this.largest)));
  }

  /** A datagram of this size came. What was larger is forgotten bit by bit: one of its like may be the next. */
  note(size: number): void {
    if (size <= this.largest && this.largest === FULL_FRAME_BYTES) return;
    this.largest = Math.max(size, FULL_FRAME_BYTES, this.largest - Math.max(1, this.largest >> FORGETTING_SHIFT));
  }
}
