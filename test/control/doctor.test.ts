// `tcpbridge doctor` as people call it: about a bridge that runs, about a file, about links on the command line.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Diagnosis } from '../../src/control/doctor/finding.ts';
import { Bridge, commandFile } from '../support/bridge.ts';
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
