// ICMP for IPv4 (RFC 792), IP protocol 1, and the packet that its error messages quote, which ICMPv6 shares.
import { dataBytes } from './context.ts';
import { IP_PROTOCOL_NAMES, PORT_PROTOCOLS, withPort } from './ip.ts';
import type { View } from './view.ts';
import { nameOf, words } from './wording.ts';

// IANA "ICMP Type Numbers".
const TYPES: Readonly<Record<number, string>> = {
  4: 'source quench',
  9: 'router advertisement',
  10: 'router solicitation',
  11: 'time exceeded',
  12: 'parameter problem',
  13: 'timestamp request',
  14: 'timestamp reply',
  42: 'extended echo request',
  43: 'extended echo reply',
};
const UNREACHABLE: Readonly<Record<number, string>> = {
  0: 'network',
  1: 'host',
  2: 'protocol',
  3: 'port',
  5: 'source route failed',
  9: 'network prohibited',
  10: 'host prohibited',
  13: 'prohibited',
};
const REDIRECTS: Readonly<Record<number, string>> = { 0: 'network', 1: 'host' };

/** Decodes an ICMP message. */
export function decodeIcmp(view: View): string {
  if (!view.has(8)) return view.short('ICMP', 8);
  const type = view.u8(0);
  const code = view.u8(1);
  switch (type) {
    case 0:
    case 8:
      return `ICMP echo ${type === 8 ? 'request' : 'reply'} id ${view.u16(4)} seq ${view.u16(6)}`;
    case 3:
      // RFC 1191: code 4 carries the MTU of the next hop.
      if (code === 4) return `ICMP fragmentation needed mtu ${view.u16(6)} ${describeQuoted(view.at(8))}`;
      return `ICMP unreachable ${nameOf(UNREACHABLE, code, 'code')} ${describeQuoted(view.at(8))}`;
    case 5:
      return `ICMP redirect ${nameOf(REDIRECTS, code, 'code')} via ${view.ipv4(4)} ${describeQuoted(view.at(8))}`;
    case 11:
      return `ICMP time exceeded ${code === 1 ? 'in reassembly' : 'in transit'} ${describeQuoted(view.at(8))}`;
    case 12:
      return `ICMP parameter problem at ${view.u8(4)} ${describeQuoted(view.at(8))}`;
    default:
      return words(`ICMP ${nameOf(TYPES, type, 'type')}`, code !== 0 && `code ${code}`, dataBytes(view.at(4)));
  }
}

/** Words for the start of a packet that an error message quotes: who sent what to whom. */
export function describeQuoted(view: View): string {
  const version = view.u8(0) >> 4;
  const headerBytes = version === 4 ? (view.u8(0) & 15) * 4 : 40;
  if (version !== 4 && version !== 6) return `about ${dataBytes(view)}`;
  if (headerBytes < 20 || !view.has(headerBytes)) return view.short('about packet', headerBytes);
  const protocol = view.u8(version === 4 ? 9 : 6);
  const [source, destination] = version === 4 ? [view.ipv4(12), view.ipv4(16)] : [view.ipv6(8), view.ipv6(24)];
  const name = nameOf(IP_PROTOCOL_NAMES, protocol, 'protocol');
  const ports = view.at(headerBytes);
  if (!PORT_PROTOCOLS.has(protocol) || !ports.has(4)) return `about ${source} > ${destination} ${name}`;
  return `about ${name} ${withPort(source, ports.u16(0))} > ${withPort(destination, ports.u16(2))}`;
}
