// libc through the FFI: one typed function per call. Every function returns what the call returns, or -errno.
// Pointers are plain numbers (see memory.ts). Only this folder imports the FFI.

import koffi from 'koffi';
import { F_DUPFD_CLOEXEC } from './constants.ts';

// null: the symbols of the running process, which is glibc or musl alike.
const libc = koffi.load(null);

type Call = (...args: (number | string)[]) => number;

function declare(prototype: string): Call {
  const call = libc.func(prototype) as unknown as Call;
  const { errno } = koffi;
  // The arity is fixed per call so that the engine sees no rest arguments on the frame path.
  switch (prototype.split(',').length) {
    case 1:
      return ((a: number) => {
        const result = call(a);
        return result < 0 ? -errno() : result;
      }) as Call;
    case 2:
      return ((a: number, b: number) => {
        const result = call(a, b);
        return result < 0 ? -errno() : result;
      }) as Call;
    case 3:
      return ((a: number, b: number, c: number) => {
        const result = call(a, b, c);
        return result < 0 ? -errno() : result;
      }) as Call;
    case 4:
      return ((a: number, b: number, c: number, d: number) => {
        const result = call(a, b, c, d);
        return result < 0 ? -errno() : result;
      }) as Call;
    default:
      return ((a: number, b: number, c: number, d: number, e: number) => {
        const result = call(a, b, c, d, e);
        return result < 0 ? -errno() : result;
      }) as Call;
  }
}

type N = number;
export const recv = declare('intptr_t recv(int, uintptr_t, size_t, int)') as (fd: N, at: N, size: N, flags: N) => N;
export const send = declare('intptr_t send(int, uintptr_t, size_t, int)') as (fd: N, at: N, size: N, flags: N) => N;
export const read = declare('intptr_t read(int, uintptr_t, size_t)') as (fd: N, at: N, size: N) => N;
export const ioctl = declare('int ioctl(int, unsigned long, uintptr_t)') as (fd: N, request: N, at: N) => N;
export const close = declare('int close(int)') as (fd: N) => N;
export const shutdown = declare('int shutdown(int, int)') as (fd: N, how: N) => N;
export const socket = declare('int socket(int, int, int)') as (family: N, type: N, protocol: N) => N;
export const bind = declare('int bind(int, uintptr_t, uint32_t)') as (fd: N, at: N, size: N) => N;
export const listen = declare('int listen(int, int)') as (fd: N, backlog: N) => N;
export const connect = declare('int connect(int, uintptr_t, uint32_t)') as (fd: N, at: N, size: N) => N;
export const accept4 = declare('int accept4(int, uintptr_t, uintptr_t, int)') as (fd: N, at: N, sizeAt: N, f: N) => N;
export const getpeername = declare('int getpeername(int, uintptr_t, uintptr_t)') as (fd: N, at: N, sizeAt: N) => N;
export const getsockname = declare('int getsockname(int, uintptr_t, uintptr_t)') as (fd: N, at: N, sizeAt: N) => N;
export const setsockopt = declare('int setsockopt(int, int, int, uintptr_t, uint32_t)') as (
  fd: N,
  level: N,
  name: N,
  at: N,
  size: N,
) => N;
export const getsockopt = declare('int getsockopt(int, int, int, uintptr_t, uintptr_t)') as (
  fd: N,
  level: N,
  name: N,
  at: N,
  sizeAt: N,
) => N;
export const epollCreate = declare('int epoll_create1(int)') as (flags: N) => N;
export const epollCtl = declare('int epoll_ctl(int, int, int, uintptr_t)') as (ep: N, op: N, fd: N, at: N) => N;
export const epollWait = declare('int epoll_wait(int, uintptr_t, int, int)') as (ep: N, at: N, most: N, ms: N) => N;
export const sendmsg = declare('intptr_t sendmsg(int, uintptr_t, int)') as (fd: N, at: N, flags: N) => N;
export const recvmsg = declare('intptr_t recvmsg(int, uintptr_t, int)') as (fd: N, at: N, flags: N) => N;
export const write = declare('intptr_t write(int, uintptr_t, size_t)') as (fd: N, at: N, size: N) => N;
export const writev = declare('intptr_t writev(int, uintptr_t, int)') as (fd: N, at: N, count: N) => N;
export const recvmmsg = declare('int recvmmsg(int, uintptr_t, unsigned int, int, uintptr_t)') as (
  fd: N,
  at: N,
  count: N,
  flags: N,
  timeoutAt: N,
) => N;
export const sendmmsg = declare('int sendmmsg(int, uintptr_t, unsigned int, int)') as (
  fd: N,
  at: N,
  count: N,
  flags: N,
) => N;
export const socketpair = declare('int socketpair(int, int, int, uintptr_t)') as (
  family: N,
  type: N,
  protocol: N,
  at: N,
) => N;
export const eventfd = declare('int eventfd(unsigned int, int)') as (initial: N, flags: N) => N;
export const timerfdCreate = declare('int timerfd_create(int, int)') as (clock: N, flags: N) => N;
export const timerfdSettime = declare('int timerfd_settime(int, int, uintptr_t, uintptr_t)') as (
  fd: N,
  flags: N,
  at: N,
  oldAt: N,
) => N;
/** memcpy(3): between two memories of which no view has to be made. */
export const memcpy = libc.func('void memcpy(uintptr_t, uintptr_t, size_t)') as unknown as (
  to: N,
  from: N,
  size: N,
) => void;
export const clockGettime = declare('int clock_gettime(int, uintptr_t)') as (clock: N, at: N) => N;

// The third argument of fcntl(2) goes where a fixed one would, in the calling conventions of x86-64 and arm64 Linux.
const fileControl = declare('int fcntl(int, int, int)') as (fd: N, command: N, argument: N) => N;
const openPath = libc.func('int open(const char *, int)') as (path: string, flags: N) => number;
const ptonText = libc.func('int inet_pton(int, const char *, uintptr_t)') as (family: N, text: string, at: N) => N;
const interfaceIndex = libc.func('unsigned int if_nametoindex(const char *)') as (name: string) => N;

/** open(2) of a file that exists. */
export function open(path: string, flags: number): number {
  const result = openPath(path, flags);
  return result < 0 ? -koffi.errno() : result;
}

/** fcntl(2), F_DUPFD_CLOEXEC: another descriptor of the same file, not handed to other programs. */
export function duplicate(fd: number): number {
  return fileControl(fd, F_DUPFD_CLOEXEC, 0);
}

/** inet_pton(3): 1 when `text` is an address of `family`, whose bytes then stand at `at`. */
export function inetPton(family: number, text: string, at: number): number {
  return ptonText(family, text, at);
}

/** if_nametoindex(3): 0 when there is no such interface. */
export function ifNameToIndex(name: string): number {
  return interfaceIndex(name);
}
