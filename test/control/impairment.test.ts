// Impaired links over real sockets: frames are never too early, what is on its way survives a takeover, and an impairment
// whose time is over leaves the topology and the state file.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { Bridge } from '../../src/control/bridge.ts';
import { Changes } from '../../src/control/changes.ts';
import type { Step } from '../../src/control/reconcile.ts';
import type { EndStatus } from '../../src/control/segment-record.ts';
import { StateFile } from '../../src/control/state-file.ts';
import { decodeEstate, encodeEstate } from '../../src/control/takeover/protocol.ts';
import { parseEndpoint } from '../../src/topology/endpoint-spec.ts';
import type { Impairments } from '../../src/topology/impairment.ts';
import { makeTopology, type Topology } from '../../src/topology/topology.ts';
import { Condition } from '../support/condition.ts';
import { assertSameFrames, FrameSource } from '../support/frame-source.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { chooseSeed } from '../support/random.ts';

function wire(peers: readonly ListeningPeer[], impairments?: Impairments): Topology {
  const endpoints = peers.map((peer) => parseEndpoint(peer.endpoint));
  const link = { name: 'one', kind: 'link' as const, endpoints, isUp: true };
  return makeTopology([impairments === undefined ? link : { ...link, impairments }]);
}

/** A state file that tells all that was in it. */
class RememberingFile extends StateFile {
  readonly texts: string[] = [];

  override async write(text: string): Promise<void> {
    await super.write(text);
    this.texts.push(text);
  }
}

async function startPeers(t: TestContext): Promise<[ListeningPeer, ListeningPeer]> {
  return [await ListeningPeer.start(t), await ListeningPeer.start(t)];
}

/** Waits until the counters of an end are as wanted. */
async function untilEnd(bridge: Bridge, index: number, isWanted: (end: EndStatus) => boolean): Promise<void> {
  const untilMs = performance.now() + 60_000;
  for (let end = bridge.status()[0]!.ends[index]!; !isWanted(end); end = bridge.status()[0]!.ends[index]!) {
    assert.ok(performance.now() < untilMs, JSON.stringify(end));
    await setTimeout(5);
  }
}

test('a delay holds frames of one direction, and its seed is chosen and stays', async (t) => {
  const source = new FrameSource(chooseSeed(t));
  const [a, b] = await startPeers(t);
  const delayed: Impairments = { 'a-to-b': { delayMs: 100 } };
  const bridge = Bridge.start(wire([a, b], delayed));
  t.after(() => bridge.close());
  await Promise.all([a.attached(), b.attached()]);
  const seed = bridge.topology.segments[0]?.impairments?.['a-to-b']?.seed;
  assert.equal(typeof seed, 'number');
  assert.deepEqual((await bridge.apply(wire([a, b], delayed))).steps, []);

  const frames = source.frames(30, () => source.anyLength());
  const startMs = performance.now();
  a.send(...frames);
  assertSameFrames(await b.take(30), frames, 'through a delay of 100 ms');
  assert.ok(performance.now() - startMs >= 100);

  const loss = { model: 'random', percent: 100 } as const;
  const { steps } = await bridge.apply(wire([a, b], { 'b-to-a': { loss } }));
  const words = ['delay', 'loss', 'seed'];
  assert.deepEqual(steps, [{ action: 'impair', link: 'one', from: '100ms / none', to: 'none / 100%', words }]);
  b.send(...frames);
  a.send(...frames);
  assertSameFrames(await b.take(30), frames, 'without delay');
  await untilEnd(bridge, 0, ({ drops }) => drops.loss === 30);
  await bridge.apply(wire([a, b]));
  b.send(...frames);
  assertSameFrames(await a.take(30), frames, 'after the loss');
});

test('frames on their way survive a takeover, and leave at their times', async (t) => {
  const source = new FrameSource(chooseSeed(t));
  const [a, b] = await startPeers(t);
  let bridge = Bridge.start(wire([a, b], { 'a-to-b': { delayMs: 400, jitterMs: 100, keepOrder: true } }));
  t.after(() => bridge.close());
  await Promise.all([a.attached(), b.attached()]);
  const frames = source.frames(100, () => source.anyLength());
  const startMs = performance.now();
  a.send(...frames);
  for (let i = 0; i < 2; i++) {
    const next = new Bridge();
    await next.ready();
    const { topology } = bridge;
    const { bytes, fds } = encodeEstate({ topology, handover: await bridge.handOver() });
    const estate = decodeEstate(bytes, fds);
    next.adopt(estate.topology, estate.handover);
    bridge = next;
    assert.deepEqual(bridge.topology, topology);
  }
  assertSameFrames(await b.take(100), frames, 'through two takeovers');
  assert.ok(performance.now() - startMs >= 300);
  assert.equal(b.connections, 1);
  assert.deepEqual(bridge.status()[0]!.ends[1]!.drops, {});
});

test('an impairment with a duration heals, also in the topology and in the state file', async (t) => {
  const [a, b] = await startPeers(t);
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-heal-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'state.json');
  const bridge = Bridge.start(wire([a, b]));
  t.after(() => bridge.close());
  const stateFile = new RememberingFile(file);
  const changes = new Changes(bridge, stateFile);
  const steps: Step[] = [];
  const condition = new Condition();
  bridge.on('changed', (step) => {
    steps.push(step);
    condition.changed();
  });
  const loss = { model: 'random', percent: 100 } as const;
  const kept = { delayMs: 1 };
  await changes.apply(wire([a, b], { 'a-to-b': { loss, durationMs: 300 }, 'b-to-a': kept }));
  await condition.until(
    () => steps.length === 2,
    () => `the end of the impairment, there was ${JSON.stringify(steps)}`,
  );
  const words = ['loss', 'duration', 'seed'];
  assert.deepEqual(steps[1], { action: 'impair', link: 'one', from: '100% / 1ms', to: 'none / 1ms', words });
  const { impairments } = bridge.topology.segments[0]!;
  assert.deepEqual(Object.keys(impairments ?? {}), ['b-to-a']);
  assert.deepEqual(
    stateFile.texts.map((text) => text.includes('"duration"')),
    [true, false],
  );
  assert.equal(readFileSync(file, 'utf8'), stateFile.texts[1]);
  await Promise.all([a.attached(), b.attached()]);
  a.send(Buffer.from('healed'));
  assert.deepEqual(await b.take(1), [Buffer.from('healed')]);
});

test('without anybody who keeps the topology, the bridge itself takes a healed impairment out', async (t) => {
  const [a, b] = await startPeers(t);
  const bridge = Bridge.start(wire([a, b], { 'a-to-b': { delayMs: 1, durationMs: 100 } }));
  t.after(() => bridge.close());
  await once(bridge, 'changed');
  assert.equal(bridge.topology.segments[0]!.impairments, undefined);
});
