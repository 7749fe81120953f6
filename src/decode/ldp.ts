// LDP (RFC 5036), port 646: hellos over UDP, everything else over TCP. A segment may begin in the middle of a unit;
// nothing is put together across segments here.
import { formatIpv4, formatIpv6 } from './address.ts';
import { dataBytes } from './context.ts';
import { readTlvs, type Tlv } from './tlv.ts';
import type { View } from './view.ts';
import { nameOf, words } from './wording.ts';

const HEADER_BYTES = 10;
const MAX_UNITS = 4;
const MAX_MESSAGES = 4;

/** Decodes the LDP units of a datagram or segment. */
export function decodeLdp(view: View): string {
  const units: string[] = [];
  for (let offset = 0; offset < view.size; ) {
    const unit = view.at(offset);
    if (units.length === MAX_UNITS) return `${units.join('; ')}; more`;
    if (!unit.has(HEADER_BYTES)) return [...units, unit.short('LDP', HEADER_BYTES)].join('; ');
    // Section 3.1: version, length of all that follows, identifier.
    if (unit.u16(0) !== 1 || unit.u16(2) < 6) return [...units, `LDP continued ${dataBytes(unit)}`].join('; ');
    const messages = describeMessages(unit.at(HEADER_BYTES, unit.u16(2) - 6));
    units.push(`LDP ${unit.ipv4(4)}:${unit.u16(8)} ${messages}`);
    offset += 4 + unit.u16(2);
  }
  return units.join('; ');
}

const MESSAGES: Readonly<Record<number, string>> = {
  1: 'notification',
  256: 'hello', // 0x0100
  512: 'initialization', // 0x0200
  513: 'keepalive',
  768: 'address', // 0x0300
  769: 'address withdraw',
  1024: 'label mapping', // 0x0400
  1025: 'label request',
  1026: 'label withdraw',
  1027: 'label release',
  1028: 'label abort',
};

function describeMessages(view: View): string {
  const messages: string[] = [];
  let offset = 0;
  while (view.has(offset + 8)) {
    if (messages.length === MAX_MESSAGES) return `${messages.join(', ')}, more`;
    // Section 3.5: type, length from here on, number, parameters. The top bit says what to do if the type is unknown.
    const type = view.u16(offset) & 0x7fff;
    const length = view.u16(offset + 2);
    const parameters = readTlvs(view.at(offset + 8, length - 4), { typeBytes: 2, lengthBytes: 2 });
    messages.push(words(nameOf(MESSAGES, type, 'message'), ...parameters.map(describeParameter)));
    offset += 4 + length;
  }
  return messages.length > 0 ? messages.join(', ') : view.short('message', 8);
}

// Section 3.4; the two top bits of a type say what to do if it is unknown.
function describeParameter({ type, value }: Tlv): string {
  switch (type & 0x3fff) {
    case 0x0100:
      return describeFec(value);
    case 0x0101:
      return describeAddresses(value);
    case 0x0200:
      return `label ${value.u32(0) & 0xfffff}`;
    case 0x0300:
      return describeStatus(value.u32(0));
    case 0x0400:
      return words(`hold ${value.u16(0)}s`, (value.u8(2) & 0x80) !== 0 && 'targeted');
    case 0x0401:
      return `transport ${value.ipv4(0)}`;
    case 0x0403:
      return `transport ${value.ipv6(0)}`;
    case 0x0500:
      // Section 3.5.3: version, keepalive time, flags, limits, receiver.
      return `keepalive ${value.u16(2)}s for ${value.ipv4(8)}:${value.u16(12)}`;
    default:
      return '';
  }
}

// Section 3.4.1: wildcard 1, prefix 2; RFC 8077: pseudowire 0x80.
function describeFec(view: View): string {
  if (view.u8(0) === 1) return 'fec any';
  if (view.u8(0) === 128) return `pseudowire ${view.u32(8)}`;
  if (view.u8(0) !== 2) return `fec type ${view.u8(0)}`;
  const isIpv6 = view.u16(1) === 2;
  const bytes = new Uint8Array(isIpv6 ? 16 : 4);
  bytes.set(view.copy(4, Math.min(Math.ceil(view.u8(3) / 8), bytes.length)));
  return `fec ${isIpv6 ? formatIpv6(bytes, 0) : formatIpv4(bytes, 0)}/${view.u8(3)}`;
}

function describeAddresses(view: View): string {
  const isIpv6 = view.u16(0) === 2;
  const count = Math.trunc((view.size - 2) / (isIpv6 ? 16 : 4));
  return count > 0 ? `${isIpv6 ? view.ipv6(2) : view.ipv4(2)}${count > 1 ? ` (+${count - 1})` : ''}` : '';
}

// Section 4.2 (status codes), and RFC 5561 for the last.
const STATUS: Readonly<Record<number, string>> = {
  1: 'bad LDP identifier',
  2: 'bad protocol version',
  3: 'bad PDU length',
  4: 'unknown message',
  5: 'bad message length',
  9: 'hold timer expired',
  10: 'shutdown',
  16: 'no hello',
  17: 'no advertisement mode',
  20: 'keepalive timer expired',
  29: 'bad keepalive time',
  47: 'end of LIB',
};

// The top two bits are "fatal" and "forward" (section 3.4.6).
function describeStatus(status: number): string {
  return words(nameOf(STATUS, status % 0x40000000, 'status'), status >= 0x80000000 && '[fatal]');
}
