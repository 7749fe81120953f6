// Sockets that see every frame of a network interface as it is on the wire: packet(7).

import {
  AF_PACKET,
  ETH_P_ALL,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SO_SNDBUF,
  SO_SNDBUFFORCE,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_RAW,
  SOL_SOCKET,
} from './constants.ts';
import { bind, close, getsockname, getsockopt, setsockopt, socket } from './libc.ts';
import { NativeMemory } from './memory.ts';

// linux/if_packet.h, sys/socket.h
/** Level of the options and of the ancillary data of packet sockets. */
export const SOL_PACKET = 263;
/** Option and type of the ancillary data in which a VLAN tag comes. */
export const PACKET_AUXDATA = 8;
/** sll_pkttype of frames that this host sent. */
export const PACKET_OUTGOING = 4;
/** The VLAN tag in tpacket_auxdata is one. */
export const TP_STATUS_VLAN_VALID = 1 << 4;
/** Its type is told, too. */
export const TP_STATUS_VLAN_TPID_VALID = 1 << 6;
const PACKET_ADD_MEMBERSHIP = 1;
const PACKET_STATISTICS = 6;
const PACKET_VNET_HDR = 15;
const PACKET_IGNORE_OUTGOING = 23;
const PACKET_MR_PROMISC = 1;
// struct sockaddr_ll: family, protocol, index, hardware type, packet type, address.
const ADDRESS_BYTES = 20;
// linux/if_arp.h: Ethernet, and loopback, whose frames look the same.
const ARPHRD_ETHER = 1;
const ARPHRD_LOOPBACK = 772;

const memory = new NativeMemory(32);

/**
 * Opens a socket for all frames that come in at interface `index`, its own and those for others; what the host itself
 * sends is left out where the kernel can (Linux 4.20). Each frame is preceded by a struct virtio_net_hdr in both
 * directions, which tells what is left undone. Returns the descriptor or -errno.
 */
export function openPacketSocket(index: number, bufferBytes: number): number {
  // Protocol 0: not a single frame before all is set.
  const fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return fd;
  const result = prepare(fd, index, bufferBytes);
  if (result >= 0) return fd;
  close(fd);
  return result;
}

function prepare(fd: number, index: number, bufferBytes: number): number {
  const { bytes, view, address } = memory;
  setNumber(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
  // With the privilege to exceed the host's limit, else up to it.
  if (setNumber(fd, SOL_SOCKET, SO_RCVBUFFORCE, bufferBytes) < 0) setNumber(fd, SOL_SOCKET, SO_RCVBUF, bufferBytes);
  if (setNumber(fd, SOL_SOCKET, SO_SNDBUFFORCE, bufferBytes) < 0) setNumber(fd, SOL_SOCKET, SO_SNDBUF, bufferBytes);
  let result = setNumber(fd, SOL_PACKET, PACKET_VNET_HDR, 1);
  if (result < 0) return result;
  result = setNumber(fd, SOL_PACKET, PACKET_AUXDATA, 1);
  if (result < 0) return result;
  bytes.fill(0);
  view.setUint16(0, AF_PACKET, true);
  view.setUint16(2, ETH_P_ALL, false);
  view.setInt32(4, index, true);
  result = bind(fd, address, ADDRESS_BYTES);
  if (result < 0) return result;
  // struct packet_mreq: index, type, length of the address, address.
  bytes.fill(0);
  view.setInt32(0, index, true);
  view.setUint16(4, PACKET_MR_PROMISC, true);
  return setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, address, 16);
}

/** The index of the interface that a packet socket is bound to, and whether that has Ethernet frames. */
export function packetInterface(fd: number): { readonly index: number; readonly isEthernet: boolean } {
  const { bytes, view, address } = memory;
  bytes.fill(0);
  view.setUint32(24, ADDRESS_BYTES, true);
  if (getsockname(fd, address, address + 24) < 0) return { index: 0, isEthernet: false };
  const type = view.getUint16(8, true);
  return { index: view.getInt32(4, true), isEthernet: type === ARPHRD_ETHER || type === ARPHRD_LOOPBACK };
}

/** How many frames the kernel dropped since this was last asked, because the socket was not read fast enough. */
export function droppedFrames(fd: number): number {
  // struct tpacket_stats: frames, drops. Asking sets both to zero.
  const { view, address } = memory;
  view.setUint32(8, 8, true);
  return getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, address, address + 8) < 0 ? 0 : view.getUint32(4, true);
}

function setNumber(fd: number, level: number, name: number, value: number): number {
  memory.view.setInt32(0, value, true);
  return setsockopt(fd, level, name, memory.address, 4);
}
