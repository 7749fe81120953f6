// A switch in the built command, over real sockets: frames go where their receiver is, stay in their VLAN and keep their
// order; a machine that leaves or reads slowly disturbs nobody; what people should know is in the log, with names.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { endOf } from '../support/accounting.ts';
import { Bridge } from '../support/bridge.ts';
import { assertSameFrames, assertSubsequence } from '../support/frame-source.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { chooseSeed, Random } from '../support/random.ts';

type Tag = readonly [type: number, vlan: number];

const EVERYBODY = Buffer.alloc(6, 0xff);
const C_TAG = 0x8100;
const S_TAG = 0x88a8;

interface Lab {
  readonly bridge: Bridge;
  readonly machines: readonly ListeningPeer[];
}

/** A switch with a machine at each of these ports. */
async function startSwitch(t: TestContext, ports: readonly object[], settings: object = {}): Promise<Lab> {
  const machines: ListeningPeer[] = [];
  for (const _port of ports) machines.push(await ListeningPeer.start(t));
  const members = ports.map((port, index) => ({ endpoint: machines[index]?.endpoint, ...port }));
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-switch-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'lab.json');
  writeFileSync(file, JSON.stringify({ switches: [{ name: 'core', endpoints: members, ...settings }] }));
  const bridge = await Bridge.start(t, ['run', '--topology', file, '--control', 'none', '--stats', '100ms']);
  await bridge.attached(machines);
  return { bridge, machines };
}

function address(last: number): Buffer {
  return Buffer.from([0x02, 0, 0, last >>> 16, (last >>> 8) & 0xff, last & 0xff]);
}

function frame(to: Buffer, from: Buffer, payload: Buffer | string, tags: readonly Tag[] = []): Buffer {
  const words = [...tags.flat(), 0x88b5];
  const types = Buffer.alloc(2 * words.length);
  for (const [index, word] of words.entries()) types.writeUInt16BE(word, 2 * index);
  return Buffer.concat([to, from, types, Buffer.from(payload)]);
}

test('frames to machines that have spoken reach only them, in order, whatever is sent at the same time', async (t) => {
  const random = new Random(chooseSeed(t));
  const { bridge, machines } = await startSwitch(t, [{}, {}, {}, {}]);
  for (const [index, machine] of machines.entries()) {
    machine.send(frame(EVERYBODY, address(index), 'hello'));
    for (const other of machines) if (other !== machine) await other.take(1);
  }
  const sent = machines.map((_, from) =>
    Array.from({ length: 500 }, (_frame, count) => {
      const to = random.pick(machines.map((_machine, index) => index).filter((index) => index !== from));
      const payload = Buffer.alloc(random.fraction() < 0.02 ? 9000 : random.between(4, 300), count);
      payload.writeUInt32BE(count);
      return { to, bytes: frame(address(to), address(from), payload) };
    }),
  );
  for (let count = 0; count < 500; count += 1) {
    for (const [from, frames] of sent.entries()) machines[from]?.send(frames[count]?.bytes as Buffer);
  }
  for (const [to, machine] of machines.entries()) {
    const received = await machine.take(sent.flat().filter((one) => one.to === to).length);
    for (const [from, frames] of sent.entries()) {
      const wanted = frames.filter((one) => one.to === to).map(({ bytes }) => bytes);
      const got = received.filter((bytes) => bytes.subarray(6, 12).equals(address(from)));
      assertSameFrames(got, wanted, `from ${from} to ${to}`);
    }
  }
  const { segments } = await bridge.finish();
  assert.equal(segments[0]?.kind, 'switch');
  // Nobody got a copy more, and nothing was dropped.
  for (const [index, { endpoint }] of machines.entries()) {
    const end = endOf(segments, endpoint);
    assert.equal(end.txFrames, sent.flat().filter((one) => one.to === index).length + machines.length - 1);
    assert.deepEqual(end.drops, {});
  }
});

test('access ports, a trunk and tunnels carry their VLANs with the right tags, and no others', async (t) => {
  const ports = [{ vlan: 10 }, { vlan: 10 }, { vlan: 20 }, { trunk: [10, 100] }, { vlan: 100, tunnel: true }];
  const { bridge, machines } = await startSwitch(t, ports);
  const [a, b, other, trunk, tunnel] = machines as [
    ListeningPeer,
    ListeningPeer,
    ListeningPeer,
    ListeningPeer,
    ListeningPeer,
  ];
  const bare = frame(EVERYBODY, address(1), 'bare');
  const tagged = frame(EVERYBODY, address(1), 'bare', [[C_TAG, 10]]);
  a.send(bare);
  assertSameFrames(await b.take(1), [bare], 'access port to access port');
  assertSameFrames(await trunk.take(1), [tagged], 'access port to trunk');
  trunk.send(frame(address(1), address(4), 'back', [[C_TAG, 10]]));
  assertSameFrames(await a.take(1), [frame(address(1), address(4), 'back')], 'trunk to access port');
  const inner: Tag[] = [
    [C_TAG, 10],
    [C_TAG, 30],
  ];
  const customer = frame(EVERYBODY, address(5), 'customer', inner);
  const carried = frame(EVERYBODY, address(5), 'customer', [[S_TAG, 100], ...inner]);
  tunnel.send(customer);
  assertSameFrames(await trunk.take(1), [carried], 'tunnel to trunk');
  trunk.send(frame(address(5), address(4), 'back', [[S_TAG, 100], ...inner]));
  assertSameFrames(await tunnel.take(1), [frame(address(5), address(4), 'back', inner)], 'trunk to tunnel');
  // Of VLANs that the port does not carry, and one that nobody else carries.
  a.send(frame(EVERYBODY, address(1), 'wrong', [[C_TAG, 20]]));
  trunk.send(frame(EVERYBODY, address(4), 'wrong', [[C_TAG, 20]]));
  other.send(frame(EVERYBODY, address(3), 'alone'));
  for (const { endpoint } of [a, trunk, other]) {
    await bridge.nextStats((record) => endOf([record], endpoint).drops.vlan === 1, `a wrong VLAN at ${endpoint}`);
  }
  const { segments } = await bridge.finish();
  const delivered = machines.map(({ endpoint }) => endOf(segments, endpoint).txFrames);
  assert.deepEqual(delivered, [1, 1, 0, 2, 1]);
});

test('frames for a machine that left go to all, and to it alone when it is back and has spoken', async (t) => {
  const { bridge, machines } = await startSwitch(t, [{}, {}, {}]);
  const [a, b, c] = machines as [ListeningPeer, ListeningPeer, ListeningPeer];
  b.send(frame(EVERYBODY, address(2), 'hello'));
  await Promise.all([a.take(1), c.take(1)]);
  await b.stop();
  await bridge.event('detached', b.endpoint);
  const lost = frame(address(2), address(1), 'is anybody there?');
  a.send(lost);
  assertSameFrames(await c.take(1), [lost], 'flooded');
  await b.listen();
  await bridge.attached([b], 2);
  b.send(frame(EVERYBODY, address(2), 'hello again'));
  await Promise.all([a.take(1), c.take(1)]);
  const found = frame(address(2), address(1), 'there you are');
  const toAll = frame(EVERYBODY, address(1), 'good to know');
  a.send(found, toAll);
  assertSameFrames(await b.take(2), [found, toAll], 'to the machine');
  assertSameFrames(await c.take(1), [toAll], 'to the other one');
  await bridge.finish();
});

test('a machine that stops reading loses only its own copies', async (t) => {
  const { bridge, machines } = await startSwitch(t, [{}, {}, {}]);
  const [sender, slow, third] = machines as [ListeningPeer, ListeningPeer, ListeningPeer];
  slow.pause();
  const sent: Buffer[] = [];
  for (let round = 0; round < 120; round += 1) {
    const frames = Array.from({ length: 10 }, (_, index) =>
      frame(EVERYBODY, address(1), Buffer.alloc(30_000, 10 * round + index)),
    );
    sent.push(...frames);
    sender.send(...frames);
    assertSameFrames(await third.take(10), frames, 'to the third machine');
  }
  slow.resume();
  await bridge.nextStats((record) => endOf([record], slow.endpoint).queueBytes === 0, 'the queue empty');
  const last = frame(EVERYBODY, address(1), 'the last one');
  sender.send(last);
  const received = await slow.takeUntil(last);
  assertSubsequence(received, sent, 'to the slow machine');
  await third.take(1);
  const { segments } = await bridge.finish();
  const lost = sent.length - received.length;
  assert.ok(lost > 0, 'The buffers were large enough for everything: the test sends too little');
  assert.deepEqual(endOf(segments, slow.endpoint).drops, { queue_full: lost });
  assert.deepEqual(endOf(segments, third.endpoint).drops, {});
});

test('a flood of addresses fills the table, not the memory, and the log names who does it', async (t) => {
  const { bridge, machines } = await startSwitch(t, [{}, {}, {}], { 'mac-limit': 1000 });
  const [a, b, c] = machines as [ListeningPeer, ListeningPeer, ListeningPeer];
  a.send(frame(EVERYBODY, address(1), 'first'));
  await Promise.all([b.take(1), c.take(1)]);
  const flood = Array.from({ length: 20_000 }, (_, index) => frame(address(1), address(1000 + index), ''));
  b.send(...flood);
  assertSameFrames(await a.take(flood.length), flood, 'to the one that was known before');
  const full = await bridge.event('mac_table_full');
  assert.equal(full.endpoint, b.endpoint);
  assert.match(full.message, /The address table is full \(1000 addresses\)/);
  const { macsRefused } = endOf(
    [await bridge.nextStats((record) => endOf([record], b.endpoint).rxFrames === flood.length, 'all frames')],
    b.endpoint,
  ) as unknown as { macsRefused: number };
  assert.equal(macsRefused, flood.length - 999);
  // An address that moves to another machine is followed at once.
  c.send(frame(EVERYBODY, address(1), 'now here'));
  await Promise.all([a.take(1), b.take(1)]);
  const moved = await bridge.event('mac_moved');
  assert.equal(moved.message, `core: 02:00:00:00:00:01 moved from ${a.endpoint} to ${c.endpoint}`);
  b.send(frame(address(1), address(1000), 'found'));
  await c.take(1);
  assert.equal(bridge.eventsOf('mac_table_full').length, 1);
  await bridge.finish();
});
