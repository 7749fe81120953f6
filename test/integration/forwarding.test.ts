// A point-to-point link carries frames of every length in both directions: all of them, unaltered, in order, however
// the stream is cut.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertBalanced, endOf } from '../support/accounting.ts';
import { Bridge } from '../support/bridge.ts';
import { assertSameFrames, encode, FrameSource, LONGEST_FRAME } from '../support/frame-source.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import type { Peer } from '../support/peer.ts';
import { chooseSeed } from '../support/random.ts';

/** Never more on the way than a link holds: this process may be held up for longer than a link holds up the sender. */
async function carry(from: Peer, to: Peer, frames: readonly Buffer[], what: string): Promise<void> {
  const step = 20;
  for (let sent = 0; sent < frames.length; sent += step) {
    const some = frames.slice(sent, sent + step);
    from.send(...some);
    assertSameFrames(await to.take(some.length), some, what);
  }
}

test('a link carries frames of any length in both directions at once', async (t) => {
  const seed = chooseSeed(t);
  const [a, b] = [await ListeningPeer.start(t), await ListeningPeer.start(t)];
  const bridge = await Bridge.start(t, ['--p2p', `${a.endpoint}--${b.endpoint}`]);
  await bridge.attached([a, b]);

  const [fromA, fromB] = [new FrameSource(seed, 1), new FrameSource(seed, 2)];
  const sentByA = fromA.frames(1500, () => fromA.anyLength());
  const sentByB = fromB.frames(1500, () => fromB.anyLength());
  await Promise.all([carry(a, b, sentByA, 'a to b'), carry(b, a, sentByB, 'b to a')]);
  const { segments } = await bridge.finish();
  segments.forEach(assertBalanced);
  const lengths = sentByA.reduce((sum, frame) => sum + frame.length, 0);
  const [endA, endB] = [endOf(segments, a.endpoint), endOf(segments, b.endpoint)];
  assert.deepEqual({ frames: endA.rxFrames, bytes: endA.rxBytes }, { frames: 1500, bytes: lengths });
  assert.deepEqual({ frames: endB.txFrames, bytes: endB.txBytes }, { frames: 1500, bytes: lengths });
});

test('a link carries the shortest and the longest frame', async (t) => {
  const source = new FrameSource(chooseSeed(t));
  const [a, b] = [await ListeningPeer.start(t), await ListeningPeer.start(t)];
  const bridge = await Bridge.start(t, ['--p2p', `${a.endpoint}--${b.endpoint}`]);
  await bridge.attached([a, b]);

  const lengths = [1, LONGEST_FRAME, 1, 2, LONGEST_FRAME - 1, LONGEST_FRAME, LONGEST_FRAME, 1];
  const frames = lengths.map((length) => source.frame(length));
  a.send(...frames);
  assertSameFrames(await b.take(frames.length), frames, 'a to b');
  b.send(...frames);
  assertSameFrames(await a.take(frames.length), frames, 'b to a');
  await bridge.finish();
});

test('a link puts frames together that arrive in pieces of any size', async (t) => {
  const source = new FrameSource(chooseSeed(t));
  const [a, b] = [await ListeningPeer.start(t), await ListeningPeer.start(t)];
  const bridge = await Bridge.start(t, ['--p2p', `${a.endpoint}--${b.endpoint}`]);
  await bridge.attached([a, b]);

  const frames = source.frames(300, () => source.random.between(1, 400));
  const bytes = encode(...frames);
  for (let offset = 0; offset < bytes.length; ) {
    const end = offset + source.random.between(1, source.random.pick([2, 30, 2000]));
    a.sendBytes(bytes.subarray(offset, end));
    // Waiting for the kernel now and then keeps the pieces apart, so that the bridge reads them one by one.
    if (source.random.fraction() < 0.5) await a.flushed();
    offset = end;
  }
  assertSameFrames(await b.take(frames.length), frames, 'a to b');
  await bridge.finish();
});

test('a byte at a time arrives as one frame', async (t) => {
  const source = new FrameSource(chooseSeed(t));
  const [a, b] = [await ListeningPeer.start(t), await ListeningPeer.start(t)];
  const bridge = await Bridge.start(t, ['--p2p', `${a.endpoint}--${b.endpoint}`]);
  await bridge.attached([a, b]);

  const frame = source.frame(60);
  // The answer of the other side shows each time that the bridge has gone on working in between.
  const echo = source.frame(5);
  for (const byte of encode(frame)) {
    a.sendBytes(Buffer.of(byte));
    b.send(echo);
    assertSameFrames(await a.take(1), [echo], 'b to a');
  }
  assertSameFrames(await b.take(1), [frame], 'a to b');
  await bridge.finish();
});
