// The old process's side of a takeover: let go of everything, hand it over, leave; or take it back.

import type { Socket } from 'node:net';
import { MAX_DESCRIPTORS, sendDescriptors } from '../../dataplane/sys/descriptor-passing.ts';
import { describeErrno, isAgain } from '../../dataplane/sys/errno.ts';
import type { Bridge } from '../bridge.ts';
import { type Estate, encodeEstate, TAKEN, TAKEOVER_PROTOCOL } from './protocol.ts';
import { rehearseGiving } from './rehearse.ts';

const ANSWER_MS = 5000;
const AGAIN_MS = 1;

/** Hands `bridge` over through an upgraded control connection; resolves with whether somebody else has it now. */
export async function giveEstate(bridge: Bridge, socket: Socket, armed: Estate['armed']): Promise<boolean> {
  // Node has no public call for the descriptor of a socket.
  const { fd } = (socket as unknown as { _handle: { fd: number } })._handle;
  socket.on('error', () => {});
  const answer = awaitAnswer(socket);
  try {
    await writeAll(
      socket,
      Buffer.from(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${TAKEOVER_PROTOCOL}\r\n\r\n`),
    );
  } catch {
    // It left before anything was let go of.
    return false;
  }
  const { topology } = bridge;
  await rehearseGiving(bridge);
  const handover = await bridge.handOver();
  try {
    const { bytes, fds } = encodeEstate({ topology, handover, armed });
    await writeAll(socket, uint32(fds.length));
    for (let at = 0; at < fds.length; at += MAX_DESCRIPTORS) {
      await sendBatch(fd, fds.slice(at, at + MAX_DESCRIPTORS));
    }
    await writeAll(socket, uint32(bytes.length));
    await writeAll(socket, bytes);
    if (await answer) return true;
  } catch {
    // The other process is gone or does not read: fall through.
  }
  socket.destroy();
  bridge.takeBack(topology, handover);
  return false;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function writeAll(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

async function sendBatch(socket: number, fds: number[]): Promise<void> {
  for (;;) {
    const result = sendDescriptors(socket, fds);
    if (result > 0) return;
    if (!isAgain(result)) throw new Error(describeErrno(result));
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

function awaitAnswer(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ANSWER_MS);
    const done = (taken: boolean) => {
      clearTimeout(timer);
      resolve(taken);
    };
    socket.on('data', (bytes: Buffer) => done(bytes[0] === TAKEN));
    socket.on('close', () => done(false));
  });
}
