// Changing a running bridge: what a change does not name is not touched, and what it moves loses nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bridge } from '../../src/control/bridge.ts';
import { parseEndpoint } from '../../src/topology/endpoint-spec.ts';
import { makeTopology, type Topology } from '../../src/topology/topology.ts';
import { FrameSource } from '../support/frame-source.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { chooseSeed } from '../support/random.ts';

type Context = Parameters<typeof ListeningPeer.start>[0];

function wire(links: Readonly<Record<string, readonly ListeningPeer[]>>): Topology {
  return makeTopology(
    Object.entries(links).map(([name, peers]) => ({
      name,
      kind: peers.length === 2 && !name.startsWith('hub') ? ('link' as const) : ('hub' as const),
      endpoints: peers.map((peer) => parseEndpoint(peer.endpoint)),
      isUp: true,
    })),
  );
}

async function startPeers(t: Context, count: number): Promise<ListeningPeer[]> {
  return await Promise.all(Array.from({ length: count }, () => ListeningPeer.start(t)));
}

/** Sends from every peer without a pause until told to stop; remembers what was sent. */
class Traffic {
  readonly sent = new Map<number, Buffer[]>();
  #running = true;
  readonly #done: Promise<unknown>;

  constructor(peers: readonly ListeningPeer[], seed: number) {
    this.#done = Promise.all(
      peers.map(async (peer, index) => {
        const source = new FrameSource(seed, index);
        const frames: Buffer[] = [];
        this.sent.set(index, frames);
        while (this.#running) {
          const some = source.frames(20, () => source.random.between(5, 1514));
          frames.push(...some);
          peer.send(...some);
          await peer.flushed();
          // A pace that lets changes happen in every state of a stream without filling the memory.
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
      }),
    );
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#done;
  }

  get total(): number {
    return [...this.sent.values()].reduce((sum, frames) => sum + frames.length, 0);
  }
}

/** Takes all frames of all peers; every frame sent must have arrived once, whole, and each sender's in order. */
async function checkNothingLost(peers: readonly ListeningPeer[], traffic: Traffic): Promise<void> {
  const got = new Map<number, Buffer[]>();
  let left = traffic.total;
  for (const peer of peers) {
    const frames = await peer.take(peer.receivedFrames);
    left -= frames.length;
    const last = new Map<number, number>();
    for (const frame of frames) {
      const sender = frame[0]!;
      const number = frame.readUInt32BE(1);
      assert.ok(number > (last.get(sender) ?? -1), `frame ${number} of sender ${sender} is out of order`);
      last.set(sender, number);
      const list = got.get(sender) ?? [];
      list.push(frame);
      got.set(sender, list);
    }
  }
  assert.equal(left, 0);
  for (const [sender, frames] of traffic.sent) {
    const theirs = (got.get(sender) ?? []).sort((a, b) => a.readUInt32BE(1) - b.readUInt32BE(1));
    assert.equal(theirs.length, frames.length);
    assert.equal(
      frames.findIndex((frame, index) => !frame.equals(theirs[index]!)),
      -1,
    );
  }
}

async function settled(bridge: Bridge, peers: readonly ListeningPeer[], total: number): Promise<void> {
  const deadlineMs = Date.now() + 60_000;
  while (peers.reduce((sum, peer) => sum + peer.receivedFrames, 0) < total) {
    if (Date.now() > deadlineMs) {
      const arrived = peers.map((peer) => peer.receivedFrames);
      assert.fail(`Only ${arrived} of ${total} frames arrived: ${JSON.stringify(bridge.status())}`);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

for (const workers of [1, 3]) {
  test(`Bridge.apply() swaps the ends of links under load without losing a frame, ${workers} threads`, async (t) => {
    const peers = await startPeers(t, 6);
    const [a, b, c, d, e, f] = peers as [
      ListeningPeer,
      ListeningPeer,
      ListeningPeer,
      ListeningPeer,
      ListeningPeer,
      ListeningPeer,
    ];
    const straight = wire({ one: [a, b], two: [c, d], other: [e, f] });
    const crossed = wire({ one: [a, c], two: [b, d], other: [e, f] });
    const renamed = wire({ three: [d, a], four: [c, b], other: [e, f] });
    const bridge = Bridge.start(straight, { workers });
    bridge.on('threadDied', (error) => {
      throw error;
    });
    t.after(() => bridge.close());
    for (const peer of peers) await peer.attached();
    const traffic = new Traffic(peers, chooseSeed(t));
    for (let i = 0; i < 30; i++) {
      for (const topology of [crossed, straight, renamed]) await bridge.apply(topology);
    }
    await traffic.stop();
    await settled(bridge, peers, traffic.total);
    await checkNothingLost(peers, traffic);
    for (const peer of peers) assert.equal(peer.connections, 1);
    const other = bridge.status().find(({ name }) => name === 'other');
    assert.equal(other?.ends[0]?.rxFrames, traffic.sent.get(4)!.length);
    assert.deepEqual(other?.ends[1]?.drops, {});
  });
}

test('Bridge.apply() says what it changed, and nothing when there is nothing', async (t) => {
  const peers = await startPeers(t, 4);
  const [a, b, c, d] = peers as [ListeningPeer, ListeningPeer, ListeningPeer, ListeningPeer];
  const bridge = Bridge.start(wire({ one: [a, b] }));
  t.after(() => bridge.close());
  const actions = async (topology: Topology) => (await bridge.apply(topology)).steps.map(({ action }) => action);
  assert.deepEqual(await actions(wire({ one: [a, b] })), []);
  assert.deepEqual(await actions(wire({ one: [a, c] })), ['rewire']);
  assert.deepEqual(await actions(wire({ one: [a, c], hub1: [b, d] })), ['add']);
  assert.deepEqual(await actions(wire({ hub1: [b, d, a] })), ['remove', 'join']);
  assert.deepEqual(await actions(wire({ hub1: [b, d] })), ['leave']);
  await c.detached();
  // The moved ends are still on their first connection and work.
  await b.attached();
  await d.attached();
  const frame = Buffer.from('a frame for the other member');
  b.send(frame);
  assert.deepEqual(await d.take(1), [frame]);
});

test('Bridge.apply() cuts a link and restores it, counting what came meanwhile', async (t) => {
  const [a, b] = (await startPeers(t, 2)) as [ListeningPeer, ListeningPeer];
  const up = wire({ one: [a, b] });
  const down = makeTopology([{ ...up.segments[0]!, isUp: false }]);
  const bridge = Bridge.start(up);
  t.after(() => bridge.close());
  await a.attached();
  await b.attached();
  assert.deepEqual((await bridge.apply(down)).steps, [{ action: 'down', link: 'one' }]);
  a.send(Buffer.from('lost'), Buffer.from('lost too'));
  const deadlineMs = Date.now() + 60_000;
  while (bridge.status()[0]!.ends[1]!.drops.link_down !== 2) {
    assert.ok(Date.now() < deadlineMs);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual((await bridge.apply(up)).steps, [{ action: 'up', link: 'one' }]);
  a.send(Buffer.from('arrives'));
  assert.deepEqual(await b.take(1), [Buffer.from('arrives')]);
});

test('Bridge.handOver() and adopt() move everything to another bridge under load without losing a frame', async (t) => {
  const peers = await startPeers(t, 6);
  const [a, b, c, d, e, f] = peers as [
    ListeningPeer,
    ListeningPeer,
    ListeningPeer,
    ListeningPeer,
    ListeningPeer,
    ListeningPeer,
  ];
  const topology = wire({ one: [a, b], two: [c, d], three: [e, f] });
  let bridge = Bridge.start(topology);
  t.after(() => bridge.close());
  for (const peer of peers) await peer.attached();
  const traffic = new Traffic(peers, chooseSeed(t));
  for (let i = 0; i < 20; i++) {
    const next = new Bridge({ workers: 1 + (i % 2) });
    await next.ready();
    next.adopt(topology, await bridge.handOver());
    bridge = next;
  }
  await traffic.stop();
  await settled(bridge, peers, traffic.total);
  await checkNothingLost(peers, traffic);
  for (const peer of peers) assert.equal(peer.connections, 1);
  // The counters went along.
  assert.equal(bridge.status()[0]?.ends[0]?.rxFrames, traffic.sent.get(0)!.length);
});
