// Reads back of a capture what the reader of a stream wants to know at its end: how many frames are missing.
import type { Block } from './block-splitter.ts';
import { BLOCK } from './pcapng-writer.ts';

const OPTIONS_AT = 20;
const DROPPED = 5;

/** How many frames an interface statistics block says are missing; 0 for any other block. */
export function missingFrames({ type, bytes }: Block): number {
  if (type !== BLOCK.statistics) return 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  // The last four bytes are the length again.
  const end = bytes.length - 4;
  let at = OPTIONS_AT;
  while (at + 4 <= end) {
    const code = view.getUint16(at, true);
    const length = view.getUint16(at + 2, true);
    if (code === DROPPED && length === 8 && at + 12 <= end) {
      return view.getUint32(at + 4, true) + view.getUint32(at + 8, true) * 2 ** 32;
    }
    at += 4 + ((length + 3) & ~3);
  }
  return 0;
}
