// BFD control packets (RFC 5880 section 4.1): UDP ports 3784 (RFC 5881), 4784 (multihop, RFC 5883) and 6784 (on link
// aggregation members, RFC 7130). Echo packets, port 3785, are a private matter of their sender.
import { dataBytes } from './context.ts';
import type { View } from './view.ts';
import { flagNames, nameOf, words } from './wording.ts';

const STATES = ['admin-down', 'down', 'init', 'up'];
const DIAGNOSTICS: Readonly<Record<number, string>> = {
  1: 'detection time expired',
  2: 'echo failed',
  3: 'neighbor signaled down',
  4: 'forwarding plane reset',
  5: 'path down',
  6: 'concatenated path down',
  7: 'administratively down',
  8: 'reverse concatenated path down',
};
const AUTHENTICATION: Readonly<Record<number, string>> = {
  1: 'password',
  2: 'md5',
  3: 'meticulous md5',
  4: 'sha1',
  5: 'meticulous sha1',
};
const AUTHENTICATION_PRESENT = 0x04;

/** Decodes a BFD control packet. */
export function decodeBfd(view: View): string {
  if (!view.has(24)) return view.short('BFD', 24);
  const version = view.u8(0) >> 5;
  if (version !== 1) return `BFD [version ${version}]`;
  const diagnostic = view.u8(0) & 31;
  const state = view.u8(1) >> 6;
  const flags = flagNames(view.u8(1) & 0x3b, ['multipoint', 'demand', '', 'cpi', 'final', 'poll']);
  return words(
    `BFD ${STATES[state]!}`,
    flags !== '[]' && flags,
    diagnostic !== 0 && `diag ${nameOf(DIAGNOSTICS, diagnostic, 'code')}`,
    `my ${view.u32(4)} your ${view.u32(8)}`,
    `tx ${milliseconds(view.u32(12))} rx ${milliseconds(view.u32(16))} x${view.u8(2)}`,
    view.u32(20) !== 0 && `echo ${milliseconds(view.u32(20))}`,
    (view.u8(1) & AUTHENTICATION_PRESENT) !== 0 && `auth ${nameOf(AUTHENTICATION, view.u8(24), 'type')}`,
  );
}

/** Decodes a BFD echo packet, that is, names it (RFC 5880 section 5). */
export function decodeBfdEcho(view: View): string {
  return `BFD echo ${dataBytes(view)}`;
}

function milliseconds(microseconds: number): string {
  return `${microseconds / 1000}ms`;
}
