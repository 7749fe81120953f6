// VXLAN (RFC 7348), UDP port 4789, and 8472 as older Linux has it. The frame inside is decoded as well, once: a VXLAN
// frame inside a VXLAN frame is only measured.
import { type Context, decodeTunnelled } from './context.ts';
import { decodeEthernet } from './ethernet.ts';
import type { View } from './view.ts';

/** Decodes a VXLAN header and the frame behind it. */
export function decodeVxlan(view: View, context: Context): string {
  if (!view.has(8)) return view.short('VXLAN', 8);
  // Section 5: the I flag must be set for the identifier to be valid.
  const vni = view.u8(0) & 0x08 ? `vni ${view.u24(4)}` : '[no vni]';
  return `VXLAN ${vni}, ${decodeTunnelled(decodeEthernet, view.at(8), context, 1)}`;
}
