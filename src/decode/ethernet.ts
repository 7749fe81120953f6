// Ethernet II and IEEE 802.3 frames: the first layer of every line, `source > destination` and what the type field
// leads to. Also the door to the MAC address helpers, which people look for here.
import { type Context, decodeEtherType } from './context.ts';
import type { View } from './view.ts';

export { formatMac, parseMac } from './address.ts';

/** Decodes a whole frame that starts with its destination address (IEEE 802.3 clause 3.2). */
export function decodeEthernet(view: View, context: Context): string {
  if (!view.has(12)) return view.short('Ethernet', 14);
  const ends = `${view.mac(6)} > ${view.mac(0)}`;
  if (!view.has(14)) return view.short(`${ends} EtherType`, 14);
  return `${ends} ${decodeEtherType(view.u16(12), view.at(14), context)}`;
}
