// Geneve (RFC 8926), UDP port 6081: a tunnel as VXLAN is one, with options and any EtherType inside.
import { type Context, decodeEtherType, decodeTunnelled } from './context.ts';
import type { View } from './view.ts';
import { words } from './wording.ts';

/** Decodes a Geneve header and what is behind it. */
export function decodeGeneve(view: View, context: Context): string {
  if (!view.has(8)) return view.short('Geneve', 8);
  const optionBytes = (view.u8(0) & 0x3f) * 4;
  const type = view.u16(2);
  const line = words(`Geneve vni ${view.u24(4)}`, optionBytes > 0 && `options ${optionBytes} bytes`);
  const inner = (body: View, below: Context): string => decodeEtherType(type, body, below);
  return `${line}, ${decodeTunnelled(inner, view.at(8 + optionBytes), context, 1)}`;
}
