// Non-blocking stream sockets as the endpoints use them: made, tuned, connected, accepted.

import {
  AF_INET6,
  AF_UNIX,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPV6_V6ONLY,
  SHUT_WR,
  SIOCOUTQ,
  SO_ERROR,
  SO_KEEPALIVE,
  SO_REUSEADDR,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_NODELAY,
  TCP_QUICKACK,
} from './constants.ts';
import { describeErrno } from './errno.ts';
import {
  accept4,
  bind,
  close,
  connect,
  getsockopt,
  ioctl,
  listen,
  setsockopt,
  shutdown,
  socket,
  socketpair,
} from './libc.ts';
import { NativeMemory } from './memory.ts';
import type { SocketAddress } from './socket-address.ts';

const value = new NativeMemory(8);
const one = new NativeMemory(4);
one.view.setInt32(0, 1, true);

function setOption(fd: number, level: number, name: number, number: number): number {
  value.view.setInt32(0, number, true);
  return setsockopt(fd, level, name, value.address, 4);
}

/** How an idle TCP connection is watched for a host that died without a word. */
export interface Watch {
  readonly idleSeconds: number;
  readonly intervalSeconds: number;
  readonly probes: number;
}

/**
 * Sets what every TCP connection of ours has: no Nagle, and a watch on the peer's host. Not TCP_USER_TIMEOUT: it also ends
 * connections to a machine that is merely stopped, although its kernel answers (net/ipv4/tcp_timer.c, tcp_probe_timer).
 * While there is something to send, endpoint/gauge.ts looks.
 */
export function tuneTcp(fd: number, watch: Watch): void {
  setOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  setOption(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  setOption(fd, IPPROTO_TCP, TCP_KEEPIDLE, watch.idleSeconds);
  setOption(fd, IPPROTO_TCP, TCP_KEEPINTVL, watch.intervalSeconds);
  setOption(fd, IPPROTO_TCP, TCP_KEEPCNT, watch.probes);
  acknowledgeAtOnce(fd);
}

/**
 * Ends delayed acknowledgements until the kernel falls back to them: to be called after every read. QEMU leaves
 * Nagle's algorithm on, so its next small frame waits for our acknowledgement (tcp(7), TCP_QUICKACK).
 */
export function acknowledgeAtOnce(fd: number): void {
  setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, one.address, 4);
}

/** Starts connecting; returns a descriptor that becomes writable when it is decided, or -errno. */
export function openConnecting(address: SocketAddress): { fd: number; result: number } {
  const fd = socket(address.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return { fd: -1, result: fd };
  if (address.family !== AF_UNIX) setOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  const result = connect(fd, address.memory.address, address.size);
  return { fd, result };
}

/** Starts listening; returns the descriptor or -errno. An IPv6 wildcard takes IPv4 too. */
export function openListening(address: SocketAddress, backlog: number): number {
  const fd = socket(address.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return fd;
  if (address.family !== AF_UNIX) setOption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  if (address.family === AF_INET6) setOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  let result = bind(fd, address.memory.address, address.size);
  if (result === 0) result = listen(fd, backlog);
  if (result === 0) return fd;
  close(fd);
  return result;
}

/** Takes a waiting connection; returns its descriptor or -errno. */
export function acceptWaiting(fd: number): number {
  return accept4(fd, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

/** How many of the bytes sent so far the peer's kernel has not acknowledged (tcp(7), unix(7): SIOCOUTQ). */
export function unacknowledgedBytes(fd: number): number {
  value.view.setInt32(0, 0, true);
  return ioctl(fd, SIOCOUTQ, value.address) < 0 ? 0 : value.view.getInt32(0, true);
}

/** The pending error of a socket as -errno, 0 when there is none. */
export function socketError(fd: number): number {
  value.view.setInt32(0, 0, true);
  value.view.setUint32(4, 4, true);
  const result = getsockopt(fd, SOL_SOCKET, SO_ERROR, value.address, value.address + 4);
  return result < 0 ? result : -value.view.getInt32(0, true);
}

/** Ends a connection so that the peer sees it at once. */
export function closeSocket(fd: number): void {
  shutdown(fd, SHUT_WR);
  close(fd);
}

/** Two connected unix stream sockets, for tests: no names, no waiting. */
export function openPair(): [number, number] {
  const result = socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, value.address);
  if (result < 0) throw new Error(`socketpair: ${describeErrno(result)}`);
  return [value.view.getInt32(0, true), value.view.getInt32(4, true)];
}
