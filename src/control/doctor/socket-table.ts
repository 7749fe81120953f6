// The kernel's lists of sockets (proc(5), /proc/PID/net/tcp and unix), of every network namespace that can be seen. They
// tell without sending a byte what a port does: who listens, whom the listener has accepted, and who only waits in its
// line: a connection that was not accepted yet belongs to no process and has the inode 0 (net/ipv4/tcp_ipv4.c,
// get_tcp4_sock).

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { endianness } from 'node:os';
import { canonicalHost } from '../../topology/host-port.ts';

/** A TCP socket. */
export interface TcpRow {
  /** HOST:PORT, as everywhere here. */
  readonly local: string;
  readonly remote: string;
  readonly state: 'established' | 'listening' | 'other';
  /** 0: not accepted yet. */
  readonly inode: number;
  /** Times that what was sent last had to be sent again. */
  readonly retransmits: number;
}

/** A unix socket with a path. */
export interface UnixRow {
  readonly path: string;
  readonly state: 'listening' | 'connected' | 'waiting' | 'other';
  readonly inode: number;
}

/** A UDP socket; those of the kernel itself have the inode 0. */
export type UdpRow = Pick<TcpRow, 'local' | 'remote' | 'inode'>;

/** The sockets of one network namespace. */
export interface NamespaceView {
  readonly id: string;
  /** Processes in it. */
  readonly pids: readonly number[];
  readonly tcp: readonly TcpRow[];
  readonly udp: readonly UdpRow[];
  readonly unix: readonly UnixRow[];
  /** Whether an address is one of this namespace's own. */
  readonly hasAddress: (address: string) => boolean;
}

// include/net/tcp_states.h
const STATES: Readonly<Record<string, TcpRow['state']>> = { '01': 'established', '0A': 'listening' };
// include/uapi/linux/net.h, SS_*: what is queued has no socket yet, and shows as connecting.
const UNIX_STATES: Readonly<Record<string, UnixRow['state']>> = {
  '01': 'listening',
  '02': 'waiting',
  '03': 'connected',
};
// __SO_ACCEPTCON, include/uapi/linux/net.h
const ACCEPTS_CONNECTIONS = 0x10000;

/** Reads a list of TCP sockets, IPv4 or IPv6. */
export function parseTcpTable(text: string): TcpRow[] {
  return text.split('\n').flatMap((line) => {
    const [, local = '', remote = '', state = '', , , retransmits = '', , , inode = ''] = line.trim().split(/\s+/);
    if (!/^[0-9A-F]+:[0-9A-F]{4}$/.test(local)) return [];
    return {
      local: formatAddress(local),
      remote: formatAddress(remote),
      state: STATES[state] ?? 'other',
      inode: Number(inode),
      retransmits: Number.parseInt(retransmits, 16),
    };
  });
}

/** Reads a list of unix sockets; those without a path are left out. */
export function parseUnixTable(text: string): UnixRow[] {
  return text.split('\n').flatMap((line) => {
    const [, flags, state = '', inode, path] = /^\S+: \S+ \S+ (\S+) \S+ (\S+) +(\d+) (.+)$/.exec(line) ?? [];
    if (flags === undefined || path === undefined) return [];
    const listens = (Number.parseInt(flags, 16) & ACCEPTS_CONNECTIONS) !== 0;
    return { path, state: listens ? 'listening' : (UNIX_STATES[state] ?? 'other'), inode: Number(inode) };
  });
}

/** Everything that can be seen of the sockets of this machine; a snapshot. */
export class SocketTable {
  /** The namespace of this process first. */
  readonly views: readonly NamespaceView[];
  readonly #proc: string;
  #owners: Map<number, number> | undefined;

  constructor(proc = '/proc') {
    this.#proc = proc;
    this.views = readViews(proc);
  }

  /** The namespace in which a process is. */
  viewOf(pid: number | undefined): NamespaceView | undefined {
    return pid === undefined ? this.views[0] : this.views.find(({ pids }) => pids.includes(pid));
  }

  /** The namespace that has this address; of loopback addresses everyone has their own. */
  viewWith(address: string, from: NamespaceView | undefined): NamespaceView | undefined {
    const own = from ?? this.views[0];
    if (/^(127\.|::1$)/.test(address) || own?.hasAddress(address)) return own;
    const found = this.views.filter((view) => view.hasAddress(address));
    // Two labs may use the same addresses.
    return found.length === 1 ? found[0] : undefined;
  }

  /** The process that holds a socket, as far as this account may know. */
  ownerOf(inode: number): number | undefined {
    this.#owners ??= readOwners(this.#proc);
    return this.#owners.get(inode);
  }

  /** "NAME (process N)", or as much of it as is known. */
  describeOwner(inode: number): string {
    const pid = this.ownerOf(inode);
    if (pid === undefined) return 'another process';
    const name = read(`${this.#proc}/${pid}/comm`)?.trim();
    return name === undefined ? `process ${pid}` : `${name} (process ${pid})`;
  }
}

/** HOST:PORT in the form of the table. */
export function socketAddress(address: string, port: number): string {
  return `${canonicalHost(address)}:${port}`;
}

/** Whether a socket listens at this address and port, be it at all addresses. */
export function listensAt(row: TcpRow, address: string, port: number): boolean {
  if (row.state !== 'listening') return false;
  return [address, '0.0.0.0', '::'].some((host) => row.local === socketAddress(host, port));
}

function formatAddress(hex: string): string {
  const [words = '', port = ''] = hex.split(':');
  const bytes = (words.match(/.{8}/g) ?? []).flatMap((word) => {
    const four = [0, 2, 4, 6].map((at) => Number.parseInt(word.slice(at, at + 2), 16));
    // Written as one number of this machine.
    return endianness() === 'LE' ? four.reverse() : four;
  });
  const mapped = bytes.length === 16 && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff;
  const groups = bytes.flatMap((byte, at) => (at % 2 === 0 ? [((byte << 8) | bytes[at + 1]!).toString(16)] : []));
  const host = bytes.length === 4 ? bytes.join('.') : mapped ? bytes.slice(12).join('.') : groups.join(':');
  return socketAddress(host, Number.parseInt(port, 16));
}

function readViews(proc: string): NamespaceView[] {
  const own = link(`${proc}/self/ns/net`) ?? 'own';
  const pids = new Map<string, number[]>([[own, []]]);
  for (const pid of processes(proc)) {
    const id = link(`${proc}/${pid}/ns/net`);
    if (id === undefined) continue;
    const known = pids.get(id);
    if (known === undefined) pids.set(id, [pid]);
    else known.push(pid);
  }
  return [...pids].map(([id, its]) => {
    const net = `${proc}/${id === own ? 'self' : its[0]}/net`;
    const trie = read(`${net}/fib_trie`) ?? '';
    const inet6 = read(`${net}/if_inet6`) ?? '';
    return {
      id,
      pids: its,
      tcp: [...parseTcpTable(read(`${net}/tcp`) ?? ''), ...parseTcpTable(read(`${net}/tcp6`) ?? '')],
      // The columns are the same.
      udp: [...parseTcpTable(read(`${net}/udp`) ?? ''), ...parseTcpTable(read(`${net}/udp6`) ?? '')],
      unix: parseUnixTable(read(`${net}/unix`) ?? ''),
      hasAddress: (address) => (trie.includes(`|-- ${address}\n`) && isLocal(trie, address)) || hasIpv6(inet6, address),
    };
  });
}

// proc(5) says little of fib_trie: below each address stand its prefixes and kinds.
function isLocal(trie: string, address: string): boolean {
  return new RegExp(`\\|-- ${address.replaceAll('.', '\\.')}\\n(?:\\s+/\\d+ .*\\n)*?\\s+/32 host LOCAL`).test(trie);
}

function hasIpv6(table: string, address: string): boolean {
  if (!address.includes(':')) return false;
  return table.split('\n').some((line) => {
    const groups = /^[0-9a-f]{32}/.exec(line)?.[0].match(/.{4}/g);
    return groups !== undefined && groups !== null && canonicalHost(groups.join(':')) === canonicalHost(address);
  });
}

function readOwners(proc: string): Map<number, number> {
  const owners = new Map<number, number>();
  for (const pid of processes(proc)) {
    for (const fd of list(`${proc}/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(link(`${proc}/${pid}/fd/${fd}`) ?? '')?.[1];
      if (inode !== undefined && !owners.has(Number(inode))) owners.set(Number(inode), pid);
    }
  }
  return owners;
}

function processes(proc: string): number[] {
  return list(proc).flatMap((name) => (/^\d+$/.test(name) ? Number(name) : []));
}

// Processes end while we look, and those of others are none of our business.
function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function link(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
