// MPLS label stacks (RFC 3032; traffic class RFC 5462), EtherTypes 0x8847 and 0x8848, and what lies below the last
// label: nothing says what that is, so it is guessed from its first four bits as routers do (RFC 4928, RFC 4385).
import { decodeBfd } from './bfd.ts';
import { type Context, dataBytes, decodeTunnelled } from './context.ts';
import { decodeEthernet } from './ethernet.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';
import type { View } from './view.ts';
import { hexNumber, words } from './wording.ts';

// RFC 3032 section 2.1, RFC 5586, RFC 6790, RFC 7274.
const SPECIAL_LABELS: Readonly<Record<number, string>> = {
  0: 'explicit-null',
  1: 'router-alert',
  2: 'ipv6-explicit-null',
  3: 'implicit-null',
  7: 'entropy-indicator',
  13: 'gal',
  14: 'oam-alert',
  15: 'extension',
};
const MAX_LABELS = 16;

/** Decodes a label stack and what it carries. */
export function decodeMpls(view: View, context: Context): string {
  const labels: string[] = [];
  for (let count = 0; count < MAX_LABELS; count += 1) {
    const entry = view.at(count * 4, 4);
    if (!entry.has(4)) return [...labels, entry.short('MPLS', 4)].join(', ');
    const label = entry.u24(0) >> 4;
    const trafficClass = (entry.u8(2) >> 1) & 7;
    labels.push(
      words(`MPLS ${SPECIAL_LABELS[label] ?? label}`, trafficClass > 0 && `tc ${trafficClass}`, `ttl ${entry.u8(3)}`),
    );
    if (entry.u8(2) & 1) return [...labels, decodeBelow(view.at((count + 1) * 4), context)].join(', ');
  }
  return `${labels.join(', ')}, more labels`;
}

function decodeBelow(view: View, context: Context): string {
  if (!view.has(4)) return dataBytes(view);
  const first = view.u8(0) >> 4;
  if (first === 4 && (view.u8(0) & 15) >= 5 && view.u16(2) <= view.size)
    return decodeTunnelled(decodeIpv4, view, context);
  if (first === 6 && view.u16(4) + 40 <= view.size) return decodeTunnelled(decodeIpv6, view, context);
  if (first === 1) return decodeAssociatedChannel(view);
  // RFC 4448 section 4.6: a pseudowire of Ethernet with its control word.
  if (first === 0 && view.has(4 + 14)) {
    return `control word seq ${view.u16(2)}, ${decodeTunnelled(decodeEthernet, view.at(4), context, 2)}`;
  }
  return dataBytes(view);
}

// IANA "MPLS Generalized Associated Channel Types"; RFC 5085, RFC 5885, RFC 6428.
const BFD_CHANNEL = 7;
const CHANNELS: Readonly<Record<number, string>> = {
  33: 'IPv4',
  34: 'MPLS-TP CC', // 0x0022
  35: 'MPLS-TP CV', // 0x0023
  87: 'IPv6', // 0x0057
};

function decodeAssociatedChannel(view: View): string {
  const type = view.u16(2);
  if (type === BFD_CHANNEL) return `associated channel ${decodeBfd(view.at(4))}`;
  return `associated channel ${CHANNELS[type] ?? `type ${hexNumber(type, 2)}`}, ${dataBytes(view.at(4))}`;
}
