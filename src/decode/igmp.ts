// IGMP versions 1 to 3 (RFC 1112, RFC 2236, RFC 3376), IP protocol 2.
import { dataBytes } from './context.ts';
import { describeGroupRecords } from './mld.ts';
import type { View } from './view.ts';
import { firstOf, words } from './wording.ts';

/** Decodes an IGMP message. */
export function decodeIgmp(view: View): string {
  if (!view.has(8)) return view.short('IGMP', 8);
  const group = view.ipv4(4);
  switch (view.u8(0)) {
    case 0x11:
      return describeQuery(view, group);
    case 0x12:
      return `IGMPv1 report group ${group}`;
    case 0x16:
      return `IGMPv2 report group ${group}`;
    case 0x17:
      return `IGMPv2 leave group ${group}`;
    case 0x22:
      return words('IGMPv3 report', firstOf(describeGroupRecords(view.at(8), view.u16(6), 4)));
    default:
      return `IGMP type 0x${view.u8(0).toString(16)} ${dataBytes(view)}`;
  }
}

// RFC 3376 section 7.1: 8 bytes are version 1 or 2, told apart by the response time; 12 and more are version 3.
function describeQuery(view: View, group: string): string {
  const version = view.size >= 12 ? 3 : view.u8(1) === 0 ? 1 : 2;
  return words(
    `IGMPv${version} query`,
    group === '0.0.0.0' ? 'general' : `group ${group}`,
    version > 1 && `max ${view.u8(1) * 100}ms`,
  );
}
