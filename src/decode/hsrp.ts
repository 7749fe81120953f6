// HSRP: version 1 (RFC 2281), UDP port 1985, and version 2, a list of type-length-values that Cisco has not published,
// also on port 2029 for IPv6.
import { findTlv, readTlvs } from './tlv.ts';
import type { View } from './view.ts';
import { nameOf, words } from './wording.ts';

const OPERATIONS: Readonly<Record<number, string>> = { 0: 'hello', 1: 'coup', 2: 'resign', 3: 'advertise' };
const STATES_V1: Readonly<Record<number, string>> = {
  0: 'initial',
  1: 'learn',
  2: 'listen',
  4: 'speak',
  8: 'standby',
  16: 'active',
};
const STATES_V2: Readonly<Record<number, string>> = {
  0: 'disabled',
  1: 'initial',
  2: 'learn',
  3: 'listen',
  4: 'speak',
  5: 'standby',
  6: 'active',
};
const GROUP_STATE = 1;

/** Decodes an HSRP message; version 1 begins with a 0, version 2 with the type of its first element. */
export function decodeHsrp(view: View): string {
  if (view.u8(0) !== 0) return decodeVersion2(view);
  if (!view.has(20)) return view.short('HSRP', 20);
  const operation = view.u8(1);
  // An advertisement (3) has a layout of its own, which tells only how many groups there are.
  if (operation === 3) return 'HSRPv1 advertise';
  return words(
    `HSRPv1 ${nameOf(OPERATIONS, operation, 'operation')} group ${view.u8(6)}`,
    `${nameOf(STATES_V1, view.u8(2), 'state')} prio ${view.u8(5)}`,
    `hello ${view.u8(3)}s hold ${view.u8(4)}s ${view.ipv4(16)}`,
  );
}

function decodeVersion2(view: View): string {
  const group = findTlv(readTlvs(view, { typeBytes: 1, lengthBytes: 1 }), GROUP_STATE);
  if (!group) return view.short('HSRPv2', 2);
  if (!group.has(40)) return group.short('HSRPv2', 40);
  return words(
    `HSRPv2 ${nameOf(OPERATIONS, group.u8(1), 'operation')} group ${group.u16(4)}`,
    `${nameOf(STATES_V2, group.u8(2), 'state')} prio ${group.u32(12)}`,
    `hello ${group.u32(16)}ms hold ${group.u32(20)}ms`,
    group.u8(3) === 6 ? group.ipv6(24) : group.ipv4(24),
  );
}
