// Lengths that no machine should send: zero is dropped, for it wedges a QEMU netdev for good; more than QEMU takes is a
// broken stream, which costs its own connection only; and half a frame waits for its other half as long as it must.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { assertBalanced, endOf } from '../support/accounting.ts';
import { Bridge } from '../support/bridge.ts';
import { assertSameFrames, encode, encodeLength, FrameSource, LONGEST_FRAME } from '../support/frame-source.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { chooseSeed } from '../support/random.ts';

interface TwoLinks {
  bridge: Bridge;
  hostile: ListeningPeer;
  partner: ListeningPeer;
  others: [ListeningPeer, ListeningPeer];
  source: FrameSource;
}

async function startTwoLinks(t: TestContext): Promise<TwoLinks> {
  const source = new FrameSource(chooseSeed(t));
  const [hostile, partner] = [await ListeningPeer.start(t), await ListeningPeer.start(t)];
  const others: [ListeningPeer, ListeningPeer] = [await ListeningPeer.start(t), await ListeningPeer.start(t)];
  const links = [`${hostile.endpoint}--${partner.endpoint}`, `${others[0].endpoint}--${others[1].endpoint}`];
  const bridge = await Bridge.start(t, ['--p2p', ...links]);
  await bridge.attached([hostile, partner, ...others]);
  return { bridge, hostile, partner, others, source };
}

async function assertCarries(a: ListeningPeer, b: ListeningPeer, source: FrameSource): Promise<void> {
  const [fromA, fromB] = [source.frames(5, () => source.anyLength()), source.frames(5, () => source.anyLength())];
  a.send(...fromA);
  b.send(...fromB);
  assertSameFrames(await b.take(5), fromA, `${a.endpoint} to ${b.endpoint}`);
  assertSameFrames(await a.take(5), fromB, `${b.endpoint} to ${a.endpoint}`);
}

test('zero-length frames are dropped and counted, the frames around them arrive', async (t) => {
  const { bridge, hostile, partner, source } = await startTwoLinks(t);
  const frames = source.frames(4, () => source.random.between(60, 1514));
  const [first, second, third, fourth] = frames as [Buffer, Buffer, Buffer, Buffer];
  const empty = encodeLength(0);
  hostile.sendBytes(Buffer.concat([empty, encode(first), empty, empty, empty, encode(second, third), empty]));
  await hostile.flushed();
  hostile.sendBytes(Buffer.concat([empty, encode(fourth)]));
  assertSameFrames(await partner.take(4), frames, 'around the empty frames');
  await assertCarries(hostile, partner, source);
  const { segments } = await bridge.finish();
  const end = endOf(segments, hostile.endpoint);
  assert.deepEqual(end.drops, { ...end.drops, empty: 6 });
  assert.equal(end.rxFrames, 9);
  assert.equal(hostile.connections, 1);
  segments.forEach(assertBalanced);
});

test('ten thousand empty frames in a row cost nothing but their count', async (t) => {
  const { bridge, hostile, partner, others, source } = await startTwoLinks(t);
  hostile.sendBytes(Buffer.alloc(4 * 10_000));
  await assertCarries(hostile, partner, source);
  await assertCarries(...others, source);
  const { segments } = await bridge.finish();
  assert.equal(endOf(segments, hostile.endpoint).drops.empty, 10_000);
});

test(`a frame of ${LONGEST_FRAME} bytes passes`, async (t) => {
  const { bridge, hostile, partner, source } = await startTwoLinks(t);
  const frames = source.frames(20, () => LONGEST_FRAME);
  hostile.send(...frames);
  assertSameFrames(await partner.take(20), frames, 'longest frames');
  assert.equal(hostile.connections, 1);
  await bridge.finish();
});

for (const length of [LONGEST_FRAME + 1, 2 ** 24, 2 ** 31, 2 ** 32 - 1]) {
  test(`a length of ${length} resets only the endpoint it comes from`, async (t) => {
    const { bridge, hostile, partner, others, source } = await startTwoLinks(t);
    for (let round = 1; round <= 3; round += 1) {
      const before = source.frame(500);
      // Whatever stands behind the bad length is no frame, however much it looks like one.
      hostile.sendBytes(Buffer.concat([encode(before), encodeLength(length), encode(source.frame(300))]));
      assertSameFrames(await partner.take(1), [before], 'before the bad length');
      await bridge.event('stream_broken', hostile.endpoint, round);
      await hostile.detached(round);
      await bridge.attached([hostile], round + 1);
      await assertCarries(hostile, partner, source);
      await assertCarries(...others, source);
    }
    assert.deepEqual(
      [hostile, partner, ...others].map((peer) => peer.connections),
      [4, 1, 1, 1],
    );
    assert.equal(bridge.eventsOf('stream_broken').length, 3);
    const { segments } = await bridge.finish();
    assert.equal(endOf(segments, hostile.endpoint).drops.oversize, 3);
    segments.forEach(assertBalanced);
  });
}

test('half a frame and then silence harms nobody, and its other half completes it', async (t) => {
  const { bridge, hostile, partner, others, source } = await startTwoLinks(t);
  const frame = source.frame(9000);
  const bytes = encode(frame);
  for (const [start, end] of [
    [0, 2],
    [2, 4],
    [4, 4000],
  ] as const) {
    hostile.sendBytes(bytes.subarray(start, end));
    await hostile.flushed();
    const back = source.frame(100);
    partner.send(back);
    assertSameFrames(await hostile.take(1), [back], 'to the silent machine');
    await assertCarries(...others, source);
  }
  assert.equal(partner.receivedFrames, 0);
  hostile.sendBytes(bytes.subarray(4000));
  assertSameFrames(await partner.take(1), [frame], 'from the silent machine');
  assert.equal(hostile.connections, 1);
  await bridge.finish();
});
