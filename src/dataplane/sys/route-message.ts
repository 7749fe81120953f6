// Messages of the kernel's routing netlink family (rtnetlink(7), linux/rtnetlink.h, linux/if_link.h): what is to be done
// to an interface, as bytes; what an interface is, out of bytes. Pure.

import { AF_INET, AF_INET6, IFF_LOWER_UP, IFF_UP } from './constants.ts';

/** What an interface is at the moment. */
export interface LinkInfo {
  readonly index: number;
  readonly name: string;
  /** Set up by whoever administrates it. */
  readonly isUp: boolean;
  /** The cable is plugged in. */
  readonly hasCarrier: boolean;
  readonly mtu: number;
  /** "02:00:00:00:00:01", empty for interfaces without one. */
  readonly mac: string;
}

/** What is to be changed of an interface. */
export interface LinkChange {
  readonly mtu?: number | undefined;
  readonly mac?: string | undefined;
  readonly up?: boolean;
}

const RTM_NEWLINK = 16;
const RTM_DELLINK = 17;
const RTM_GETLINK = 18;
const RTM_NEWADDR = 20;
const RTM_DELADDR = 21;
const RTM_NEWROUTE = 24;
const RTM_DELROUTE = 25;
const NLM_F_REQUEST = 0x1;
const NLM_F_ACK = 0x4;
const NLM_F_REPLACE = 0x100;
const NLM_F_EXCL = 0x200;
const NLM_F_CREATE = 0x400;

const IFLA_ADDRESS = 1;
const IFLA_IFNAME = 3;
const IFLA_MTU = 4;
const IFLA_LINK = 5;
const IFLA_LINKINFO = 18;
const IFLA_EXT_MASK = 29;
const IFLA_INFO_KIND = 1;
const IFLA_INFO_DATA = 2;
const IFLA_VLAN_ID = 1;
const RTEXT_FILTER_SKIP_STATS = 8;
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const RTA_DST = 1;
const RTA_OIF = 4;
const RTA_GATEWAY = 5;
const RT_TABLE_MAIN = 254;
const RTPROT_STATIC = 4;
const RT_SCOPE_UNIVERSE = 0;
const RT_SCOPE_LINK = 253;
const RTN_UNICAST = 1;

const HEADER_BYTES = 16;
const ATTRIBUTE_BYTES = 4;
const LINK_HEADER_BYTES = 16;

/** Asks what the interface of this name is. */
export function encodeGetLink(name: string): Uint8Array {
  const skip = attribute(IFLA_EXT_MASK, uint32(RTEXT_FILTER_SKIP_STATS));
  return message(RTM_GETLINK, 0, linkHeader(0, 0, 0), attribute(IFLA_IFNAME, text(name)), skip);
}

/** Changes an interface. */
export function encodeSetLink(index: number, { mtu, mac, up }: LinkChange): Uint8Array {
  const flags = up === undefined ? [0, 0] : [up ? IFF_UP : 0, IFF_UP];
  return message(
    RTM_NEWLINK,
    NLM_F_ACK,
    linkHeader(index, flags[0]!, flags[1]!),
    ...(mac === undefined ? [] : [attribute(IFLA_ADDRESS, macBytes(mac))]),
    ...(mtu === undefined ? [] : [attribute(IFLA_MTU, uint32(mtu))]),
  );
}

/** Makes a VLAN interface on top of interface `index`. */
export function encodeNewVlan(index: number, name: string, vlan: number): Uint8Array {
  const data = attribute(IFLA_INFO_DATA, attribute(IFLA_VLAN_ID, uint16(vlan)));
  return message(
    RTM_NEWLINK,
    NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL,
    linkHeader(0, 0, 0),
    attribute(IFLA_LINK, uint32(index)),
    attribute(IFLA_IFNAME, text(name)),
    attribute(IFLA_LINKINFO, join([attribute(IFLA_INFO_KIND, new TextEncoder().encode('vlan')), data])),
  );
}

/** Removes an interface. */
export function encodeRemoveLink(index: number): Uint8Array {
  return message(RTM_DELLINK, NLM_F_ACK, linkHeader(index, 0, 0));
}

/** Gives an interface an address such as "198.18.0.1/24"; refused with EEXIST when it has it. */
export function encodeNewAddress(index: number, prefix: string): Uint8Array {
  return addressMessage(RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, index, prefix);
}

/** Takes an address away. */
export function encodeRemoveAddress(index: number, prefix: string): Uint8Array {
  return addressMessage(RTM_DELADDR, NLM_F_ACK, index, prefix);
}

/** Makes a route by way of an interface; refused with EEXIST when there is one to the destination, or instead of that. */
export function encodeNewRoute(
  index: number,
  destination: string,
  via: string | undefined,
  mode: 'only' | 'replace',
): Uint8Array {
  const flags = NLM_F_ACK | NLM_F_CREATE | (mode === 'only' ? NLM_F_EXCL : NLM_F_REPLACE);
  return routeMessage(RTM_NEWROUTE, flags, index, destination, via);
}

/** Removes a route that {@link encodeNewRoute} made. */
export function encodeRemoveRoute(index: number, destination: string, via: string | undefined): Uint8Array {
  return routeMessage(RTM_DELROUTE, NLM_F_ACK, index, destination, via);
}

/** Reads the body of the answer to {@link encodeGetLink}. */
export function decodeLink(body: Uint8Array): LinkInfo {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const flags = view.getUint32(8, true);
  let name = '';
  let mtu = 0;
  let mac = '';
  for (let at = LINK_HEADER_BYTES; at + ATTRIBUTE_BYTES <= body.length; ) {
    const size = view.getUint16(at, true);
    if (size < ATTRIBUTE_BYTES) break;
    const value = body.subarray(at + ATTRIBUTE_BYTES, at + size);
    const type = view.getUint16(at + 2, true) & 0x3fff;
    if (type === IFLA_IFNAME) name = new TextDecoder().decode(value.subarray(0, -1));
    else if (type === IFLA_MTU) mtu = view.getUint32(at + ATTRIBUTE_BYTES, true);
    else if (type === IFLA_ADDRESS) mac = Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join(':');
    at += (size + 3) & ~3;
  }
  const isUp = (flags & IFF_UP) !== 0;
  return { index: view.getInt32(4, true), name, isUp, hasCarrier: (flags & IFF_LOWER_UP) !== 0, mtu, mac };
}

/** Calls `onLink` for every interface that the messages in `bytes` tell of; `isUp`: it is there, and set up. */
export function readLinkEvents(bytes: Uint8Array, onLink: (index: number, name: string, isUp: boolean) => void): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + HEADER_BYTES + LINK_HEADER_BYTES <= bytes.length; ) {
    const size = view.getUint32(at, true);
    if (size < HEADER_BYTES + LINK_HEADER_BYTES || at + size > bytes.length) return;
    const type = view.getUint16(at + 4, true);
    if (type === RTM_NEWLINK || type === RTM_DELLINK) {
      const { index, name, isUp } = decodeLink(bytes.subarray(at + HEADER_BYTES, at + size));
      onLink(index, name, isUp && type === RTM_NEWLINK);
    }
    at += (size + 3) & ~3;
  }
}

function addressMessage(type: number, flags: number, index: number, prefix: string): Uint8Array {
  const { family, address, length } = readPrefix(prefix);
  // struct ifaddrmsg: family, prefix length, flags, scope, index.
  const header = new Uint8Array(8);
  header.set([family, length, 0, RT_SCOPE_UNIVERSE]);
  new DataView(header.buffer).setUint32(4, index, true);
  return message(type, flags, header, attribute(IFA_LOCAL, address), attribute(IFA_ADDRESS, address));
}

function routeMessage(
  type: number,
  flags: number,
  index: number,
  destination: string,
  via: string | undefined,
): Uint8Array {
  const { family, address, length } = readPrefix(destination);
  const scope = via === undefined && family === AF_INET ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
  // struct rtmsg: family, lengths of destination and source, TOS, table, protocol, scope, type, flags.
  const header = Uint8Array.of(family, length, 0, 0, RT_TABLE_MAIN, RTPROT_STATIC, scope, RTN_UNICAST, 0, 0, 0, 0);
  return message(
    type,
    flags,
    header,
    ...(length === 0 ? [] : [attribute(RTA_DST, network(address, length))]),
    ...(via === undefined ? [] : [attribute(RTA_GATEWAY, readAddress(via))]),
    attribute(RTA_OIF, uint32(index)),
  );
}

// struct ifinfomsg: family, padding, type, index, flags, mask of the flags that are meant.
function linkHeader(index: number, flags: number, mask: number): Uint8Array {
  const header = new Uint8Array(LINK_HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setInt32(4, index, true);
  view.setUint32(8, flags, true);
  view.setUint32(12, mask, true);
  return header;
}

function message(type: number, flags: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const whole = join([new Uint8Array(HEADER_BYTES), ...parts]);
  const view = new DataView(whole.buffer);
  view.setUint32(0, whole.length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, NLM_F_REQUEST | flags, true);
  return whole;
}

/** An attribute, padded to the next multiple of four bytes. */
function attribute(type: number, value: Uint8Array): Uint8Array {
  const size = ATTRIBUTE_BYTES + value.length;
  const bytes = new Uint8Array((size + 3) & ~3);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, size, true);
  view.setUint16(2, type, true);
  bytes.set(value, ATTRIBUTE_BYTES);
  return bytes;
}

/** The parts of "198.18.0.1/24". */
export function readPrefix(prefix: string): { family: number; address: Uint8Array; length: number } {
  const [text = '', length] = prefix.split('/', 2);
  const address = readAddress(text);
  return { family: address.length === 4 ? AF_INET : AF_INET6, address, length: Number(length) };
}

/** The bytes of an address that is known to be one. */
function readAddress(text: string): Uint8Array {
  if (!text.includes(':')) return Uint8Array.from(text.split('.'), Number);
  // RFC 4291, 2.2: groups, one run of zeros as "::", and perhaps an IPv4 address as the last two groups.
  const groups = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a: string, b: string, c: string, d: string) => {
    return `${hex(Number(a) * 256 + Number(b))}:${hex(Number(c) * 256 + Number(d))}`;
  });
  const [head = '', tail] = groups.split('::', 2);
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const all = [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
  return Uint8Array.from(all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]));
}

function hex(value: number): string {
  return value.toString(16);
}

/** The address with all bits behind its prefix cleared, as the kernel asks of a destination. */
function network(address: Uint8Array, length: number): Uint8Array {
  return address.map((byte, index) => byte & (0xff00 >> Math.min(Math.max(length - index * 8, 0), 8)) & 0xff);
}

function macBytes(mac: string): Uint8Array {
  return Uint8Array.from(mac.split(':'), (byte) => Number.parseInt(byte, 16));
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(`${value}\0`);
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >> 8);
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
