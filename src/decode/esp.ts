// ESP (RFC 4303), IP protocol 50: all that can be read without the key.
import { dataBytes } from './context.ts';
import type { View } from './view.ts';

/** Decodes the start of an ESP packet. */
export function decodeEsp(view: View): string {
  if (!view.has(8)) return view.short('ESP', 8);
  return `ESP spi 0x${view.u32(0).toString(16)} seq ${view.u32(4)} ${dataBytes(view.at(8))}`;
}
