// "tcpbridge run": where the topology comes from, and how a saved file becomes the running topology.
import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Bridge } from '../support/bridge.ts';
import { type Lab, startLab } from '../support/lab.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { findFreePort } from '../support/ports.ts';

const link = (name: string) => `links: [{name: ${name}, endpoints: ["unix:/nowhere/1", "unix:/nowhere/2"]}]\n`;

async function names({ type }: Lab): Promise<string> {
  return (await type('links', '-o', 'name')).stdout.trim();
}

test('--watch applies what is saved, whichever way the editor does it', async (t) => {
  const lab = await startLab(t, link('one'), ['--watch']);
  lab.write(link('two'));
  await lab.bridge.event('applied');
  assert.equal(await names(lab), 'two');
  const fresh = join(lab.folder, '.lab.yaml.swp');
  writeFileSync(fresh, link('three'));
  renameSync(fresh, lab.file);
  await lab.bridge.event('applied', undefined, 2);
  assert.equal(await names(lab), 'three');
});

test('--watch reports a bad file with its line, and changes nothing', async (t) => {
  const lab = await startLab(t, link('one'), ['--watch']);
  lab.write('links:\n  - vr1/1--vr2/x\n');
  // While it is being written the file may be looked at, too, and is empty then.
  const isTold = () =>
    lab.bridge
      .eventsOf('apply_failed')
      .some(({ message }) => message.includes(`${lab.file}:2:5: links[0]: Endpoint "vr2/x"`));
  await lab.bridge.until(isTold, 'the line of the fault');
  assert.equal(await names(lab), 'one');
  lab.write(link('two'));
  await lab.bridge.event('applied');
  assert.equal(await names(lab), 'two');
});

test('SIGHUP applies the file', async (t) => {
  const lab = await startLab(t, link('one'));
  lab.write(link('two'));
  process.kill(lab.bridge.pid, 'SIGHUP');
  await lab.bridge.event('applied');
  assert.equal(await names(lab), 'two');
});

test('without a file nothing is connected yet, and variables stand for options', async (t) => {
  const lab = await startLab(t, link('one'));
  const env = { TCPBRIDGE_RUN_LOG_FORMAT: 'xml' };
  Object.assign(lab.env, env);
  const { code, stderr } = await lab.type('run', '--control', 'none');
  assert.equal(code, 2);
  assert.match(stderr, /environment|env/);
  const empty = await Bridge.start(t, ['run', '--control', 'none']);
  await empty.finish();
});

test('--replace stops the running bridge and goes on with what it ran', async (t) => {
  const [a, b] = [await ListeningPeer.start(t), await ListeningPeer.start(t)];
  const lab = await startLab(t, `links: [{name: one, endpoints: ["${a.endpoint}", "${b.endpoint}"]}]\n`);
  await lab.bridge.attached([a, b]);
  const ended = lab.bridge.handedOver();
  const second = await Bridge.start(t, ['run', '--replace', '--control', lab.socketPath]);
  await ended;
  await Promise.all([a.attached(2), b.attached(2)]);
  const frame = Buffer.from('through the new bridge');
  a.send(frame);
  assert.deepEqual(await b.take(1), [frame]);
  assert.equal(await names(lab), 'one');
  await second.finish();
});

test('--replace and --takeover where nobody runs start from the file', async (t) => {
  const lab = await startLab(t, link('one'));
  for (const option of ['--replace', '--takeover']) {
    const path = join(lab.folder, `${option}.sock`);
    const bridge = await Bridge.start(t, ['run', option, '-t', lab.file, '--control', path]);
    const { segments } = await bridge.finish();
    assert.deepEqual(
      segments.map(({ name }) => name),
      ['one'],
    );
  }
});

test('--takeover with the same --listen goes on with the port of the process before it', async (t) => {
  const lab = await startLab(t, link('one'));
  const token = join(lab.folder, 'token');
  writeFileSync(token, 'a-token-of-this-test-only\n', { mode: 0o600 });
  const listen = `127.0.0.1:${await findFreePort('127.0.0.1')}`;
  const path = join(lab.folder, 'listening.sock');
  const options = ['-t', lab.file, '--control', path, '--listen', listen, '--token-file', token];
  const first = await Bridge.start(t, ['run', ...options]);
  const ended = first.handedOver();
  const second = await Bridge.start(t, ['run', '--takeover', ...options]);
  const { code } = await ended;
  assert.equal(code, 0);
  // Logged when the port is served and the file is applied.
  await second.event('applied');
  const reply = await fetch(`http://${listen}/v1/status`, {
    headers: { authorization: 'Bearer a-token-of-this-test-only' },
  });
  assert.equal(((await reply.json()) as { pid: number }).pid, second.pid);
  await second.finish();
});

test('what cannot be served is refused before anything runs', async (t) => {
  const lab = await startLab(t, link('one'));
  for (const wrong of [
    ['--listen', '127.0.0.1:1'],
    ['--state-file', join(lab.folder, 'nowhere', 'state')],
  ]) {
    const { code, stderr } = await lab.type('run', '-t', lab.file, '--control', 'none', ...wrong);
    assert.notEqual(code, 0);
    assert.doesNotMatch(stderr, /tcpbridge runs/);
  }
});
