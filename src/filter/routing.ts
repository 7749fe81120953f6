// Messages of routing protocols: OSPF and BFD by their type or state, BGP by the messages that a segment holds.

import { type Layers, NO, type Test, YES } from './condition.ts';
import { NOWHERE, portsAt, transportAt } from './seek.ts';

const TCP = 6;
const UDP = 17;
const OSPF = 89;
const BGP_PORT = [179];
const BGP_MARKER_BYTES = 16;
const BGP_HEADER_BYTES = 19;
/** Control and echo of RFC 5881, several hops (RFC 5883), members of a bundle (RFC 7130). */
const BFD_PORTS = [3784, 3785, 4784, 6784];

/** OSPF of either version, of any type or of this one (RFC 2328, A.3.1; RFC 5340, A.3.1). */
export function isOspf({ typeAt }: Layers, type: number | undefined): Test {
  return (bytes, start, end) => {
    const at = transportAt(bytes, start + typeAt, end, OSPF);
    if (at === NOWHERE) return NO;
    if (type === undefined) return YES;
    return at + 2 <= end && bytes[at + 1] === type ? YES : NO;
  };
}

/** BFD, in any state or in this one (RFC 5880, 4.1). */
export function isBfd({ typeAt }: Layers, state: number | undefined): Test {
  return (bytes, start, end) => {
    const at = transportAt(bytes, start + typeAt, end, UDP);
    if (at === NOWHERE || at + 8 > end) return NO;
    const port = (bytes[at + 2]! << 8) | bytes[at + 3]!;
    if (!BFD_PORTS.includes(port)) return NO;
    if (state === undefined) return YES;
    // Echoes have no state: only their sender reads them.
    return port !== 3785 && at + 10 <= end && bytes[at + 9]! >> 6 === state ? YES : NO;
  };
}

/** The TCP of BGP; with a type, a segment in which a message of this type begins (RFC 4271, 4.1). */
export function isBgp({ typeAt }: Layers, type: number | undefined): Test {
  return (bytes, start, end) => {
    const at = transportAt(bytes, start + typeAt, end, TCP);
    if (at === NOWHERE || !portsAt(bytes, at, end, BGP_PORT)) return NO;
    if (type === undefined) return YES;
    if (at + 13 > end) return NO;
    let message = at + (bytes[at + 12]! >> 4) * 4;
    while (message + BGP_HEADER_BYTES <= end && hasMarker(bytes, message)) {
      if (bytes[message + BGP_HEADER_BYTES - 1] === type) return YES;
      const size = (bytes[message + BGP_MARKER_BYTES]! << 8) | bytes[message + BGP_MARKER_BYTES + 1]!;
      if (size < BGP_HEADER_BYTES) return NO;
      message += size;
    }
    return NO;
  };
}

function hasMarker(bytes: Uint8Array, message: number): boolean {
  for (let i = 0; i < BGP_MARKER_BYTES; i++) if (bytes[message + i] !== 0xff) return false;
  return true;
}
