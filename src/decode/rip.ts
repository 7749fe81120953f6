// RIP (RFC 2453), UDP port 520, and RIPng (RFC 2080), UDP port 521.
import type { View } from './view.ts';
import { counted, nameOf, words } from './wording.ts';

const COMMANDS: Readonly<Record<number, string>> = { 1: 'request', 2: 'response' };
const ENTRY_BYTES = 20;

/** Decodes a RIP message. */
export function decodeRip(view: View): string {
  if (!view.has(4)) return view.short('RIP', 4);
  const entry = view.at(4);
  const first = entry.has(ENTRY_BYTES) ? `${entry.ipv4(4)}/${maskBits(entry.u32(8))} metric ${entry.u32(16)}` : '';
  // Section 3.9.1: a request with one entry of family 0 and metric 16 asks for everything.
  return describe(`RIPv${view.u8(1)}`, view, entry.u16(0) === 2 ? first : '', entry.u16(0) === 0);
}

/** Decodes a RIPng message. */
export function decodeRipng(view: View): string {
  if (!view.has(4)) return view.short('RIPng', 4);
  const entry = view.at(4);
  const first = entry.has(ENTRY_BYTES) ? `${entry.ipv6(0)}/${entry.u8(18)} metric ${entry.u8(19)}` : '';
  // Section 2.4.1: the same, with prefix length 0.
  return describe('RIPng', view, first, entry.u8(18) === 0 && entry.u8(19) === 16);
}

function describe(name: string, view: View, first: string, isAll: boolean): string {
  const count = Math.trunc((view.size - 4) / ENTRY_BYTES);
  if (view.u8(0) === 1 && count === 1 && isAll) return `${name} request whole table`;
  const entries = counted(count, 'route');
  return words(`${name} ${nameOf(COMMANDS, view.u8(0), 'command')}`, entries, first);
}

function maskBits(mask: number): number {
  return mask.toString(2).replaceAll('0', '').length;
}
