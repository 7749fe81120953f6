// PTP (IEEE 1588-2019 clause 13), EtherType 0x88f7 and UDP ports 319 and 320: which message, of which clock.
import type { View } from './view.ts';
import { nameOf, words } from './wording.ts';

const MESSAGES: Readonly<Record<number, string>> = {
  0: 'sync',
  1: 'delay request',
  2: 'peer delay request',
  3: 'peer delay response',
  8: 'follow up',
  9: 'delay response',
  10: 'peer delay follow up',
  11: 'announce',
  12: 'signalling',
  13: 'management',
};
const HEADER_BYTES = 34;
const ANNOUNCE = 11;

/** Decodes a PTP message. */
export function decodePtp(view: View): string {
  if (!view.has(HEADER_BYTES)) return view.short('PTP', HEADER_BYTES);
  const type = view.u8(0) & 0xf;
  return words(
    `PTPv${view.u8(1) & 0xf} ${nameOf(MESSAGES, type, 'message')} domain ${view.u8(4)}`,
    `clock 0x${view.hex(20, 8)} port ${view.u16(28)} seq ${view.u16(30)}`,
    // Clause 13.5: priorities and the grandmaster stand behind the time and the offset to UTC.
    type === ANNOUNCE && view.has(61) && `grandmaster 0x${view.hex(53, 8)} priority ${view.u8(47)}/${view.u8(52)}`,
  );
}
