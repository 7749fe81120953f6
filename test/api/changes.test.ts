// Changes through the API: one after the other however they come, nothing when one cannot be, and the state file.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { StateFile } from '../../src/control/state-file.ts';
import { parseTopologyDocument } from '../../src/topology/file/parse.ts';
import { takeShard } from '../../src/topology/shard.ts';
import type { Topology } from '../../src/topology/topology.ts';
import { ControlledBridge, codeOf, makeFolder } from '../support/control.ts';

const A = 'unix:/nowhere/a';
const B = 'unix:/nowhere/b';

test('two topologies at once: one after the other, and each as a whole', async (t) => {
  const api = await ControlledBridge.start(t);
  const make = (mark: string) => ({
    links: Array.from({ length: 50 }, (_, index) => ({
      name: `${mark}${index}`,
      endpoints: [`unix:/nowhere/${mark}${2 * index + 1}`, `unix:/nowhere/${mark}${2 * index + 2}`],
    })),
  });
  for (let round = 0; round < 10; round++) {
    const answers = await Promise.all(['a', 'b', 'c'].map((mark) => api.askJson('PUT', '/v1/topology', make(mark))));
    for (const { status } of answers) assert.equal(status, 200);
    const marks = new Set(api.bridge.status().map(({ name }) => name[0]));
    assert.equal(marks.size, 1);
    assert.equal(api.bridge.status().length, 50);
    assert.deepEqual(statusNames(api), api.bridge.topology.segments.map(({ name }) => name).sort());
  }
});

test('a change by link is made from what the change before it left', async (t) => {
  const api = await ControlledBridge.start(t);
  const put = (index: number) =>
    api.askJson('PUT', `/v1/links/l${index}`, { endpoints: [`unix:/nowhere/a${index}`, `unix:/nowhere/b${index}`] });
  const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => put(index + 1)));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]));
  assert.equal(api.bridge.status().length, 100);
});

test('while changes are held, they wait, and then they are made', async (t) => {
  const api = await ControlledBridge.start(t);
  const release = await api.changes.hold();
  let isAnswered = false;
  const answer = api.askJson('PUT', '/v1/links/x', { endpoints: [A, B] }).then((it) => {
    isAnswered = true;
    return it;
  });
  // Reading goes on meanwhile.
  for (let i = 0; i < 5; i++) assert.equal((await api.ask('GET', '/v1/links')).text, '{"links":[]}\n');
  assert.equal(isAnswered, false);
  release();
  assert.equal((await answer).status, 201);
});

test('the state file holds what was acknowledged, and can be read back', async (t) => {
  const path = join(makeFolder(t), 'state.json');
  const api = await ControlledBridge.start(t, { stateFile: path });
  assert.equal(new StateFile(path).read(), undefined);
  await api.askJson('PUT', '/v1/links/core', { endpoints: [A, B], state: 'down', labels: { x: '1' } });
  assert.deepEqual(new StateFile(path).read(), api.bridge.topology);
  await api.askJson('PATCH', '/v1/links/core', { labels: { x: '2' } });
  assert.deepEqual(new StateFile(path).read(), api.bridge.topology);
  await api.ask('PATCH', '/v1/links/core?dryRun=true', {
    headers: { 'content-type': 'application/json' },
    body: '{"state":"up"}',
  });
  await api.askJson('PATCH', '/v1/links/core', { state: 'up', a: B });
  assert.deepEqual(new StateFile(path).read(), api.bridge.topology);
  assert.equal(new StateFile(path).read()?.segments[0]?.isUp, false);
  await api.ask('DELETE', '/v1/links/core');
  assert.deepEqual(new StateFile(path).read()?.segments, []);
});

test('a state file that cannot be written stops the change, and the next one can be made', async (t) => {
  const folder = join(makeFolder(t), 'state');
  mkdirSync(folder);
  const api = await ControlledBridge.start(t, { stateFile: join(folder, 'state.json') });
  const before = api.bridge.topology;
  rmSync(folder, { recursive: true });
  const answer = await api.askJson('PUT', '/v1/links/x', { endpoints: [A, B] });
  assert.deepEqual([answer.status, codeOf(answer)], [500, 'state_file_unwritable']);
  assert.equal(api.bridge.topology, before);
  mkdirSync(folder);
  assert.equal((await api.askJson('PUT', '/v1/links/x', { endpoints: [A, B] })).status, 201);
  assert.deepEqual(new StateFile(join(folder, 'state.json')).read(), api.bridge.topology);
});

test('a damaged state file is an error that says what to do', (t) => {
  const folder = makeFolder(t);
  for (const text of ['', '{"links": [', '[]', '{"links": ["nonsense"]}', 'null', '{"links": 7}']) {
    const path = join(folder, 'state.json');
    writeFileSync(path, text);
    assert.throws(() => new StateFile(path).read(), { code: 'state_file_damaged', message: /^.*$/ }, text);
  }
  assert.throws(() => new StateFile(folder).read(), { code: 'state_file_damaged', message: /remove it to start with/ });
});

test('a request that is refused leaves the state file alone', async (t) => {
  const path = join(makeFolder(t), 'state.json');
  const api = await ControlledBridge.start(t, { stateFile: path });
  await api.askJson('PUT', '/v1/links/x', { endpoints: [A, B] });
  const text = readFileSync(path, 'utf8');
  await api.askJson('PUT', '/v1/links/y', { endpoints: [A, B] });
  assert.equal(readFileSync(path, 'utf8'), text);
});

function statusNames(api: ControlledBridge): string[] {
  return api.bridge
    .status()
    .map(({ name }) => name)
    .sort();
}

test('a topology is only put over the one that If-Match names', async (t) => {
  const api = await ControlledBridge.start(t);
  const { headers: first } = await api.ask('GET', '/v1/topology');
  const put = (tag: string, name: string) =>
    api.ask('PUT', '/v1/topology', {
      headers: { 'content-type': 'application/json', 'if-match': tag },
      body: JSON.stringify({ links: [{ name, endpoints: [A, B] }] }),
    });
  assert.equal((await put(String(first.etag), 'one')).status, 200);
  const late = await put(String(first.etag), 'two');
  assert.deepEqual([late.status, codeOf(late)], [412, 'topology_changed']);
  assert.deepEqual(statusNames(api), ['one']);
  const { headers: second } = await api.ask('GET', '/v1/topology');
  assert.notEqual(second.etag, first.etag);
  assert.equal((await put(`"other", ${second.etag}`, 'two')).status, 200);
  assert.equal((await put('*', 'three')).status, 200);
  assert.deepEqual(statusNames(api), ['three']);
});

test('a bridge that carries a share takes its share of a topology', async (t) => {
  const share = (whole: Topology) => takeShard(whole, { k: 1, n: 2 });
  const api = await ControlledBridge.start(t, { share });
  const links = Array.from({ length: 20 }, (_, i) => ({
    name: `l${i}`,
    endpoints: [`unix:/nowhere/a${i + 1}`, `unix:/nowhere/b${i + 1}`],
  }));
  assert.equal((await api.askJson('PUT', '/v1/topology', { links })).status, 200);
  const { topology: whole } = parseTopologyDocument({ links }, 'test');
  assert.deepEqual(
    statusNames(api),
    share(whole)
      .segments.map(({ name }) => name)
      .sort(),
  );
  assert.ok(statusNames(api).length < links.length);
});

test('what is wrong with a request is said in words', async (t) => {
  const api = await ControlledBridge.start(t);
  const answers = [
    await api.askJson('PUT', '/v1/links/x', { endpoints: 'vr1/1' }),
    await api.askJson('PUT', '/v1/links/x', { kind: 'cable', endpoints: [A, B] }),
    await api.askJson('PUT', '/v1/links/x', { endpoint: [A, B] }),
  ];
  const texts = answers.map(({ text }) => (JSON.parse(text) as { error: { message: string } }).error.message);
  assert.match(texts[0]!, /endpoints: Found the text "vr1\/1"; write a list/);
  assert.match(texts[1]!, /kind: Found the text "cable"; write "link" or "hub" or "switch"/);
  assert.match(texts[2]!, /Nothing is called "endpoint" here/);
});
