// Who sends a frame, as the sender itself announces it: LLDP (IEEE 802.1AB clause 8) and CDP, as values instead of words.
// Total, as all of this folder: any bytes give an answer or none.
import { readTlvs } from './tlv.ts';
import { View } from './view.ts';

/** What an announcement says. */
export interface Neighbour {
  readonly protocol: 'LLDP' | 'CDP';
  /** Name of the system; may be empty. */
  readonly system: string;
  /** The interface that it was sent from; may be empty. */
  readonly port: string;
  /** Tells senders apart that say no name. */
  readonly chassis: string;
  /** How long it holds; 0: the sender is going away. */
  readonly ttlSeconds: number;
  /** The largest frame of the interface (LLDP) or its MTU (CDP), where it is said. */
  readonly size: number | undefined;
}

const ETHERNET_BYTES = 14;
const LLDP_ETHER_TYPE = 0x88cc;
const VLAN_ETHER_TYPE = 0x8100;
const VLAN_BYTES = 4;
const IEEE_8023 = 0x00120f;
const MAX_TLVS = 64;
// LLC and SNAP in front of CDP: aa aa 03, organisation 00000c, protocol 2000.
const CDP_AT = 8;

/** Reads the announcement in a frame, if it is one. */
export function readNeighbour(bytes: Uint8Array, length: number = bytes.length): Neighbour | undefined {
  const frame = new View(bytes, 0, Math.min(bytes.length, length), length);
  if (!frame.has(ETHERNET_BYTES)) return undefined;
  const start = frame.u16(12) === VLAN_ETHER_TYPE ? ETHERNET_BYTES + VLAN_BYTES : ETHERNET_BYTES;
  const type = frame.u16(start - 2);
  const body = frame.at(start);
  if (type === LLDP_ETHER_TYPE) return readLldp(body);
  const isCdp = type <= 1500 && body.u24(0) === 0xaaaa03 && body.u24(3) === 0x00000c && body.u16(6) === 0x2000;
  return isCdp && body.has(CDP_AT + 4) ? readCdp(body.at(CDP_AT, type - CDP_AT)) : undefined;
}

function readLldp(view: View): Neighbour | undefined {
  let [system, port, chassis, ttlSeconds] = ['', '', '', 0];
  let size: number | undefined;
  let offset = 0;
  let count = 0;
  for (; count < MAX_TLVS && view.has(offset + 2); count += 1) {
    const type = view.u8(offset) >> 1;
    const length = view.u16(offset) & 0x1ff;
    if (type === 0) break;
    const value = view.at(offset + 2, length);
    if (type === 1) chassis = readId(value, 4);
    else if (type === 2) port = readId(value, 3);
    else if (type === 3) ttlSeconds = value.u16(0);
    else if (type === 5) system = value.text(0, value.size);
    // IEEE 802.3 clause 79.3.4: Maximum Frame Size.
    else if (type === 127 && value.u24(0) === IEEE_8023 && value.u8(3) === 4) size = value.u16(4);
    offset += 2 + length;
  }
  return count === 0 ? undefined : { protocol: 'LLDP', system, port, chassis, ttlSeconds, size };
}

function readId(value: View, macSubtype: number): string {
  return value.u8(0) === macSubtype ? value.mac(1) : value.text(1, value.size - 1);
}

function readCdp(view: View): Neighbour {
  const tlvs = readTlvs(view.at(4), { typeBytes: 2, lengthBytes: 2, whole: true });
  const text = (wanted: number): string => {
    const value = tlvs.find(({ type }) => type === wanted)?.value;
    return value === undefined ? '' : value.text(0, value.size);
  };
  const mtu = tlvs.find(({ type }) => type === 0x11)?.value.u32(0);
  const system = text(1);
  return { protocol: 'CDP', system, port: text(3), chassis: system, ttlSeconds: view.u8(1), size: mtu || undefined };
}
