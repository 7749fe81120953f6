// An endpoint that waits to be dialled: can tcpbridge listen there, and has a machine come? Nothing is opened for it, or a
// machine that dials at that moment would take us for the bridge.

import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { EndpointSpec } from '../../topology/endpoint-spec.ts';
import { type Finding, isListening, note, ok, type Patient, wrong } from './finding.ts';
import { listensAt, type SocketTable } from './socket-table.ts';

type ListenSpec = Extract<EndpointSpec, { kind: 'listen' }>;

/** Examines an endpoint of kind "listen". */
export function checkListen(spec: ListenSpec, { end, pid }: Patient, table: SocketTable): Finding[] {
  if (end?.state === 'attached') return [ok('attachment', `attached: ${end.detail} has dialled`)];
  const range = ephemeralNote(spec.port);
  if (isListening(end)) {
    const advice =
      'start the machine with "-netdev stream,…,server=off,reconnect-ms=500" or "socket,connect=" to this port';
    return [
      ok('port', `the running tcpbridge listens at port ${spec.port}`),
      note('attachment', 'no machine is attached: it has to dial', advice),
      ...range,
    ];
  }
  const view = table.viewOf(pid);
  const address = spec.address ?? '0.0.0.0';
  const taken = view?.tcp.find((row) => isTaken(row.local, row.state, spec, address));
  if (taken !== undefined && end === undefined && pid !== undefined && table.ownerOf(taken.inode) === pid) {
    const message = `port ${spec.port} is in use by the running tcpbridge itself, for something else, at ${taken.local}`;
    return [note('port', message, 'see what it listens for: "tcpbridge links -o wide"'), ...range];
  }
  if (taken !== undefined) {
    const message = `port ${spec.port} is in use by ${table.describeOwner(taken.inode)}, which listens at ${taken.local}`;
    return [wrong('port', message, 'end that one, or choose another port')];
  }
  if (spec.address !== undefined && isForeign(spec.address, view?.hasAddress)) {
    const message = `address "${spec.address}" is not one of this machine`;
    return [wrong('port', message, 'write one of its addresses, or leave it out to listen on all')];
  }
  if (spec.port < firstFreePort() && process.getuid?.() !== 0) {
    const message = `port ${spec.port} is reserved for root`;
    return [
      wrong('privileges', message, 'choose a port from 1024 up, or give tcpbridge the capability CAP_NET_BIND_SERVICE'),
    ];
  }
  const why = end === undefined ? [] : [note('attachment', `the running tcpbridge says: ${end.detail}`)];
  return [ok('port', `port ${spec.port} is free`), ...why, ...range];
}

function isTaken(local: string, state: string, { port, address: wanted }: ListenSpec, address: string): boolean {
  if (state !== 'listening' || !local.endsWith(`:${port}`)) return false;
  const row = { local, remote: '', state: 'listening', inode: 0, retransmits: 0 } as const;
  return wanted === undefined || listensAt(row, address, port);
}

/** Whether an address is certainly none of this machine's. */
export function isForeign(address: string, hasAddress: ((address: string) => boolean) | undefined): boolean {
  if (isIP(address) === 0 || hasAddress === undefined || /^(127\.|::1?$|0\.0\.0\.0$|fe80:)/.test(address)) return false;
  return !hasAddress(address);
}

/** What is worth knowing about a port that the kernel gives to others, too. */
export function ephemeralNote(port: number): Finding[] {
  const [low = Number.POSITIVE_INFINITY, high = 0] = numbers('/proc/sys/net/ipv4/ip_local_port_range');
  if (port < low || port > high) return [];
  const message = `port ${port} is one that outgoing connections may take first (${low} to ${high})`;
  return [note('port', message, `choose one below ${low}`)];
}

/** The first port that needs no privilege. */
export function firstFreePort(): number {
  return numbers('/proc/sys/net/ipv4/ip_unprivileged_port_start')[0] ?? 1024;
}

function numbers(path: string): number[] {
  try {
    return readFileSync(path, 'utf8').trim().split(/\s+/).map(Number);
  } catch {
    return [];
  }
}
