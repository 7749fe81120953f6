// Listens on a unix socket that only its owner may use. The socket is made under another name and then renamed, so that
// the path is never missing while one process takes it over from another, and a name is removed only by who made it.

import { chmodSync, linkSync, lstatSync, mkdirSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { get, type Server } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { TcpbridgeError } from '../../errors.ts';
import { fileFault } from '../../topology/file/file-fault.ts';

/** How to take the path. */
export interface UnixSocketOptions {
  /** Makes the folder, for nobody else to see into. */
  readonly makeFolder?: boolean;
  /** Takes the path from the process that serves it now. */
  readonly replace?: boolean;
}

// sun_path has 108 bytes, of which one ends the string: unix(7).
const MAX_PATH_BYTES = 107;
const ASK_MS = 2000;
const ATTEMPTS = 3;

/** Makes `server` listen at `path`; resolves with the call that removes the path. */
export async function listenUnix(
  server: Server,
  path: string,
  { makeFolder = false, replace = false }: UnixSocketOptions = {},
): Promise<() => void> {
  const fresh = `${path}.${process.pid}`;
  try {
    if (Buffer.byteLength(fresh) > MAX_PATH_BYTES)
      throw new Error(`its path is longer than ${MAX_PATH_BYTES - 8} bytes`);
    if (makeFolder) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (!replace) await refuseIfServed(path);
    rmSync(fresh, { force: true });
    // listen() would say that permission is denied.
    lstatSync(dirname(path));
    await listen(server, fresh);
    await putInPlace(fresh, path, replace);
  } catch (cause) {
    server.close();
    if (cause instanceof TcpbridgeError) throw cause;
    throw new TcpbridgeError('control_unusable', { path, reason: fileFault(cause, 'folder') }, { cause });
  }
  const { ino } = lstatSync(path);
  return () => {
    try {
      if (lstatSync(path).ino === ino) unlinkSync(path);
    } catch {
      // Somebody else removed it.
    }
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
    // The socket exists as soon as listen() returns: leave no moment in which others could connect.
    try {
      chmodSync(path, 0o600);
    } catch {
      // It does not, and the event says why.
    }
  });
}

async function putInPlace(fresh: string, path: string, replace: boolean): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      if (replace || exists(path)) renameSync(fresh, path);
      else {
        // Unlike a rename, a link never takes the place of what another process has just put there.
        linkSync(fresh, path);
        unlinkSync(fresh);
      }
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt === ATTEMPTS) throw error;
      await refuseIfServed(path);
    }
  }
}

// A socket file outlives a process that was killed; only connecting tells.
async function refuseIfServed(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) throw new Error('something that is not a socket lies there');
  const code = await new Promise<string | undefined>((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => resolve(undefined));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on('connect', () => socket.destroy());
  });
  if (code === 'ECONNREFUSED' || code === 'ENOENT') return;
  if (code !== undefined && code !== 'EAGAIN') throw new Error(code);
  throw new TcpbridgeError('control_taken', { path, pid: await askPid(path) });
}

function askPid(socketPath: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = get({ socketPath, path: '/v1/status', timeout: ASK_MS, headers: { host: 'localhost' } });
    const giveUp = () => {
      request.destroy();
      resolve(undefined);
    };
    request.on('timeout', giveUp).on('error', giveUp);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', giveUp);
      response.on('end', () => resolve(pidIn(text)));
    });
  });
}

function pidIn(text: string): number | undefined {
  const digits = /"pid":(\d+)/.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
