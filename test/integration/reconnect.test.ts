// Machines that leave, restart or reset their connection in the middle of a frame: they are attached again, and both
// directions are in step, since a stream is never cut inside a frame.
import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { test } from 'node:test';
import { Bridge } from '../support/bridge.ts';
import { assertSameFrames, assertSubsequence, encode, FrameSource } from '../support/frame-source.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { chooseSeed } from '../support/random.ts';

for (const how of ['leave', 'reset'] as const) {
  test(`a machine that does "${how}" in the middle of its frame leaves the other side in step`, async (t) => {
    const source = new FrameSource(chooseSeed(t));
    const [flapping, steady] = [await ListeningPeer.start(t), await ListeningPeer.start(t)];
    const bridge = await Bridge.start(t, ['--p2p', `${flapping.endpoint}--${steady.endpoint}`]);
    for (let round = 1; round <= 8; round += 1) {
      await bridge.attached([flapping], round);
      await bridge.attached([steady]);
      const [whole, cut, back] = source.frames(3, () => source.random.between(100, 20_000)) as [Buffer, Buffer, Buffer];
      flapping.send(whole);
      steady.send(back);
      assertSameFrames(await steady.take(1), [whole], `round ${round}, from the machine that leaves`);
      assertSameFrames(await flapping.take(1), [back], `round ${round}, to the machine that leaves`);
      flapping.sendBytes(encode(cut).subarray(0, source.random.between(1, cut.length + 3)));
      await flapping.flushed();
      flapping[how]();
      await bridge.event('detached', flapping.endpoint, round);
    }
    assert.equal(steady.connections, 1, 'The other machine was not disconnected');
    await bridge.finish();
  });

  test(`a machine that does "${how}" in the middle of a frame to it begins with a whole frame again`, async (t) => {
    const source = new FrameSource(chooseSeed(t));
    const [flapping, steady] = [await ListeningPeer.start(t), await ListeningPeer.start(t)];
    const bridge = await Bridge.start(t, ['--p2p', `${flapping.endpoint}--${steady.endpoint}`]);
    await bridge.attached([flapping, steady]);
    const sent: Buffer[] = [];
    const received: Buffer[] = [];
    for (let round = 1; round <= 4; round += 1) {
      await bridge.attached([flapping], round);
      // A stream of long frames keeps some frame half sent at all times.
      const flood = source.frames(300, () => source.random.between(40_000, 69_632));
      sent.push(...flood);
      steady.send(...flood);
      received.push(...(await flapping.take(20)));
      flapping[how]();
      await bridge.event('detached', flapping.endpoint, round);
      await steady.flushed();
    }
    await bridge.attached([flapping], 5);
    const last = source.frame(77);
    sent.push(last);
    steady.send(last);
    received.push(...(await flapping.takeUntil(last)), last);
    assertSubsequence(received, sent, 'to the machine that leaves');
    flapping.send(last);
    assertSameFrames(await steady.take(1), [last], 'from the machine that leaves');
    assert.equal(steady.connections, 1, 'The other machine was not disconnected');
    await bridge.finish();
  });
}

for (const [name, absenceRecords] of Object.entries({ 'a short': 1, 'a long': 50 })) {
  test(`a machine that restarts after ${name} absence is attached again`, async (t) => {
    const source = new FrameSource(chooseSeed(t));
    const [restarting, steady] = [await ListeningPeer.start(t), await ListeningPeer.start(t)];
    const bridge = await Bridge.start(t, ['--stats', '100ms', '--p2p', `${restarting.endpoint}--${steady.endpoint}`]);
    await bridge.attached([restarting, steady]);
    await restarting.stop();
    await bridge.event('detached', restarting.endpoint);
    await bridge.statsPass(absenceRecords);
    await restarting.listen();
    const listeningAt = performance.now();
    await restarting.attached(2);
    t.diagnostic(`attached again ${Math.round(performance.now() - listeningAt)} ms after listening again`);
    await bridge.attached([restarting], 2);
    const frames = source.frames(20, () => source.anyLength());
    steady.send(...frames);
    assertSameFrames(await restarting.take(20), frames, 'to the restarted machine');
    restarting.send(...frames);
    assertSameFrames(await steady.take(20), frames, 'from the restarted machine');
    assert.equal(bridge.eventsOf('detached', restarting.endpoint).length, 1);
    assert.ok(bridge.eventsOf('waiting', restarting.endpoint).length <= 1, 'The absence is said once');
    await bridge.finish();
  });
}
