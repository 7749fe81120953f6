// Interfaces to which several things happen before the bridge looks once, as on a busy machine: what it finds is as it was,
// and yet routes, sockets or namespaces are not. The bridge is stopped meanwhile, so that it looks neither sooner nor later.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Bridge } from '../support/bridge.ts';
import { DiallingPeer } from '../support/dialling-peer.ts';
import type { NetworkNamespace } from '../support/network-namespace.ts';
import { makeTempFolder } from '../support/pipe.ts';
import { openQuietNamespace } from '../support/quiet-namespace.ts';

const QUESTION = Buffer.from(
  `ffffffffffff02000000000208060001080006040001020000000002c6120102000000000000c6120101${'00'.repeat(18)}`,
  'hex',
);

/** A bridge in `namespace` with two links, each of an interface and a machine that has dialled. */
async function twoLinks(t: TestContext, namespace: NetworkNamespace, interfaces: readonly [string, string]) {
  const folder = makeTempFolder(t);
  const control = join(folder, 'control.sock');
  const machines = ['a', 'b'].map((name) => new DiallingPeer(t, { path: join(folder, name) }));
  const links = interfaces.map((end, i) => `${end}--${machines[i]?.endpoint}`);
  const bridge = await Bridge.start(t, ['--p2p', ...links, '--control', control], { launcher: namespace.launcher });
  for (const end of interfaces) await bridge.event('attached', end);
  for (const machine of machines) {
    await bridge.event('listening', machine.endpoint);
    await machine.dial();
    await bridge.event('attached', machine.endpoint);
  }
  return { bridge, control, machines: machines as [DiallingPeer, DiallingPeer] };
}

/** Does something while no thread of the bridge runs. */
async function unnoticed(bridge: Bridge, work: () => Promise<unknown>): Promise<void> {
  const folder = `/proc/${bridge.pid}/task`;
  const isStopped = (thread: string): boolean =>
    / \(.*\) T /.test(readFileSync(join(folder, thread, 'stat'), 'latin1'));
  process.kill(bridge.pid, 'SIGSTOP');
  while (!readdirSync(folder).every(isStopped)) await nextTurn();
  try {
    await work();
  } finally {
    process.kill(bridge.pid, 'SIGCONT');
  }
}

async function indexOf(namespace: NetworkNamespace, name: string): Promise<number> {
  return JSON.parse(await namespace.ip('-json', 'link', 'show', 'dev', name))[0].ifindex;
}

test('an interface that was set down and up, or away and back, is used as before', async (t) => {
  const [namespace, other] = [await openQuietNamespace(t), await openQuietNamespace(t)];
  await namespace.ip('link', 'add', 'raw0', 'type', 'veth', 'peer', 'name', 'raw1', 'address', '02:00:00:00:00:01');
  await namespace.ip('addr', 'add', '198.18.1.1/24', 'dev', 'raw1');
  for (const name of ['raw0', 'raw1']) await namespace.ip('link', 'set', name, 'up');
  const tap = 'tap:lab0,address=198.18.0.1/24,route=default@198.18.0.2';
  const { bridge, machines } = await twoLinks(t, namespace, [tap, 'raw:raw0']);
  const index = await indexOf(namespace, 'raw0');
  await unnoticed(bridge, async () => {
    await namespace.ip('link', 'set', 'lab0', 'down');
    await namespace.ip('link', 'set', 'lab0', 'up');
    await other.adopt(namespace, 'raw0');
    await namespace.adopt(other, 'raw0');
    await namespace.ip('link', 'set', 'raw0', 'up');
    assert.equal(await namespace.ip('route', 'show', 'default'), '');
  });
  assert.equal(await indexOf(namespace, 'raw0'), index);
  while ((await namespace.ip('route', 'show', 'default')) === '');
  machines[1].send(QUESTION);
  const [answer] = await machines[1].take(1);
  assert.equal(answer?.toString('hex', 0, 22), '02000000000202000000000108060001080006040002');
  assert.deepEqual(bridge.eventsOf('detached'), []);
  await bridge.finish();
});

test('a TAP interface that is away and down is not taken for attached by the next process', async (t) => {
  const [namespace, other] = [await openQuietNamespace(t), await openQuietNamespace(t)];
  const taps = ['tap:nic0', 'tap:nic1'] as const;
  const { bridge, control, machines } = await twoLinks(t, namespace, taps);
  await unnoticed(bridge, async () => {
    for (const name of ['nic0', 'nic1']) await other.adopt(namespace, name);
    await other.ip('link', 'set', 'nic1', 'up');
  });
  await bridge.event('detached', taps[0]);
  await bridge.event('attached', taps[1], 2);

  const second = await Bridge.start(t, ['run', '--takeover', '--control', control], { launcher: namespace.launcher });
  assert.equal((await bridge.handedOver()).code, 0);
  assert.match((await second.event('waiting', taps[0])).reason ?? '', /moved to another network namespace/);
  await other.ip('link', 'set', 'nic0', 'up');
  await second.event('attached', taps[0]);
  const received = async (name: string): Promise<number> =>
    JSON.parse(await other.ip('-json', '-stats', 'link', 'show', 'dev', name))[0].stats64.rx.packets;
  const before = await received('nic0');
  machines[0].send(QUESTION);
  while ((await received('nic0')) === before);
  assert.deepEqual(second.eventsOf('attached', taps[1]), []);
  await second.finish();
});
