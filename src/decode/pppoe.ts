// PPPoE (RFC 2516), EtherTypes 0x8863 (discovery) and 0x8864 (session), with the network protocols inside PPP (RFC
// 1661).
import { type Context, dataBytes, decodeTunnelled } from './context.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';
import type { View } from './view.ts';
import { hexNumber, nameOf } from './wording.ts';

const CODES: Readonly<Record<number, string>> = {
  7: 'offer',
  9: 'initiation',
  25: 'request',
  101: 'session',
  167: 'terminate',
};
// IANA "PPP DLL Protocol Numbers".
const CONTROL_PROTOCOLS: Readonly<Record<number, string>> = {
  32801: 'IPCP', // 0x8021
  32855: 'IPV6CP', // 0x8057
  49185: 'LCP', // 0xc021
  49187: 'PAP', // 0xc023
  49699: 'CHAP', // 0xc223
};
const IPV4 = 0x0021;
const IPV6 = 0x0057;

/** Decodes a PPPoE discovery frame. */
export function decodePppoeDiscovery(view: View): string {
  if (!view.has(6)) return view.short('PPPoE', 6);
  const session = view.u16(2);
  return `PPPoE discovery ${nameOf(CODES, view.u8(1), 'code')}${session === 0 ? '' : ` session ${session}`}`;
}

/** Decodes a PPPoE session frame and what PPP carries in it. */
export function decodePppoeSession(view: View, context: Context): string {
  if (!view.has(8)) return view.short('PPPoE', 8);
  const line = `PPPoE session ${view.u16(2)},`;
  return `${line} ${decodePpp(view.at(6, view.u16(4)), context)}`;
}

/** Decodes a PPP frame that begins with its protocol. */
export function decodePpp(view: View, context: Context): string {
  if (!view.has(2)) return view.short('PPP', 2);
  const protocol = view.u16(0);
  const body = view.at(2);
  if (protocol === IPV4) return decodeTunnelled(decodeIpv4, body, context);
  if (protocol === IPV6) return decodeTunnelled(decodeIpv6, body, context);
  return `${CONTROL_PROTOCOLS[protocol] ?? `PPP ${hexNumber(protocol, 2)}`} ${dataBytes(body)}`;
}
