// IS-IS (ISO/IEC 10589 clause 9, RFC 1195), which travels straight over LLC with service access point 0xfe; with it the
// other OSI network protocols, which are only named.
import { dataBytes } from './context.ts';
import { findTlv, readTlvs, type Tlv } from './tlv.ts';
import type { View } from './view.ts';
import { counted, nameOf, words } from './wording.ts';

const NETWORK_PROTOCOLS: Readonly<Record<number, string>> = { 129: 'CLNP', 130: 'ES-IS' };
const IS_IS = 0x83;
const HEADER_BYTES = 8;

const AREA_ADDRESSES = 1;
const LSP_ENTRIES = 9;
const AUTHENTICATION = 10;
const HOST_NAME = 137; // RFC 5301
const THREE_WAY = 240; // RFC 5303

/** Decodes an OSI network-layer packet, which in practice is IS-IS. */
export function decodeOsi(view: View): string {
  const protocol = view.u8(0);
  if (protocol !== IS_IS) return `${nameOf(NETWORK_PROTOCOLS, protocol, 'OSI protocol')} ${dataBytes(view)}`;
  if (!view.has(HEADER_BYTES)) return view.short('IS-IS', HEADER_BYTES);
  const idBytes = view.u8(3);
  // ISO/IEC 10589 clause 9.1: 0 means the usual 6.
  if (idBytes !== 0 && idBytes !== 6) return `IS-IS [system id of ${idBytes} bytes]`;
  const body = view.at(HEADER_BYTES);
  switch (view.u8(4) & 0x1f) {
    case 15:
      return describeLanHello(body, 1);
    case 16:
      return describeLanHello(body, 2);
    case 17:
      return describePointToPointHello(body);
    case 18:
      return describeLsp(body, 1);
    case 20:
      return describeLsp(body, 2);
    case 24:
      return describeCompleteNumbers(body, 1);
    case 25:
      return describeCompleteNumbers(body, 2);
    case 26:
      return describePartialNumbers(body, 1);
    case 27:
      return describePartialNumbers(body, 2);
    default:
      return `IS-IS type ${view.u8(4) & 0x1f}, ${dataBytes(body)}`;
  }
}

// Clauses 9.5 and 9.6: circuit type, source, holding time, length, priority, designated router.
function describeLanHello(body: View, level: number): string {
  if (!body.has(19)) return body.short(`IS-IS L${level} hello`, 19);
  return words(
    `IS-IS L${level} hello ${systemId(body, 1)} hold ${body.u16(7)}s prio ${body.u8(11) & 0x7f}`,
    `dis ${systemId(body, 12)}.${body.hex(18, 1)}`,
    ...describeCommon(readTlvs(body.at(19), { typeBytes: 1, lengthBytes: 1 })),
  );
}

const CIRCUITS: Readonly<Record<number, string>> = { 1: 'L1', 2: 'L2', 3: 'L1L2' };
const ADJACENCIES: Readonly<Record<number, string>> = { 0: 'up', 1: 'init', 2: 'down' };

// Clause 9.7.
function describePointToPointHello(body: View): string {
  if (!body.has(12)) return body.short('IS-IS p2p hello', 12);
  const tlvs = readTlvs(body.at(12), { typeBytes: 1, lengthBytes: 1 });
  const adjacency = findTlv(tlvs, THREE_WAY);
  return words(
    `IS-IS p2p hello ${systemId(body, 1)} ${nameOf(CIRCUITS, body.u8(0) & 3, 'circuit')} hold ${body.u16(7)}s`,
    adjacency && `state ${nameOf(ADJACENCIES, adjacency.u8(0), 'state')}`,
    ...describeCommon(tlvs),
  );
}

// Clauses 9.8 and 9.9: length, lifetime, identifier, sequence number, checksum, flags.
function describeLsp(body: View, level: number): string {
  if (!body.has(19)) return body.short(`IS-IS L${level} LSP`, 19);
  const lifetime = body.u16(2);
  return words(
    `IS-IS L${level} LSP ${lspId(body, 4)} seq 0x${body.u32(12).toString(16)} lifetime ${lifetime}s`,
    lifetime === 0 && '[purge]',
    (body.u8(18) & 0x04) !== 0 && '[overload]',
    ...describeCommon(readTlvs(body.at(19), { typeBytes: 1, lengthBytes: 1 })),
  );
}

// Clauses 9.10 and 9.11: length, source with a circuit byte, first and last identifier.
function describeCompleteNumbers(body: View, level: number): string {
  if (!body.has(25)) return body.short(`IS-IS L${level} CSNP`, 25);
  return words(
    `IS-IS L${level} CSNP ${systemId(body, 2)} ${lspId(body, 9)} to ${lspId(body, 17)}`,
    countEntries(body.at(25)),
  );
}

// Clauses 9.12 and 9.13.
function describePartialNumbers(body: View, level: number): string {
  if (!body.has(9)) return body.short(`IS-IS L${level} PSNP`, 9);
  return words(`IS-IS L${level} PSNP ${systemId(body, 2)}`, countEntries(body.at(9)));
}

// Each entry has a lifetime, an identifier, a sequence number and a checksum: 16 bytes.
function countEntries(view: View): string {
  const lists = readTlvs(view, { typeBytes: 1, lengthBytes: 1 }).filter(({ type }) => type === LSP_ENTRIES);
  const count = lists.reduce((sum, { value }) => sum + Math.trunc(value.size / 16), 0);
  return counted(count, 'LSP');
}

function describeCommon(tlvs: readonly Tlv[]): string[] {
  const area = findTlv(tlvs, AREA_ADDRESSES);
  const name = findTlv(tlvs, HOST_NAME);
  return [
    area && area.size > 1 ? `area ${areaAddress(area.at(1, area.u8(0)))}` : '',
    name ? `name ${name.text(0, name.size)}` : '',
    findTlv(tlvs, AUTHENTICATION) ? 'auth' : '',
  ];
}

function areaAddress(view: View): string {
  const digits = view.hex(0, Math.min(view.size, 13));
  // Written as operators do: the authority byte, then groups of two bytes.
  return [digits.slice(0, 2), ...(digits.slice(2).match(/.{1,4}/g) ?? [])].join('.');
}

function systemId(view: View, offset: number): string {
  const digits = view.hex(offset, 6);
  return `${digits.slice(0, 4)}.${digits.slice(4, 8)}.${digits.slice(8)}`;
}

function lspId(view: View, offset: number): string {
  return `${systemId(view, offset)}.${view.hex(offset + 6, 1)}-${view.hex(offset + 7, 1)}`;
}
