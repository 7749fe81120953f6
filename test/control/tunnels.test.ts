// Tunnels that share a port, in a bridge of two threads: a hub that gets a tunnel while it runs goes to the thread that has
// the port, with the connections of its other members.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bridge } from '../../src/control/bridge.ts';
import { parseEndpoint } from '../../src/topology/endpoint-spec.ts';
import { makeTopology, type Topology } from '../../src/topology/topology.ts';
import { Condition } from '../support/condition.ts';
import { assertSameFrames, FrameSource } from '../support/frame-source.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { chooseLoopbackAddress, findFreePort } from '../support/ports.ts';
import { chooseSeed } from '../support/random.ts';

function hubs(members: Readonly<Record<string, readonly string[]>>): Topology {
  return makeTopology(
    Object.entries(members).map(([name, texts]) => ({
      name,
      kind: 'hub' as const,
      endpoints: texts.map(parseEndpoint),
      isUp: true,
    })),
  );
}

test('a hub that gets a tunnel moves to the thread of the shared port, and its members stay connected', async (t) => {
  const source = new FrameSource(chooseSeed(t));
  const [near, far] = [chooseLoopbackAddress(), chooseLoopbackAddress()];
  const port = await findFreePort(near);
  const peers = await Promise.all(Array.from({ length: 5 }, () => ListeningPeer.start(t)));
  const [a, b, c, d, e] = peers.map(({ endpoint }) => endpoint) as [string, string, string, string, string];
  const tunnel = (vni: number, from: string, to: string) => `vxlan:${to},vni=${vni},port=${port},local=${from}:${port}`;

  const bridge = Bridge.start(hubs({ one: [a, tunnel(1, near, far)], two: [b, c] }), { workers: 2 });
  const other = Bridge.start(hubs({ one: [d, tunnel(1, far, near)], two: [e, tunnel(2, far, near)] }));
  t.after(async () => {
    await Promise.all([bridge.close(), other.close()]);
  });
  const condition = new Condition();
  for (const each of [bridge, other]) each.on('attached', () => condition.changed());
  const allAttached = async (): Promise<void> =>
    await condition.until(
      () => bridge.waiting().length + other.waiting().length === 0,
      () => `all to be attached, but for ${[...bridge.waiting(), ...other.waiting()].join(' ')}`,
    );
  await allAttached();
  await bridge.apply(hubs({ one: [a, tunnel(1, near, far)], two: [b, c, tunnel(2, near, far)] }));
  await allAttached();
  for (const [index, [from, to]] of [
    [0, 3],
    [3, 0],
    [1, 4],
    [4, 1],
  ].entries()) {
    const frames = source.frames(5, () => 60 + 10 * index);
    peers[from!]!.send(...frames);
    assertSameFrames(await peers[to!]!.take(5), frames, `peer ${from} to peer ${to}`);
  }
  for (const peer of peers) assert.equal(peer.connections, 1);
});
