// Two Linux bridges that run STP (IEEE 802.1D), joined by two cables that are two VLANs of one switch: the bridges find the
// loop because the switch lets their BPDUs through, and one port waits until it is needed. With `reserved: filter` the
// switch keeps BPDUs to itself.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { endOf } from '../support/accounting.ts';
import { Bridge, commandFile } from '../support/bridge.ts';
import { runCommand } from '../support/command.ts';
import type { NetworkNamespace } from '../support/network-namespace.ts';
import { makeTempFolder } from '../support/pipe.ts';
import { openQuietNamespace } from '../support/quiet-namespace.ts';
import { ping } from '../support/traffic.ts';

const STATE_DEADLINE_S = 120;
/** A loop without STP does so many in some milliseconds. */
const FRAMES_OF_A_STORM = 2000;

test('two bridges with STP find the loop through a switch, use its second way when the first is cut', async (t) => {
  const middle = await openQuietNamespace(t);
  const left = await bridgeBehind(t, middle, 'left', { number: 1, priority: 4096 });
  const right = await bridgeBehind(t, middle, 'right', { number: 2, priority: 32_768 });
  const folder = makeTempFolder(t);
  const [file, control] = [join(folder, 'lab.yaml'), join(folder, 'control.sock')];
  writeFileSync(
    file,
    `
switches:
  core:
    endpoints:
      - { endpoint: 'raw:left1', vlan: 10 }
      - { endpoint: 'raw:right1', vlan: 10 }
      - { endpoint: 'raw:left2', vlan: 20 }
      - { endpoint: 'raw:right2', vlan: 20 }
`,
  );
  const bridge = await Bridge.start(t, ['run', '-t', file, '--control', control, '--stats', '500ms'], {
    launcher: middle.launcher,
  });
  for (const end of ['raw:left1', 'raw:left2', 'raw:right1', 'raw:right2']) await bridge.event('attached', end);
  // Not before: without a way to the other, each port of a bridge would begin to forward.
  for (const port of ['port1', 'port2']) {
    await left.ip('link', 'set', port, 'master', 'br0');
    await right.ip('link', 'set', port, 'master', 'br0');
  }

  // The left one is the root. Of two ways to it that cost the same, the right one takes that with the lower port number.
  await untilState(left, 'port1', 'forwarding');
  await untilState(left, 'port2', 'forwarding');
  await untilState(right, 'port1', 'forwarding');
  await untilState(right, 'port2', 'blocking');
  await ping(left, '198.18.0.2', 1472, 10);
  const { ends } = await bridge.nextStats(() => true, 'the counters');
  const frames = ends.reduce((sum, { rxFrames }) => sum + rxFrames, 0);
  assert.ok(frames < FRAMES_OF_A_STORM, `${frames} frames for ten pings`);

  await right.ip('link', 'set', 'port1', 'down');
  await untilState(right, 'port2', 'forwarding');
  // From here, because the left one may look for the right one at its old place for two seconds more.
  await ping(right, '198.18.0.1', 1472, 10);

  const set = ['link', 'set', 'core', '--reserved', 'filter', '--control', control];
  await runCommand(process.execPath, [commandFile(), ...set]);
  await bridge.nextStats(
    (record) => (endOf([record], 'raw:left2').drops.reserved ?? 0) >= 2,
    'BPDUs that are filtered',
  );
  await ping(left, '198.18.0.2', 1472, 3);
  await bridge.finish();
});

/** A bridge in a namespace of its own, and what is to be its two ports: pairs with their other ends in the middle. */
async function bridgeBehind(
  t: TestContext,
  middle: NetworkNamespace,
  name: string,
  { number, priority }: { number: number; priority: number },
): Promise<NetworkNamespace> {
  const namespace = await openQuietNamespace(t);
  // The shortest times that the kernel takes for a port to listen and to learn (BR_MIN_FORWARD_DELAY).
  const settings = ['stp_state', '1', 'forward_delay', '200', 'priority', String(priority)];
  await namespace.ip('link', 'add', 'br0', 'type', 'bridge', ...settings);
  await namespace.ip('address', 'add', `198.18.0.${number}/24`, 'dev', 'br0');
  await namespace.ip('link', 'set', 'br0', 'up');
  for (const port of [1, 2]) {
    await middle.ip('link', 'add', `${name}${port}`, 'type', 'veth', 'peer', 'name', `port${port}`);
    await namespace.adopt(middle, `port${port}`);
    await namespace.ip('link', 'set', `port${port}`, 'up');
    await middle.ip('link', 'set', `${name}${port}`, 'up');
  }
  return namespace;
}

async function untilState(namespace: NetworkNamespace, port: string, state: string): Promise<void> {
  const loop = `until bridge link show dev ${port} | grep -q "state ${state} "; do sleep 0.1; done`;
  await namespace.run('timeout', String(STATE_DEADLINE_S), 'sh', '-c', loop);
}
