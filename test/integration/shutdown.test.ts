// SIGTERM and SIGINT: every connection is closed, so that machines listen again at once, the summary is printed, and the
// process ends with 0, whatever state it is in.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { assertBalanced } from '../support/accounting.ts';
import { Bridge } from '../support/bridge.ts';
import { DiallingPeer } from '../support/dialling-peer.ts';
import { assertSameFrames, FrameSource } from '../support/frame-source.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { makeTempFolder } from '../support/pipe.ts';

async function startPair(t: TestContext): Promise<[ListeningPeer, ListeningPeer]> {
  return [await ListeningPeer.start(t), await ListeningPeer.start(t)];
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} closes every connection with FIN, prints the summary and ends with 0`, async (t) => {
    const [a, b] = await startPair(t);
    const bridge = await Bridge.start(t, ['--p2p', `${a.endpoint}--${b.endpoint}`]);
    await bridge.attached([a, b]);
    const frames = new FrameSource(1).frames(10, () => 100);
    a.send(...frames);
    await b.take(10);
    const ended = await bridge.stop(signal);
    t.diagnostic(`ended after ${Math.round(ended.elapsedMs)} ms`);
    assert.deepEqual([await a.detached(), await b.detached()], ['fin', 'fin']);
    assert.deepEqual({ code: ended.code, signal: ended.signal }, { code: 0, signal: null });
    assert.ok(ended.summary && ended.summary.seconds > 0);
    assert.deepEqual(
      ended.summary.segments.map(({ kind, ends }) => [
        kind,
        ...ends.map((end) => [end.endpoint, end.rxFrames, end.txFrames]),
      ]),
      [['link', [a.endpoint, 10, 0], [b.endpoint, 0, 10]]],
    );
    assert.equal(bridge.eventsOf('stopping').length, 1);
  });
}

test('SIGTERM ends several threads with a machine that does not read and one that floods', async (t) => {
  const source = new FrameSource(1);
  const pairs = [await startPair(t), await startPair(t), await startPair(t)];
  const links = pairs.map(([a, b]) => `${a.endpoint}--${b.endpoint}`);
  const bridge = await Bridge.start(t, ['--workers', '3', '--p2p', ...links]);
  await bridge.attached(pairs.flat());
  const [[sender, stuck], [flooding, reading]] = pairs as [(typeof pairs)[0], (typeof pairs)[0]];
  stuck.pause();
  sender.send(...source.frames(400, () => 60_000));
  await sender.flushed();
  flooding.send(...source.frames(20_000, () => 1514));
  await reading.take(100);
  const ended = await bridge.stop();
  t.diagnostic(`ended after ${Math.round(ended.elapsedMs)} ms`);
  stuck.resume();
  for (const peer of pairs.flat()) assert.notEqual(await peer.detached(), 'own');
  assert.deepEqual({ code: ended.code, signal: ended.signal }, { code: 0, signal: null });
  ended.summary?.segments.forEach(assertBalanced);
  assert.equal(ended.summary?.segments.length, 3);
});

test('SIGTERM ends a bridge that waits for a name, a port and a machine that dials', async (t) => {
  const [refusing, dialling] = [await ListeningPeer.prepare(t), await DiallingPeer.prepare(t)];
  const there = await ListeningPeer.start(t);
  const hub = ['does-not-exist.invalid/1', refusing.endpoint, dialling.endpoint, there.endpoint];
  const bridge = await Bridge.start(t, ['--hub', ...hub]);
  await bridge.attached([there]);
  const ended = await bridge.stop();
  t.diagnostic(`ended after ${Math.round(ended.elapsedMs)} ms`);
  assert.equal(ended.code, 0);
  assert.equal(await there.detached(), 'fin');
  assert.equal(ended.summary?.segments[0]?.ends.length, 4);
});

test('SIGTERM ends a bridge whose thread pool waits, as it does for a name server that is silent', async (t) => {
  const fifo = join(makeTempFolder(t), 'fifo');
  execFileSync('mkfifo', [fifo]);
  // Opening a FIFO that nobody writes to takes for ever (fifo(7)); node waits for that before it exits.
  const preload = `import { open } from 'node:fs'; open(${JSON.stringify(fifo)}, 'r', () => {});`;
  const options = `--import=data:text/javascript,${encodeURIComponent(preload)}`;
  const [a, b] = await startPair(t);
  const links = ['--p2p', `${a.endpoint}--${b.endpoint}`];
  const bridge = await Bridge.start(t, links, { launcher: ['env', `NODE_OPTIONS=${options}`] });
  await bridge.attached([a, b]);
  await bridge.finish();
});

test('SIGTERM right at the start is obeyed as well', async (t) => {
  for (let round = 0; round < 5; round += 1) {
    const [a, b] = await startPair(t);
    const bridge = await Bridge.start(t, ['--workers', '2', '--p2p', `${a.endpoint}--${b.endpoint}`]);
    await bridge.finish();
    await Promise.all([a.stop(), b.stop()]);
  }
});

test('a second bridge takes over the ports and machines of the first at once', async (t) => {
  const source = new FrameSource(1);
  const folder = makeTempFolder(t);
  const peers = [
    await DiallingPeer.prepare(t),
    new DiallingPeer(t, { path: join(folder, 'bridge') }),
    await ListeningPeer.start(t),
  ] as const;
  const hub = ['--hub', ...peers.map((peer) => peer.endpoint)];
  for (let round = 1; round <= 3; round += 1) {
    const bridge = await Bridge.start(t, hub);
    for (const peer of peers.slice(0, 2) as DiallingPeer[]) {
      await bridge.event('listening', peer.endpoint);
      await peer.dial();
    }
    await bridge.attached(peers);
    const frame = source.frame(100);
    peers[2].send(frame);
    assertSameFrames(await peers[0].take(1), [frame], 'over TCP');
    assertSameFrames(await peers[1].take(1), [frame], 'over unix');
    await bridge.finish();
    for (const peer of peers) await peer.detached();
    assert.ok(!existsSync(join(folder, 'bridge')), 'The unix socket is gone');
  }
});

test('the unix socket that a killed bridge left behind is taken over', async (t) => {
  const path = join(makeTempFolder(t), 'bridge');
  const [dialling, there] = [new DiallingPeer(t, { path }), await ListeningPeer.start(t)];
  const args = ['--p2p', `${dialling.endpoint}--${there.endpoint}`];
  const killed = await Bridge.start(t, args);
  await killed.event('listening', dialling.endpoint);
  assert.equal((await killed.stop('SIGKILL')).signal, 'SIGKILL');
  const bridge = await Bridge.start(t, args);
  await bridge.event('listening', dialling.endpoint);
  await dialling.dial();
  await bridge.attached([dialling]);
  await bridge.finish();
});
