// Nobody needs to be there when the bridge starts, nor stay: it says once what it waits for, keeps trying, and meanwhile
// the machines that are there stay attached and are read from.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { endOf } from '../support/accounting.ts';
import { Bridge } from '../support/bridge.ts';
import { DiallingPeer } from '../support/dialling-peer.ts';
import { assertSameFrames, encode, FrameSource } from '../support/frame-source.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { makeTempFolder } from '../support/pipe.ts';
import { chooseSeed } from '../support/random.ts';

/** Long enough for several attempts to connect: the pause between them begins at 50 ms. */
const RECORDS_OF_SEVERAL_ATTEMPTS = 8;

test('a port that refuses is waited for, said once, and attached when it listens', async (t) => {
  const source = new FrameSource(chooseSeed(t));
  const [late, there] = [await ListeningPeer.prepare(t), await ListeningPeer.start(t)];
  const bridge = await Bridge.start(t, ['--stats', '200ms', '--p2p', `${late.endpoint}--${there.endpoint}`]);
  await bridge.attached([there]);
  const waiting = await bridge.event('waiting', late.endpoint);
  assert.ok(waiting.reason, 'The event names a reason');
  await bridge.statsPass(RECORDS_OF_SEVERAL_ATTEMPTS);
  assert.equal(bridge.eventsOf('waiting', late.endpoint).length, 1);
  assert.equal(bridge.eventsOf('waiting', there.endpoint).length, 0);

  await late.listen();
  await bridge.attached([late]);
  const frame = source.frame(99);
  late.send(frame);
  assertSameFrames(await there.take(1), [frame], 'from the late machine');
  there.send(frame);
  assertSameFrames(await late.take(1), [frame], 'to the late machine');
  await bridge.finish();
});

test('a unix socket that does not exist yet is attached when it does', async (t) => {
  const late = await ListeningPeer.prepare(t, { path: join(makeTempFolder(t), 'machine') });
  const there = await ListeningPeer.start(t);
  const bridge = await Bridge.start(t, ['--p2p', `${there.endpoint}--${late.endpoint}`]);
  await bridge.event('waiting', late.endpoint);
  await late.listen();
  await bridge.attached([late, there]);
  const frame = new FrameSource(1).frame(99);
  late.send(frame);
  assertSameFrames(await there.take(1), [frame], 'from the late machine');
  await bridge.finish();
});

test('a name that does not resolve harms nobody else', async (t) => {
  const source = new FrameSource(chooseSeed(t));
  const [alone, a, b] = [await ListeningPeer.start(t), await ListeningPeer.start(t), await ListeningPeer.start(t)];
  const unresolvable = 'does-not-exist.invalid/1';
  const links = [`${unresolvable}--${alone.endpoint}`, `${a.endpoint}--${b.endpoint}`];
  const bridge = await Bridge.start(t, ['--stats', '200ms', '--p2p', ...links]);
  await bridge.attached([alone, a, b]);
  const waiting = await bridge.event('waiting', unresolvable);
  assert.ok(waiting.reason, 'The event names a reason');
  const frames = source.frames(100, () => source.anyLength());
  a.send(...frames);
  assertSameFrames(await b.take(100), frames, 'on the other link');
  await bridge.statsPass(RECORDS_OF_SEVERAL_ATTEMPTS);
  assert.equal(bridge.eventsOf('waiting', unresolvable).length, 1);
  await bridge.finish();
});

test('a port of its own that somebody else holds is waited for', async (t) => {
  const source = new FrameSource(chooseSeed(t));
  const [dialling, there] = [await DiallingPeer.prepare(t), await ListeningPeer.start(t)];
  const port = Number(dialling.endpoint.split(':').at(-1));
  const holder = await ListeningPeer.start(t, { host: '127.0.0.1', port });
  const bridge = await Bridge.start(t, ['--p2p', `${dialling.endpoint}--${there.endpoint}`]);
  await bridge.attached([there]);
  const waiting = await bridge.event('waiting', dialling.endpoint);
  assert.ok(waiting.reason, 'The event names a reason');
  await holder.stop();
  await bridge.event('listening', dialling.endpoint);
  await dialling.dial();
  await bridge.attached([dialling]);
  const frame = source.frame(99);
  dialling.send(frame);
  assertSameFrames(await there.take(1), [frame], 'from the machine that dials');
  await bridge.finish();
});

test('a bridge starts when nobody is there at all, and stops at once', async (t) => {
  const [a, b] = [await ListeningPeer.prepare(t), await ListeningPeer.prepare(t)];
  const bridge = await Bridge.start(t, ['--p2p', `${a.endpoint}--${b.endpoint}`]);
  await Promise.all([bridge.event('waiting', a.endpoint), bridge.event('waiting', b.endpoint)]);
  const { segments } = await bridge.finish();
  assert.equal(segments.length, 1);
});

test('while one end is missing the other is drained and its frames are counted', async (t) => {
  const source = new FrameSource(chooseSeed(t));
  const [missing, there] = [await ListeningPeer.prepare(t), await ListeningPeer.start(t)];
  const bridge = await Bridge.start(t, ['--stats', '100ms', '--p2p', `${missing.endpoint}--${there.endpoint}`]);
  await bridge.attached([there]);

  // Far more than the buffers of the kernel hold, so that only a bridge that reads lets the sender finish.
  const lost = source.frames(500, () => 60_000);
  there.send(...lost);
  await there.flushed();
  await bridge.nextStats(
    (record) => endOf([record], missing.endpoint).drops.not_connected === lost.length,
    `${lost.length} frames not_connected`,
  );
  assert.equal(there.connections, 1, 'The machine that is there was not disconnected');

  await missing.listen();
  await bridge.attached([missing]);
  const carried = source.frames(100, () => source.anyLength());
  there.send(...carried);
  assertSameFrames(await missing.take(100), carried, 'after both are there');
  const { segments } = await bridge.finish();
  assert.equal(endOf(segments, there.endpoint).rxFrames, 600);
  assert.equal(endOf(segments, missing.endpoint).txFrames, 100);
  assert.deepEqual(endOf(segments, missing.endpoint).drops.not_connected, 500);
  assert.equal(there.connections, 1);
});

test('an absence of a partner does not cut the frame that the other is sending', async (t) => {
  const source = new FrameSource(chooseSeed(t));
  const [coming, there] = [await ListeningPeer.prepare(t), await ListeningPeer.start(t)];
  const bridge = await Bridge.start(t, ['--stats', '100ms', '--p2p', `${coming.endpoint}--${there.endpoint}`]);
  await bridge.attached([there]);
  const [lost, cut, after] = source.frames(3, () => 1000) as [Buffer, Buffer, Buffer];
  there.send(lost);
  there.sendBytes(encode(cut).subarray(0, 504));
  await bridge.nextStats((record) => endOf([record], there.endpoint).rxFrames === 1, 'the first frame');
  await coming.listen();
  await bridge.attached([coming]);
  there.sendBytes(cut.subarray(500));
  there.send(after);
  assertSameFrames(await coming.take(2), [cut, after], 'to the machine that came');
  await bridge.finish();
});
