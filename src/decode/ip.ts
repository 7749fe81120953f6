// What IPv4 and IPv6 have in common: the names of the protocols they carry, and how the line goes on below them. TCP
// and UDP write the addresses themselves, together with their ports, so the IP part leaves them out in front of those.
import { type Context, dataBytes, type IpEnds } from './context.ts';
import type { View } from './view.ts';
import { nameOf, words } from './wording.ts';

/** Names of the IP protocol numbers that occur in labs (IANA "Assigned Internet Protocol Numbers"). */
export const IP_PROTOCOL_NAMES: Readonly<Record<number, string>> = {
  1: 'ICMP',
  2: 'IGMP',
  4: 'IPv4',
  6: 'TCP',
  17: 'UDP',
  41: 'IPv6',
  46: 'RSVP',
  47: 'GRE',
  50: 'ESP',
  51: 'AH',
  58: 'ICMPv6',
  59: 'no next header',
  88: 'EIGRP',
  89: 'OSPF',
  103: 'PIM',
  112: 'VRRP',
  115: 'L2TPv3',
  132: 'SCTP',
  137: 'MPLS',
  143: 'Ethernet',
};

/** Protocols whose decoders write the addresses, given the four bytes of ports. */
export const PORT_PROTOCOLS: ReadonlySet<number> = new Set([6, 17]);

/** What the IP header says, in the words of the line. */
export interface IpHeader {
  readonly ends: IpEnds;
  readonly protocol: number;
  readonly notes: string;
  /** Set in every fragment but the first, whose payload has no header of its own. */
  readonly laterFragment: boolean;
}

/** Puts together the IP part of the line and what its payload decodes to. */
export function describeIp(header: IpHeader, payload: View, context: Context): string {
  const { ends, notes, protocol } = header;
  const name = `IPv${ends.version}`;
  const full = words(name, `${ends.source} > ${ends.destination}`, notes);
  const protocolName = nameOf(IP_PROTOCOL_NAMES, protocol, 'protocol');
  if (header.laterFragment) return `${full} ${protocolName} ${dataBytes(payload)}`;
  const decoder = context.tables.ipProtocols.get(protocol);
  if (!decoder) return `${full} ${protocolName}${protocol === 59 ? '' : ` ${dataBytes(payload)}`}`;
  const rest = decoder(payload, { ...context, ip: ends });
  return PORT_PROTOCOLS.has(protocol) && payload.has(4) ? words(name, notes, rest) : `${full} ${rest}`;
}

const DSCP_NAMES: Readonly<Record<number, string>> = {
  1: 'le',
  8: 'cs1',
  10: 'af11',
  12: 'af12',
  14: 'af13',
  16: 'cs2',
  18: 'af21',
  20: 'af22',
  22: 'af23',
  24: 'cs3',
  26: 'af31',
  28: 'af32',
  30: 'af33',
  32: 'cs4',
  34: 'af41',
  36: 'af42',
  38: 'af43',
  40: 'cs5',
  44: 'va',
  46: 'ef',
  48: 'cs6',
  56: 'cs7',
};

/** The words for a traffic class byte: RFC 2474 and successors, with RFC 3168's congestion mark; empty if all is 0. */
export function describeTrafficClass(value: number): string {
  const dscp = value >> 2;
  return words(dscp !== 0 && `dscp ${DSCP_NAMES[dscp] ?? dscp}`, (value & 3) === 3 && 'ecn ce');
}

/** Source and destination with their ports, in the words of TCP and UDP. */
export function describePorts(ends: IpEnds | undefined, ports: View): string {
  if (!ends) return `port ${ports.u16(0)} > port ${ports.u16(2)}`;
  return `${withPort(ends.source, ports.u16(0))} > ${withPort(ends.destination, ports.u16(2))}`;
}

/** An address with its port; RFC 5952 section 6 wants brackets around IPv6. */
export function withPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
