// Whatever happens on a link or hub, in the end the sums come out even: every frame that was received was delivered or
// counted under a reason.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { assertBalanced, endOf } from '../support/accounting.ts';
import { Bridge } from '../support/bridge.ts';
import { encode, encodeLength, FrameSource } from '../support/frame-source.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { chooseSeed } from '../support/random.ts';

const STEPS = 40;

type Action = (peer: ListeningPeer, source: FrameSource) => void;

/** What a machine does most of the time. */
const sendings: Action[] = [
  (peer, source) => peer.send(...source.frames(40, () => source.anyLength())),
  (peer, source) => peer.send(...source.frames(100, () => source.random.between(1, 1514))),
  (peer, source) => peer.send(...source.frames(30, () => 60_000)),
  (peer) => peer.sendBytes(Buffer.alloc(8)),
  (peer) => peer.pause(),
  (peer) => peer.resume(),
];

/** What ends its connection, or spoils it; each is what real machines have been seen to do. */
const endings: Action[] = [
  (peer, source) => {
    peer.sendBytes(encode(source.frame(1000)).subarray(0, source.random.between(1, 1003)));
    peer.leave();
  },
  (peer) => peer.sendBytes(encodeLength(100_000)),
  (peer) => peer.reset(),
  (peer) => peer.leave(),
];

async function misbehave(peer: ListeningPeer, source: FrameSource): Promise<void> {
  for (let step = 0; step < STEPS; step += 1) {
    await peer.untilAttached();
    const isEnding = source.random.fraction() < 0.15;
    source.random.pick(isEnding ? endings : sendings)(peer, source);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function startPeers(t: TestContext, count: number): Promise<ListeningPeer[]> {
  return Promise.all(Array.from({ length: count }, () => ListeningPeer.start(t)));
}

test('links and a hub with machines that do anything lose no frame without counting it', async (t) => {
  const seed = chooseSeed(t);
  const peers = await startPeers(t, 8);
  const sources = peers.map((_peer, index) => new FrameSource(seed, index));
  const endpoints = peers.map((peer) => peer.endpoint);
  const links = [endpoints.slice(0, 2).join('--'), endpoints.slice(2, 4).join('--')];
  const bridge = await Bridge.start(t, ['--stats', '100ms', '--p2p', ...links, '--hub', ...endpoints.slice(4)]);
  await bridge.attached(peers);
  await Promise.all(peers.map((peer, index) => misbehave(peer, sources[index] as FrameSource)));
  for (const peer of peers) peer.resume();

  // Quiet again: every machine attached, and one interval of statistics like the one before.
  await bridge.until(
    () => bridge.eventsOf('attached').length - bridge.eventsOf('detached').length === peers.length,
    'every machine attached',
  );
  let previous = '';
  await bridge.until(() => {
    const records = bridge.stats.slice(-3);
    const now = JSON.stringify(records.map((record) => record.ends));
    const isQuiet = bridge.stats.length % 3 === 0 && now === previous;
    if (bridge.stats.length % 3 === 0) previous = now;
    return isQuiet && records.every((record) => record.ends.every((end) => end.queueBytes === 0));
  }, 'statistics that no longer change');
  const { segments } = await bridge.finish();
  segments.forEach(assertBalanced);
  const received = segments.flatMap((segment) => segment.ends).reduce((sum, end) => sum + end.rxFrames, 0);
  t.diagnostic(`${received} frames received, drops ${JSON.stringify(segments.map((s) => s.ends.map((e) => e.drops)))}`);
});

test('frames and bytes at both ends of a quiet link agree with what was sent', async (t) => {
  const source = new FrameSource(chooseSeed(t));
  const [a, b] = (await startPeers(t, 2)) as [ListeningPeer, ListeningPeer];
  const bridge = await Bridge.start(t, ['--p2p', `${a.endpoint}--${b.endpoint}`]);
  await bridge.attached([a, b]);
  const frames = source.frames(777, () => source.random.between(1, 3000));
  const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
  a.send(...frames);
  await b.take(777);
  const { segments } = await bridge.finish();
  const [endA, endB] = [endOf(segments, a.endpoint), endOf(segments, b.endpoint)];
  const nothing = { txFrames: 0, txBytes: 0 };
  assert.deepEqual(pick(endA), { rxFrames: 777, rxBytes: bytes, ...nothing });
  assert.deepEqual(pick(endB), { rxFrames: 0, rxBytes: 0, txFrames: 777, txBytes: bytes });
  assert.equal(
    Object.values({ ...endA.drops, ...endB.drops }).reduce((sum, count) => sum + count, 0),
    0,
  );
});

function pick(end: { rxFrames: number; rxBytes: number; txFrames: number; txBytes: number }): object {
  const { rxFrames, rxBytes, txFrames, txBytes } = end;
  return { rxFrames, rxBytes, txFrames, txBytes };
}
