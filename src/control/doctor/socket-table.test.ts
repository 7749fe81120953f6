// The kernel's lists as they are written by Linux 6, and a whole folder like /proc.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { endianness, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeTopology, parseLink } from '../../topology/topology.ts';
import { examine } from './examine.ts';
import type { Diagnosis, Finding } from './finding.ts';
import { listensAt, parseTcpTable, parseUnixTable, SocketTable } from './socket-table.ts';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const TRIE = 'Local:\n  +-- 0.0.0.0/0 3 0 5\n     |-- ADDRESS\n        /32 host LOCAL\n';
const isLittle = endianness() === 'LE';

/** A row as net/ipv4/tcp_ipv4.c writes it. */
function row(local: string, remote: string, state: string, inode: number, retransmits = 0): string {
  const hex = (address: string): string => {
    const [host = '', port = ''] = address.split(':');
    const bytes = host.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'));
    const text = (isLittle ? bytes.reverse() : bytes).join('').toUpperCase();
    return `${text}:${Number(port).toString(16).padStart(4, '0').toUpperCase()}`;
  };
  const count = retransmits.toString(16).padStart(8, '0');
  return `   1: ${hex(local)} ${hex(remote)} ${state} 00000000:00000000 00:00000000 ${count}     0        0 ${inode} 1 x\n`;
}

test('parseTcpTable() reads addresses, states, inodes and retransmits', () => {
  const text =
    HEAD + row('127.0.0.1:21001', '0.0.0.0:0', '0A', 856320) + row('10.0.0.2:21001', '10.0.0.3:35476', '01', 0, 5);
  assert.deepEqual(parseTcpTable(text), [
    { local: '127.0.0.1:21001', remote: '0.0.0.0:0', state: 'listening', inode: 856320, retransmits: 0 },
    { local: '10.0.0.2:21001', remote: '10.0.0.3:35476', state: 'established', inode: 0, retransmits: 5 },
  ]);
  assert.deepEqual(parseTcpTable('rubbish\n\n'), []);
});

test('parseTcpTable() reads IPv6 and addresses of IPv4 in it', { skip: !isLittle }, () => {
  const rest = '00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 7 1 x';
  const [loopback, all, mapped] = parseTcpTable(
    [
      `0: 00000000000000000000000001000000:2711 ${rest}`,
      `1: 00000000000000000000000000000000:2711 ${rest}`,
      `2: 0000000000000000FFFF00000100007F:2711 ${rest}`,
    ].join('\n'),
  );
  assert.equal(loopback?.local, '[::1]:10001');
  assert.equal(mapped?.local, '127.0.0.1:10001');
  assert.ok(listensAt(all!, '10.0.0.1', 10001));
  assert.ok(!listensAt(loopback!, '10.0.0.1', 10001));
});

test('parseUnixTable() tells who listens, who is served and who waits', () => {
  const text = [
    'Num       RefCount Protocol Flags    Type St Inode Path',
    '00000000c8b24fe6: 00000002 00000000 00010000 0001 01 976900 /run/vr 1.sock',
    '00000000878f27d3: 00000003 00000000 00000000 0001 03 977122 /run/vr 1.sock',
    '00000000878f27d4: 00000003 00000000 00000000 0001 02     0 /run/vr 1.sock',
    '00000000878f27d5: 00000003 00000000 00000000 0001 03 977123',
  ].join('\n');
  assert.deepEqual(
    parseUnixTable(text).map(({ path, state, inode }) => [path, state, inode]),
    [
      ['/run/vr 1.sock', 'listening', 976900],
      ['/run/vr 1.sock', 'connected', 977122],
      ['/run/vr 1.sock', 'waiting', 0],
    ],
  );
});

const OURS = '172.17.0.9:40000';
const PEER = '172.17.0.2:10001';
const LISTENER = row(PEER, '0.0.0.0:0', '0A', 20);

interface Case {
  readonly name: string;
  /** Sockets of the machine's container. */
  readonly there: string;
  /** Sockets of the bridge's. */
  readonly here: string;
  readonly isAttached: boolean;
  readonly level: Finding['level'];
  readonly message: RegExp;
}

const CASES: readonly Case[] = [
  {
    name: 'an accepted connection',
    there: LISTENER + row(PEER, OURS, '01', 21),
    here: row(OURS, PEER, '01', 10),
    isAttached: true,
    level: 'ok',
    message: /^attached: accepted by qemu \(process 200\)$/,
  },
  {
    name: 'a connection that only waits',
    there: LISTENER + row(PEER, '172.17.0.9:39999', '01', 21) + row(PEER, OURS, '01', 0),
    here: row(OURS, PEER, '01', 10) + row('172.17.0.9:39999', PEER, '01', 11),
    isAttached: true,
    level: 'wrong',
    message: /^queued: connected to 172\.17\.0\.2:10001, which serves xcon \(process 300\) at 172\.17\.0\.9:39999$/,
  },
  {
    name: 'a connection that the machine has forgotten',
    there: LISTENER,
    here: row(OURS, PEER, '01', 10),
    isAttached: true,
    level: 'wrong',
    message: /^half-open: the host of 172\.17\.0\.2:10001 does not know/,
  },
  {
    name: 'a connection that is not acknowledged',
    there: '',
    here: row(OURS, PEER, '01', 10, 6),
    isAttached: true,
    level: 'wrong',
    message: /^half-open: .* has not acknowledged what was sent 6 times$/,
  },
  {
    name: 'a port without a client',
    there: LISTENER,
    here: '',
    isAttached: false,
    level: 'ok',
    message: /^qemu \(process 200\) listens at 172\.17\.0\.2:10001 and serves nobody/,
  },
  {
    name: 'a port with a client',
    there: LISTENER + row(PEER, '172.17.0.9:39999', '01', 21),
    here: row('172.17.0.9:39999', PEER, '01', 11),
    isAttached: false,
    level: 'wrong',
    message: /serves xcon \(process 300\) at 172\.17\.0\.9:39999 already$/,
  },
  {
    name: 'a port that is closed',
    there: '',
    here: '',
    isAttached: false,
    level: 'wrong',
    message: /^nothing listens at 172\.17\.0\.2:10001: connection refused$/,
  },
];

for (const { name, there, here, isAttached, level, message } of CASES) {
  test(`examine() judges ${name} by the lists of both containers`, async (t) => {
    const proc = makeProc(t, [
      { pid: 100, comm: 'tcpbridge', namespace: 1, address: '172.17.0.9', sockets: [10], tcp: here },
      { pid: 300, comm: 'xcon', namespace: 1, address: '172.17.0.9', sockets: [11], tcp: here },
      { pid: 200, comm: 'qemu', namespace: 2, address: '172.17.0.2', sockets: [20, 21], tcp: there },
    ]);
    const state = isAttached ? ('attached' as const) : ('waiting' as const);
    const ends = [{ endpoint: 'tcp:172.17.0.2:10001', state, detail: isAttached ? PEER : 'no answer' }];
    const running = { pid: 100, isLocal: true, segments: [{ name: 'l', ends }] };
    const topology = makeTopology([parseLink(`tcp:172.17.0.2:10001--unix-listen:${join(proc, 'nic')}`)]);
    const diagnosis = await examine(topology, { running, table: new SocketTable(proc) });
    const found = findingsOf(diagnosis).find(({ check }) => check === (isAttached ? 'attachment' : 'port'));
    assert.match(found?.message ?? '', message);
    assert.equal(found?.level, level);
    assert.equal(diagnosis.healthy, level !== 'wrong');
    if (level === 'wrong') assert.ok(found?.advice, 'says what to do');
  });
}

function findingsOf({ endpoints }: Diagnosis): readonly Finding[] {
  return endpoints[0]!.findings;
}

interface FakeProcess {
  readonly pid: number;
  readonly comm: string;
  readonly namespace: number;
  readonly address: string;
  readonly sockets: readonly number[];
  readonly tcp: string;
}

/** A folder like /proc, seen from a namespace without any socket. */
function makeProc(t: TestContext, processes: readonly FakeProcess[]): string {
  const proc = mkdtempSync(join(tmpdir(), 'tcpbridge-proc-'));
  t.after(() => rmSync(proc, { recursive: true }));
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(proc, path)), { recursive: true });
    writeFileSync(join(proc, path), text);
  };
  const point = (path: string, target: string): void => {
    mkdirSync(dirname(join(proc, path)), { recursive: true });
    symlinkSync(target, join(proc, path));
  };
  put('self/net/tcp', HEAD);
  point('self/ns/net', 'net:[9]');
  for (const { pid, comm, namespace, address, sockets, tcp } of processes) {
    put(`${pid}/comm`, `${comm}\n`);
    put(`${pid}/net/tcp`, HEAD + tcp);
    put(`${pid}/net/fib_trie`, TRIE.replace('ADDRESS', address));
    point(`${pid}/ns/net`, `net:[${namespace}]`);
    for (const [fd, inode] of sockets.entries()) point(`${pid}/fd/${fd}`, `socket:[${inode}]`);
  }
  return proc;
}
