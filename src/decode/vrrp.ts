// VRRP, IP protocol 112: version 2 (RFC 3768) in seconds, version 3 (RFC 9568) in centiseconds and also for IPv6.
import type { Context } from './context.ts';
import type { View } from './view.ts';
import { firstOf, words } from './wording.ts';

/** Decodes a VRRP advertisement. */
export function decodeVrrp(view: View, context: Context): string {
  if (!view.has(8)) return view.short('VRRP', 8);
  const version = view.u8(0) >> 4;
  const type = view.u8(0) & 15;
  if (type !== 1) return `VRRPv${version} type ${type}`;
  const priority = view.u8(2);
  const interval = version === 2 ? `${view.u8(5)}s` : `${(view.u16(4) & 0xfff) * 10}ms`;
  return words(
    `VRRPv${version} vrid ${view.u8(1)} prio ${priority}`,
    // Priority 0 is how a master resigns, 255 says that it owns the address (RFC 9568 section 5.2.4).
    priority === 0 && '[resigns]',
    priority === 255 && '[owner]',
    `interval ${interval}`,
    firstOf(readAddresses(view, context.ip?.version === 6 ? 16 : 4)),
  );
}

function readAddresses(view: View, addressBytes: 4 | 16): string[] {
  const addresses: string[] = [];
  for (let index = 0, offset = 8; index < view.u8(3) && view.has(offset + addressBytes); index += 1) {
    addresses.push(addressBytes === 4 ? view.ipv4(offset) : view.ipv6(offset));
    offset += addressBytes;
  }
  return addresses;
}
