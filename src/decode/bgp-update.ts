// BGP UPDATE (RFC 4271 section 4.3; other families RFC 4760): what is announced and withdrawn, and the attributes one
// asks for first. Whether a session uses four-octet AS numbers or path identifiers was agreed in messages not seen
// here, so both are told from whether the lengths work out.
import { formatIpv4, formatIpv6 } from './address.ts';
import { afiSafi } from './bgp-families.ts';
import type { View } from './view.ts';
import { words } from './wording.ts';

const ORIGIN = 1;
const AS_PATH = 2;
const NEXT_HOP = 3;
const MED = 4;
const LOCAL_PREFERENCE = 5;
const MP_REACH = 14;
const MP_UNREACH = 15;
// RFC 4271 section 4.3; 3 and 4 are the same within a confederation (RFC 5065).
const SET = 1;
const SEQUENCE = 2;
const MAX_ATTRIBUTES = 64;
const MAX_PATH = 12;

/** Words for the body of an UPDATE message. */
export function describeUpdate(body: View): string {
  if (!body.has(4)) return body.short('body', 4);
  const withdrawnBytes = body.u16(0);
  const attributesAt = 2 + withdrawnBytes;
  if (!body.has(attributesAt + 2)) return body.short('withdrawn', attributesAt + 2);
  const attributesBytes = body.u16(attributesAt);
  const nlri = body.at(attributesAt + 2 + attributesBytes);
  // RFC 4724 section 2: an UPDATE that says nothing ends the initial table.
  if (withdrawnBytes === 0 && attributesBytes === 0 && nlri.size === 0) return 'end-of-rib ipv4-unicast';
  const withdrawn = describePrefixes(body.at(2, withdrawnBytes), 4);
  const announced = describePrefixes(nlri, 4);
  return words(
    withdrawn && `withdraw ${withdrawn}`,
    announced && `announce ${announced}`,
    ...describeAttributes(body.at(attributesAt + 2, attributesBytes)),
  );
}

function describeAttributes(view: View): string[] {
  const parts: string[] = [];
  let offset = 0;
  for (let count = 0; count < MAX_ATTRIBUTES && view.has(offset + 3); count += 1) {
    // Section 4.3: the extended-length bit makes the length two bytes.
    const isExtended = (view.u8(offset) & 0x10) !== 0;
    const headerBytes = isExtended ? 4 : 3;
    const length = isExtended ? view.u16(offset + 2) : view.u8(offset + 2);
    const text = describeAttribute(view.u8(offset + 1), view.at(offset + headerBytes, length));
    if (text !== '') parts.push(text);
    offset += headerBytes + length;
  }
  return parts;
}

function describeAttribute(type: number, value: View): string {
  switch (type) {
    case ORIGIN:
      return `origin ${['igp', 'egp', 'incomplete'][value.u8(0)] ?? value.u8(0)}`;
    case AS_PATH:
      return `as-path ${readAsPath(value, 4) ?? readAsPath(value, 2) ?? '[unreadable]'}`;
    case NEXT_HOP:
      return `next-hop ${value.ipv4(0)}`;
    case MED:
      return `med ${value.u32(0)}`;
    case LOCAL_PREFERENCE:
      return `local-pref ${value.u32(0)}`;
    case MP_REACH:
      return describeReach(value);
    case MP_UNREACH:
      return describeUnreach(value);
    default:
      return '';
  }
}

// Segments of type, count and AS numbers; undefined unless they fill the attribute exactly.
function readAsPath(view: View, asBytes: 2 | 4): string | undefined {
  const path: string[] = [];
  let offset = 0;
  while (offset < view.size && view.has(offset + 2)) {
    const type = view.u8(offset);
    const count = view.u8(offset + 1);
    if (type < 1 || type > 4 || offset + 2 + count * asBytes > view.size) return undefined;
    const numbers = Array.from({ length: count }, (_, index) => {
      const at = offset + 2 + index * asBytes;
      return String(asBytes === 4 ? view.u32(at) : view.u16(at));
    });
    if (type === SEQUENCE) path.push(...numbers);
    else path.push(type === SET ? `{${numbers.join(' ')}}` : `(${numbers.join(' ')})`);
    offset += 2 + count * asBytes;
  }
  if (offset !== view.size) return undefined;
  if (path.length === 0) return 'local';
  return path.length > MAX_PATH ? `${path.slice(0, MAX_PATH).join(' ')} …` : path.join(' ');
}

// RFC 4760 section 3: family, next hop, a reserved byte, routes.
function describeReach(value: View): string {
  if (!value.has(5)) return value.short('announce', 5);
  const nextHopBytes = value.u8(3);
  const family = afiSafi(value.u16(0), value.u8(2));
  const routes = describeRoutes(value.u16(0), value.u8(2), value.at(5 + nextHopBytes));
  return words(`announce ${family}`, routes, describeNextHop(value.at(4, nextHopBytes)));
}

function describeUnreach(value: View): string {
  if (!value.has(3)) return value.short('withdraw', 3);
  const family = afiSafi(value.u16(0), value.u8(2));
  if (value.size === 3) return `end-of-rib ${family}`;
  return words(`withdraw ${family}`, describeRoutes(value.u16(0), value.u8(2), value.at(3)));
}

// With a route distinguisher (8 bytes) in front for VPNs, and a second, link-local, address for IPv6 (RFC 2545 section
// 3).
function describeNextHop(view: View): string {
  if (view.size === 4) return `next-hop ${view.ipv4(0)}`;
  if (view.size === 12) return `next-hop ${view.ipv4(8)}`;
  if (view.size === 16 || view.size === 32) return `next-hop ${view.ipv6(0)}`;
  return view.size === 24 || view.size === 48 ? `next-hop ${view.ipv6(8)}` : '';
}

// RFC 7432 section 7 and RFC 9136.
const EVPN_ROUTES: Readonly<Record<number, string>> = {
  1: 'ethernet-ad',
  2: 'mac-ip',
  3: 'multicast',
  4: 'ethernet-segment',
  5: 'ip-prefix',
};

function describeRoutes(family: number, subsequent: number, view: View): string {
  if ((family === 1 || family === 2) && (subsequent === 1 || subsequent === 2)) {
    return describePrefixes(view, family === 1 ? 4 : 16);
  }
  if (family !== 25 || subsequent !== 70) return view.size > 0 ? `${view.size} bytes of routes` : '';
  const type = view.u8(0);
  // RFC 7432 section 7.2: route distinguisher 8, segment 10, tag 4, length 1, then the address.
  const mac = type === 2 && view.has(2 + 29) ? view.mac(2 + 23) : '';
  return words(EVPN_ROUTES[type] ?? `type ${type}`, mac);
}

function describePrefixes(view: View, addressBytes: 4 | 16): string {
  if (view.size === 0) return '';
  const plain = readPrefixes(view, addressBytes, 0);
  // RFC 7911: a path identifier of 4 bytes in front of each; read as plain prefixes it looks like many default routes.
  const isDoubtful = plain === undefined || plain.defaultRoutes > 1;
  const prefixes = isDoubtful ? (readPrefixes(view, addressBytes, 4) ?? plain) : plain;
  if (!prefixes) return `${view.size} bytes of routes`;
  return prefixes.count > 1 ? `${prefixes.first} (+${prefixes.count - 1})` : prefixes.first;
}

interface Prefixes {
  readonly first: string;
  readonly count: number;
  readonly defaultRoutes: number;
}

// Undefined unless the prefixes fill the view; a captured part is read as far as it goes.
function readPrefixes(view: View, addressBytes: 4 | 16, pathIdBytes: 0 | 4): Prefixes | undefined {
  let first = '';
  let count = 0;
  let defaultRoutes = 0;
  let offset = 0;
  while (offset < view.length) {
    const bits = view.u8(offset + pathIdBytes);
    const bytes = Math.ceil(bits / 8);
    const end = offset + pathIdBytes + 1 + bytes;
    if (bits > addressBytes * 8 || end > view.size) return undefined;
    if (!view.has(end)) break;
    if (count === 0) first = `${padAddress(view.at(offset + pathIdBytes + 1, bytes), addressBytes)}/${bits}`;
    if (bits === 0) defaultRoutes += 1;
    count += 1;
    offset = end;
  }
  return { first, count, defaultRoutes };
}

function padAddress(view: View, addressBytes: 4 | 16): string {
  const bytes = new Uint8Array(addressBytes);
  bytes.set(view.copy(0, addressBytes));
  return addressBytes === 4 ? formatIpv4(bytes, 0) : formatIpv6(bytes, 0);
}
