// Finds headers in a frame: behind VLAN tags, behind the options of IPv4 and the extension headers of IPv6. Answers are
// positions, NOWHERE if there is none; nothing is read behind the end.

/** There is no such header in the frame. */
export const NOWHERE = -1;

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const IPV6_HEADER_BYTES = 40;
const MAX_HEADERS = 16;
const FRAGMENT = 44;

/** The position of the EtherType that is no VLAN tag, looked for from `typeAt` on. */
export function ethertypeAt(bytes: Uint8Array, typeAt: number, end: number): number {
  let at = typeAt;
  while (at + 2 <= end) {
    const type = (bytes[at]! << 8) | bytes[at + 1]!;
    if (type !== 0x8100 && type !== 0x88a8 && type !== 0x9100) return at;
    at += 4;
  }
  return NOWHERE;
}

/** Tells whether IPv4 or IPv6 carries `protocol`, in any fragment. */
export function carriesIp(bytes: Uint8Array, typeAt: number, end: number, protocol: number): boolean {
  return seek(bytes, typeAt, end, protocol, true) !== NOWHERE;
}

/** The position of the header of `protocol`, in a frame of IPv4 or IPv6 that has it. */
export function transportAt(bytes: Uint8Array, typeAt: number, end: number, protocol: number): number {
  return seek(bytes, typeAt, end, protocol, false);
}

/** Tells whether one of the two ports at `at` is one of `ports`. */
export function portsAt(bytes: Uint8Array, at: number, end: number, ports: readonly number[]): boolean {
  if (at + 4 > end) return false;
  const source = (bytes[at]! << 8) | bytes[at + 1]!;
  const destination = (bytes[at + 2]! << 8) | bytes[at + 3]!;
  for (let i = 0; i < ports.length; i++) if (ports[i] === source || ports[i] === destination) return true;
  return false;
}

function seek(bytes: Uint8Array, typeAt: number, end: number, protocol: number, anyFragment: boolean): number {
  const type = ethertypeAt(bytes, typeAt, end);
  if (type === NOWHERE) return NOWHERE;
  const at = type + 2;
  const number = (bytes[type]! << 8) | bytes[type + 1]!;
  if (number === IPV4) return behindIpv4(bytes, at, end, protocol, anyFragment);
  return number === IPV6 ? behindIpv6(bytes, at, end, protocol, anyFragment) : NOWHERE;
}

function behindIpv4(bytes: Uint8Array, at: number, end: number, protocol: number, anyFragment: boolean): number {
  if (at + 20 > end || bytes[at + 9] !== protocol) return NOWHERE;
  const offset = ((bytes[at + 6]! << 8) | bytes[at + 7]!) & 0x1fff;
  if (offset !== 0 && !anyFragment) return NOWHERE;
  return at + (bytes[at]! & 0x0f) * 4;
}

function behindIpv6(bytes: Uint8Array, ip: number, end: number, protocol: number, anyFragment: boolean): number {
  if (ip + IPV6_HEADER_BYTES > end) return NOWHERE;
  let next = bytes[ip + 6]!;
  let at = ip + IPV6_HEADER_BYTES;
  for (let headers = 0; headers < MAX_HEADERS; headers++) {
    if (next === protocol) return at;
    // Hop-by-hop, routing, destination options, and the fragment header (RFC 8200, section 4).
    if (next !== 0 && next !== 43 && next !== 60 && next !== FRAGMENT) return NOWHERE;
    if (at + 8 > end) return NOWHERE;
    const isFragment = next === FRAGMENT;
    next = bytes[at]!;
    if (isFragment) {
      const offset = ((bytes[at + 2]! << 8) | bytes[at + 3]!) & 0xfff8;
      if (offset !== 0) return anyFragment && next === protocol ? at + 8 : NOWHERE;
      at += 8;
    } else {
      at += (bytes[at + 1]! + 1) * 8;
    }
  }
  return NOWHERE;
}
