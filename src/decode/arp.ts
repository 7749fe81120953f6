// ARP (RFC 826) with its uses: probe and announcement (RFC 5227), reverse (RFC 903) and inverse (RFC 2390). EtherTypes
// 0x0806 and 0x8035.
import type { View } from './view.ts';
import { hexNumber, nameOf } from './wording.ts';

const OPERATIONS: Readonly<Record<number, string>> = {
  1: 'request',
  2: 'reply',
  3: 'reverse request',
  4: 'reverse reply',
  8: 'inverse request',
  9: 'inverse reply',
};

/** Decodes an ARP packet. */
export function decodeArp(view: View): string {
  if (!view.has(8)) return view.short('ARP', 28);
  const operation = view.u16(6);
  const name = nameOf(OPERATIONS, operation, 'operation');
  // Hardware type 1 with 6-byte addresses, protocol IPv4 with 4: everything else is a rarity that is only named.
  if (view.u16(2) !== 0x0800 || view.u16(4) !== 0x0604) {
    return `ARP ${name} hardware ${view.u16(0)} protocol ${hexNumber(view.u16(2), 2)}`;
  }
  if (!view.has(28)) return view.short(`ARP ${name}`, 28);
  const [senderMac, sender, targetMac, target] = [view.mac(8), view.ipv4(14), view.mac(18), view.ipv4(24)];
  if (operation === 1 || operation === 2) {
    if (sender === target) return `ARP announcement ${sender} is-at ${senderMac}`;
    if (operation === 2) return `ARP reply ${sender} is-at ${senderMac}`;
    return sender === '0.0.0.0' ? `ARP probe who-has ${target}` : `ARP who-has ${target} tell ${sender}`;
  }
  if (operation === 3) return `ARP reverse who-is ${targetMac} tell ${senderMac}`;
  if (operation === 4) return `ARP reverse reply ${targetMac} at ${target}`;
  return `ARP ${name} ${sender} ${senderMac} for ${target}`;
}
