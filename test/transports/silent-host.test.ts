// A host that died without a word does not look connected for ever, even while frames for it wait to be sent; a machine
// that is only stopped, for longer than that takes, keeps its connection. Both at once, in namespaces of the test's own.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Bridge } from '../support/bridge.ts';
import { withDeadline } from '../support/deadline.ts';
import { DiallingPeer } from '../support/dialling-peer.ts';
import { FrameSource } from '../support/frame-source.ts';
import { NetworkNamespace } from '../support/network-namespace.ts';
import { makeTempFolder } from '../support/pipe.ts';

const DEADLINE_MS = 30_000;
/** More than the kernels at both ends of a connection hold. */
const FLOOD_FRAMES = 400;
const FLOOD_FRAME_BYTES = 60_000;
const STEADY_MS = 100;
/** One second each, behind the moment when the dead host is given up: the stopped machine has been so for longer. */
const MORE_RECORDS = 3;

/** A machine in a namespace: it takes every frame, or none at all. */
async function startMachine(t: TestContext, namespace: NetworkNamespace, address: string, reads: boolean) {
  const script = `require('node:net').createServer({ pauseOnConnect: ${!reads} }, (socket) => socket.on('error', () => {})
    ${reads ? '.resume()' : ''}).listen(10001, '${address}', () => console.log('listens'))`;
  const [file, ...args] = [...namespace.launcher, process.execPath, '-e', script];
  const child = spawn(file as string, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  await withDeadline(once(child.stdout, 'data'), DEADLINE_MS, `a machine at ${address}`);
}

test('a dead host is given up while frames wait for it, a stopped machine is not', async (t) => {
  const [here, there] = [await NetworkNamespace.open(t), await NetworkNamespace.open(t)];
  await NetworkNamespace.join(here, '198.18.0.1/24', there, '198.18.0.2/24');
  await startMachine(t, here, '198.18.0.1', false);
  await startMachine(t, there, '198.18.0.2', true);
  const [stopped, dead] = ['tcp:198.18.0.1:10001', 'tcp:198.18.0.2:10001'];
  const folder = makeTempFolder(t);
  const senders = ['a', 'b'].map((name) => new DiallingPeer(t, { path: join(folder, name) }));
  const [toStopped, toDead] = senders as [DiallingPeer, DiallingPeer];
  const links = [`${toStopped.endpoint}--${stopped}`, `${toDead.endpoint}--${dead}`];
  const bridge = await Bridge.start(t, ['--stats', '1s', '--control', 'none', '--p2p', ...links], {
    launcher: here.launcher,
  });
  for (const sender of senders) {
    await bridge.event('listening', sender.endpoint);
    await sender.dial();
  }
  await bridge.event('attached', stopped);
  await bridge.event('attached', dead);

  const source = new FrameSource(1);
  toStopped.send(...source.frames(FLOOD_FRAMES, () => FLOOD_FRAME_BYTES));
  const steady = setInterval(() => toDead.send(source.frame(100)), STEADY_MS);
  t.after(() => clearInterval(steady));
  // Whatever held frames are dropped only when nobody takes any: the flood has filled the connection.
  await bridge.nextStats(({ ends }) => ends.some(({ drops }) => (drops.queue_full ?? 0) > 0), 'dropped frames');
  await there.ip('link', 'set', 'peer', 'down');

  await bridge.event('detached', dead);
  await bridge.statsPass(MORE_RECORDS);
  assert.deepEqual(bridge.eventsOf('detached', stopped), []);
  clearInterval(steady);
  await there.ip('link', 'set', 'peer', 'up');
  await bridge.event('attached', dead, 2);
  assert.equal((await bridge.stop()).code, 0);
});
