// LLDP (IEEE 802.1AB) across a link: lldpd in two namespaces hears its neighbour, as it does across a cable. Its frames go to
// a group address that a Linux bridge would keep to itself.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Bridge } from '../support/bridge.ts';
import { runCommand } from '../support/command.ts';
import type { NetworkNamespace } from '../support/network-namespace.ts';
import { makeTempFolder } from '../support/pipe.ts';
import { openQuietNamespace } from '../support/quiet-namespace.ts';

const DEADLINE_S = 20;
const ATTEMPTS = 6;

test('lldpd hears its neighbour across a link from a TAP to a raw interface', async (t) => {
  const [middle, left, right] = [await openQuietNamespace(t), await openQuietNamespace(t), await openQuietNamespace(t)];
  await middle.ip('link', 'add', 'raw0', 'type', 'veth', 'peer', 'name', 'nic0');
  await right.adopt(middle, 'nic0');
  await right.ip('link', 'set', 'nic0', 'up');
  await middle.ip('link', 'set', 'raw0', 'up');
  const args = ['--p2p', 'tap:nic0--raw:raw0', '--control', 'none', '--stats', '1s'];
  const bridge = await Bridge.start(t, args, { launcher: middle.launcher });
  for (const end of ['tap:nic0', 'raw:raw0']) await bridge.event('attached', end);
  await left.adopt(middle, 'nic0');
  await left.ip('link', 'set', 'nic0', 'up');
  await bridge.event('attached', 'tap:nic0', 2);

  let heard: unknown;
  for (let attempt = 1; heard === undefined; attempt++) {
    heard = await listen(t, left, right).catch((error: Error) => {
      // Now and then a daemon sends one frame and then neither sends nor hears, although its interface receives all that
      // the other one sends: its own statistics say so. What the bridge carried tells whether that is so here.
      t.diagnostic(`attempt ${attempt}: ${error.message}; ${JSON.stringify(bridge.stats.at(-1))}`);
      if (attempt === ATTEMPTS) throw error;
      return undefined;
    });
  }
  assert.deepEqual(heard, [
    { name: 'right', port: 'nic0' },
    { name: 'left', port: 'nic0' },
  ]);
  await bridge.finish();
});

async function listen(t: TestContext, left: NetworkNamespace, right: NetworkNamespace): Promise<unknown[]> {
  const [near, far] = [await startLldpd(t, left, 'left'), await startLldpd(t, right, 'right')];
  try {
    return [await neighbourOf(near.socket), await neighbourOf(far.socket)];
  } finally {
    await near.stop();
    await far.stop();
  }
}

/** Starts it with a host name, a /run and a socket of its own. */
async function startLldpd(
  t: TestContext,
  namespace: NetworkNamespace,
  name: string,
): Promise<{ socket: string; stop: () => Promise<void> }> {
  const folder = makeTempFolder(t);
  // lldpcli is somebody else than root (setuid).
  chmodSync(folder, 0o755);
  const socket = join(folder, 'lldpd.sock');
  const script = `mount -t tmpfs tmpfs /run && hostname ${name} && exec lldpd -d -u ${socket} -I nic0`;
  const [file, ...args] = [...namespace.launcher, 'unshare', '--mount', '--uts', 'sh', '-c', script];
  const daemon = spawn(file as string, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  daemon.stderr.resume();
  const stop = async (): Promise<void> => {
    if (daemon.exitCode !== null || daemon.signalCode !== null) return;
    daemon.kill('SIGTERM');
    await once(daemon, 'exit');
  };
  t.after(stop);
  // Its first frame may have come before anybody listened, and the next one is due after half a minute.
  const isThere = `until lldpcli -u ${socket} configure lldp tx-interval 1; do sleep 0.1; done`;
  await runCommand('timeout', [String(DEADLINE_S), 'sh', '-c', isThere]);
  return { socket, stop };
}

async function neighbourOf(socket: string): Promise<{ name: string | undefined; port: string | undefined }> {
  const show = `lldpcli -u ${socket} -f keyvalue show neighbors`;
  const loop = `until ${show} | grep chassis.name; do sleep 0.1; done; ${show}`;
  const output = await runCommand('timeout', [String(DEADLINE_S), 'sh', '-c', loop]);
  const value = (key: string): string | undefined => new RegExp(`^lldp\\.nic0\\.${key}=(.*)$`, 'm').exec(output)?.[1];
  return { name: value('chassis.name'), port: value('port.ifname') ?? value('port.descr') };
}
