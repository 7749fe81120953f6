// --stats: a record for every link and interval, in JSON for programs and as a line for people.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { endOf } from '../support/accounting.ts';
import { Bridge } from '../support/bridge.ts';
import { FrameSource } from '../support/frame-source.ts';
import { ListeningPeer } from '../support/listening-peer.ts';

async function startFour(t: TestContext): Promise<{ peers: ListeningPeer[]; links: string[] }> {
  const peers = await Promise.all(Array.from({ length: 4 }, () => ListeningPeer.start(t)));
  const endpoints = peers.map((peer) => peer.endpoint);
  return { peers, links: [endpoints.slice(0, 2).join('--'), endpoints.slice(2).join('--')] };
}

test('--stats prints a JSON record for every link and interval', async (t) => {
  const { peers, links } = await startFour(t);
  const [a, b] = peers as [ListeningPeer, ListeningPeer];
  const bridge = await Bridge.start(t, ['--stats', '100ms', '--p2p', ...links]);
  await bridge.attached(peers);
  const frames = new FrameSource(1).frames(30, () => 200);
  a.send(...frames);
  await b.take(30);
  const record = await bridge.nextStats((candidate) => candidate.ends[1]?.txFrames === 30, '30 frames delivered');
  assert.equal(record.kind, 'link');
  assert.ok(record.name);
  assert.deepEqual(
    record.ends.map((end) => end.endpoint),
    [a.endpoint, b.endpoint],
  );
  const end = endOf([record], a.endpoint);
  assert.deepEqual([end.rxFrames, end.rxBytes, end.txFrames, end.queueBytes], [30, 6000, 0, 0]);
  await bridge.statsPass(4);
  const names = bridge.stats.map((candidate) => candidate.name);
  assert.equal(new Set(names).size, 2, 'Both links have their records');
  for (const name of new Set(names)) {
    const totals = bridge.stats
      .filter((candidate) => candidate.name === name)
      .map((candidate) => candidate.ends[0]?.rxFrames);
    assert.deepEqual(
      totals,
      [...totals].sort((x, y) => (x ?? 0) - (y ?? 0)),
      'Totals never fall',
    );
  }
  await bridge.finish();
});

test('--stats shows whether each end is attached', async (t) => {
  const [missing, there] = [await ListeningPeer.prepare(t), await ListeningPeer.start(t)];
  const bridge = await Bridge.start(t, ['--stats', '100ms', '--p2p', `${missing.endpoint}--${there.endpoint}`]);
  await bridge.attached([there]);
  const before = await bridge.nextStats(() => true, 'anything');
  await missing.listen();
  await bridge.attached([missing]);
  assert.notEqual(endOf([before], missing.endpoint).state, endOf([before], there.endpoint).state);
  // Records and log come by two pipes: the next record read may be older than the event.
  await bridge.nextStats(
    (record) => endOf([record], missing.endpoint).state === endOf([record], there.endpoint).state,
    'that both are attached',
  );
  await bridge.finish();
});

test('--stats prints a line for people', async (t) => {
  const { peers, links } = await startFour(t);
  const bridge = new Bridge(t, ['--stats', '100ms', '--p2p', ...links], { logFormat: 'text' });
  await Promise.all(peers.map((peer) => peer.attached()));
  const shows = (line: string): boolean =>
    line.includes(peers[2]?.endpoint ?? '') && line.includes(peers[3]?.endpoint ?? '');
  await bridge.until(() => bridge.outLines.filter(shows).length >= 2, 'two lines on the second link');
  assert.equal((await bridge.stop()).code, 0);
});
