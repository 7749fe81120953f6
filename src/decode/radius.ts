// RADIUS (RFC 2865, RFC 2866), UDP ports 1812, 1813 and 3799 (RFC 5176): who wants to log in where, and the answer.
import { readTlvs } from './tlv.ts';
import type { View } from './view.ts';
import { nameOf, words } from './wording.ts';

const CODES: Readonly<Record<number, string>> = {
  1: 'access-request',
  2: 'access-accept',
  3: 'access-reject',
  4: 'accounting-request',
  5: 'accounting-response',
  11: 'access-challenge',
  12: 'status-server',
  40: 'disconnect-request',
  41: 'disconnect-ack',
  42: 'disconnect-nak',
  43: 'coa-request',
  44: 'coa-ack',
  45: 'coa-nak',
};
const ACCOUNTING: Readonly<Record<number, string>> = { 1: 'start', 2: 'stop', 3: 'interim', 7: 'on', 8: 'off' };
const HEADER_BYTES = 20;

/** Decodes a RADIUS packet. */
export function decodeRadius(view: View): string {
  if (!view.has(HEADER_BYTES)) return view.short('RADIUS', HEADER_BYTES);
  const attributes = readTlvs(view.at(HEADER_BYTES, view.u16(2) - HEADER_BYTES), {
    typeBytes: 1,
    lengthBytes: 1,
    whole: true,
  });
  const told = attributes.map(({ type, value }) => {
    if (type === 1) return `user ${value.text(0, value.size)}`;
    if (type === 4) return `nas ${value.ipv4(0)}`;
    if (type === 18) return `"${value.text(0, value.size)}"`;
    if (type === 32) return `nas-id ${value.text(0, value.size)}`;
    return type === 40 ? nameOf(ACCOUNTING, value.u32(0), 'status') : undefined;
  });
  return words(`RADIUS ${nameOf(CODES, view.u8(0), 'code')} id ${view.u8(1)}`, ...told);
}
