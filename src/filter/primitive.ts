// One primitive of a filter with its qualifiers: "src host 10.0.0.1", "tcp dst port 179", "ip6 net 2001:db8::/32",
// "ether proto 0x88cc". A bare identifier takes the qualifiers of the one before it: "port 80 or 443".
import { type Ipv4Address, parseIpv4, parseIpv6, parseMac, prefixMask } from './address.ts';
import { either, type Layers, some, type Test } from './condition.ts';
import { ETHERTYPES, linkTypeIs, macIs, osiIs, SAPS } from './link-layer.ts';
import { IP_PROTOCOLS, OSI_PROTOCOLS, PORTS, parseNumber } from './names.ts';
import * as network from './network.ts';
import { FilterProblem } from './problem.ts';
import { type Scanner, type Token, unexpected } from './scanner.ts';

/** What stands in front of an identifier. */
export interface Qualifiers {
  readonly protocol: string | undefined;
  readonly way: network.Way;
  readonly kind: 'host' | 'net' | 'port' | 'portrange' | 'proto';
}

const MAX_PORT = 65_535;
const PORT_PROTOCOLS: Readonly<Record<string, number>> = { tcp: network.TCP, udp: network.UDP, sctp: network.SCTP };

/** Builds the test for what `qualifiers` say of the identifier that comes next. */
export function parseIdentifier(scanner: Scanner, layers: Layers, qualifiers: Qualifiers): Test {
  const token = scanner.take();
  switch (qualifiers.kind) {
    case 'port':
    case 'portrange':
      return portTest(token, layers, qualifiers);
    case 'proto':
      return protocolTest(token, layers, qualifiers);
    case 'net':
      return netTest(scanner, token, layers, qualifiers);
    case 'host':
      return hostTest(token, layers, qualifiers);
  }
}

function hostTest(token: Token, layers: Layers, qualifiers: Qualifiers): Test {
  const { protocol, way } = qualifiers;
  const mac = parseMac(token.text);
  if (protocol === 'ether') {
    if (mac === undefined) throw unexpected(token, 'a MAC address');
    return network.inWay(way, (at) => macIs(at, mac), 6, 0);
  }
  if (mac !== undefined)
    throw new FilterProblem(token.column, 'A MAC address needs "ether" in front, as in "ether host"');
  const ipv6 = parseIpv6(token.text);
  if (ipv6 !== undefined) return ipv6Test(token, layers, qualifiers, ipv6, 128);
  const ipv4 = parseIpv4(token.text);
  if (ipv4 === undefined || ipv4.bits === 8)
    throw unexpected(token, 'an IPv4 or IPv6 address (names are not looked up)');
  return ipv4Test(token, layers, qualifiers, ipv4.value, prefixMask(ipv4.bits));
}

function netTest(scanner: Scanner, token: Token, layers: Layers, qualifiers: Qualifiers): Test {
  const ipv6 = parseIpv6(token.text);
  const ipv4 = parseIpv4(token.text);
  if (ipv6 === undefined && ipv4 === undefined) throw unexpected(token, 'a network such as 10.0.0.0/8');
  if (ipv6 !== undefined) {
    const bits = scanner.takeIf('/') ? takePrefix(scanner, 128) : 128;
    return ipv6Test(token, layers, qualifiers, ipv6, bits);
  }
  const mask = takeMask(scanner, ipv4!);
  if ((ipv4!.value & ~mask) !== 0) throw new FilterProblem(token.column, `"${token.text}" has bits behind its mask`);
  return ipv4Test(token, layers, qualifiers, ipv4!.value, mask);
}

function takePrefix(scanner: Scanner, most: number): number {
  const token = scanner.take();
  const bits = parseNumber(token.text);
  if (bits === undefined || bits > most) throw unexpected(token, `a prefix length from 0 to ${most}`);
  return bits;
}

function takeMask(scanner: Scanner, address: Ipv4Address): number {
  if (scanner.takeIf('/')) return prefixMask(takePrefix(scanner, 32));
  if (!scanner.takeIf('mask')) return prefixMask(address.bits);
  const token = scanner.take();
  const mask = parseIpv4(token.text);
  if (mask?.bits !== 32) throw unexpected(token, 'a mask such as 255.255.0.0');
  return mask.value;
}

function ipv4Test(token: Token, layers: Layers, { protocol, way }: Qualifiers, address: number, mask: number): Test {
  const within = (name: 'ip' | 'arp' | 'rarp'): Test =>
    known(network.ipv4HostIs(layers, name, way, address, mask), token);
  if (protocol === 'ip' || protocol === 'arp' || protocol === 'rarp') return within(protocol);
  if (protocol !== undefined) throw new FilterProblem(token.column, `"${protocol}" does not go with an IPv4 address`);
  // Behind labels there is no telling ARP.
  return layers.labels > 0 ? within('ip') : some(within('ip'), within('arp'), within('rarp'));
}

function ipv6Test(
  token: Token,
  layers: Layers,
  qualifiers: Qualifiers,
  address: readonly number[],
  bits: number,
): Test {
  const { protocol, way } = qualifiers;
  if (protocol !== undefined && protocol !== 'ip6') {
    throw new FilterProblem(token.column, `"${protocol}" does not go with an IPv6 address`);
  }
  const mask = [0, 32, 64, 96].map((before) => prefixMask(bits - before));
  if (address.some((word, index) => (word & ~mask[index]!) !== 0)) {
    throw new FilterProblem(token.column, `"${token.text}" has bits behind its mask`);
  }
  return network.ipv6HostIs(layers, way, address, mask);
}

function portTest(token: Token, layers: Layers, { protocol, way, kind }: Qualifiers): Test {
  const only = protocol === undefined ? undefined : PORT_PROTOCOLS[protocol];
  if (protocol !== undefined && only === undefined) {
    throw new FilterProblem(token.column, `"${protocol}" has no ports; use tcp, udp or sctp`);
  }
  const range = kind === 'port' ? portRange(token, [token.text]) : portRange(token, splitRange(token));
  return network.portIs(layers, only === undefined ? Object.values(PORT_PROTOCOLS) : [only], way, range);
}

/** Names of services have dashes too, so each dash is tried. */
function splitRange(token: Token): string[] {
  for (let dash = token.text.indexOf('-'); dash >= 0; dash = token.text.indexOf('-', dash + 1)) {
    const parts = [token.text.slice(0, dash), token.text.slice(dash + 1)];
    if (parts.every((part) => portNumber(part) !== undefined)) return parts;
  }
  return [token.text];
}

function portRange(token: Token, texts: readonly string[]): network.PortRange {
  const ports = texts.map((text) => {
    const port = portNumber(text);
    if (port === undefined) throw unexpected(token, 'a port from 0 to 65535 or the name of a well-known service');
    return port;
  });
  return { least: Math.min(...ports), most: Math.max(...ports) };
}

function portNumber(text: string): number | undefined {
  const port = parseNumber(text) ?? PORTS.get(text);
  return port !== undefined && port <= MAX_PORT ? port : undefined;
}

function protocolTest(token: Token, layers: Layers, { protocol }: Qualifiers): Test {
  const number = parseNumber(token.text);
  if (protocol === 'ether') {
    const type = number ?? ETHERTYPES[token.text] ?? SAPS[token.text];
    if (type === undefined || type > 0xffff) throw unexpected(token, 'an EtherType such as 0x88cc or ip');
    return known(linkTypeIs(layers, type), token);
  }
  if (protocol === 'iso') {
    const osi = number ?? OSI_PROTOCOLS[token.text];
    if (osi === undefined || osi > 0xff) throw unexpected(token, 'an OSI protocol: clnp, esis, isis or a number');
    return known(osiIs(layers, osi), token);
  }
  const value = number ?? IP_PROTOCOLS.get(token.text);
  if (value === undefined || value > 0xff) throw unexpected(token, 'an IP protocol such as tcp, ospf or 89');
  if (protocol === 'ip') return network.ipv4Carries(layers, value);
  if (protocol === 'ip6') return network.ipv6Carries(layers, value);
  if (protocol !== undefined)
    throw new FilterProblem(token.column, `"${protocol} proto" has no meaning; use ether, ip or ip6`);
  return either(network.ipv4Carries(layers, value), network.ipv6Carries(layers, value));
}

/** What stands behind MPLS labels is not always to be known. */
export function known(test: Test | undefined, token: Token): Test {
  if (test !== undefined) return test;
  throw new FilterProblem(token.column, 'MPLS labels tell of what follows only whether it is ip or ip6');
}
