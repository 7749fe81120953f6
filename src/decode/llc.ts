// IEEE 802.2 logical link control and its SNAP extension (IEEE 802 clause 9): what an 802.3 length field leads to, and
// how spanning tree, IS-IS and the Cisco protocols travel.
import { type Context, dataBytes, decodeEtherType } from './context.ts';
import type { View } from './view.ts';
import { hexNumber } from './wording.ts';

const SNAP_SAP = 0xaa;
const UNNUMBERED = 0x03;

const SNAP_NAMES: Readonly<Record<number, string>> = {
  [0x00000c * 0x10000 + 0x0104]: 'PAgP',
  [0x00000c * 0x10000 + 0x0111]: 'UDLD',
  [0x00000c * 0x10000 + 0x2003]: 'VTP',
  [0x00000c * 0x10000 + 0x2004]: 'DTP',
};

/** Decodes an LLC header and what its service access points lead to. */
export function decodeLlc(view: View, context: Context): string {
  if (!view.has(3)) return view.short('LLC', 3);
  const [destination, source, control] = [view.u8(0), view.u8(1), view.u8(2)];
  if (destination === SNAP_SAP && source === SNAP_SAP && control === UNNUMBERED) return decodeSnap(view.at(3), context);
  const decoder = destination === source ? context.tables.llcSaps.get(destination) : undefined;
  // IEEE 802.2 clause 5.2: only unnumbered control fields are one byte long.
  if (decoder && control === UNNUMBERED) return decoder(view.at(3), context);
  const saps = `LLC dsap ${hexNumber(destination, 1)} ssap ${hexNumber(source, 1)} control ${hexNumber(control, 1)}`;
  return `${saps}, ${dataBytes(view.at((control & 3) === 3 ? 3 : 4))}`;
}

function decodeSnap(view: View, context: Context): string {
  if (!view.has(5)) return view.short('SNAP', 5);
  const organisation = view.u24(0);
  const protocol = view.u16(3);
  const rest = view.at(5);
  // RFC 1042: organisation 0 carries an EtherType.
  if (organisation === 0 && protocol > 1500) return `SNAP ${decodeEtherType(protocol, rest, context)}`;
  const key = organisation * 0x10000 + protocol;
  const decoder = context.tables.snapProtocols.get(key);
  if (decoder) return decoder(rest, context);
  const name = SNAP_NAMES[key] ?? `SNAP oui ${hexNumber(organisation, 3)} pid ${hexNumber(protocol, 2)},`;
  return `${name} ${dataBytes(rest)}`;
}
