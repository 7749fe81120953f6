// Non-blocking UDP sockets: bound to our own port, aimed at one peer or at nobody, with buffers for bursts.

import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  AF_UNSPEC,
  IP_MTU_DISCOVER,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_UDP,
  IPV6_MTU_DISCOVER,
  IPV6_V6ONLY,
  PMTUDISC_DONT,
  SO_MEMINFO,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SO_SNDBUF,
  SO_SNDBUFFORCE,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOL_SOCKET,
  UDP_NO_CHECK6_RX,
} from './constants.ts';
import { describeErrno } from './errno.ts';
import { bind, close, connect, duplicate, getsockopt, setsockopt, socket, socketpair } from './libc.ts';
import { NativeMemory } from './memory.ts';
import type { SocketAddress } from './socket-address.ts';

// udp(7), ip(7), ipv6(7): 65,535 bytes of IPv4 packet less 20 and 8 of headers; 65,535 of IPv6 payload less 8.
const MAX_IPV4_PAYLOAD = 65_507;
const MAX_IPV6_PAYLOAD = 65_527;
// linux/sock_diag.h: nine counters, the last of which is SK_MEMINFO_DROPS.
const MEMINFO_BYTES = 36;
const MEMINFO_DROPS = 32;

const value = new NativeMemory(8);
const meminfo = new NativeMemory(MEMINFO_BYTES + 4);
const nobody = new NativeMemory(16);
nobody.view.setUint16(0, AF_UNSPEC, true);

function setOption(fd: number, level: number, name: number, number: number): number {
  value.view.setInt32(0, number, true);
  return setsockopt(fd, level, name, value.address, 4);
}

/** The most bytes that a datagram of this address family carries. */
export function maxDatagramBytes(family: number): number {
  return family === AF_INET ? MAX_IPV4_PAYLOAD : MAX_IPV6_PAYLOAD;
}

/**
 * A socket bound to `local`, or -errno. The address is ours alone: SO_REUSEADDR would let whoever binds it last take the
 * datagrams of the one before, without a word to either (socket(7)).
 */
export function openDatagramSocket(local: SocketAddress, bufferBytes: number): number {
  const fd = socket(local.family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return fd;
  if (local.family === AF_INET6) {
    setOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    setOption(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, PMTUDISC_DONT);
    // RFC 7348, section 4.1: a tunnel must take datagrams whose checksum is zero, which over IPv6 are dropped otherwise.
    setOption(fd, IPPROTO_UDP, UDP_NO_CHECK6_RX, 1);
  } else {
    // A frame that is larger than the path allows goes in fragments, and no ICMP message makes a later send fail.
    setOption(fd, IPPROTO_IP, IP_MTU_DISCOVER, PMTUDISC_DONT);
  }
  // Beyond net.core.rmem_max and wmem_max where we may (CAP_NET_ADMIN), else up to them: socket(7).
  if (setOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, bufferBytes) < 0) setOption(fd, SOL_SOCKET, SO_RCVBUF, bufferBytes);
  if (setOption(fd, SOL_SOCKET, SO_SNDBUFFORCE, bufferBytes) < 0) setOption(fd, SOL_SOCKET, SO_SNDBUF, bufferBytes);
  const result = bind(fd, local.memory.address, local.size);
  if (result === 0) return fd;
  close(fd);
  return result;
}

/** Has the socket send to `peer`, and take from nobody else; returns 0 or -errno. */
export function aimDatagramSocket(fd: number, peer: SocketAddress): number {
  // Without this the source address would stay the one that suited an earlier peer: connect(2), AF_UNSPEC.
  connect(fd, nobody.address, 16);
  return connect(fd, peer.memory.address, peer.size);
}

/** Datagrams that the kernel has dropped because nobody took them fast enough, modulo 2^32. */
export function droppedDatagrams(fd: number): number {
  meminfo.view.setUint32(MEMINFO_BYTES, MEMINFO_BYTES, true);
  const result = getsockopt(fd, SOL_SOCKET, SO_MEMINFO, meminfo.address, meminfo.address + MEMINFO_BYTES);
  return result < 0 ? 0 : meminfo.view.getUint32(MEMINFO_DROPS, true);
}

/** Another descriptor of the same socket, or -errno. */
export function shareSocket(fd: number): number {
  return duplicate(fd);
}

/** Two connected unix datagram sockets, for tests: unlike UDP over loopback, they push back when nobody reads. */
export function openDatagramPair(): [number, number] {
  const result = socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, value.address);
  if (result < 0) throw new Error(`socketpair: ${describeErrno(result)}`);
  return [value.view.getInt32(0, true), value.view.getInt32(4, true)];
}
