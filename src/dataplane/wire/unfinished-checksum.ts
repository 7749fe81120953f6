// Checksums that a kernel left to a network card which never saw the packet: what its own tunnels send over a veth(4) to a
// socket of the same machine has an outer header, but an inner TCP or UDP checksum that is only begun, and a socket is not
// told so. Such a field holds the sum over the pseudo header and no more (Documentation/networking/checksum-offloads.rst),
// which is cheap to see; only what looks so is summed up. A card would also cut such TCP packets up (segmentation offload).

import type { NativeMemory } from '../sys/memory.ts';
import { checksumOf, sumWords } from './checksum.ts';

const ETHER_ADDRESSES_BYTES = 12;
const ETHERTYPE = { ipv4: 0x0800, ipv6: 0x86dd, vlan: 0x8100, serviceVlan: 0x88a8 };
const IPV4_HEADER_BYTES = 20;
const IPV6_HEADER_BYTES = 40;
/** "More fragments", and the offset. */
const IPV4_FRAGMENT = 0x3fff;
const TCP = 6;
const UDP = 17;
const TCP_CHECKSUM_AT = 16;
const UDP_CHECKSUM_AT = 6;
// IPv6 extension headers in front of the transport that leave the pseudo header as it is: RFC 8200, 4.1 and 8.1.
const HOP_BY_HOP = 0;
const DESTINATION = 60;
/** The largest IP packet of Ethernet: larger ones with a checksum that is only begun were to be cut up. */
const ETHERNET_MTU = 1500;

/** What was left to a network card. */
export const LEFT = { nothing: 0, checksum: 1, segmentsOfTcp4: 2, segmentsOfTcp6: 3 } as const;
/** One of {@link LEFT}. */
export type Left = (typeof LEFT)[keyof typeof LEFT];

/**
 * Payload of the TCP segments that such a packet is cut into. How large they were meant to be is not told; these fit every
 * link that IPv6 may use (RFC 8200, 5: 1,280 bytes), with the headers that are usual.
 */
export const SAFE_SEGMENT_BYTES = 1200;

/** Finishes the checksum of the frame in `[at, at + length)` if it was only begun; packets to be cut up stay as they are. */
export function finishIfBegun({ view }: NativeMemory, at: number, length: number): Left {
  const end = at + length;
  let network = at + ETHER_ADDRESSES_BYTES + 2;
  if (network + IPV4_HEADER_BYTES > end) return LEFT.nothing;
  let type = view.getUint16(network - 2, false);
  while (type === ETHERTYPE.vlan || type === ETHERTYPE.serviceVlan) {
    network += 4;
    if (network + IPV4_HEADER_BYTES > end) return LEFT.nothing;
    type = view.getUint16(network - 2, false);
  }
  if (type === ETHERTYPE.ipv4) {
    if ((view.getUint16(network + 6, false) & IPV4_FRAGMENT) !== 0) return LEFT.nothing;
    const header = (view.getUint8(network) & 0x0f) * 4;
    const last = network + view.getUint16(network + 2, false);
    if (header < IPV4_HEADER_BYTES || last > end) return LEFT.nothing;
    const addresses = sumWords(view, network + 12, network + IPV4_HEADER_BYTES);
    return finish(view, view.getUint8(network + 9), addresses, network + header, last, LEFT.segmentsOfTcp4);
  }
  if (type !== ETHERTYPE.ipv6 || network + IPV6_HEADER_BYTES > end) return LEFT.nothing;
  const last = network + IPV6_HEADER_BYTES + view.getUint16(network + 4, false);
  if (last > end) return LEFT.nothing;
  let next = view.getUint8(network + 6);
  let transport = network + IPV6_HEADER_BYTES;
  while (next === HOP_BY_HOP || next === DESTINATION) {
    if (transport + 8 > last) return LEFT.nothing;
    next = view.getUint8(transport);
    transport += 8 + view.getUint8(transport + 1) * 8;
  }
  if (next !== TCP && next !== UDP) return LEFT.nothing;
  const addresses = sumWords(view, network + 8, network + IPV6_HEADER_BYTES);
  return finish(view, next, addresses, transport, last, LEFT.segmentsOfTcp6);
}

/**
 * @param addresses their sum, the larger part of that of the pseudo header
 * @param large what is told of a TCP packet that is larger than a frame of Ethernet
 */
function finish(
  view: DataView,
  protocol: number,
  addresses: number,
  transport: number,
  end: number,
  large: Left,
): Left {
  const offset = protocol === TCP ? TCP_CHECKSUM_AT : protocol === UDP ? UDP_CHECKSUM_AT : -1;
  const field = transport + offset;
  if (offset < 0 || field + 2 > end) return LEFT.nothing;
  const pseudo = addresses + protocol + (end - transport);
  // A sum of anything but zeros is never written as zero.
  if (view.getUint16(field, false) !== (pseudo % 0xffff || 0xffff)) return LEFT.nothing;
  const sum = sumWords(view, transport, end);
  // A whole checksum may be the same number by chance; then all of it together comes to nothing.
  if ((pseudo + sum) % 0xffff === 0) return LEFT.nothing;
  if (protocol === TCP && end - transport > ETHERNET_MTU) return large;
  // Zero would mean "no checksum" in UDP, and 65,535 is the same number: RFC 768.
  view.setUint16(field, checksumOf(sum) || 0xffff, false);
  return LEFT.checksum;
}
