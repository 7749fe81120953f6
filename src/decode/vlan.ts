// VLAN tags, one or stacked: IEEE 802.1Q clause 9.6 (C-tag 0x8100, S-tag 0x88a8) and the 0x9100 of QinQ before the
// standard. Registered in tables.ts once per tag type.
import { type Context, type Decoder, decodeEtherType } from './context.ts';
import type { View } from './view.ts';
import { words } from './wording.ts';

const TAG_NAMES: Readonly<Record<number, string>> = {
  33024: 'VLAN', // 0x8100
  34984: 'S-VLAN', // 0x88a8
  37120: 'VLAN(0x9100)',
};
const MAX_TAGS = 8;

/** A decoder for what follows the tag type `tagType`. */
export function vlanDecoder(tagType: number): Decoder {
  return (view, context) => decodeTags(tagType, view, context);
}

// A loop rather than a decoder calling itself: a frame full of tags must not become a deep stack.
function decodeTags(firstType: number, view: View, context: Context): string {
  let type = firstType;
  let rest = view;
  let line = '';
  for (let count = 0; TAG_NAMES[type] !== undefined; count += 1) {
    const name = TAG_NAMES[type]!;
    if (count === MAX_TAGS) return `${line}more tags`;
    if (!rest.has(4)) return line + rest.short(name, 4);
    const control = rest.u16(0);
    const priority = control >> 13;
    line += `${words(
      `${name} ${control & 0xfff}`,
      priority > 0 && `prio ${priority}`,
      (control & 0x1000) !== 0 && 'dei',
    )}, `;
    type = rest.u16(2);
    rest = rest.at(4);
  }
  return line + decodeEtherType(type, rest, context);
}
