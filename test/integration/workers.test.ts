// Several forwarding threads: links are spread over them, every link carries its frames, and all of them stop together.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { assertBalanced } from '../support/accounting.ts';
import { Bridge } from '../support/bridge.ts';
import { assertSameFrames, FrameSource } from '../support/frame-source.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { readProcessUse } from '../support/process-use.ts';
import { chooseSeed } from '../support/random.ts';

const LINKS = 12;

async function startPairs(t: TestContext, count: number): Promise<[ListeningPeer, ListeningPeer][]> {
  const pairs: [ListeningPeer, ListeningPeer][] = [];
  for (let index = 0; index < count; index += 1) {
    pairs.push([await ListeningPeer.start(t), await ListeningPeer.start(t)]);
  }
  return pairs;
}

function linksOf(pairs: readonly ListeningPeer[][]): string[] {
  return pairs.map((pair) => pair.map((peer) => peer.endpoint).join('--'));
}

for (const workers of [1, 3, 20]) {
  test(`${LINKS} links and a hub on ${workers} threads carry their frames`, async (t) => {
    const seed = chooseSeed(t);
    const pairs = await startPairs(t, LINKS);
    const members = (await startPairs(t, 2)).flat();
    const hub = ['--hub', ...members.map((member) => member.endpoint)];
    const bridge = await Bridge.start(t, ['--workers', String(workers), '--p2p', ...linksOf(pairs), ...hub]);
    await bridge.attached([...pairs.flat(), ...members]);
    await Promise.all(
      pairs.map(async ([a, b], index) => {
        const source = new FrameSource(seed, index);
        const frames = source.frames(100, () => source.anyLength());
        a.send(...frames);
        b.send(...frames);
        assertSameFrames(await b.take(100), frames, `link ${index}, a to b`);
        assertSameFrames(await a.take(100), frames, `link ${index}, b to a`);
      }),
    );
    const [sender, ...others] = members as [ListeningPeer, ...ListeningPeer[]];
    const source = new FrameSource(seed, 99);
    const frames = source.frames(100, () => source.random.between(1, 1514));
    sender.send(...frames);
    for (const member of others) assertSameFrames(await member.take(100), frames, 'in the hub');
    const { segments } = await bridge.finish();
    assert.equal(segments.length, LINKS + 1);
    segments.forEach(assertBalanced);
  });
}

test('--workers starts as many threads as it says', async (t) => {
  const pairs = await startPairs(t, 4);
  const threads: number[] = [];
  for (const workers of [1, 3]) {
    const bridge = await Bridge.start(t, ['--workers', String(workers), '--p2p', ...linksOf(pairs)]);
    await bridge.attached(pairs.flat());
    threads.push(readProcessUse(bridge.pid).threads);
    await bridge.finish();
  }
  const [withOne, withThree] = threads as [number, number];
  assert.ok(withThree >= withOne + 2, `${withOne} threads with one worker, ${withThree} with three`);
});
