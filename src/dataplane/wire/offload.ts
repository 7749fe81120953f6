// What hosts leave to their network cards: checksums that are only begun, and packets of up to 64 KiB that the card is to
// cut up (segmentation offload). Whoever takes frames from a packet socket gets them in that state, with a virtio_net_hdr
// that says what is missing (linux/virtio_net.h). Here they become frames as they are on a wire. All of it happens within
// one memory, without allocating.

import type { NativeMemory } from '../sys/memory.ts';
import { checksumOf, crc32c, sumWords } from './checksum.ts';

/** flags: the checksum over everything from csum_start on is missing in the field at csum_offset behind that. */
export const NEEDS_CHECKSUM = 1;
/** gso_type, without the ECN bit. */
export const GSO = { none: 0, tcp4: 1, tcp6: 4, udp: 5 } as const;
const GSO_ECN = 0x80;

const ETHER_ADDRESSES_BYTES = 12;
const ETHERTYPE = { ipv4: 0x0800, ipv6: 0x86dd, vlan: 0x8100, serviceVlan: 0x88a8, oldServiceVlan: 0x9100 };
const PROTOCOL = { tcp: 6, udp: 17 };
// IPv6 extension headers that may stand in front of the transport: RFC 8200, 4.1.
const EXTENSIONS = { hopByHop: 0, routing: 43, destination: 60 };
const IPV6_HEADER_BYTES = 40;
const TCP_HEADER_BYTES = 20;
const UDP_HEADER_BYTES = 8;
const TCP_FIN_PSH = 0x09;
const TCP_CWR = 0x80;
const TCP_CHECKSUM_AT = 16;
const UDP_CHECKSUM_AT = 6;
// SCTP's checksum is another one: RFC 9260, 3.1. No other protocol has a checksum there.
const SCTP_CHECKSUM_AT = 8;

/** A virtio_net_hdr. */
export class OffloadHeader {
  needsChecksum = false;
  gsoType = 0;
  gsoSize = 0;
  checksumStart = 0;
  checksumOffset = 0;

  /** Reads it at `at`; its fields have the byte order of this machine, which is little-endian wherever we run. */
  read(view: DataView, at: number): void {
    this.needsChecksum = (view.getUint8(at) & NEEDS_CHECKSUM) !== 0;
    this.gsoType = view.getUint8(at + 1) & ~GSO_ECN;
    this.gsoSize = view.getUint16(at + 4, true);
    this.checksumStart = view.getUint16(at + 6, true);
    this.checksumOffset = view.getUint16(at + 8, true);
  }
}

/**
 * Finishes the checksum of the frame in `[at, at + length)`, whose field holds the sum over the pseudo header; false when
 * the header speaks of bytes that the frame does not have.
 *
 * @param start where the summed part begins, counted from `at`
 * @param offset where the field is, counted from there
 */
export function finishChecksum(
  memory: NativeMemory,
  at: number,
  length: number,
  start: number,
  offset: number,
): boolean {
  const { view, bytes } = memory;
  const from = at + start;
  const end = at + length;
  const field = from + offset;
  if (offset === SCTP_CHECKSUM_AT) {
    if (field + 4 > end) return false;
    view.setUint32(field, 0, false);
    view.setUint32(field, crc32c(bytes, from, end), true);
    return true;
  }
  if (field + 2 > end) return false;
  // Zero would mean "no checksum" in UDP, and 65,535 is the same number: RFC 768.
  view.setUint16(field, checksumOf(sumWords(view, from, end)) || 0xffff, false);
  return true;
}

/** Cuts one packet of TCP or UDP up. Used again for each. */
export class Segmenter {
  /** How many frames the packet becomes. */
  count = 0;
  private readonly memory: NativeMemory;
  private at = 0;
  private gsoSize = 0;
  private payloadBytes = 0;
  private headerBytes = 0;
  /** Where the IP header and the transport header stand, counted from the start of the frame. */
  private network = 0;
  private transport = 0;
  private isIpv4 = false;
  private isTcp = false;

  /** @param memory that of the packets and of the frames */
  constructor(memory: NativeMemory) {
    this.memory = memory;
  }

  /** Takes the packet in `[at, at + length)`; false when it is not what its header says. */
  begin(at: number, length: number, { gsoType, gsoSize, needsChecksum, checksumStart }: OffloadHeader): boolean {
    this.at = at;
    this.gsoSize = gsoSize;
    this.isTcp = gsoType === GSO.tcp4 || gsoType === GSO.tcp6;
    if (gsoSize === 0 || (!this.isTcp && gsoType !== GSO.udp) || !this.findTransport(at + length)) return false;
    // In a tunnel the checksum that is missing belongs to the inner packet.
    if (needsChecksum && checksumStart !== this.transport) return false;
    this.payloadBytes = length - this.headerBytes;
    this.count = Math.ceil(this.payloadBytes / gsoSize);
    return this.payloadBytes > 0;
  }

  /** The length of frame `index`. */
  length(index: number): number {
    return this.headerBytes + Math.min(this.gsoSize, this.payloadBytes - index * this.gsoSize);
  }

  /** Writes frame `index` to `to`. */
  write(index: number, to: number): void {
    const { view, bytes } = this.memory;
    const { at, headerBytes, network, transport } = this;
    const length = this.length(index);
    const from = at + headerBytes + index * this.gsoSize;
    bytes.copyWithin(to, at, at + headerBytes);
    bytes.copyWithin(to + headerBytes, from, from + length - headerBytes);
    const ip = to + network;
    const segment = to + transport;
    const end = to + length;
    const addresses = this.isIpv4 ? ip + 12 : ip + 8;
    if (this.isIpv4) {
      view.setUint16(ip + 2, length - network, false);
      view.setUint16(ip + 4, view.getUint16(ip + 4, false) + index, false);
      view.setUint16(ip + 10, 0, false);
      view.setUint16(ip + 10, checksumOf(sumWords(view, ip, ip + (bytes[ip]! & 0x0f) * 4)), false);
    } else {
      view.setUint16(ip + 4, length - network - IPV6_HEADER_BYTES, false);
    }
    const pseudo =
      sumWords(view, addresses, addresses + (this.isIpv4 ? 8 : 32)) +
      (this.isTcp ? PROTOCOL.tcp : PROTOCOL.udp) +
      length -
      transport;
    if (this.isTcp) this.finishTcp(index, segment, end, pseudo);
    else this.finishUdp(segment, end, pseudo);
  }

  private finishTcp(index: number, segment: number, end: number, pseudo: number): void {
    const { view } = this.memory;
    view.setUint32(segment + 4, view.getUint32(segment + 4, false) + index * this.gsoSize, false);
    // What ends a stretch of data stands in its last segment, what answers congestion in its first: RFC 9293, RFC 3168.
    let flags = view.getUint8(segment + 13);
    if (index < this.count - 1) flags &= ~TCP_FIN_PSH;
    if (index > 0) flags &= ~TCP_CWR;
    view.setUint8(segment + 13, flags);
    view.setUint16(segment + TCP_CHECKSUM_AT, 0, false);
    view.setUint16(segment + TCP_CHECKSUM_AT, checksumOf(pseudo + sumWords(view, segment, end)), false);
  }

  private finishUdp(segment: number, end: number, pseudo: number): void {
    const { view } = this.memory;
    view.setUint16(segment + 4, end - segment, false);
    view.setUint16(segment + UDP_CHECKSUM_AT, 0, false);
    view.setUint16(segment + UDP_CHECKSUM_AT, checksumOf(pseudo + sumWords(view, segment, end)) || 0xffff, false);
  }

  /** Finds the headers of a packet that ends at `end`; false when they are not there. */
  private findTransport(end: number): boolean {
    const { view } = this.memory;
    const { at } = this;
    let network = ETHER_ADDRESSES_BYTES;
    for (;;) {
      if (at + network + 2 > end) return false;
      const type = view.getUint16(at + network, false);
      network += 2;
      if (type === ETHERTYPE.vlan || type === ETHERTYPE.serviceVlan || type === ETHERTYPE.oldServiceVlan) {
        network += 2;
      } else {
        this.isIpv4 = type === ETHERTYPE.ipv4;
        if (!this.isIpv4 && type !== ETHERTYPE.ipv6) return false;
        break;
      }
    }
    this.network = network;
    const transport = this.isIpv4 ? this.skipIpv4(at + network, end) : this.skipIpv6(at + network, end);
    this.transport = transport - at;
    if (transport < 0) return false;
    const least = this.isTcp ? TCP_HEADER_BYTES : UDP_HEADER_BYTES;
    if (transport + least > end) return false;
    const size = this.isTcp ? (view.getUint8(transport + 12) >> 4) * 4 : UDP_HEADER_BYTES;
    this.headerBytes = this.transport + size;
    return size >= least && transport + size <= end;
  }

  private skipIpv4(ip: number, end: number): number {
    const { view } = this.memory;
    if (ip + 20 > end) return -1;
    const size = (view.getUint8(ip) & 0x0f) * 4;
    const isWanted = view.getUint8(ip + 9) === (this.isTcp ? PROTOCOL.tcp : PROTOCOL.udp);
    return isWanted && size >= 20 && ip + size <= end ? ip + size : -1;
  }

  private skipIpv6(ip: number, end: number): number {
    const { view } = this.memory;
    if (ip + IPV6_HEADER_BYTES > end) return -1;
    let next = view.getUint8(ip + 6);
    let at = ip + IPV6_HEADER_BYTES;
    while (next === EXTENSIONS.hopByHop || next === EXTENSIONS.routing || next === EXTENSIONS.destination) {
      if (at + 8 > end) return -1;
      next = view.getUint8(at);
      at += 8 + view.getUint8(at + 1) * 8;
    }
    return next === (this.isTcp ? PROTOCOL.tcp : PROTOCOL.udp) ? at : -1;
  }
}
