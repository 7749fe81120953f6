// What the rules want to know of a frame: who sent it, whether it is the same as another, and what its sender says about
// itself. Reads the first bytes only, and never beyond them.

import { type Neighbour, readNeighbour } from '../../decode/neighbour.ts';

/** A frame, as the rules see it. */
export interface FrameFacts {
  /** Source address, such as "52:54:00:12:34:56". */
  readonly source: string;
  /** The same for frames that are the same: of what is known of them, and of their length. */
  readonly digest: number;
  readonly length: number;
  /** The MTU that an OSPF database description says (RFC 2328 A.3.3, RFC 5340 A.3.3). */
  readonly ospfMtu: number | undefined;
  /** The length of an IS-IS hello, which is padded to the MTU (ISO 10589, 8.2.3). */
  readonly isisHelloBytes: number | undefined;
  readonly neighbour: Neighbour | undefined;
}

const SOURCE_AT = 6;
const TYPE_AT = 12;
const MIN_BYTES = 14;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const NOBODY = '00:00:00:00:00:00';
const MAX_TAGS = 2;
const TAGS = new Set([0x8100, 0x88a8, 0x9100]);
/** LLC in frames longer than a length field can say. */
const JUMBO_LLC = 0x8870;
const OSPF = 89;
const DATABASE_DESCRIPTION = 2;
const DIGEST_BYTES = 96;

/** Looks at a frame of which `bytes` are the beginning; undefined when it has no source that can be told. */
export function readFacts(bytes: Uint8Array, length: number): FrameFacts | undefined {
  if (bytes.length < MIN_BYTES) return undefined;
  const source = formatSource(bytes);
  // A group address sends nothing, and neither does nobody.
  if ((bytes[SOURCE_AT]! & 1) !== 0 || source === NOBODY) return undefined;
  return {
    source,
    digest: digestOf(bytes, length),
    length,
    ospfMtu: readOspfMtu(bytes),
    isisHelloBytes: readIsisHello(bytes),
    neighbour: bytes[0] === 0x01 ? readNeighbour(bytes, length) : undefined,
  };
}

// Thousands a second, so without a list in between.
function formatSource(bytes: Uint8Array): string {
  let text = HEX[bytes[SOURCE_AT]!]!;
  for (let at = SOURCE_AT + 1; at < SOURCE_AT + 6; at++) text += `:${HEX[bytes[at]!]}`;
  return text;
}

// FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/
function digestOf(bytes: Uint8Array, length: number): number {
  let digest = (0x811c_9dc5 ^ length) >>> 0;
  const end = Math.min(bytes.length, DIGEST_BYTES);
  for (let at = 0; at < end; at++) digest = Math.imul(digest ^ bytes[at]!, 0x0100_0193) >>> 0;
  return digest;
}

function readOspfMtu(bytes: Uint8Array): number | undefined {
  let at = TYPE_AT;
  for (let tags = 0; tags < MAX_TAGS && TAGS.has(u16(bytes, at)); tags++) at += 4;
  const type = u16(bytes, at);
  at += 2;
  if (type === 0x0800 && bytes[at + 9] === OSPF) {
    const isFirstFragment = (u16(bytes, at + 6) & 0x1fff) === 0;
    const ospf = at + (bytes[at]! & 0x0f) * 4;
    return isFirstFragment ? databaseMtu(bytes, ospf, 2, 24) : undefined;
  }
  // Behind the header of 16 bytes and the options.
  return type === 0x86dd && bytes[at + 6] === OSPF ? databaseMtu(bytes, at + 40, 3, 20) : undefined;
}

function databaseMtu(bytes: Uint8Array, ospf: number, version: number, mtuAt: number): number | undefined {
  if (bytes[ospf] !== version || bytes[ospf + 1] !== DATABASE_DESCRIPTION) return undefined;
  // 0 over virtual links.
  return u16(bytes, ospf + mtuAt) || undefined;
}

// LLC fe fe 03, then the header of ISO 10589 clause 9: discriminator 0x83, and the type in the fifth byte. In all three
// kinds of hello (15, 16, 17) the length stands behind circuit type, source and holding time.
function readIsisHello(bytes: Uint8Array): number | undefined {
  const type = u16(bytes, TYPE_AT);
  const isLlc = type <= 1500 || type === JUMBO_LLC;
  if (!isLlc || bytes[14] !== 0xfe || bytes[15] !== 0xfe || bytes[17] !== 0x83) return undefined;
  const kind = bytes[21]! & 0x1f;
  return kind >= 15 && kind <= 17 ? u16(bytes, 34) || undefined : undefined;
}

function u16(bytes: Uint8Array, at: number): number {
  return at + 2 <= bytes.length ? (bytes[at]! << 8) | bytes[at + 1]! : 0;
}
