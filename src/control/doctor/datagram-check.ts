// Endpoints of datagrams, UDP and VXLAN: is the name known, may our own port be used, is there a socket at the other end?
// No datagram is sent for it: a machine would take it for a frame. So where the other end's sockets cannot be seen, nobody
// knows whether somebody is there until a frame comes.

import { readFileSync } from 'node:fs';
import type { UdpSpec, VxlanSpec } from '../../topology/datagram-endpoint.ts';
import { bracketHost } from '../../topology/host-port.ts';
import { type Finding, note, ok, type Patient, wrong } from './finding.ts';
import { ephemeralNote, firstFreePort, isForeign } from './listen-check.ts';
import { resolveHost } from './reach.ts';
import { type NamespaceView, type SocketTable, socketAddress, type UdpRow } from './socket-table.ts';

type DatagramSpec = UdpSpec | VxlanSpec;

// What a socket of ours asks for. Without CAP_NET_ADMIN the kernel grants no more than net.core.rmem_max: socket(7).
const BUFFER_BYTES = 4 * 1024 * 1024;
const CAP_NET_ADMIN = 12n;

/** Examines an endpoint of kind "udp" or "vxlan". */
export async function checkDatagram(spec: DatagramSpec, patient: Patient, table: SocketTable): Promise<Finding[]> {
  const view = table.viewOf(patient.pid);
  const addresses = await resolveHost(spec.host);
  if (addresses.length === 0) {
    const advice = `start the machine, or correct its name; a container's name is known in its Docker network only`;
    return [wrong('name', `host "${spec.host}" is not known`, advice)];
  }
  const name = spec.host === addresses[0] ? [] : [ok('name', `"${spec.host}" is ${addresses.join(', ')}`)];
  const local = checkLocalPort(spec, patient, { table, view });
  const there = checkOtherEnd(spec, addresses[0]!, patient, { table, view });
  return [...name, ...local, ...there, ...checkBuffer(patient.pid), ...ephemeralNote(spec.localPort)];
}

interface Surroundings {
  readonly table: SocketTable;
  readonly view: NamespaceView | undefined;
}

function checkLocalPort(spec: DatagramSpec, { end, pid }: Patient, { table, view }: Surroundings): Finding[] {
  const { localAddress, localPort } = spec;
  const taken = view?.udp.find((row) => isTaken(row, localPort, localAddress));
  if (end?.state === 'attached') return [ok('port', `the running tcpbridge has the local port ${localPort}`)];
  if (taken !== undefined && pid !== undefined && table.ownerOf(taken.inode) === pid)
    return [ok('port', `the running tcpbridge has the local port ${localPort}, at ${taken.local}`)];
  if (taken !== undefined) {
    const message = `local port ${localPort} is in use by ${describeOwner(taken, table)}, at ${taken.local}`;
    return [wrong('port', message, 'end that one, or choose another port with "local="')];
  }
  if (localAddress !== undefined && isForeign(localAddress, view?.hasAddress)) {
    const message = `local address "${localAddress}" is not one of this machine`;
    return [wrong('port', message, 'write one of its addresses, or the port alone to use all')];
  }
  if (localPort < firstFreePort() && process.getuid?.() !== 0) {
    const advice = 'choose a port from 1024 up, or give tcpbridge the capability CAP_NET_BIND_SERVICE';
    return [wrong('privileges', `local port ${localPort} is reserved for root`, advice)];
  }
  return [ok('port', `local port ${localPort} is free`)];
}

function checkOtherEnd(
  spec: DatagramSpec,
  address: string,
  { end }: Patient,
  { table, view }: Surroundings,
): Finding[] {
  const where = `${bracketHost(address)}:${spec.port}`;
  const there = table.viewWith(address, view);
  const hint = end?.state === 'attached' ? '; frames are sent there, and whether one comes, the counters tell' : '';
  if (there === undefined) {
    const message = `whether somebody is at ${where}, UDP does not tell before a frame comes from there${hint}`;
    return [note('attachment', message)];
  }
  const found = there.udp.find((row) => isTaken(row, spec.port, address));
  if (found !== undefined) return [ok('attachment', `${describeOwner(found, table)} has a socket at ${where}`)];
  const advice =
    spec.kind === 'udp'
      ? 'start the machine with "-netdev dgram,…" or "socket,udp=…,localaddr=…" for this port'
      : 'make a vxlan interface there with this destination port, or start the other tcpbridge';
  return [wrong('attachment', `nobody has a UDP socket at ${where}`, advice)];
}

/** Whether this socket has the port at the address, or at all addresses; without an address: at any. */
function isTaken({ local }: UdpRow, port: number, address: string | undefined): boolean {
  if (!local.endsWith(`:${port}`)) return false;
  if (address === undefined) return true;
  return [address, '0.0.0.0', '::'].some((host) => local === socketAddress(host, port));
}

// A vxlan interface has a socket without a process: drivers/net/vxlan.
function describeOwner({ inode }: UdpRow, table: SocketTable): string {
  return inode === 0 ? 'the kernel (a vxlan interface?)' : table.describeOwner(inode);
}

function checkBuffer(pid: number | undefined): Finding[] {
  const capabilities = /^CapEff:\s*([0-9a-f]+)/m.exec(read(`/proc/${pid ?? 'self'}/status`) ?? '')?.[1] ?? '0';
  if (((BigInt(`0x${capabilities}`) >> CAP_NET_ADMIN) & 1n) === 1n) return [];
  const most = Number(read('/proc/sys/net/core/rmem_max') ?? BUFFER_BYTES);
  if (most >= BUFFER_BYTES) return [];
  const message = `net.core.rmem_max allows a receive buffer of ${most} bytes, so bursts of datagrams are lost sooner`;
  return [note('kernel', message, `raise it to ${BUFFER_BYTES}, or grant tcpbridge NET_ADMIN`)];
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
