// Nothing is left behind: after 1,000 reconnects the process holds as many descriptors and threads as before, and no
// more memory than its garbage explains.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertBalanced } from '../support/accounting.ts';
import { Bridge } from '../support/bridge.ts';
import { Condition } from '../support/condition.ts';
import { assertSameFrames, FrameSource } from '../support/frame-source.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { type ProcessUse, readProcessUse } from '../support/process-use.ts';
import { chooseSeed } from '../support/random.ts';

const LINKS = 50;
/** Fresh code is still being compiled and heaps still grow during the first of them. */
const WARM_UP_ROUNDS = 4;
const ROUNDS = 20;
/** What two heaps may differ by between two moments; a leak of the smallest read buffer would be ten times that. */
const MEMORY_MARGIN_BYTES = 24 * 2 ** 20;

test(`${LINKS * ROUNDS} reconnects leave descriptors, threads and memory where they were`, async (t) => {
  const source = new FrameSource(chooseSeed(t));
  const flapping = await Promise.all(Array.from({ length: LINKS }, () => ListeningPeer.start(t)));
  const steady = await Promise.all(Array.from({ length: LINKS }, () => ListeningPeer.start(t)));
  const links = flapping.map((peer, index) => `${peer.endpoint}--${steady[index]?.endpoint}`);
  const bridge = await Bridge.start(t, ['--p2p', ...links]);
  await bridge.attached([...flapping, ...steady]);

  const flap = async (peer: ListeningPeer, index: number, rounds: number): Promise<void> => {
    for (let round = 0; round < rounds; round += 1) {
      const connections = peer.connections;
      // Half a frame first, so that there is something to be kept and given back.
      peer.sendBytes(Buffer.from([0, 0, 4, 0, 1, 2, 3]));
      if ((index + round) % 2 === 0) peer.reset();
      else peer.leave();
      await peer.attached(connections + 1);
    }
  };
  const flapAll = async (rounds: number): Promise<void> => {
    await Promise.all(flapping.map((peer, index) => flap(peer, index, rounds)));
    await bridge.until(
      () => bridge.eventsOf('attached').length - bridge.eventsOf('detached').length === 2 * LINKS,
      'all machines attached',
    );
  };

  await flapAll(WARM_UP_ROUNDS);
  const before = readProcessUse(bridge.pid);
  await flapAll(ROUNDS);
  const after = await untilNoMore(bridge.pid, before);
  t.diagnostic(`before ${JSON.stringify(before)}, after ${JSON.stringify(after)}`);
  assert.ok(after.residentBytes - before.residentBytes < MEMORY_MARGIN_BYTES, 'Memory grew');

  const frame = source.frame(500);
  for (const [index, peer] of flapping.entries()) {
    peer.send(frame);
    assertSameFrames((await steady[index]?.take(1)) ?? [], [frame], `link ${index} afterwards`);
  }
  assert.deepEqual(
    steady.map((peer) => peer.connections),
    steady.map(() => 1),
  );
  const { segments } = await bridge.finish();
  segments.forEach(assertBalanced);
});

/** Waits until a process holds no more than before: for a moment it may hold a file that it reads. */
async function untilNoMore(pid: number, { descriptors, threads }: ProcessUse): Promise<ProcessUse> {
  const condition = new Condition();
  const poll = setInterval(() => condition.changed(), 20);
  let use = readProcessUse(pid);
  try {
    await condition.until(
      () => {
        use = readProcessUse(pid);
        return use.descriptors <= descriptors && use.threads <= threads;
      },
      () => `${descriptors} descriptors and ${threads} threads, there are ${use.descriptors} and ${use.threads}`,
    );
  } finally {
    clearInterval(poll);
  }
  return use;
}
