// Neighbour discovery for IPv6 (RFC 4861): the ICMPv6 messages 133 to 137.
import { findTlv, readTlvs, type Tlv } from './tlv.ts';
import type { View } from './view.ts';
import { firstOf, flagNames, words } from './wording.ts';

const SOURCE_LINK_ADDRESS = 1;
const TARGET_LINK_ADDRESS = 2;
const PREFIX = 3;
const MTU = 5;
const RECURSIVE_DNS = 25; // RFC 8106

/** Decodes a router solicitation (RFC 4861 section 4.1). */
export function decodeRouterSolicitation(view: View): string {
  return words('ICMPv6 router solicitation', linkAddress(readOptions(view.at(8)), SOURCE_LINK_ADDRESS));
}

/** Decodes a router advertisement (RFC 4861 section 4.2). */
export function decodeRouterAdvertisement(view: View): string {
  if (!view.has(16)) return view.short('ICMPv6 router advertisement', 16);
  const options = readOptions(view.at(16));
  const prefixes = options
    .filter(({ type, value }) => type === PREFIX && value.has(30))
    .map(({ value }) => `${value.ipv6(14)}/${value.u8(0)}`);
  const mtu = findTlv(options, MTU);
  // Bit 7 managed, bit 6 other (section 4.2).
  const flags = flagNames(view.u8(5) >> 6, ['other', 'managed']);
  return words(
    `ICMPv6 router advertisement lifetime ${view.u16(6)}s`,
    flags !== '[]' && flags,
    prefixes.length > 0 && `prefix ${firstOf(prefixes)}`,
    mtu?.has(6) && `mtu ${mtu.u32(2)}`,
    findTlv(options, RECURSIVE_DNS) && 'dns',
    linkAddress(options, SOURCE_LINK_ADDRESS),
  );
}

/** Decodes a neighbour solicitation (RFC 4861 section 4.3). */
export function decodeNeighborSolicitation(view: View): string {
  if (!view.has(24)) return view.short('ICMPv6 neighbor solicitation', 24);
  return words(
    `ICMPv6 neighbor solicitation who-has ${view.ipv6(8)}`,
    linkAddress(readOptions(view.at(24)), SOURCE_LINK_ADDRESS),
  );
}

/** Decodes a neighbour advertisement (RFC 4861 section 4.4). */
export function decodeNeighborAdvertisement(view: View): string {
  if (!view.has(24)) return view.short('ICMPv6 neighbor advertisement', 24);
  const target = findTlv(readOptions(view.at(24)), TARGET_LINK_ADDRESS);
  const flags = flagNames(view.u8(4) >> 5, ['override', 'solicited', 'router']);
  return words(
    `ICMPv6 neighbor advertisement ${view.ipv6(8)}`,
    target && `is-at ${target.mac(0)}`,
    flags !== '[]' && flags,
  );
}

/** Decodes a redirect (RFC 4861 section 4.5). */
export function decodeRedirect(view: View): string {
  if (!view.has(40)) return view.short('ICMPv6 redirect', 40);
  return `ICMPv6 redirect ${view.ipv6(24)} via ${view.ipv6(8)}`;
}

// RFC 4861 section 4.6: lengths are counted in units of 8 bytes and include type and length.
function readOptions(view: View): Tlv[] {
  return readTlvs(view, { typeBytes: 1, lengthBytes: 1, whole: true, unitBytes: 8 });
}

function linkAddress(options: readonly Tlv[], type: number): string | undefined {
  const option = findTlv(options, type);
  return option && `from ${option.mac(0)}`;
}
