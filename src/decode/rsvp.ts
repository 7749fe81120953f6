// RSVP (RFC 2205) as used for MPLS traffic engineering (RFC 3209), IP protocol 46.
import type { View } from './view.ts';
import { nameOf, words } from './wording.ts';

// IANA "RSVP Message Types".
const TYPES: Readonly<Record<number, string>> = {
  1: 'path',
  2: 'resv',
  3: 'path-error',
  4: 'resv-error',
  5: 'path-tear',
  6: 'resv-tear',
  7: 'resv-confirm',
  12: 'bundle',
  13: 'ack',
  15: 'srefresh',
  20: 'hello',
};
const SESSION = 1;
const ERROR_SPEC = 6;
const LABEL = 16;
const SESSION_ATTRIBUTE = 207;
const MAX_OBJECTS = 64;

/** Decodes an RSVP message. */
export function decodeRsvp(view: View): string {
  if (!view.has(8)) return view.short('RSVP', 8);
  const objects = view.at(8, view.u16(6) - 8);
  const parts = [`RSVP ${nameOf(TYPES, view.u8(1), 'type')}`];
  let offset = 0;
  for (let count = 0; count < MAX_OBJECTS && objects.has(offset + 4); count += 1) {
    const length = objects.u16(offset);
    // RFC 2205 section 3.1.2: a multiple of 4, at least 4.
    if (length < 4) break;
    const text = describeObject(objects.u8(offset + 2), objects.u8(offset + 3), objects.at(offset + 4, length - 4));
    if (text !== undefined) parts.push(text);
    offset += length;
  }
  return words(...parts);
}

function describeObject(kind: number, type: number, value: View): string | undefined {
  if (kind === SESSION && type === 7 && value.has(12)) {
    // RFC 3209 section 4.6.1.1: end point, tunnel number, extended tunnel identifier.
    return `tunnel ${value.u16(6)} to ${value.ipv4(0)} ext ${value.ipv4(8)}`;
  }
  if (kind === SESSION && type === 1 && value.has(8)) {
    return `session ${value.ipv4(0)} protocol ${value.u8(4)} port ${value.u16(6)}`;
  }
  if (kind === LABEL && type === 1 && value.has(4)) return `label ${value.u32(0)}`;
  if (kind === ERROR_SPEC && type === 1 && value.has(8))
    return `error ${value.u8(5)}/${value.u16(6)} at ${value.ipv4(0)}`;
  // RFC 3209 section 4.7.1: priorities, flags, length of the name, name.
  if (kind === SESSION_ATTRIBUTE && type === 7) return `name ${value.text(4, value.u8(3))}`;
  return undefined;
}
