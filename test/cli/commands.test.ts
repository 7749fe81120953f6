// Sub-commands against a running bridge: what they do, print and exit with.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startLab } from '../support/lab.ts';
import { ListeningPeer } from '../support/listening-peer.ts';

const LAB = `name: lab
links:
  - name: west
    endpoints: ["unix:/nowhere/1", "unix:/nowhere/2"]
  - {name: east, endpoints: ["unix:/nowhere/3", "unix:/nowhere/4"], labels: {site: b}}
hubs:
  - {name: lan, endpoints: ["unix:/nowhere/5", "unix:/nowhere/6"]}
`;

test('status and links in every form', async (t) => {
  const { type, bridge } = await startLab(t, LAB);
  const status = await type('status');
  assert.equal(status.code, 0);
  assert.match(
    status.stdout,
    /^NAME +VERSION +PID +UPTIME +LINKS +HUBS +SWITCHES +ENDPOINTS +WAITING +FINDINGS\nlab +\S+ +\d+ +\S+.* 2 +1 +0 +6 +6 +0\n$/,
  );
  const document = JSON.parse((await type('status', '-o', 'json')).stdout);
  assert.equal(document.pid, bridge.pid);
  assert.deepEqual(
    document.segments.map(({ name }: { name: string }) => name),
    ['west', 'east', 'lan'],
  );
  const links = await type('links');
  assert.match(
    links.stdout,
    /^LINK +KIND +STATE +ATTACHED +ENDPOINTS +FRAMES +BYTES +DROPPED\nwest +link +waiting +0\/2 +/,
  );
  assert.equal((await type('links', '-o', 'name')).stdout, 'west\neast\nlan\n');
  assert.equal((await type('links', '-o', 'name', '--state', 'up')).stdout, '');
  assert.equal((await type('ls', '--format', 'csv', '--no-headers')).stdout.trim().split('\n').length, 6);
  assert.match((await type('links', '-o', 'yaml')).stdout, /^links:\n {2}- name: west\n/);
  assert.match(
    (await type('link', 'show', 'lan', '--no-headers')).stdout,
    /^lan +hub +waiting +unix:\/nowhere\/5 +waiting/,
  );
  assert.equal(JSON.parse((await type('link', 'show', 'east', '-o', 'json')).stdout).name, 'east');
});

test('link add, down, up, rewire, join, leave and remove', async (t) => {
  const { type, bridge } = await startLab(t, LAB);
  const lines = async (...args: string[]) => {
    const { code, stdout, stderr } = await type('link', ...args);
    assert.equal(code, 0, stderr);
    return stdout.trim();
  };
  const peer = await ListeningPeer.start(t);
  assert.equal(
    await lines('add', 'new', peer.endpoint, 'unix:/nowhere/7'),
    `+ link new: ${peer.endpoint} -- unix:/nowhere/7`,
  );
  await bridge.attached([peer]);
  assert.equal(await lines('add', 'new', peer.endpoint, 'unix:/nowhere/7'), '', 'what is there is left alone');
  assert.equal(await lines('down', 'new', 'west', '--dry-run'), '~ new: down\n~ west: down');
  assert.equal(await lines('down', 'new', 'west'), '~ new: down\n~ west: down');
  assert.equal((await type('links', '-o', 'name', '--state', 'down')).stdout, 'west\nnew\n');
  assert.equal(await lines('up', 'new'), '~ new: up');
  assert.equal(
    await lines('rewire', 'new', 'b', 'unix:/nowhere/8'),
    '~ link new: b unix:/nowhere/7 -> unix:/nowhere/8',
  );
  assert.equal(await lines('join', 'lan', 'unix:/nowhere/9'), '~ lan: + unix:/nowhere/9');
  assert.equal(await lines('leave', 'lan', 'unix:/nowhere/9'), '~ lan: - unix:/nowhere/9');
  assert.match(await lines('add', '--hub', 'lan2', 'unix:/nowhere/10', 'unix:/nowhere/11'), /^\+ hub lan2: /);
  assert.equal(await lines('rm', 'lan2', 'new'), '- hub lan2\n- link new');
  assert.equal(await lines('add', 'unix:/a--unix:/b', '--down', '--label', 'site=c', '-o', 'name'), 'unix:/a--unix:/b');
  const added = JSON.parse((await type('link', 'show', 'unix:/a--unix:/b', '-o', 'json')).stdout);
  assert.deepEqual({ isUp: added.isUp, labels: added.labels }, { isUp: false, labels: { site: 'c' } });
});

test('what a bridge refuses has a message, and a code that tells why', async (t) => {
  const { type } = await startLab(t, LAB);
  const refusals: [args: string[], code: number, message: RegExp][] = [
    [['link', 'show', 'nope'], 3, /There is no link, hub or switch "nope"/],
    [['link', 'remove', 'nope'], 3, /There is no link, hub or switch "nope"/],
    [['link', 'leave', 'lan', 'unix:/x'], 3, /Hub "lan" has no member "unix:\/x"/],
    [['link', 'rewire', 'lan', 'a', 'unix:/x'], 2, /Hub "lan" has members and no ends/],
    [['link', 'join', 'west', 'unix:/x'], 2, /Link "west" has two ends and no members/],
    [['link', 'rewire', 'west', 'a', 'unix:/nowhere/3'], 2, /already used/],
    [['link', 'rewire', 'west', 'a', 'vr1'], 2, /names no interface/],
    [['link', 'add', 'west', 'unix:/x', 'unix:/y'], 2, /called "west"/],
    [['link', 'leave', 'lan', 'unix:/nowhere/5'], 2, /Hub "lan" has one endpoint/],
  ];
  for (const [args, code, message] of refusals) {
    const end = await type(...args);
    assert.match(end.stderr, message);
    assert.deepEqual({ code: end.code, stdout: end.stdout }, { code, stdout: '' }, args.join(' '));
  }
  const half = await type('link', 'down', 'west', 'nope');
  assert.deepEqual({ code: half.code, stdout: half.stdout }, { code: 3, stdout: '' });
  assert.equal((await type('links', '-o', 'name', '--state', 'down')).stdout, '', 'nothing is changed');
  const unknown = await type('events', '--type', 'nonsense');
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /Cannot use "nonsense": write one of listening, waiting, attached, /);
});

test('apply and diff', async (t) => {
  const { type, file, folder, write } = await startLab(t, LAB);
  assert.deepEqual(await type('diff', '-t', file), { code: 0, stdout: '', stderr: 'Nothing to change\n' });
  write(LAB.replace('unix:/nowhere/2', 'unix:/nowhere/20').replace('site: b', 'site: c'));
  const step = '~ link west: b unix:/nowhere/2 -> unix:/nowhere/20\n';
  assert.deepEqual(await type('diff', '-t', file), {
    code: 1,
    stdout: step,
    stderr: 'One change to be made; labels would change, too\n',
  });
  const plan = await type('apply', '-t', file, '--dry-run', '-o', 'json');
  assert.equal(JSON.parse(plan.stdout).steps[0].action, 'rewire');
  assert.deepEqual(await type('apply', '-t', file), {
    code: 0,
    stdout: step,
    stderr: 'One change made; labels changed, too\n',
  });
  write(LAB.replace('unix:/nowhere/2', 'unix:/nowhere/20').replace('site: b', 'site: d'));
  assert.equal((await type('diff', '-t', file)).code, 1, 'labels differ, too');
  assert.equal((await type('apply', '-t', file)).stderr, 'Only labels changed\n');
  write(
    LAB.replace('name: lab', 'name: other')
      .replace('unix:/nowhere/2', 'unix:/nowhere/20')
      .replace('site: b', 'site: d'),
  );
  assert.equal((await type('diff', '-t', file)).stderr, 'Only the name of the topology would change\n');
  write('links:\n  - vr1/1--vr2/x\n');
  for (const command of ['apply', 'diff']) {
    const { code, stderr } = await type(command, '-t', file);
    assert.equal(code, 2);
    assert.ok(stderr.startsWith(`${file}:2:5: links[0]: `), stderr);
  }
  // What "graph" and "validate" say comes from the file or from the bridge.
  const bad = join(folder, 'bad.yaml');
  writeFileSync(bad, 'links: [1]\n');
  const verdict = await type('validate', bad, file, '-o', 'json');
  assert.equal(verdict.code, 2);
  assert.deepEqual(
    JSON.parse(verdict.stdout).files.map(({ valid }: { valid: boolean }) => valid),
    [false, false],
  );
  assert.match((await type('graph')).stdout, /^flowchart LR\n/);
  assert.deepEqual(await type('graph', '-w', 'lab.svg'), { code: 0, stdout: '', stderr: '' });
  assert.match(readFileSync(join(folder, 'lab.svg'), 'utf8'), /^<\?xml/);
  const picture = await type('graph', '-w', 'lab.png');
  assert.equal(picture.code, 2);
  assert.match(picture.stderr, /Cannot use "lab.png": write a name that ends in \.mmd, /);
  assert.equal(existsSync(join(folder, 'lab.png')), false);
  assert.equal((await type('graph', '-f', 'dot', '-w', 'lab.txt')).code, 0);
});

test('events, from the past and as they come', async (t) => {
  const { type } = await startLab(t, LAB);
  const following = type('events', '--type', 'changed', '--count', '2', '-o', 'json');
  // The reader may connect after the first change.
  let done = false;
  const ended = following.finally(() => {
    done = true;
  });
  while (!done) {
    await type('link', 'down', 'west');
    await type('link', 'up', 'west');
  }
  const records = (await ended).stdout.trim().split('\n');
  assert.deepEqual(
    records.map((line) => JSON.parse(line).link),
    ['west', 'west'],
  );
  const past = await type('events', '--since', '1h', '--link', 'west', '--type', 'changed', '--count', '2');
  assert.match(past.stdout, /^\S+Z changed ~ west: down\n\S+Z changed ~ west: up\n$/);
});

test('top without a terminal, and --watch, write line after line', async (t) => {
  const { type } = await startLab(t, LAB);
  const text = await type('top', '--count', '2', '-i', '100ms', '--sort', 'name');
  assert.equal(text.code, 0);
  assert.match(
    text.stdout,
    /^\S+Z east waiting: a sends 0 bit\/s 0 frames\/s, b sends .*\n\S+Z lan waiting: members send /,
  );
  assert.equal(text.stdout.trim().split('\n').length, 6);
  const json = await type('top', '--count', '2', '-i', '100ms', '-o', 'json');
  for (const line of json.stdout.trim().split('\n')) assert.equal(JSON.parse(line).links.length, 3);
});

test('stop ends the bridge, and returns when it has', async (t) => {
  const { type, bridge, socketPath } = await startLab(t, LAB);
  // The bridge is told by somebody else that it shall end.
  const ended = bridge.stop('SIGCONT');
  const { code, stdout } = await type('stop');
  assert.deepEqual({ code, stdout }, { code: 0, stdout: `Stopped tcpbridge (process ${bridge.pid})\n` });
  assert.equal((await ended).code, 0);
  assert.equal(existsSync(socketPath), false);
  assert.equal((await type('status')).code, 3);
});
