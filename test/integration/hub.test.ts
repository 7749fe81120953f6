// A hub gives every member's frames to every other member, as frames: bursts from all at once never mix inside a frame,
// and a member that is slow, late or gone loses only its own copies.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { assertBalanced, endOf } from '../support/accounting.ts';
import { Bridge } from '../support/bridge.ts';
import { assertSameFrames, assertSubsequence, encode, FrameSource, senderOf } from '../support/frame-source.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { chooseSeed } from '../support/random.ts';

const MEMBERS = 4;
const BURST_FRAMES = 500;

async function startHub(t: TestContext): Promise<{ bridge: Bridge; members: ListeningPeer[]; sources: FrameSource[] }> {
  const seed = chooseSeed(t);
  const members: ListeningPeer[] = [];
  for (let index = 0; index < MEMBERS; index += 1) members.push(await ListeningPeer.start(t));
  const sources = members.map((_member, index) => new FrameSource(seed, index));
  const bridge = await Bridge.start(t, ['--stats', '100ms', '--hub', ...members.map((member) => member.endpoint)]);
  await bridge.attached(members);
  return { bridge, members, sources };
}

/** Mostly short frames with some jumbo frames among them; a burst of all is less than the buffers to one member hold. */
function burst(source: FrameSource): Buffer[] {
  return source.frames(BURST_FRAMES, () => {
    if (source.random.fraction() < 0.02) return source.random.between(1515, 9000);
    return source.random.between(1, source.random.pick([60, 200, 1514]));
  });
}

test('bursts from all members at once reach every other member whole and in order', async (t) => {
  const { bridge, members, sources } = await startHub(t);
  const bursts = sources.map(burst);
  // Interleaved, so that the members do send at the same time.
  for (let index = 0; index < BURST_FRAMES; index += 1) {
    for (const [member, frames] of bursts.entries()) members[member]?.send(frames[index] as Buffer);
  }
  for (const [index, member] of members.entries()) {
    const received = await member.take((MEMBERS - 1) * BURST_FRAMES);
    for (const [sender, frames] of bursts.entries()) {
      const ofSender = received.filter((frame) => senderOf(frame) === sender);
      assertSameFrames(ofSender, sender === index ? [] : frames, `member ${sender} to member ${index}`);
    }
  }
  const { segments } = await bridge.finish();
  assert.deepEqual(
    segments.map((segment) => [segment.kind, segment.ends.length]),
    [['hub', MEMBERS]],
  );
  segments.forEach(assertBalanced);
});

test('frames cut into pieces by several members at once stay whole', async (t) => {
  const { bridge, members, sources } = await startHub(t);
  const bursts = sources.map((source) => source.frames(60, () => source.random.between(1, 3000)));
  const streams = bursts.map((frames) => encode(...frames));
  const offsets = streams.map(() => 0);
  const random = (sources[0] as FrameSource).random;
  while (streams.some((stream, index) => (offsets[index] ?? 0) < stream.length)) {
    for (const [index, stream] of streams.entries()) {
      const start = offsets[index] ?? 0;
      if (start >= stream.length) continue;
      offsets[index] = start + random.between(1, 1500);
      members[index]?.sendBytes(stream.subarray(start, offsets[index]));
      if (random.fraction() < 0.2) await members[index]?.flushed();
    }
  }
  for (const [index, member] of members.entries()) {
    const received = await member.take((MEMBERS - 1) * 60);
    for (const [sender, frames] of bursts.entries()) {
      const ofSender = received.filter((frame) => senderOf(frame) === sender);
      assertSameFrames(ofSender, sender === index ? [] : frames, `member ${sender} to member ${index}`);
    }
  }
  await bridge.finish();
});

test('a member that stops reading loses only its own copies', async (t) => {
  const { bridge, members, sources } = await startHub(t);
  const [sender, slow, third, fourth] = members as [ListeningPeer, ListeningPeer, ListeningPeer, ListeningPeer];
  const source = sources[0] as FrameSource;
  slow.pause();
  const sent: Buffer[] = [];
  // In small bursts, each waited for: the others lose nothing, however full the queue of the slow member is.
  for (let round = 0; round < 120; round += 1) {
    const frames = source.frames(10, () => 30_000);
    sent.push(...frames);
    sender.send(...frames);
    assertSameFrames(await third.take(10), frames, 'to the third member');
    assertSameFrames(await fourth.take(10), frames, 'to the fourth member');
  }
  const fromSlow = (sources[1] as FrameSource).frames(5, () => 700);
  slow.send(...fromSlow);
  assertSameFrames(await sender.take(5), fromSlow, 'from the member that does not read');
  await Promise.all([third.take(5), fourth.take(5)]);

  slow.resume();
  await bridge.nextStats((record) => endOf([record], slow.endpoint).queueBytes === 0, 'the queue empty');
  const last = source.frame(99);
  sender.send(last);
  const received = await slow.takeUntil(last);
  assertSubsequence(received, sent, 'to the slow member');
  await Promise.all([third.take(1), fourth.take(1)]);
  const { segments } = await bridge.finish();
  segments.forEach(assertBalanced);
  const lost = sent.length - received.length;
  assert.ok(lost > 0, 'The buffers were large enough for everything: the test sends too little');
  assert.equal(endOf(segments, slow.endpoint).drops.queue_full, lost);
  for (const member of [third, fourth]) assert.equal(endOf(segments, member.endpoint).drops.queue_full ?? 0, 0);
});

test('a member that leaves and comes back does not disturb the others', async (t) => {
  const { bridge, members, sources } = await startHub(t);
  const [sender, leaving, third, fourth] = members as [ListeningPeer, ListeningPeer, ListeningPeer, ListeningPeer];
  const source = sources[0] as FrameSource;
  leaving.sendBytes(Buffer.from([0, 0, 5, 0, 1, 2, 3]));
  await leaving.flushed();
  await leaving.stop();
  await bridge.event('detached', leaving.endpoint);
  const during = source.frames(50, () => source.anyLength());
  sender.send(...during);
  assertSameFrames(await third.take(50), during, 'to the third member');
  assertSameFrames(await fourth.take(50), during, 'to the fourth member');
  await bridge.nextStats(
    (record) => endOf([record], leaving.endpoint).drops.not_connected === 50,
    '50 frames not_connected',
  );
  await leaving.listen();
  await bridge.attached([leaving], 2);
  const after = source.frames(50, () => source.anyLength());
  sender.send(...after);
  for (const member of [leaving, third, fourth]) {
    assertSameFrames(await member.take(50), after, `to ${member.endpoint} afterwards`);
  }
  await bridge.finish();
});
