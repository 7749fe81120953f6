// Words that a routing lab wants and pcap-filter(7) does not have: ospf, bgp open, bfd down, lacp, lldp. Unlike the words
// of libpcap they find their protocol also behind VLAN tags and the extension headers of IPv6, and a frame that is too
// short for them is just another frame: "not bgp open" is true of it.

import { type Layers, NO, type Test, YES } from './condition.ts';
import { isBfd, isBgp, isOspf } from './routing.ts';
import { carriesIp, ethertypeAt, NOWHERE, portsAt, transportAt } from './seek.ts';

/** A word, and the words that may follow it to mean one kind of its messages. */
export interface LabWord {
  /** @param kind the number of the kind, undefined for all */
  readonly test: (layers: Layers, kind: number | undefined) => Test;
  readonly kinds?: Readonly<Record<string, number>>;
}

const TCP = 6;
const UDP = 17;
const ICMP = 1;
const ICMP6 = 58;
const LLC_SNAP = 0xaa;
const CISCO = 0x00000c;

/** The words. */
export const LAB_WORDS: ReadonlyMap<string, LabWord> = new Map<string, LabWord>([
  ['ospf', { test: isOspf, kinds: { hello: 1, dd: 2, request: 3, update: 4, ack: 5 } }],
  ['bgp', { test: isBgp, kinds: { open: 1, update: 2, notification: 3, keepalive: 4, refresh: 5 } }],
  ['bfd', { test: isBfd, kinds: { admindown: 0, down: 1, init: 2, up: 3 } }],
  ['ldp', { test: (layers) => hasPort(layers, [TCP, UDP], [646]) }],
  ['rip', { test: (layers) => hasPort(layers, [UDP], [520, 521]) }],
  ['hsrp', { test: (layers) => hasPort(layers, [UDP], [1985, 2029]) }],
  ['dhcp', { test: (layers) => hasPort(layers, [UDP], [67, 68]) }],
  ['dhcp6', { test: (layers) => hasPort(layers, [UDP], [546, 547]) }],
  ['dns', { test: (layers) => hasPort(layers, [TCP, UDP], [53]) }],
  ['ntp', { test: (layers) => hasPort(layers, [UDP], [123]) }],
  ['snmp', { test: (layers) => hasPort(layers, [UDP], [161, 162]) }],
  ['syslog', { test: (layers) => hasPort(layers, [UDP], [514]) }],
  ['vxlan', { test: (layers) => hasPort(layers, [UDP], [4789]) }],
  ['eigrp', { test: (layers) => hasIpProtocol(layers, 88) }],
  ['rsvp', { test: (layers) => hasIpProtocol(layers, 46) }],
  ['gre', { test: (layers) => hasIpProtocol(layers, 47) }],
  ['ping', { test: isPing }],
  ['nd', { test: isNeighbourDiscovery }],
  ['lldp', { test: (layers) => hasType(layers, 0x88cc) }],
  ['eapol', { test: (layers) => hasType(layers, 0x888e) }],
  ['macsec', { test: (layers) => hasType(layers, 0x88e5) }],
  ['ptp', { test: (layers) => hasType(layers, 0x88f7) }],
  ['pause', { test: (layers) => hasType(layers, 0x8808) }],
  ['lacp', { test: (layers) => hasType(layers, 0x8809, 1) }],
  ['cdp', { test: (layers) => hasSnap(layers, CISCO, 0x2000) }],
  ['pvst', { test: (layers) => hasSnap(layers, CISCO, 0x010b) }],
]);

/** An EtherType, and if given the first byte behind it. */
function hasType({ typeAt }: Layers, type: number, subtype?: number): Test {
  return (bytes, start, end) => {
    const at = ethertypeAt(bytes, start + typeAt, end);
    if (at === NOWHERE || ((bytes[at]! << 8) | bytes[at + 1]!) !== type) return NO;
    if (subtype === undefined) return YES;
    return at + 2 < end && bytes[at + 2] === subtype ? YES : NO;
  };
}

/** LLC with SNAP: an organisation and its protocol. */
function hasSnap({ typeAt }: Layers, organisation: number, protocol: number): Test {
  return (bytes, start, end) => {
    const type = ethertypeAt(bytes, start + typeAt, end);
    const at = type + 2;
    if (type === NOWHERE || at + 8 > end) return NO;
    if (bytes[at] !== LLC_SNAP || bytes[at + 1] !== LLC_SNAP) return NO;
    const isMeant =
      ((bytes[at + 3]! << 16) | (bytes[at + 4]! << 8) | bytes[at + 5]!) === organisation &&
      ((bytes[at + 6]! << 8) | bytes[at + 7]!) === protocol;
    return isMeant ? YES : NO;
  };
}

function hasIpProtocol({ typeAt }: Layers, protocol: number): Test {
  return (bytes, start, end) => (carriesIp(bytes, start + typeAt, end, protocol) ? YES : NO);
}

/** One of the ports of one of the protocols, at either end. */
function hasPort({ typeAt }: Layers, protocols: readonly number[], ports: readonly number[]): Test {
  return (bytes, start, end) => {
    for (let i = 0; i < protocols.length; i++) {
      const at = transportAt(bytes, start + typeAt, end, protocols[i]!);
      if (at !== NOWHERE) return portsAt(bytes, at, end, ports) ? YES : NO;
    }
    return NO;
  };
}

function isPing({ typeAt }: Layers): Test {
  return (bytes, start, end) => {
    const at = transportAt(bytes, start + typeAt, end, ICMP);
    if (at !== NOWHERE) return at < end && (bytes[at] === 8 || bytes[at] === 0) ? YES : NO;
    const at6 = transportAt(bytes, start + typeAt, end, ICMP6);
    return at6 !== NOWHERE && at6 < end && (bytes[at6] === 128 || bytes[at6] === 129) ? YES : NO;
  };
}

function isNeighbourDiscovery({ typeAt }: Layers): Test {
  return (bytes, start, end) => {
    const at = transportAt(bytes, start + typeAt, end, ICMP6);
    return at !== NOWHERE && at < end && bytes[at]! >= 133 && bytes[at]! <= 137 ? YES : NO;
  };
}
