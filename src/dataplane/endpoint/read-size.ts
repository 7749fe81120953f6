// How much a stream endpoint reads at once. Where its frames go to streams, that is a full read: all of it is one send.
// Where each frame is work of its own, such as a datagram, a full read of short frames would be up to a third of a second
// in which nobody else of the thread has a turn; there it is as much as some hundred frames of the size that came last.

import { READ_BYTES, TURN_FIRST_BYTES, TURN_FRAMES, TURN_LEAST_BYTES, TURN_MOST_BYTES } from '../limits.ts';
import type { Batch } from '../wire/framing.ts';
import type { Port } from './endpoint.ts';

/** The size of the next read of one endpoint. */
export class ReadSize {
  private bytes = TURN_FIRST_BYTES;

  /** Bytes to be read for this port. */
  next(port: Port): number {
    return port.takesBatches ? READ_BYTES : this.bytes;
  }

  /** What the last read brought. */
  note({ offsets, count }: Batch): void {
    if (count === 0) return;
    const wanted = Math.floor(((offsets[count]! - offsets[0]!) * TURN_FRAMES) / count);
    // Shrinks at once and grows slowly: short frames behind a few long ones must not find it wide open.
    this.bytes = Math.max(TURN_LEAST_BYTES, Math.min(wanted, 2 * this.bytes, TURN_MOST_BYTES));
  }
}
