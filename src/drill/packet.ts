// What of a frame tells it apart on its way through a lab: the stream it belongs to, and an identity that routers leave
// alone. Left out are addresses of the link, VLAN tags, labels, the time to live, the traffic class and what is computed
// of them. Pure; never reads beyond the bytes, which may be cut.

import { formatIpv4, formatIpv6, formatMac } from '../decode/address.ts';

/** A frame as a drill sees it. */
export interface Packet {
  /** The same for all frames of a stream. */
  readonly stream: number;
  /** The same for a frame on every link; copies that a sender repeats have the same, too. */
  readonly identity: number;
  /** Falls with every router; of frames that are not routed 0. */
  readonly ttl: number;
  /** Of an ICMP echo; -1 for all others. */
  readonly sequence: number;
}

interface Place {
  readonly kind: 4 | 6 | 0;
  readonly at: number;
}

const MAC_BYTES = 12;
const TYPE_IPV4 = 0x0800;
const TYPE_IPV6 = 0x86dd;
// IEEE 802.1Q, 802.1ad and the one in use before it.
const TAGS = new Set([0x8100, 0x88a8, 0x9100]);
// RFC 3032 section 5; RFC 5332 section 2.
const LABELS = new Set([0x8847, 0x8848]);
const LABEL_BOTTOM = 1;
const PROTOCOLS: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6', 132: 'sctp' };
const WITH_PORTS = new Set([6, 17, 132]);
// RFC 792; RFC 4443 section 4.
const ECHO: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  1: { 8: 'echo request', 0: 'echo reply' },
  58: { 128: 'echo request', 129: 'echo reply' },
};

/** Reads a frame. */
export function readPacket(bytes: Uint8Array): Packet {
  const { kind, at } = findNetwork(bytes);
  if (kind === 0) {
    const stream = hash(
      bytes,
      at,
      Math.min(at + 2, bytes.length),
      hash(bytes, 0, Math.min(MAC_BYTES, bytes.length), SEED),
    );
    return { stream, identity: hash(bytes, at, bytes.length, stream), ttl: 0, sequence: -1 };
  }
  const { protocol, addresses, from, to, ttl } = network(bytes, kind, at);
  const echo = echoKind(bytes, protocol, from, to);
  const portBytes = WITH_PORTS.has(protocol) ? [from, from + 4] : echo === undefined ? [from, from] : [from, from + 1];
  let stream = hash(bytes, addresses[0], addresses[1], SEED + protocol);
  stream = hash(bytes, portBytes[0]!, Math.min(portBytes[1]!, to), stream);
  if (echo !== undefined) stream = hash(bytes, from + 4, from + 6, stream);
  // Length, identification and fragment, or length and flow label: what the sender chose.
  const head = kind === 4 ? hash(bytes, at + 2, at + 8, stream) : hash(bytes, at + 4, at + 6, stream);
  return {
    stream,
    identity: hash(bytes, from, to, head),
    ttl,
    sequence: echo === undefined ? -1 : word(bytes, from + 6),
  };
}

/** The stream of a frame in words: "192.0.2.1 > 192.0.2.9 echo request 17". */
export function describeStream(bytes: Uint8Array): string {
  const { kind, at } = findNetwork(bytes);
  if (kind === 0) {
    const type = word(bytes, at).toString(16).padStart(4, '0');
    return `${formatMac(bytes, MAC_BYTES / 2)} > ${formatMac(bytes, 0)} type 0x${type}`;
  }
  const { protocol, addresses, from, to } = network(bytes, kind, at);
  const format = kind === 4 ? formatIpv4 : formatIpv6;
  const [source, target] = [format(bytes, addresses[0]), format(bytes, (addresses[0] + addresses[1]) / 2)];
  const echo = echoKind(bytes, protocol, from, to);
  if (echo !== undefined) return `${source} > ${target} ${echo} ${word(bytes, from + 4)}`;
  const name = protocol < 0 ? 'fragments' : (PROTOCOLS[protocol] ?? `protocol ${protocol}`);
  if (!WITH_PORTS.has(protocol) || from + 4 > to) return `${source} > ${target} ${name}`;
  const bracketed = (text: string) => (kind === 6 ? `[${text}]` : text);
  return `${bracketed(source)}:${word(bytes, from)} > ${bracketed(target)}:${word(bytes, from + 2)} ${name}`;
}

/** Where the packet of the network begins, behind tags and labels; of what is none, where the type stands. */
function findNetwork(bytes: Uint8Array): Place {
  let at = MAC_BYTES;
  while (TAGS.has(word(bytes, at))) at += 4;
  const type = word(bytes, at);
  if (type === TYPE_IPV4 && isWhole(bytes, at + 2, 4)) return { kind: 4, at: at + 2 };
  if (type === TYPE_IPV6 && isWhole(bytes, at + 2, 6)) return { kind: 6, at: at + 2 };
  if (!LABELS.has(type)) return { kind: 0, at };
  let label = at + 2;
  while (label + 4 <= bytes.length && (bytes[label + 2]! & LABEL_BOTTOM) === 0) label += 4;
  const inner = label + 4;
  if (isWhole(bytes, inner, 4)) return { kind: 4, at: inner };
  return isWhole(bytes, inner, 6) ? { kind: 6, at: inner } : { kind: 0, at };
}

function isWhole(bytes: Uint8Array, at: number, version: 4 | 6): boolean {
  return at + (version === 4 ? 20 : 40) <= bytes.length && bytes[at]! >> 4 === version;
}

function network(bytes: Uint8Array, kind: 4 | 6, at: number) {
  if (kind === 6) {
    const to = Math.min(bytes.length, at + 40 + word(bytes, at + 4));
    const addresses: [number, number] = [at + 8, at + 40];
    return { protocol: bytes[at + 6]!, addresses, from: Math.min(at + 40, to), to, ttl: bytes[at + 7]! };
  }
  const to = Math.min(bytes.length, at + Math.max(20, word(bytes, at + 2)));
  const from = Math.min(to, at + Math.max(20, (bytes[at]! & 0x0f) * 4));
  // Only the first fragment has ports.
  const isFirst = (word(bytes, at + 6) & 0x1fff) === 0;
  const addresses: [number, number] = [at + 12, at + 20];
  return { protocol: isFirst ? bytes[at + 9]! : -1, addresses, from, to, ttl: bytes[at + 8]! };
}

function echoKind(bytes: Uint8Array, protocol: number, from: number, to: number): string | undefined {
  return from + 8 <= to ? ECHO[protocol]?.[bytes[from]!] : undefined;
}

function word(bytes: Uint8Array, at: number): number {
  return at + 2 <= bytes.length ? (bytes[at]! << 8) | bytes[at + 1]! : 0;
}

const SEED = 0x1505;
const HIGH = 2 ** 32;

/** 53 bits, of two FNV-1a hashes with different starts, so that a million frames hardly ever share one. */
function hash(bytes: Uint8Array, from: number, to: number, seed: number): number {
  let low = (0x811c9dc5 ^ seed) | 0;
  let high = (0x9e3779b9 ^ Math.floor(seed / HIGH)) | 0;
  for (let i = from; i < to; i++) {
    low = Math.imul(low ^ bytes[i]!, 0x01000193);
    high = Math.imul(high ^ bytes[i]!, 0x85ebca6b);
    high ^= high >>> 13;
  }
  return (high >>> 11) * HIGH + (low >>> 0);
}
