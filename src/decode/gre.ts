// GRE (RFC 2784, with key and sequence number of RFC 2890), IP protocol 47, and the two plain tunnels IP-in-IP and
// Ethernet-in-IP that sit beside it in the table.
import { type Context, dataBytes, decodeEtherType, decodeTunnelled } from './context.ts';
import { decodeEthernet } from './ethernet.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';
import type { View } from './view.ts';
import { words } from './wording.ts';

const CHECKSUM = 0x8000;
const KEY = 0x2000;
const SEQUENCE = 0x1000;

/** Decodes a GRE packet and what it carries. */
export function decodeGre(view: View, context: Context): string {
  if (!view.has(4)) return view.short('GRE', 4);
  const flags = view.u16(0);
  const type = view.u16(2);
  if ((flags & 7) !== 0) return `GRE version ${flags & 7} ${dataBytes(view.at(4))}`;
  let offset = 4;
  if (flags & CHECKSUM) offset += 4;
  const key = flags & KEY ? view.u32(offset) : undefined;
  if (flags & KEY) offset += 4;
  const sequence = flags & SEQUENCE ? view.u32(offset) : undefined;
  if (flags & SEQUENCE) offset += 4;
  if (!view.has(offset)) return view.short('GRE', offset);
  const line = words('GRE', key !== undefined && `key ${key}`, sequence !== undefined && `seq ${sequence}`);
  // Protocol 0 without payload is the keepalive that Cisco routers let the peer send back.
  if (type === 0) return `${line} keepalive`;
  return `${line}, ${decodeTunnelled((inner, below) => decodeEtherType(type, inner, below), view.at(offset), context)}`;
}

/** Decodes IPv4 inside IP (RFC 2003), IP protocol 4. */
export function decodeIpv4InIp(view: View, context: Context): string {
  return `tunnel, ${decodeTunnelled(decodeIpv4, view, context)}`;
}

/** Decodes IPv6 inside IP (RFC 4213), IP protocol 41. */
export function decodeIpv6InIp(view: View, context: Context): string {
  return `tunnel, ${decodeTunnelled(decodeIpv6, view, context)}`;
}

/** Decodes an Ethernet frame inside IP (RFC 8986 section 10.1, SRv6), IP protocol 143, or inside GRE (0x6558). */
export function decodeInnerEthernet(view: View, context: Context): string {
  return decodeTunnelled(decodeEthernet, view, context, 2);
}
