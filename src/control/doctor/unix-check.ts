// Unix sockets: does the path lead to a socket, may this account use it, does somebody serve it?

import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { EndpointSpec } from '../../topology/endpoint-spec.ts';
import { type Finding, isListening, note, ok, type Patient, wrong } from './finding.ts';
import { knock } from './reach.ts';
import type { SocketTable, UnixRow } from './socket-table.ts';

type UnixSpec = Extract<EndpointSpec, { kind: 'unix' }>;
type UnixListenSpec = Extract<EndpointSpec, { kind: 'unix-listen' }>;

/** Examines an endpoint of kind "unix". */
export async function checkUnix({ path }: UnixSpec, { end, pid }: Patient, table: SocketTable): Promise<Finding[]> {
  const rows = table.viewOf(pid)?.unix.filter((row) => row.path === path) ?? [];
  const waits = rows.some(({ state }) => state === 'waiting');
  if (end?.state === 'attached') {
    if (!waits) return [ok('attachment', `attached to ${path}`)];
    const message = `connected to ${path}, and one of its clients waits in line: it may be this one`;
    return [note('attachment', message, 'see that no other client is connected to it')];
  }
  const listener = rows.find(({ state }) => state === 'listening');
  if (listener !== undefined) return [describeListener(listener, rows, table)];
  switch (await knock({ path })) {
    case 'open':
      return [note('path', `something listens at "${path}" (found by connecting and closing at once)`)];
    case 'missing':
      return [wrong('path', `there is no socket "${path}"`, 'start the machine, or correct the path')];
    case 'forbidden': {
      const message = `this account may not use "${path}"`;
      return [wrong('privileges', message, 'let the machine make it for this account, or run tcpbridge as its owner')];
    }
    case 'not-a-socket':
      return [wrong('path', `"${path}" is not a stream socket`, 'correct the path')];
    default: {
      // Connecting to a file that is no socket is refused, too: unix(7).
      const isSocket = statSync(path, { throwIfNoEntry: false })?.isSocket() ?? false;
      if (!isSocket) return [wrong('path', `"${path}" is not a socket`, 'correct the path')];
      return [wrong('path', `nobody listens at "${path}"`, 'start the machine: the socket was left by an earlier one')];
    }
  }
}

function describeListener({ path, inode }: UnixRow, rows: readonly UnixRow[], table: SocketTable): Finding {
  const owner = table.describeOwner(inode);
  if (!rows.some(({ state }) => state === 'connected'))
    return ok('path', `${owner} listens at "${path}", serves nobody`);
  const message = `${owner} listens at "${path}" and serves another client already`;
  return wrong('path', message, 'QEMU serves one client at a time: end that one first');
}

/** Examines an endpoint of kind "unix-listen". */
export function checkUnixListen({ path }: UnixListenSpec, { end, pid }: Patient, table: SocketTable): Finding[] {
  if (end?.state === 'attached') return [ok('attachment', `attached: a machine has dialled "${path}"`)];
  if (isListening(end)) {
    const advice = 'start the machine with "-netdev stream,…,server=off,addr.type=unix,addr.path=PATH"';
    return [
      ok('path', `the running tcpbridge listens at "${path}"`),
      note('attachment', 'no machine is attached: it has to dial', advice),
    ];
  }
  const listener = table.viewOf(pid)?.unix.find((row) => row.path === path && row.state === 'listening');
  if (listener !== undefined) {
    const message = `"${path}" is in use by ${table.describeOwner(listener.inode)}`;
    return [wrong('path', message, 'end that one, or choose another path')];
  }
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined && !found.isSocket()) {
    return [wrong('path', `"${path}" exists and is not a socket`, 'choose another path')];
  }
  try {
    accessSync(dirname(path), constants.W_OK | constants.X_OK);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const message = `folder "${dirname(path)}" ${isMissing ? 'does not exist' : 'may not be written by this account'}`;
    return [wrong(isMissing ? 'path' : 'privileges', message, 'make it for the account that runs tcpbridge')];
  }
  return [ok('path', `a socket can be made at "${path}"`)];
}
