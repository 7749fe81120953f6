// MACsec (IEEE 802.1AE clause 9), EtherType 0x88e5: the tag in front of what is protected, and of whom it is.
import { dataBytes } from './context.ts';
import type { View } from './view.ts';
import { words } from './wording.ts';

const HAS_SCI = 0x20;
const ENCRYPTED = 0x08;
const ICV_BYTES = 16;

/** Decodes a MACsec tag. */
export function decodeMacsec(view: View): string {
  if (!view.has(6)) return view.short('MACsec', 6);
  const flags = view.u8(0);
  const tagBytes = flags & HAS_SCI ? 14 : 6;
  return words(
    `MACsec an ${flags & 3} pn ${view.u32(2)}`,
    (flags & HAS_SCI) !== 0 && `sci ${view.mac(6)}/${view.u16(12)}`,
    flags & ENCRYPTED ? 'encrypted' : 'authenticated',
    dataBytes(view.at(tagBytes, view.size - tagBytes - ICV_BYTES)),
  );
}
