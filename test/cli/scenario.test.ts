// "tcpbridge scenario" against a running bridge: what it does is printed as it happens, it can be held, stopped and looked
// at, and a frame that passes can start a step.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commandFile } from '../support/bridge.ts';
import { Condition } from '../support/condition.ts';
import { startLab } from '../support/lab.ts';
import { ListeningPeer } from '../support/listening-peer.ts';

const LAB = `links:
  - {name: core, endpoints: ["unix:/nowhere/1", "unix:/nowhere/2"]}
  - {name: west, endpoints: ["unix:/nowhere/3", "unix:/nowhere/4"]}
`;

test('scenario run prints what it does until it ends, and the log says when', async (t) => {
  const lab = await startLab(t, LAB);
  const file = join(lab.folder, 'short.yaml');
  writeFileSync(
    file,
    `steps:
  - {at: 20ms, impair: core, with: {both: {delay: 20ms, seed: 7}}}
  - {at: 40ms, down: [core, west], for: 30ms, name: cut}
`,
  );
  assert.deepEqual(await lab.type('scenario', 'validate', file), {
    ...{ code: 0, stderr: '' },
    stdout: `${file}: valid, 2 steps\n`,
  });
  assert.equal((await lab.type('scenario', 'run', file, '--dry-run')).stderr, 'Scenario short could be started\n');
  const run = await lab.type('scenario', 'run', file);
  assert.deepEqual(
    run.stdout.split('\n').map((line) => line.replace(/^\S+Z \+\d+\.\d{6}s /, '')),
    ['impair core', 'down core west (cut)', 'undo down core west (cut)', 'restore', ''],
  );
  assert.deepEqual(
    [run.code, run.stderr],
    [0, 'Scenario short is running\nScenario short finished: 4 done, 0 failed\n'],
  );
  assert.match(run.stdout, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z /);
  const { entries } = JSON.parse((await lab.type('scenario', 'log', '-o', 'json')).stdout);
  assert.deepEqual(
    entries.map(({ plannedMs, did }: { plannedMs: number; did: string }) => [did, plannedMs]).slice(0, 3),
    [
      ['impair core', 20],
      ['down core west', 40],
      ['undo down core west', 70],
    ],
  );
  let lastUs = 0;
  for (const { plannedMs, beganMs, doneMs, monotonicUs } of entries) {
    assert.ok(plannedMs <= beganMs + 0.001 && beganMs <= doneMs && monotonicUs >= lastUs, JSON.stringify(entries));
    lastUs = monotonicUs;
  }
  assert.match((await lab.type('scenario', 'status')).stdout, /^SCENARIO[^\n]*\nshort +finished/);
  const links = JSON.parse((await lab.type('links', '-o', 'json')).stdout).links as Record<string, unknown>[];
  assert.deepEqual(
    links.map(({ isUp, impairments }) => [isUp, impairments]),
    [
      [true, undefined],
      [true, undefined],
    ],
  );
});

test('scenario pause, resume and stop act on the one that runs, and an interrupt stops it', async (t) => {
  const lab = await startLab(t, LAB);
  const file = join(lab.folder, 'long.yaml');
  writeFileSync(file, 'steps: [{down: core}, {at: 1h, up: core}]\n');
  assert.equal((await lab.type('scenario', 'pause')).code, 2);
  assert.equal((await lab.type('scenario', 'status')).stderr, 'No scenario was started\n');
  assert.equal((await lab.type('scenario', 'run', file, '--detach')).stderr, 'Started long\n');
  const again = await lab.type('scenario', 'run', file);
  assert.deepEqual([again.code, again.stdout], [2, '']);
  assert.match(again.stderr, /Scenario "long" is still running/);
  assert.match((await lab.type('scenario', 'pause')).stdout, /long +paused/);
  assert.match((await lab.type('scenario', 'resume')).stdout, /long +running/);
  assert.match((await lab.type('scenario', 'stop')).stdout, /long +stopped/);
  const child = spawn(process.execPath, [commandFile(), 'scenario', 'run', file], { env: lab.env });
  const condition = new Condition();
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
    condition.changed();
  });
  await condition.until(
    () => text.includes('down core'),
    () => `the first step, there is ${JSON.stringify(text)}`,
  );
  child.kill('SIGINT');
  const [code] = await once(child, 'close');
  assert.equal(code, 130);
  assert.match(text, /restore\n$/);
  const events = (await lab.type('events', '--since', '1h', '--type', 'scenario', '--count', '6')).stdout;
  for (const state of ['running', 'paused', 'stopped']) assert.match(events, new RegExp(`state=${state}`));
});

test('scenario says where a file is wrong, and which link is not there', async (t) => {
  const lab = await startLab(t, LAB);
  const file = join(lab.folder, 'bad.yaml');
  writeFileSync(file, 'steps:\n  - {at: 10, down: core}\n');
  const problem = `${file}:2:10: steps[0].at: Found the number 10; write a time, such as "10s" or "200ms"\n`;
  assert.deepEqual(await lab.type('scenario', 'validate', file), { code: 2, stdout: problem, stderr: '' });
  assert.deepEqual(await lab.type('scenario', 'run', file), { code: 2, stdout: '', stderr: problem });
  writeFileSync(file, 'steps: [{down: nobody}]');
  assert.equal((await lab.type('scenario', 'run', file)).code, 3);
});

test('a step waits for the third frame that matches', async (t) => {
  const [a, b] = await Promise.all([ListeningPeer.start(t), ListeningPeer.start(t)]);
  const lab = await startLab(t, `links: [{name: core, endpoints: ["${a.endpoint}", "${b.endpoint}"]}]\n`);
  await Promise.all([a.attached(), b.attached()]);
  const file = join(lab.folder, 'on.yaml');
  const on = '{frame: "ether proto 0x88b5", count: 3, direction: a-to-b}';
  writeFileSync(file, `steps: [{on: ${on}, down: core, for: 1h}]\n`);
  assert.equal((await lab.type('scenario', 'run', file, '--detach')).code, 0);
  const frame = (type: number) =>
    Buffer.concat([Buffer.alloc(12, 2), Buffer.from([type >> 8, type & 0xff]), Buffer.alloc(46)]);
  const logged = async () =>
    JSON.parse((await lab.type('scenario', 'log', '-o', 'json')).stdout).entries as { did: string }[];
  while ((await logged()).length === 0) {}
  // Two that match, some that do not, and those of the other direction: nothing happens yet.
  for (const type of [0x88b5, 0x0800, 0x88b5, 0x0806]) a.send(frame(type));
  for (let i = 0; i < 5; i++) b.send(frame(0x88b5));
  await b.take(4);
  await a.take(5);
  assert.deepEqual(
    (await logged()).map(({ did }) => did),
    ['wait for a frame'],
  );
  a.send(frame(0x88b5));
  // The frame itself passes.
  await b.take(1);
  while ((await logged()).length < 2) {}
  assert.deepEqual(
    (await logged()).map(({ did }) => did),
    ['wait for a frame', 'down core (by frame, number 3)'],
  );
  assert.match((await lab.type('links')).stdout, /core +link +down/);
});
