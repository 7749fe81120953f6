// ICMPv6 (RFC 4443), IP protocol 58: errors and echo. Neighbour discovery and multicast listener discovery, which use
// the same numbers, are in nd.ts and mld.ts.
import { type Context, type Decoder, dataBytes } from './context.ts';
import { describeQuoted } from './icmp.ts';
import { decodeMldQuery, decodeMldv1, decodeMldv2Report } from './mld.ts';
import {
  decodeNeighborAdvertisement,
  decodeNeighborSolicitation,
  decodeRedirect,
  decodeRouterAdvertisement,
  decodeRouterSolicitation,
} from './nd.ts';
import type { View } from './view.ts';
import { nameOf } from './wording.ts';

const MESSAGES: ReadonlyMap<number, Decoder> = new Map<number, Decoder>([
  [1, decodeUnreachable],
  [2, (view) => `ICMPv6 packet too big mtu ${view.u32(4)} ${describeQuoted(view.at(8))}`],
  [
    3,
    (view) => `ICMPv6 time exceeded ${view.u8(1) === 1 ? 'in reassembly' : 'in transit'} ${describeQuoted(view.at(8))}`,
  ],
  [4, (view) => `ICMPv6 parameter problem at ${view.u32(4)} ${describeQuoted(view.at(8))}`],
  [128, (view) => `ICMPv6 echo request id ${view.u16(4)} seq ${view.u16(6)}`],
  [129, (view) => `ICMPv6 echo reply id ${view.u16(4)} seq ${view.u16(6)}`],
  [130, decodeMldQuery],
  [131, (view) => decodeMldv1(view, 'report')],
  [132, (view) => decodeMldv1(view, 'done')],
  [133, decodeRouterSolicitation],
  [134, decodeRouterAdvertisement],
  [135, decodeNeighborSolicitation],
  [136, decodeNeighborAdvertisement],
  [137, decodeRedirect],
  [143, decodeMldv2Report],
]);

/** Decodes an ICMPv6 message. */
export function decodeIcmpv6(view: View, context: Context): string {
  if (!view.has(8)) return view.short('ICMPv6', 8);
  const decoder = MESSAGES.get(view.u8(0));
  return decoder ? decoder(view, context) : `ICMPv6 type ${view.u8(0)} code ${view.u8(1)} ${dataBytes(view.at(4))}`;
}

const UNREACHABLE: Readonly<Record<number, string>> = {
  0: 'no route',
  1: 'prohibited',
  2: 'beyond scope',
  3: 'address',
  4: 'port',
  5: 'source policy',
  6: 'reject route',
};

function decodeUnreachable(view: View): string {
  return `ICMPv6 unreachable ${nameOf(UNREACHABLE, view.u8(1), 'code')} ${describeQuoted(view.at(8))}`;
}
