// DHCP for IPv6 (RFC 8415), UDP ports 546 and 547.
import { type Context, decodeTunnelled } from './context.ts';
import { findTlv, readTlvs, type Tlv } from './tlv.ts';
import type { View } from './view.ts';
import { hexNumber, nameOf, words } from './wording.ts';

const MESSAGES: Readonly<Record<number, string>> = {
  1: 'solicit',
  2: 'advertise',
  3: 'request',
  4: 'confirm',
  5: 'renew',
  6: 'rebind',
  7: 'reply',
  8: 'release',
  9: 'decline',
  10: 'reconfigure',
  11: 'information-request',
  12: 'relay-forward',
  13: 'relay-reply',
};
const IA_NA = 3;
const IA_ADDRESS = 5;
const RELAY_MESSAGE = 9;
const STATUS = 13;
const IA_PD = 25;
const IA_PREFIX = 26;

/** Decodes a DHCPv6 message. */
export function decodeDhcpv6(view: View, context: Context): string {
  if (!view.has(4)) return view.short('DHCPv6', 4);
  const type = view.u8(0);
  const line = `DHCPv6 ${nameOf(MESSAGES, type, 'message')}`;
  if (type === 12 || type === 13) return decodeRelayed(line, view, context);
  const options = readOptions(view.at(4));
  return words(`${line} xid ${hexNumber(view.u24(1), 3)}`, ...options.map(describeOption));
}

// Section 9: hops, link address, peer address, options, one of which is the message.
function decodeRelayed(line: string, view: View, context: Context): string {
  if (!view.has(34)) return view.short(line, 34);
  const inner = findTlv(readOptions(view.at(34)), RELAY_MESSAGE);
  return words(
    `${line} hops ${view.u8(1)} link ${view.ipv6(2)} peer ${view.ipv6(18)}`,
    inner && decodeTunnelled(decodeDhcpv6, inner, context),
  );
}

function readOptions(view: View): Tlv[] {
  return readTlvs(view, { typeBytes: 2, lengthBytes: 2 });
}

// Sections 21.4, 21.6, 21.21, 21.22: identifier and two times in front, then options; an address or prefix first in
// those.
function describeOption({ type, value }: Tlv): string {
  if (type === IA_NA) {
    const address = findTlv(readOptions(value.at(12)), IA_ADDRESS);
    return words('address', address?.ipv6(0) ?? 'wanted');
  }
  if (type === IA_PD) {
    const prefix = findTlv(readOptions(value.at(12)), IA_PREFIX);
    return words('prefix', prefix ? `${prefix.ipv6(9)}/${prefix.u8(8)}` : 'wanted');
  }
  return type === STATUS && value.u16(0) !== 0 ? `status ${value.u16(0)}` : '';
}
