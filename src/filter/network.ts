// Tests on IPv4, IPv6 and ARP: protocol, host, net, port. They follow libpcap's code generator (gencode.c) also where it
// is simple: of IPv6 only the first next header counts, and only the first fragment of IPv4 has ports.

import {
  all,
  both,
  byteIs,
  either,
  halfIn,
  halfIs,
  type Layers,
  NO,
  SHORT,
  some,
  type Test,
  wordIs,
  YES,
} from './condition.ts';
import { ETHERTYPES, linkTypeIs } from './link-layer.ts';

/** Which of the two addresses or ports is meant. */
export type Way = 'src' | 'dst' | 'either' | 'both';

/** The protocols that have ports. */
export const TCP = 6;
/** The protocols that have ports. */
export const UDP = 17;
/** The protocols that have ports. */
export const SCTP = 132;

const IPV6_FRAGMENT = 44;
const IPV6_HEADER_BYTES = 40;

/** IPv4 that carries this protocol. */
export function ipv4Carries(layers: Layers, protocol: number): Test {
  return both(linkTypeIs(layers, ETHERTYPES.ip!)!, byteIs(layers.payloadAt + 9, protocol));
}

/** IPv6 that carries this protocol, directly or in a fragment. */
export function ipv6Carries(layers: Layers, protocol: number): Test {
  const { payloadAt } = layers;
  const isFragment = both(byteIs(payloadAt + 6, IPV6_FRAGMENT), byteIs(payloadAt + IPV6_HEADER_BYTES, protocol));
  return both(linkTypeIs(layers, ETHERTYPES.ip6!)!, either(byteIs(payloadAt + 6, protocol), isFragment));
}

/** IPv4 or IPv6 that carries this protocol. */
export function ipCarries(layers: Layers, protocol: number): Test {
  return either(ipv4Carries(layers, protocol), ipv6Carries(layers, protocol));
}

/** Not a later fragment: those have no header of the next layer. */
export function isFirstFragment(layers: Layers): Test {
  return halfIs(layers.payloadAt + 6, 0, 0x1fff);
}

/** A range of ports; a single one is a range too. */
export interface PortRange {
  readonly least: number;
  readonly most: number;
}

/** A port of one of these protocols, over IPv4 or IPv6. */
export function portIs(layers: Layers, protocols: readonly number[], way: Way, range: PortRange): Test {
  const { payloadAt } = layers;
  const inIpv4 = some(...protocols.map((protocol) => byteIs(payloadAt + 9, protocol)));
  const inIpv6 = some(...protocols.map((protocol) => byteIs(payloadAt + 6, protocol)));
  const ipv4Port = (at: number) => ipv4PortIn(payloadAt, at, range);
  const ipv6Port = (at: number) => halfIn(payloadAt + IPV6_HEADER_BYTES + at, range.least, range.most);
  const ipv4 = all(linkTypeIs(layers, ETHERTYPES.ip!)!, inIpv4, isFirstFragment(layers), inWay(way, ipv4Port, 0, 2));
  const ipv6 = all(linkTypeIs(layers, ETHERTYPES.ip6!)!, inIpv6, inWay(way, ipv6Port, 0, 2));
  return either(ipv4, ipv6);
}

/** An IPv4 address under a mask, in IPv4 or in ARP. */
export function ipv4HostIs(
  layers: Layers,
  within: 'ip' | 'arp' | 'rarp',
  way: Way,
  address: number,
  mask: number,
): Test | undefined {
  const isType = linkTypeIs(layers, ETHERTYPES[within]!);
  const [source, destination] = within === 'ip' ? [12, 16] : [14, 24];
  const at = (offset: number) => wordIs(layers.payloadAt + offset, address, mask);
  return isType && both(isType, inWay(way, at, source, destination));
}

/** An IPv6 address under a mask; both are four words. */
export function ipv6HostIs(layers: Layers, way: Way, address: readonly number[], mask: readonly number[]): Test {
  const at = (offset: number) =>
    all(...[0, 1, 2, 3].map((index) => wordIs(layers.payloadAt + offset + index * 4, address[index]!, mask[index]!)));
  return both(linkTypeIs(layers, ETHERTYPES.ip6!)!, inWay(way, at, 8, 24));
}

/** A test on the source, the destination, one of them or both. */
export function inWay(way: Way, testAt: (at: number) => Test, source: number, destination: number): Test {
  if (way === 'src') return testAt(source);
  if (way === 'dst') return testAt(destination);
  return way === 'both' ? both(testAt(source), testAt(destination)) : either(testAt(source), testAt(destination));
}

function ipv4PortIn(payloadAt: number, at: number, { least, most }: PortRange): Test {
  return (bytes, start, end) => {
    const header = start + payloadAt;
    if (header >= end) return SHORT;
    const position = header + (bytes[header]! & 0x0f) * 4 + at;
    if (position + 2 > end) return SHORT;
    const port = (bytes[position]! << 8) | bytes[position + 1]!;
    return port >= least && port <= most ? YES : NO;
  };
}
