// The doctor in front of real sockets of this machine, one per complaint, and in front of scripted monitors.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findFreePort } from '../../../test/support/ports.ts';
import { ScriptedMonitor } from '../../../test/support/scripted-monitor.ts';
import { parseEndpoint } from '../../topology/endpoint-spec.ts';
import { makeTopology, parseLink } from '../../topology/topology.ts';
import { examine } from './examine.ts';
import type { Finding, RunningEnd } from './finding.ts';
import { checkHost } from './host-check.ts';
import { checkMonitor } from './monitor-check.ts';

/** What is found about one endpoint, which the bridge may have something to say about. */
async function findings(text: string, end?: Omit<RunningEnd, 'endpoint'>): Promise<readonly Finding[]> {
  const topology = makeTopology([parseLink(`${text}--tcp:127.0.0.1:1`)]);
  const ends = end === undefined ? [] : [{ endpoint: text, ...end }];
  // Some other process of this network namespace: the sockets of this one are those of others.
  const running = { pid: process.ppid, isLocal: true, segments: [{ name: 'l', ends }] };
  return (await examine(topology, { running })).endpoints[0]!.findings;
}

async function assertWrong(text: string, message: RegExp, end?: Omit<RunningEnd, 'endpoint'>): Promise<void> {
  const all = await findings(text, end);
  const found = all.find(({ level }) => level === 'wrong');
  assert.match(found?.message ?? JSON.stringify(all), message);
  assert.ok(found?.advice, 'says what to do');
}

async function assertNothingWrong(text: string, end?: Omit<RunningEnd, 'endpoint'>): Promise<void> {
  const all = await findings(text, end);
  assert.deepEqual(
    all.filter(({ level }) => level === 'wrong'),
    [],
  );
}

async function listen(t: TestContext, where: number | string): Promise<Server> {
  const server = createServer();
  t.after(() => server.close());
  if (typeof where === 'number') server.listen(where, '127.0.0.1');
  else server.listen(where);
  await once(server, 'listening');
  return server;
}

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'tcpbridge-doctor-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('examine() tells of names that are not known and of ports that refuse', async () => {
  await assertWrong('no-such-host.invalid/1', /^host "no-such-host\.invalid" is not known$/);
  const port = await findFreePort();
  await assertWrong(`tcp:127.0.0.1:${port}`, /^nothing listens at 127\.0\.0\.1:\d+: connection refused$/);
});

test('examine() finds an open port of this machine without connecting to it', async (t) => {
  const port = await findFreePort();
  const server = await listen(t, port);
  server.on('connection', () => assert.fail('connected'));
  await assertNothingWrong(`tcp:127.0.0.1:${port}`);
});

test('examine() tells of a listening port that is taken, and by whom', async (t) => {
  const port = await findFreePort();
  await listen(t, port);
  await assertWrong(`listen:${port}`, new RegExp(`^port ${port} is in use by .*process ${process.pid}`));
  await assertNothingWrong(`listen:${await findFreePort()}`);
  await assertWrong('listen:198.51.100.1:9000', /^address "198\.51\.100\.1" is not one of this machine$/);
  await assertNothingWrong(`listen:${port}`, { state: 'waiting', detail: `listening on [::]:${port}` });
  await assertNothingWrong(`listen:${port}`, { state: 'waiting', detail: 'closed by the machine' });
  const end = { state: 'waiting', detail: 'cannot listen: address in use' } as const;
  await assertWrong(`listen:${port}`, new RegExp(`^port ${port} is in use by .*process ${process.pid}`), end);
  await assertNothingWrong('listen:9', { state: 'attached', detail: '127.0.0.1:1' });
});

test('examine() tells what is wrong with the path of a unix socket', async (t) => {
  const path = join(folder(t), 'nic');
  await assertWrong(`unix:${path}`, /^there is no socket/);
  await assertNothingWrong(`unix-listen:${path}`);
  await assertWrong(`unix-listen:${path}/x`, /^folder .* does not exist$/);
  writeFileSync(path, '');
  await assertWrong(`unix:${path}`, /is not a socket$/);
  await assertWrong(`unix-listen:${path}`, /exists and is not a socket$/);
  rmSync(path);
  await listen(t, path);
  await assertNothingWrong(`unix:${path}`);
  await assertWrong(`unix-listen:${path}`, new RegExp(`is in use by .*process ${process.pid}`));
});

const NETWORK =
  'e1000.0: index=0,type=nic,model=e1000\n \\ p01: index=0,type=socket,socket: connection from 10.0.0.9:35474';
const ATTACHED = {
  end: { endpoint: 'a/1', state: 'attached', detail: '' },
  pid: undefined,
  carrier: undefined,
} as const;

test('checkMonitor() compares whom QEMU serves with our own address', () => {
  const monitor = { kind: 'hmp', address: { kind: 'tcp', host: 'a', port: 4000 } } as const;
  const carrier = { endpoint: parseEndpoint('a/1'), monitor, netdev: 'p01' };
  const judge = (text: string, own: string | undefined, netdev = 'p01'): string => {
    const found = checkMonitor({ ...carrier, netdev }, text, ATTACHED, own).at(-1)!;
    return `${found.level}: ${found.message}`;
  };
  assert.equal(judge(NETWORK, '10.0.0.9:35474'), 'ok: QEMU serves this tcpbridge (10.0.0.9:35474)');
  assert.match(judge(NETWORK, '10.0.0.8:35475'), /^wrong: queued: QEMU serves 10\.0\.0\.9:35474, not this tcpbridge/);
  assert.match(judge(NETWORK, '192.168.0.1:35474'), /^ok: QEMU serves 10\.0\.0\.9:35474, the port of/);
  assert.match(judge(NETWORK, undefined), /^note: QEMU serves 10\.0\.0\.9:35474$/);
  assert.match(judge(NETWORK.replace(/socket: .*/, ''), '10.0.0.9:1'), /^wrong: half-open: QEMU serves nobody/);
  assert.match(judge(NETWORK, undefined, 'p02'), /^wrong: monitor hmp:a:4000 knows no netdev "p02"$/);
});

test('examine() tells that a monitor is busy, and what to do; each monitor is asked once', async (t) => {
  const busy = await ScriptedMonitor.start(t, 'hmp', { misbehave: () => {} });
  const good = await ScriptedMonitor.start(t, 'qmp');
  good.network = NETWORK.replace(/socket: .*/, '');
  const [a, b, c] = ['tcp:127.0.0.1:1', 'tcp:127.0.0.1:2', 'tcp:127.0.0.1:3'].map(parseEndpoint);
  const topology = makeTopology([parseLink(`${a!.text}--${b!.text}`), parseLink(`${c!.text}--tcp:127.0.0.1:4`)], {
    carriers: [
      { endpoint: a!, monitor: busy.spec, netdev: 'p01' },
      { endpoint: b!, monitor: good.spec, netdev: 'p01' },
      { endpoint: c!, monitor: good.spec, netdev: 'p02' },
    ],
  });
  const { endpoints } = await examine(topology);
  const [first, second, third] = endpoints.map(({ findings }) => findings.find(({ check }) => check === 'monitor')!);
  assert.match(first!.message, /cannot be used: it serves another client$/);
  assert.match(first!.advice ?? '', /QEMU_ADDITIONAL_ARGS/);
  assert.equal(second!.level, 'ok');
  assert.match(third!.advice ?? '', /^it has p01: name one of these$/);
  assert.equal(good.connections, 1);
});

test('checkHost() tells when the descriptors will not do', () => {
  const limit = checkHost(10, undefined).find(({ check }) => check === 'descriptors');
  assert.equal(limit?.level, 'ok', limit?.message);
  const few = checkHost(100_000_000, undefined).find(({ check }) => check === 'descriptors');
  assert.match(few?.advice ?? 'unlimited', /^raise it|unlimited$/);
});
