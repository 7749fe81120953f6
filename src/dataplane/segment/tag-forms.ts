// The forms of one frame on its way through a switch: as it came, with a tag, without. Another form than the first is made
// in scratch memory, at most once, however many ports want it.
//
//   length | addresses (12) | tag: type (2), priority and VLAN (2) | rest        IEEE 802.1Q, 9.3 to 9.6
//
// Where a tag is taken off, the one behind it stays: only the outermost counts.

import { HEADER_BYTES } from '../limits.ts';
import type { Batch } from '../wire/framing.ts';

/** The type of a customer's tag (802.1Q). */
export const CUSTOMER_TAG = 0x8100;
/** The type of a provider's tag (802.1ad). */
export const PROVIDER_TAG = 0x88a8;
/** A tag. */
export const TAG_BYTES = 4;

/** How a frame came in. */
export const CAME = {
  /** Without a tag that counts. */
  bare: 0,
  /** With a tag that names its VLAN. */
  tagged: 1,
  /** With a tag for its priority only: its VLAN is 0. */
  priority: 2,
} as const;

const TAG_AT = HEADER_BYTES + 12;

/** The frame that is being forwarded, in stream form at `start` to `end`, and its other forms once they are made. */
export class TagForms {
  start = 0;
  end = 0;
  vlan = 0;
  came: number = CAME.bare;
  /** Of the tag that a bare frame gets. */
  tagType = CUSTOMER_TAG;
  /** With its tag; -1 while not made. */
  taggedStart = -1;
  taggedEnd = 0;
  /** Without; -1 while not made. */
  bareStart = -1;
  bareEnd = 0;
  private readonly memory: Batch['memory'];
  private readonly scratch: number;
  private readonly scratchEnd: number;
  private next: number;

  /** @param scratch where the scratch memory starts @param scratchEnd where it ends */
  constructor(memory: Batch['memory'], scratch: number, scratchEnd: number) {
    this.memory = memory;
    this.scratch = scratch;
    this.scratchEnd = scratchEnd;
    this.next = scratch;
  }

  /** Takes up the next frame. */
  begin(start: number, end: number): void {
    this.start = start;
    this.end = end;
    this.taggedStart = -1;
    this.bareStart = -1;
  }

  /** Nobody needs what was made so far. */
  reset(): void {
    this.next = this.scratch;
    this.taggedStart = -1;
    this.bareStart = -1;
  }

  /** Whether there is room to make a form; if not, `reset` makes some. */
  get hasRoom(): boolean {
    return this.next + (this.end - this.start) + TAG_BYTES <= this.scratchEnd;
  }

  /** Makes the form with a tag, of a frame that came without a VLAN in its tag. */
  makeTagged(): void {
    const { start, end, next, memory } = this;
    const { bytes, view } = memory;
    if (this.came === CAME.priority) {
      bytes.copyWithin(next, start, end);
      view.setUint16(next + TAG_AT + 2, (view.getUint16(start + TAG_AT + 2) & 0xf000) | this.vlan);
      this.next += end - start;
    } else {
      bytes.copyWithin(next, start, start + TAG_AT);
      bytes.copyWithin(next + TAG_AT + TAG_BYTES, start + TAG_AT, end);
      view.setUint32(next, end - start - HEADER_BYTES + TAG_BYTES);
      view.setUint16(next + TAG_AT, this.tagType);
      view.setUint16(next + TAG_AT + 2, this.vlan);
      this.next += end - start + TAG_BYTES;
    }
    this.taggedStart = next;
    this.taggedEnd = this.next;
  }

  /** Makes the form without a tag, of a frame that came with one. */
  makeBare(): void {
    const { start, end, next, memory } = this;
    memory.bytes.copyWithin(next, start, start + TAG_AT);
    memory.bytes.copyWithin(next + TAG_AT, start + TAG_AT + TAG_BYTES, end);
    memory.view.setUint32(next, end - start - HEADER_BYTES - TAG_BYTES);
    this.next += end - start - TAG_BYTES;
    this.bareStart = next;
    this.bareEnd = this.next;
  }
}
