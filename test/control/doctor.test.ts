// `tcpbridge doctor` as people call it: about a bridge that runs, about a file, about links on the command line.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Diagnosis } from '../../src/control/doctor/finding.ts';
import { Bridge, commandFile } from '../support/bridge.ts';
import { DEADLINE_MS } from '../support/condition.ts';
import { DiallingPeer } from '../support/dialling-peer.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { findFreePort } from '../support/ports.ts';

test('tcpbridge doctor finds nothing wrong with a bridge whose machines are attached, and then that one has left', async (t) => {
  const [a, b] = [await ListeningPeer.start(t), await ListeningPeer.start(t)];
  const folder = temporaryFolder(t);
  const [file, control] = [join(folder, 'lab.yaml'), join(folder, 'control.sock')];
  writeFileSync(file, `links: ['${a.endpoint}--${b.endpoint}']\n`);
  const bridge = await Bridge.start(t, ['run', '-t', file, '--control', control]);
  await bridge.attached([a, b]);
  const healthy = await doctor(['--control', control, '-o', 'json']);
  const diagnosis = JSON.parse(healthy.stdout) as Diagnosis;
  assert.deepEqual(
    diagnosis.endpoints.map(({ endpoint, findings }) => [endpoint, findings[0]?.check, findings[0]?.level]),
    [a, b].map(({ endpoint }) => [endpoint, 'attachment', 'ok']),
  );
  assert.deepEqual({ code: healthy.code, healthy: diagnosis.healthy }, { code: 0, healthy: true });
  assert.match((await doctor(['--control', control])).stdout, /\nNothing is wrong\n$/);
  // Its eyes are those of the bridge, also with a file.
  assert.equal((await doctor(['--control', control, '-t', file])).code, 0);

  await a.stop();
  await bridge.event('detached', a.endpoint);
  const table = await doctor(['--control', control]);
  assert.equal(table.code, 1);
  assert.match(table.stdout, new RegExp(`${a.endpoint} +port +wrong +nothing listens at .*connection refused\n`));
  assert.match(table.stdout, /\nWhat to do:\n.*wait until the machine has started/);
  assert.equal((await doctor(['--control', control, '-o', 'name'])).stdout, `${a.endpoint}\n`);
  await bridge.finish();
});

test('tcpbridge doctor knows the listeners of the running bridge, also after a takeover and when a machine has left', async (t) => {
  const folder = temporaryFolder(t);
  const control = join(folder, 'control.sock');
  const [tcp, unix] = [await DiallingPeer.prepare(t), new DiallingPeer(t, { path: join(folder, 'nic') })];
  const file = join(folder, 'lab.yaml');
  writeFileSync(file, `links: [{ endpoints: ['${tcp.endpoint}', '${unix.endpoint}'] }]\n`);
  const giveUpMs = performance.now() + DEADLINE_MS;
  const assertHealthy = async (when: string): Promise<void> => {
    let found = await doctor(['--control', control]);
    // Whoever took over serves the control socket a moment after it started.
    while (found.code === 3 && performance.now() < giveUpMs) found = await doctor(['--control', control]);
    const { code, stdout } = found;
    assert.equal(code, 0, `${when}:\n${stdout}`);
    assert.match(stdout, new RegExp(`${tcp.endpoint} +port +ok +the running tcpbridge listens at port \\d+\n`));
    assert.match(stdout, new RegExp(`${unix.endpoint} +path +ok +the running tcpbridge listens at `));
  };
  const first = await Bridge.start(t, ['run', '-t', file, '--control', control]);
  await first.event('listening', tcp.endpoint);
  await first.event('listening', unix.endpoint);
  await assertHealthy('nobody has dialled');
  const handedOver = first.handedOver();
  const second = await Bridge.start(t, ['run', '--control', control, '--takeover']);
  assert.equal((await handedOver).code, 0);
  await assertHealthy('taken over');
  for (const peer of [tcp, unix]) await peer.dial();
  await second.attached([tcp, unix]);
  assert.match((await doctor(['--control', control])).stdout, /\nNothing is wrong\n$/);
  for (const peer of [tcp, unix]) {
    await peer.stop();
    await second.event('detached', peer.endpoint);
  }
  await assertHealthy('the machines have left');
  // As another endpoint would see it.
  const port = tcp.endpoint.replace(/.*:/, '');
  const other = await doctor(['--control', control, '--p2p', `listen:${port}--listen:${await findFreePort()}`]);
  assert.equal(other.code, 0, other.stdout);
  assert.match(other.stdout, /in use by the running tcpbridge itself/);
  await second.finish();
});

test('tcpbridge doctor examines links without a bridge, and refuses what it cannot read', async (t) => {
  const peer = await ListeningPeer.start(t);
  const listening = `listen:127.0.0.1:${await findFreePort()}`;
  const none = join(temporaryFolder(t), 'none.sock');
  const fine = await doctor(['--p2p', `${peer.endpoint}--${listening}`]);
  assert.equal(fine.code, 0, fine.stdout);
  const badly = await doctor(['--hub', 'no-such-host.invalid/1', listening]);
  assert.equal(badly.code, 1);
  assert.match(badly.stdout, /host "no-such-host\.invalid" is not known/);
  assert.equal((await doctor(['--p2p', 'a/1-b/1'])).code, 2);
  assert.equal((await doctor(['--control', none])).code, 3);
  assert.equal((await doctor(['--control', none, '--p2p', 'a/1--b/1'])).code, 3, 'who names a bridge means it');
});

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function doctor(args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  // No bridge of this machine but the one that a test names.
  const env = { ...process.env, TCPBRIDGE_CONTROL: '' };
  return new Promise((resolve) => {
    execFile(process.execPath, [commandFile(), 'doctor', ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}
