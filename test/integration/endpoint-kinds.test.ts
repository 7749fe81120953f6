// Every way to write an endpoint works on both sides of a link: connecting and listening, IPv4, IPv6, names, unix sockets,
// and interface numbers of any size.
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Bridge } from '../support/bridge.ts';
import { DiallingPeer } from '../support/dialling-peer.ts';
import { assertSameFrames, FrameSource } from '../support/frame-source.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import type { Peer } from '../support/peer.ts';
import { makeTempFolder } from '../support/pipe.ts';
import { chooseLoopbackAddress, findFreePort } from '../support/ports.ts';
import { chooseSeed } from '../support/random.ts';

const FRAMES = 50;

async function interfacePeer(t: TestContext, number: number): Promise<ListeningPeer> {
  const host = chooseLoopbackAddress();
  const peer = new ListeningPeer(t, { host, port: 10_000 + number }, `${host}/${number}`);
  await peer.listen();
  return peer;
}

async function namedPeer(t: TestContext): Promise<ListeningPeer> {
  const port = await findFreePort();
  const peer = new ListeningPeer(t, { host: '127.0.0.1', port }, `tcp:localhost:${port}`);
  await peer.listen();
  return peer;
}

async function anyAddressPeer(t: TestContext): Promise<DiallingPeer> {
  const port = await findFreePort('0.0.0.0');
  return new DiallingPeer(t, { host: '127.0.0.1', port }, `listen:${port}`);
}

const kinds: Record<string, (t: TestContext) => Promise<Peer>> = {
  'host/1': (t) => interfacePeer(t, 1),
  'host/99': (t) => interfacePeer(t, 99),
  'host/100': (t) => interfacePeer(t, 100),
  'host/128': (t) => interfacePeer(t, 128),
  'host/4321': (t) => interfacePeer(t, 4321),
  'tcp:IPv4:PORT': (t) => ListeningPeer.start(t),
  'tcp:[IPv6]:PORT': (t) => ListeningPeer.start(t, '::1'),
  'tcp:NAME:PORT': namedPeer,
  'listen:PORT': anyAddressPeer,
  'listen:IPv4:PORT': (t) => DiallingPeer.prepare(t),
  'listen:[IPv6]:PORT': (t) => DiallingPeer.prepare(t, '::1'),
  'unix:PATH': async (t) => ListeningPeer.start(t, { path: join(makeTempFolder(t), 'machine') }),
  'unix-listen:PATH': async (t) => new DiallingPeer(t, { path: join(makeTempFolder(t), 'bridge') }),
};

for (const [kind, prepare] of Object.entries(kinds)) {
  test(`${kind} carries frames both ways`, async (t) => {
    const source = new FrameSource(chooseSeed(t));
    const [tested, other] = [await prepare(t), await ListeningPeer.start(t)];
    const bridge = await Bridge.start(t, ['--p2p', `${tested.endpoint}--${other.endpoint}`]);
    if (tested instanceof DiallingPeer) {
      await bridge.event('listening', tested.endpoint);
      await tested.dial();
    }
    await bridge.attached([tested, other]);

    const frames = source.frames(FRAMES, () => source.anyLength());
    tested.send(...frames);
    assertSameFrames(await other.take(FRAMES), frames, `from ${kind}`);
    other.send(...frames);
    assertSameFrames(await tested.take(FRAMES), frames, `to ${kind}`);
    await bridge.finish();
  });
}

test('two listening endpoints connect two machines that dial', async (t) => {
  const source = new FrameSource(chooseSeed(t));
  const [a, b] = [await DiallingPeer.prepare(t), await DiallingPeer.prepare(t)];
  const bridge = await Bridge.start(t, ['--p2p', `${a.endpoint}--${b.endpoint}`]);
  for (const peer of [a, b]) {
    await bridge.event('listening', peer.endpoint);
    await peer.dial();
  }
  await bridge.attached([a, b]);

  const frames = source.frames(FRAMES, () => source.anyLength());
  a.send(...frames);
  assertSameFrames(await b.take(FRAMES), frames, 'a to b');
  await bridge.finish();
});

test('a machine that dials again is attached again', async (t) => {
  const source = new FrameSource(chooseSeed(t));
  const [dialling, other] = [await DiallingPeer.prepare(t), await ListeningPeer.start(t)];
  const bridge = await Bridge.start(t, ['--p2p', `${dialling.endpoint}--${other.endpoint}`]);
  await bridge.event('listening', dialling.endpoint);
  await bridge.attached([other]);
  for (let round = 1; round <= 5; round += 1) {
    await dialling.dial();
    await bridge.event('attached', dialling.endpoint, round);
    const frame = source.frame(200);
    dialling.send(frame);
    assertSameFrames(await other.take(1), [frame], 'from the machine that dials');
    other.send(frame);
    assertSameFrames(await dialling.take(1), [frame], 'to the machine that dials');
    if (round % 2 === 0) dialling.reset();
    else dialling.leave();
    await bridge.event('detached', dialling.endpoint, round);
  }
  await bridge.finish();
});
