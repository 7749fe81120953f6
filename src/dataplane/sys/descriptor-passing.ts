// Descriptors between processes: SCM_RIGHTS over a unix stream socket (unix(7), cmsg(3)).

import { MSG_CMSG_CLOEXEC, SOL_SOCKET } from './constants.ts';
import { ECONNRESET, EINTR } from './errno.ts';
import { close, recvmsg, sendmsg } from './libc.ts';
import { NativeMemory } from './memory.ts';

const SCM_RIGHTS = 1;
/** The kernel takes no more than 253 descriptors in one message (SCM_MAX_FD). */
export const MAX_DESCRIPTORS = 250;

// struct msghdr of a 64-bit Linux: msg_name, msg_namelen, msg_iov, msg_iovlen, msg_control, msg_controllen, msg_flags.
const MSGHDR_BYTES = 56;
const IOV_BYTES = 16;
const CMSG_HEADER_BYTES = 16;
const message = new NativeMemory(MSGHDR_BYTES);
const vector = new NativeMemory(IOV_BYTES);
const control = new NativeMemory(CMSG_HEADER_BYTES + 4 * MAX_DESCRIPTORS);
const marker = new NativeMemory(1);

function prepare(controlBytes: number): void {
  const { view } = message;
  message.bytes.fill(0);
  vector.view.setBigUint64(0, BigInt(marker.address), true);
  vector.view.setBigUint64(8, 1n, true);
  view.setBigUint64(16, BigInt(vector.address), true);
  view.setBigUint64(24, 1n, true);
  if (controlBytes === 0) return;
  view.setBigUint64(32, BigInt(control.address), true);
  view.setBigUint64(40, BigInt(controlBytes), true);
}

/** Sends one byte that carries up to {@link MAX_DESCRIPTORS} descriptors; returns 1 or -errno. */
export function sendDescriptors(socket: number, fds: readonly number[]): number {
  const bytes = CMSG_HEADER_BYTES + 4 * fds.length;
  control.bytes.fill(0);
  control.view.setBigUint64(0, BigInt(bytes), true);
  control.view.setInt32(8, SOL_SOCKET, true);
  control.view.setInt32(12, SCM_RIGHTS, true);
  for (const [index, fd] of fds.entries()) control.view.setInt32(CMSG_HEADER_BYTES + 4 * index, fd, true);
  prepare(Math.ceil(bytes / 8) * 8);
  return sendmsg(socket, message.address, 0);
}

/** Receives one byte and the descriptors that came with it; -errno when nothing could be received. */
export function receiveDescriptors(socket: number): number[] | number {
  let result: number;
  do {
    prepare(control.bytes.length);
    result = recvmsg(socket, message.address, MSG_CMSG_CLOEXEC);
    // As in receivePatiently().
  } while (result === -EINTR);
  if (result <= 0) return result === 0 ? -ECONNRESET : result;
  if (message.view.getBigUint64(40, true) < CMSG_HEADER_BYTES) return [];
  const count = (Number(control.view.getBigUint64(0, true)) - CMSG_HEADER_BYTES) / 4;
  return Array.from({ length: count }, (_, index) => control.view.getInt32(CMSG_HEADER_BYTES + 4 * index, true));
}

/** Closes descriptors that nobody wants after all. */
export function closeDescriptors(fds: readonly number[]): void {
  for (const fd of fds) close(fd);
}
