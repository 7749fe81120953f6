// Whether a host, port or socket can be reached: looks names up, and connects and closes at once. QEMU cannot be asked any
// other way from outside, and whoever connects to it is served, or is put in line: so this is only done where nobody else
// can tell, and said.

import { lookup } from 'node:dns/promises';
import { connect, type NetConnectOpts } from 'node:net';

/** What came of knocking. */
export type Reach = 'open' | 'refused' | 'silent' | 'unreachable' | 'missing' | 'forbidden' | 'not-a-socket';

const DEADLINE_MS = 2000;

const CODES: Readonly<Record<string, Reach>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'silent',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  EACCES: 'forbidden',
  EPERM: 'forbidden',
  EPROTOTYPE: 'not-a-socket',
};

/** The addresses of a name; none when it is not known. */
export async function resolveHost(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}

/** Connects and closes at once. */
export function knock(where: NetConnectOpts, deadlineMs = DEADLINE_MS): Promise<Reach> {
  return new Promise((resolve) => {
    const socket = connect(where);
    const settle = (reach: Reach): void => {
      clearTimeout(timer);
      resolve(reach);
      socket.destroy();
    };
    const timer = setTimeout(() => settle('silent'), deadlineMs);
    socket.on('connect', () => settle('open'));
    socket.on('error', (error: NodeJS.ErrnoException) => settle(CODES[error.code ?? ''] ?? 'unreachable'));
  });
}
