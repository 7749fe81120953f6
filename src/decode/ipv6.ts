// IPv6 (RFC 8200) with its extension headers; EtherType 0x86dd, and inside tunnels. The hop limit is left out between
// link-local addresses, where it says nothing about a path.
import type { Context } from './context.ts';
import { describeIp, describeTrafficClass } from './ip.ts';
import { describeFragment } from './ipv4.ts';
import { findTlv, readTlvs } from './tlv.ts';
import type { View } from './view.ts';
import { words } from './wording.ts';

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION_OPTIONS = 60;
const MOBILITY = 135;
const EXTENSIONS: ReadonlySet<number> = new Set([
  HOP_BY_HOP,
  ROUTING,
  FRAGMENT,
  AUTHENTICATION,
  DESTINATION_OPTIONS,
  MOBILITY,
]);
const MAX_EXTENSIONS = 8;

/** Decodes an IPv6 packet. */
export function decodeIpv6(view: View, context: Context): string {
  if (!view.has(40)) return view.short('IPv6', 40);
  const version = view.u8(0) >> 4;
  if (version !== 6) return `IPv6 [version ${version}]`;
  const ends = { version: 6, source: view.ipv6(8), destination: view.ipv6(24) } as const;
  const payloadBytes = view.u16(4);
  const notes = [
    isLinkScope(view, 8) || isLinkScope(view, 24) ? '' : `hlim ${view.u8(7)}`,
    describeTrafficClass((view.u16(0) >> 4) & 0xff),
    payloadBytes > view.size - 40 ? `[length ${payloadBytes}, frame has ${view.size - 40}]` : '',
  ];
  let protocol = view.u8(6);
  // Length 0 is a jumbogram (RFC 2675) or segmentation offload.
  let rest = payloadBytes === 0 ? view.at(40) : view.at(40, payloadBytes);
  let laterFragment = false;
  for (let count = 0; EXTENSIONS.has(protocol) && count < MAX_EXTENSIONS && !laterFragment; count += 1) {
    if (!rest.has(8))
      return words('IPv6', `${ends.source} > ${ends.destination}`, ...notes, rest.short('extension', 8));
    notes.push(describeExtension(protocol, rest));
    laterFragment = protocol === FRAGMENT && rest.u16(2) >> 3 > 0;
    const headerBytes = extensionBytes(protocol, rest);
    protocol = rest.u8(0);
    rest = rest.at(headerBytes);
  }
  return describeIp({ ends, protocol, notes: words(...notes), laterFragment }, rest, context);
}

function isLinkScope(view: View, offset: number): boolean {
  const first = view.u16(offset);
  return (first & 0xffc0) === 0xfe80 || (first & 0xff0f) === 0xff02;
}

function extensionBytes(protocol: number, view: View): number {
  if (protocol === FRAGMENT) return 8;
  // RFC 4302 section 2.2: the authentication header counts in words of 4 bytes, minus 2.
  return protocol === AUTHENTICATION ? (view.u8(1) + 2) * 4 : (view.u8(1) + 1) * 8;
}

function describeExtension(protocol: number, view: View): string {
  switch (protocol) {
    case HOP_BY_HOP:
      return describeHopByHop(view.at(2, extensionBytes(protocol, view) - 2));
    case ROUTING:
      // RFC 8754 section 2: type 4 is segment routing.
      return words(view.u8(2) === 4 ? 'srh' : `routing type ${view.u8(2)}`, `left ${view.u8(3)}`);
    case FRAGMENT:
      return describeFragment(view.u32(4), view.u16(2) & 0xfff8, (view.u16(2) & 1) === 1) || 'atomic fragment';
    case AUTHENTICATION:
      return `AH spi 0x${view.u32(4).toString(16)}`;
    case MOBILITY:
      return 'mobility';
    default:
      return 'dest-options';
  }
}

function describeHopByHop(options: View): string {
  const found = readTlvs(options, { typeBytes: 1, lengthBytes: 1, padType: 0 });
  // RFC 2711: option 5 asks routers to look at the packet.
  return findTlv(found, 5) ? '[router-alert]' : 'hop-by-hop';
}
