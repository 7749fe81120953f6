// Machines that stop reading or send more than the other takes: they cost their own link only, memory stays bounded,
// what is lost is counted, and what is delivered afterwards is whole and in order.
import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { assertBalanced, endOf, undelivered } from '../support/accounting.ts';
import { Bridge, type StatsRecord } from '../support/bridge.ts';
import { assertSameFrames, assertSubsequence, FrameSource } from '../support/frame-source.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { readProcessUse } from '../support/process-use.ts';
import { chooseSeed } from '../support/random.ts';

/** Ten times what the kernel's buffers hold on the way from one machine to the other. */
const FLOOD_FRAMES = 1200;
const FLOOD_LENGTH = 60_000;
/** A slow machine reads one chunk, at most 64 KiB, and then rests for so long: about 50 Mbit/s. */
const SLOW_PAUSE_MS = 10;
/** Reading counts as steady while no rest is longer than this. */
const STEADY_PAUSE_MS = 100;
/** A bridge may take this much more memory while it holds frames for a machine that does not read. */
const MEMORY_MARGIN_BYTES = 64 * 2 ** 20;

async function startLinks(t: TestContext, count: number): Promise<{ bridge: Bridge; pairs: ListeningPeer[][] }> {
  const pairs: ListeningPeer[][] = [];
  for (let index = 0; index < count; index += 1) {
    pairs.push([await ListeningPeer.start(t), await ListeningPeer.start(t)]);
  }
  const links = pairs.map((pair) => pair.map((peer) => peer.endpoint).join('--'));
  const bridge = await Bridge.start(t, ['--stats', '100ms', '--p2p', ...links]);
  await bridge.attached(pairs.flat());
  return { bridge, pairs };
}

test('a machine that stops reading costs its own link only and gets whole frames in order later', async (t) => {
  const source = new FrameSource(chooseSeed(t));
  const { bridge, pairs } = await startLinks(t, 3);
  const [[sender, stuck], ...healthy] = pairs as [[ListeningPeer, ListeningPeer], ...[ListeningPeer, ListeningPeer][]];
  const before = readProcessUse(bridge.pid).residentBytes;

  stuck.pause();
  const flood = source.frames(FLOOD_FRAMES, () => FLOOD_LENGTH);
  sender.send(...flood);
  await Promise.all(
    healthy.map(async ([a, b]) => {
      for (let round = 0; round < 20; round += 1) {
        const frames = source.frames(25, () => source.anyLength());
        a.send(...frames);
        assertSameFrames(await b.take(25), frames, 'on a link beside the stuck machine');
        b.send(...frames);
        assertSameFrames(await a.take(25), frames, 'on a link beside the stuck machine, back');
      }
    }),
  );
  // The stuck machine still sends, and the sender is still read from: it can get rid of everything.
  const back = source.frames(10, () => 1000);
  stuck.send(...back);
  assertSameFrames(await sender.take(10), back, 'from the machine that does not read');
  await sender.flushed();
  await bridge.nextStats((record) => queueFullDrops(record, stuck) > 0, 'drops for the stuck machine');
  const grownBytes = readProcessUse(bridge.pid).residentBytes - before;
  assert.ok(grownBytes < MEMORY_MARGIN_BYTES, `The bridge grew by ${grownBytes} bytes`);

  stuck.resume();
  const last = source.frame(123);
  await bridge.nextStats((record) => isIdle(record, stuck), 'the queue empty');
  sender.send(last);
  const received = await stuck.takeUntil(last);
  assertSubsequence(received, flood, 'to the machine that did not read');
  const after = source.frames(50, () => source.anyLength());
  sender.send(...after);
  assertSameFrames(await stuck.take(50), after, 'after it reads again');
  assert.deepEqual(
    pairs.flat().map((peer) => peer.connections),
    pairs.flat().map(() => 1),
  );

  const { segments } = await bridge.finish();
  segments.forEach(assertBalanced);
  assert.equal(endOf(segments, stuck.endpoint).drops.queue_full, FLOOD_FRAMES - received.length);
});

test('a flood in both directions of one link leaves the other links whole', async (t) => {
  const source = new FrameSource(chooseSeed(t));
  const { bridge, pairs } = await startLinks(t, 4);
  const [[left, right], ...healthy] = pairs as [[ListeningPeer, ListeningPeer], ...[ListeningPeer, ListeningPeer][]];
  const [toRight, toLeft] = [source.frames(20_000, () => 1514), source.frames(20_000, () => 1514)];
  left.send(...toRight);
  right.send(...toLeft);
  for (const [a, b] of healthy) {
    const frames = source.frames(100, () => source.anyLength());
    a.send(...frames);
    assertSameFrames(await b.take(100), frames, 'beside the flood');
  }
  await Promise.all([left.flushed(), right.flushed()]);
  await bridge.nextStats((record) => isIdle(record, left), 'the flood forwarded');
  const lasts = [source.frame(64), source.frame(64)] as const;
  left.send(lasts[0]);
  right.send(lasts[1]);
  const [atRight, atLeft] = await Promise.all([right.takeUntil(lasts[0]), left.takeUntil(lasts[1])]);
  assertSubsequence(atRight, toRight, 'flood to the right');
  assertSubsequence(atLeft, toLeft, 'flood to the left');
  const { segments } = await bridge.finish();
  segments.forEach(assertBalanced);
  // Both read all the time, but this process may be too slow at it for the time that a full queue holds the sender back.
  t.diagnostic(`delivered of the flood: ${atRight.length} and ${atLeft.length} of ${toRight.length}`);
});

test('a flood that never exceeds the buffers loses nothing', async (t) => {
  const source = new FrameSource(chooseSeed(t));
  const { bridge, pairs } = await startLinks(t, 1);
  const [left, right] = pairs[0] as [ListeningPeer, ListeningPeer];
  const frames = source.frames(30_000, () => 1514);
  const step = 250;
  for (let sent = 0; sent < frames.length; sent += step) {
    left.send(...frames.slice(sent, sent + step));
    right.send(...frames.slice(sent, sent + step));
    const atRight = await right.take(step);
    const atLeft = await left.take(step);
    assertSameFrames(atRight, frames.slice(sent, sent + step), 'to the right');
    assertSameFrames(atLeft, frames.slice(sent, sent + step), 'to the left');
  }
  const { segments } = await bridge.finish();
  segments.forEach(assertBalanced);
  for (const peer of [left, right]) assert.equal(undelivered(endOf(segments, peer.endpoint)), 0);
});

test('a machine that reads slowly but steadily holds the sender back and loses nothing', async (t) => {
  const source = new FrameSource(chooseSeed(t));
  // Pushing back has a limit in time, so a try counts only if this process itself never paused for long.
  for (let tries = 1; tries <= 5; tries += 1) {
    const { bridge, pairs } = await startLinks(t, 1);
    const [sender, slow] = pairs[0] as [ListeningPeer, ListeningPeer];
    const flood = source.frames(8000, () => 1514);
    // That none are seen until the deadline is as it should be.
    const isDropping = bridge
      .until(() => bridge.stats.some((record) => queueFullDrops(record, slow) > 0), 'drops')
      .catch(() => new Promise<void>(() => {}));
    slow.pause();
    sender.send(...flood);
    const received: Buffer[] = [];
    let [longestPauseMs, readAtMs] = [0, performance.now()];
    while (received.length < flood.length) {
      await setTimeout(SLOW_PAUSE_MS);
      longestPauseMs = Math.max(longestPauseMs, performance.now() - readAtMs);
      readAtMs = performance.now();
      slow.resume();
      const step = await Promise.race([slow.take(Math.min(20, flood.length - received.length)), isDropping]);
      slow.pause();
      if (step === undefined) break;
      received.push(...step);
    }
    await bridge.finish();
    if (longestPauseMs < STEADY_PAUSE_MS) {
      assertSameFrames(received, flood, 'to the slow machine');
      return;
    }
    t.diagnostic(`try ${tries}: this process paused for ${Math.round(longestPauseMs)} ms, which is no steady reading`);
  }
});

test('a machine that stops reading and then resets loses its queue, not its link', async (t) => {
  const source = new FrameSource(chooseSeed(t));
  const { bridge, pairs } = await startLinks(t, 1);
  const [sender, stuck] = pairs[0] as [ListeningPeer, ListeningPeer];
  stuck.pause();
  const flood = source.frames(FLOOD_FRAMES / 2, () => FLOOD_LENGTH);
  sender.send(...flood);
  await sender.flushed();
  stuck.reset();
  stuck.resume();
  await bridge.attached([stuck], 2);
  const last = source.frame(123);
  sender.send(last);
  assertSubsequence(await stuck.takeUntil(last), flood, 'to the machine that reset');
  const { segments } = await bridge.finish();
  segments.forEach(assertBalanced);
  assert.equal(sender.connections, 1);
});

function queueFullDrops(record: StatsRecord, peer: ListeningPeer): number {
  return record.ends.find((end) => end.endpoint === peer.endpoint)?.drops.queue_full ?? 0;
}

function isIdle(record: StatsRecord, peer: ListeningPeer): boolean {
  const isItsLink = record.ends.some((end) => end.endpoint === peer.endpoint);
  return isItsLink && record.ends.every((end) => end.queueBytes === 0);
}
