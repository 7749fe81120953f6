// The new process's side of a takeover. It blocks: there is nothing else to do in these milliseconds, and every turn of
// the event loop would make the gap longer.

import {
  AF_UNIX,
  MSG_DONTWAIT,
  SO_RCVTIMEO,
  SOCK_CLOEXEC,
  SOCK_STREAM,
  SOL_SOCKET,
} from '../../dataplane/sys/constants.ts';
import { closeDescriptors, receiveDescriptors } from '../../dataplane/sys/descriptor-passing.ts';
import { describeErrno, isAgain } from '../../dataplane/sys/errno.ts';
import { close, connect, recv, setsockopt, socket, write } from '../../dataplane/sys/libc.ts';
import { NativeMemory } from '../../dataplane/sys/memory.ts';
import { receivePatiently } from '../../dataplane/sys/patient-receive.ts';
import { SocketAddress } from '../../dataplane/sys/socket-address.ts';
import { TcpbridgeError } from '../../errors.ts';
import { decodeEstate, type Estate, TAKEN, TAKEOVER_REQUEST } from './protocol.ts';

const PATIENCE_S = 10;
const MAX_HEAD_BYTES = 4096;
const CHUNK_BYTES = 256 * 1024;
/** More than any topology needs; a wrong peer must not make us allocate what it likes. */
const MAX_SNAPSHOT_BYTES = 1024 * 1024 * 1024;
const MAX_FDS = 65_536;

/** A takeover that has everything but has not said so yet. */
export interface Takeover {
  readonly estate: Estate;
  /** Tells the old process to leave. To be called when the estate is in use. */
  confirm(): void;
}

/** Takes over from the process that serves the control socket at `path`. */
export function takeEstate(path: string): Takeover {
  const fd = dial(path);
  const memory = new NativeMemory(CHUNK_BYTES);
  const fds: number[] = [];
  try {
    send(fd, memory, Buffer.from(TAKEOVER_REQUEST));
    const head = readHead(fd, memory);
    if (!/^HTTP\/1\.1 101 /.test(head)) fail(`it answers "${head.split('\r\n', 1)[0]}"`);
    const count = readUint32(fd, memory);
    if (count > MAX_FDS) fail('it speaks another protocol');
    while (fds.length < count) {
      const batch = receiveDescriptors(fd);
      if (typeof batch === 'number') fail(describeErrno(batch));
      if (batch.length === 0) fail('it sent no descriptors');
      fds.push(...batch);
    }
    const size = readUint32(fd, memory);
    if (size > MAX_SNAPSHOT_BYTES) fail('it speaks another protocol');
    const estate = decodeEstate(readBytes(fd, memory, size), fds);
    // Who was stopped in between finds everything in the socket still, long after the old process has gone on with it.
    if (recv(fd, memory.address, 1, MSG_DONTWAIT) === 0) fail('it has gone on, because no answer came');
    return {
      estate,
      confirm: () => {
        send(fd, memory, Uint8Array.of(TAKEN));
        close(fd);
      },
    };
  } catch (error) {
    closeDescriptors(fds);
    close(fd);
    throw error;
  }
}

function fail(reason: string): never {
  throw new TcpbridgeError('takeover_failed', { reason });
}

function dial(path: string): number {
  const address = new SocketAddress();
  if (!address.setUnix(path)) fail('its path is too long');
  const fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const patience = new NativeMemory(16);
  patience.view.setBigInt64(0, BigInt(PATIENCE_S), true);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, patience.address, 16);
  const result = connect(fd, address.memory.address, address.size);
  if (result === 0) return fd;
  close(fd);
  throw new TcpbridgeError('takeover_nobody', { path, reason: describeErrno(result) });
}

function send(fd: number, memory: NativeMemory, bytes: Uint8Array): void {
  memory.bytes.set(bytes);
  if (write(fd, memory.address, bytes.length) !== bytes.length) fail('it hung up');
}

/** Byte by byte, so as not to read what comes after it. */
function readHead(fd: number, memory: NativeMemory): string {
  let head = '';
  while (!head.endsWith('\r\n\r\n')) {
    if (head.length > MAX_HEAD_BYTES) fail('it speaks another protocol');
    receive(fd, memory, 1);
    head += String.fromCharCode(memory.bytes[0]!);
  }
  return head;
}

function readUint32(fd: number, memory: NativeMemory): number {
  const bytes = readBytes(fd, memory, 4);
  return new DataView(bytes.buffer).getUint32(0, false);
}

function readBytes(fd: number, memory: NativeMemory, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; ) {
    const got = receive(fd, memory, Math.min(size - at, CHUNK_BYTES));
    bytes.set(memory.bytes.subarray(0, got), at);
    at += got;
  }
  return bytes;
}

function receive(fd: number, memory: NativeMemory, size: number): number {
  const result = receivePatiently(fd, memory.address, size);
  // SO_RCVTIMEO ends a wait as if the socket could not block: socket(7).
  if (isAgain(result)) fail(`it does not answer within ${PATIENCE_S} s`);
  if (result <= 0) fail(result === 0 ? 'it hung up' : describeErrno(result));
  return result;
}
