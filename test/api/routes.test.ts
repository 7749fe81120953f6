// Every route of the API, with success and with bad input, over a real socket to a real bridge; every reply is checked
// against the OpenAPI document that the bridge serves.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkPath } from '../../src/control/http/client.ts';
import { type ApiDocument, ReplyJudge } from '../support/api-document.ts';
import { type Answer, ControlledBridge, codeOf } from '../support/control.ts';

const A = 'unix:/nowhere/a.sock';
const B = 'unix:/nowhere/b.sock';
const C = 'unix:/nowhere/c.sock';
const D = 'unix:/nowhere/d.sock';
const E = 'unix:/nowhere/e.sock';
const TOPOLOGY = { name: 'lab', links: [{ name: 'core', endpoints: [A, B], labels: { area: '0' } }] };
const HUB = { hubs: [{ name: 'lan/1', endpoints: [C, D] }] };

async function start(t: Parameters<typeof ControlledBridge.start>[0], topology: unknown = { ...TOPOLOGY, ...HUB }) {
  const api = await ControlledBridge.start(t, { topology });
  const judge = new ReplyJudge((await api.ask('GET', '/openapi.json')).json as ApiDocument);
  /** Asks, and checks the reply; `path` has {name} for `values`. */
  const ask = async (method: string, path: string, values: readonly string[] = [], body?: unknown, query = '') => {
    const left = [...values];
    const url = path.replace(/\{\w+\}/g, () => encodeURIComponent(left.shift() ?? '')) + query;
    const answer = body === undefined ? await api.ask(method, url) : await api.askJson(method, url, body);
    judge.check(method, path, answer);
    return answer;
  };
  return { api, judge, ask };
}

function stepsOf({ json }: Answer): unknown[] {
  return (json as { steps: unknown[] }).steps;
}

test('GET /v1/status tells what runs', async (t) => {
  const { ask } = await start(t);
  const { json } = await ask('GET', '/v1/status');
  const status = json as Record<string, unknown>;
  assert.equal(status.version, '1.2.3');
  assert.equal(status.pid, process.pid);
  assert.equal(status.name, 'lab');
  assert.equal(status.workers, 1);
  assert.deepEqual(status.waiting, [A, B, C, D]);
  const segments = status.segments as { name: string; labels?: unknown }[];
  assert.deepEqual(
    segments.map(({ name, labels }) => [name, labels]),
    [
      ['core', { area: '0' }],
      ['lan/1', undefined],
    ],
  );
});

test('GET /v1/topology gives a document that PUT takes without a change', async (t) => {
  const { ask } = await start(t);
  const { json } = await ask('GET', '/v1/topology');
  assert.deepEqual(json, { name: 'lab', links: TOPOLOGY.links, hubs: HUB.hubs });
  assert.deepEqual((await ask('PUT', '/v1/topology', [], json)).json, { changed: false, steps: [] });
});

test('PUT /v1/topology changes what is different, once', async (t) => {
  const { ask, api } = await start(t);
  const wanted = { name: 'lab', links: [{ ...TOPOLOGY.links[0], endpoints: [A, E] }] };
  const steps = [
    { action: 'remove', link: 'lan/1', kind: 'hub' },
    { action: 'rewire', link: 'core', end: 'b', from: B, to: E },
  ];
  const dry = await ask('PUT', '/v1/topology', [], wanted, '?dryRun=true');
  assert.deepEqual(dry.json, { changed: true, steps });
  assert.equal(api.bridge.topology.segments.length, 2);
  assert.deepEqual((await ask('PUT', '/v1/topology', [], wanted, '?dryRun=false')).json, { changed: true, steps });
  assert.deepEqual((await ask('PUT', '/v1/topology', [], wanted)).json, { changed: false, steps: [] });
  assert.deepEqual(
    api.bridge.status().map(({ ends }) => ends.map(({ endpoint }) => endpoint)),
    [[A, E]],
  );
});

test('PUT /v1/topology reads YAML and other formats, and says what it leaves out', async (t) => {
  const { api, judge } = await start(t, { links: [] });
  const put = async (type: string, body: string) => {
    const answer = await api.ask('PUT', '/v1/topology', { headers: { 'content-type': type }, body });
    judge.check('PUT', '/v1/topology', answer);
    return answer;
  };
  assert.equal(stepsOf(await put('application/yaml', `links:\n  - "vr1/1--vr2/1"\n`)).length, 1);
  assert.equal(stepsOf(await put('text/yaml; charset=utf-8', 'links: ["vr1/1--vr2/1", "vr1/2--vr2/2"]')).length, 1);
  const containerlab = [
    'name: x',
    'mgmt: {network: n}',
    'topology:',
    '  nodes: {vr1: {kind: vr-vmx}, vr2: {kind: vr-vmx}}',
    '  links:',
    '    - endpoints: ["vr1:eth1", "vr3:eth1"]',
  ].join('\n');
  const broken = await put('application/yaml', containerlab);
  assert.deepEqual([broken.status, codeOf(broken)], [400, 'topology_invalid']);
  const { json } = await put('application/yaml', containerlab.replace('vr3', 'vr2'));
  const { notes, changed } = json as { notes: { path: string; line: number }[]; changed: boolean };
  assert.equal(changed, true);
  assert.deepEqual(
    notes.map(({ path, line }) => [path, line]),
    [['mgmt', 2]],
  );
});

test('PUT /v1/topology names every mistake with its place, and changes nothing', async (t) => {
  const { api, ask, judge } = await start(t);
  const before = api.bridge.topology;
  const answer = await ask('PUT', '/v1/topology', [], { links: ['vr1/1--vr1/1', 'nonsense'] });
  const { error } = answer.json as { error: { code: string; path: string; errors: { line: number }[] } };
  assert.equal(answer.status, 400);
  assert.equal(error.code, 'topology_invalid');
  assert.equal(error.errors.length, 2);
  assert.equal(error.errors[0]?.line, 1);
  assert.equal(error.path, 'links[0]');
  const twice = await ask('PUT', '/v1/topology', [], { links: ['vr1/1--vr2/1', 'vr1/1--vr3/1'] });
  assert.equal(twice.status, 400);
  const empty = await api.ask('PUT', '/v1/topology', { headers: { 'content-type': 'application/json' }, body: '' });
  judge.check('PUT', '/v1/topology', empty);
  assert.equal(empty.status, 400);
  assert.equal(api.bridge.topology, before);
});

test('PUT /v1/topology does not put in variables of the environment', async (t) => {
  const { ask } = await start(t);
  const answer = await ask('PUT', '/v1/topology', [], { links: [{ name: '$' + '{HOME}', endpoints: [A, B] }] });
  assert.deepEqual(stepsOf(answer).at(-1), { action: 'add', link: '$' + '{HOME}', kind: 'link', endpoints: [A, B] });
});

test('GET /v1/links and GET /v1/links/{name} tell the same', async (t) => {
  const { ask } = await start(t);
  const { links } = (await ask('GET', '/v1/links')).json as { links: { name: string }[] };
  assert.deepEqual(
    links.map(({ name }) => name),
    ['core', 'lan/1'],
  );
  for (const link of links) assert.deepEqual((await ask('GET', '/v1/links/{name}', [link.name])).json, link);
});

test('GET /v1/links/{name} suggests a link that is written the other way round', async (t) => {
  const { ask } = await start(t, { links: ['vr1/1--vr2/1'] });
  const answer = await ask('GET', '/v1/links/{name}', ['vr2/1--vr1/1']);
  assert.equal(answer.status, 404);
  assert.equal(codeOf(answer), 'link_unknown');
  assert.match(answer.text, /perhaps you mean .*vr1\/1--vr2\/1/);
});

test('PUT /v1/links/{name} makes a link, then leaves it, then replaces it', async (t) => {
  const { ask, api } = await start(t, { links: [] });
  const name = 'vr1/1--vr2/1';
  const dry = await ask('PUT', '/v1/links/{name}', [name], { endpoints: [A, B] }, '?dryRun=true');
  assert.equal(dry.status, 200);
  assert.equal(api.bridge.status().length, 0);
  const made = await ask('PUT', '/v1/links/{name}', [name], { endpoints: [A, B] });
  assert.equal(made.status, 201);
  assert.deepEqual(made.json, {
    changed: true,
    steps: [{ action: 'add', link: name, kind: 'link', endpoints: [A, B] }],
  });
  const again = await ask('PUT', '/v1/links/{name}', [name], { endpoints: [A, B] });
  assert.deepEqual([again.status, again.json], [200, { changed: false, steps: [] }]);
  const down = await ask('PUT', '/v1/links/{name}', [name], { endpoints: [A, C], state: 'down', labels: { x: 'y' } });
  assert.deepEqual(
    stepsOf(down).map((step) => (step as { action: string }).action),
    ['rewire', 'down'],
  );
  const hub = await ask('PUT', '/v1/links/{name}', ['lan'], { kind: 'hub', endpoints: [B, D, E] });
  assert.equal(hub.status, 201);
});

test('PUT /v1/links/{name} refuses what cannot be, and says where', async (t) => {
  const { ask, api } = await start(t);
  const before = api.bridge.topology;
  const cases: [unknown, string, string | undefined][] = [
    [{ endpoints: [A] }, 'request_invalid', 'endpoints'],
    [{ endpoints: 'x' }, 'request_invalid', 'endpoints'],
    [{ endpoints: [A, 7] }, 'request_invalid', 'endpoints[1]'],
    [{ endpoints: [E, 'vr1'] }, 'interface_missing', 'endpoints[1]'],
    [{ endpoints: [E, E] }, 'link_to_itself', undefined],
    [{ endpoints: [A, E] }, 'endpoint_used_twice', undefined],
    [{ endpoints: [C, E], state: 'sideways' }, 'request_invalid', 'state'],
    [{ endpoint: [C, E] }, 'request_invalid', 'endpoints'],
    [{ kind: 'hub', endpoints: [E] }, 'hub_too_small', undefined],
    [[], 'request_invalid', undefined],
    [null, 'request_invalid', undefined],
    [{ endpoints: [E, 'x'.repeat(2000)] }, 'request_invalid', 'endpoints[1]'],
  ];
  for (const [body, code, path] of cases) {
    const answer = await ask('PUT', '/v1/links/{name}', ['new'], body);
    const { error } = answer.json as { error: { code: string; path?: string } };
    assert.deepEqual([error.code, error.path], [code, path], JSON.stringify(body));
  }
  const long = await ask('PUT', '/v1/links/{name}', ['n'.repeat(1025)], { endpoints: [C, E] });
  assert.equal(codeOf(long), 'request_invalid');
  assert.equal(api.bridge.topology, before);
});

test('PATCH /v1/links/{name} sets up and down, rewires an end, and merges labels', async (t) => {
  const { ask, api } = await start(t);
  const patch = (body: unknown) => ask('PATCH', '/v1/links/{name}', ['core'], body);
  assert.deepEqual(stepsOf(await patch({ state: 'down' })), [{ action: 'down', link: 'core' }]);
  assert.deepEqual((await patch({ state: 'down' })).json, { changed: false, steps: [] });
  assert.deepEqual(stepsOf(await patch({ b: E })), [{ action: 'rewire', link: 'core', end: 'b', from: B, to: E }]);
  assert.deepEqual(stepsOf(await patch({ a: B, state: 'up' })), [
    { action: 'rewire', link: 'core', end: 'a', from: A, to: B },
    { action: 'up', link: 'core' },
  ]);
  const tiered = await patch({ labels: { area: null, tier: '1' } });
  assert.deepEqual(tiered.json, { changed: true, steps: [], also: ['labels'] });
  const [core] = api.bridge.topology.segments;
  assert.deepEqual([core?.labels, core?.isUp], [{ tier: '1' }, true]);
  assert.equal(stepsOf(await patch({ endpoints: [A, B] })).length, 2);
  await patch({ labels: { tier: null } });
  assert.equal(api.bridge.topology.segments[0]?.labels, undefined);
});

test('PATCH /v1/links/{name} refuses what cannot be', async (t) => {
  const { ask } = await start(t);
  const cases: [string, unknown, string][] = [
    ['nothing', { state: 'up' }, 'link_unknown'],
    ['core', { a: 'x:' }, 'endpoint_kind_unknown'],
    ['core', { a: A, endpoints: [A, B] }, 'request_invalid'],
    ['core', { a: C }, 'endpoint_used_twice'],
    ['core', { a: B }, 'link_to_itself'],
    ['core', { endpoints: [A, B, E] }, 'request_invalid'],
    ['core', { colour: 'red' }, 'request_invalid'],
    ['lan/1', { a: E }, 'not_a_link'],
    ['lan/1', { endpoints: [C] }, 'hub_too_small'],
  ];
  for (const [name, body, code] of cases) {
    assert.equal(codeOf(await ask('PATCH', '/v1/links/{name}', [name], body)), code, JSON.stringify(body));
  }
});

test('DELETE /v1/links/{name} removes a link or hub', async (t) => {
  const { ask } = await start(t);
  assert.equal(stepsOf(await ask('DELETE', '/v1/links/{name}', ['lan/1'], undefined, '?dryRun=true')).length, 1);
  assert.deepEqual((await ask('DELETE', '/v1/links/{name}', ['lan/1'])).json, {
    changed: true,
    steps: [{ action: 'remove', link: 'lan/1', kind: 'hub' }],
  });
  assert.equal(codeOf(await ask('DELETE', '/v1/links/{name}', ['lan/1'])), 'link_unknown');
  assert.equal((await ask('DELETE', '/v1/links/{name}', ['core'])).status, 200);
  assert.deepEqual((await ask('GET', '/v1/topology')).json, { name: 'lab', links: [] });
});

test('POST and DELETE of members change a hub', async (t) => {
  const { ask } = await start(t);
  const members = '/v1/links/{name}/members';
  assert.deepEqual(stepsOf(await ask('POST', members, ['lan/1'], { endpoint: E })), [
    { action: 'join', link: 'lan/1', endpoint: E },
  ]);
  assert.deepEqual((await ask('POST', members, ['lan/1'], { endpoint: E })).json, { changed: false, steps: [] });
  assert.deepEqual(stepsOf(await ask('DELETE', `${members}/{endpoint}`, ['lan/1', C])), [
    { action: 'leave', link: 'lan/1', endpoint: C },
  ]);
  assert.equal(codeOf(await ask('DELETE', `${members}/{endpoint}`, ['lan/1', C])), 'member_unknown');
  assert.equal(codeOf(await ask('DELETE', `${members}/{endpoint}`, ['lan/1', D])), 'hub_too_small');
  assert.equal(codeOf(await ask('DELETE', `${members}/{endpoint}`, ['lan/1', 'vr1'])), 'interface_missing');
  assert.equal(codeOf(await ask('DELETE', `${members}/{endpoint}`, ['core', A])), 'not_a_hub');
  assert.equal(codeOf(await ask('POST', members, ['core'], { endpoint: C })), 'not_a_hub');
  assert.equal(codeOf(await ask('POST', members, ['lan/1'], { endpoint: A })), 'endpoint_used_twice');
  assert.equal(codeOf(await ask('POST', members, ['no'], { endpoint: A })), 'link_unknown');
  assert.equal(codeOf(await ask('POST', members, ['lan/1'], { endpoint: 7 })), 'request_invalid');
});

test('POST /v1/stop ends the bridge', async (t) => {
  const { api, ask } = await start(t);
  assert.equal((await ask('POST', '/v1/stop')).status, 202);
  assert.equal(api.stops, 1);
});

test('GET /healthz and /readyz tell alive from attached', async (t) => {
  const { ask, api } = await start(t);
  assert.deepEqual((await ask('GET', '/healthz')).json, { health: '0 alive' });
  const waiting = await ask('GET', '/readyz');
  assert.deepEqual([waiting.status, waiting.json], [503, { health: `1 waiting for ${[A, B, C, D].join(', ')}` }]);
  await api.changes.apply((actual) => ({ ...actual, segments: [] }));
  const ready = await ask('GET', '/readyz');
  assert.deepEqual([ready.status, ready.json], [200, { health: '0 running' }]);
});

test('HEAD answers like GET without a body, streams included', async (t) => {
  const { api } = await start(t);
  for (const path of ['/v1/status', '/v1/topology', '/v1/links/core', '/v1/events', '/v1/rates', '/openapi.json']) {
    const { status, text } = await api.ask('HEAD', path);
    assert.deepEqual([path, status, text], [path, 200, '']);
  }
});

test('what does not exist, is not allowed or cannot be read is an error in JSON', async (t) => {
  const { api, judge } = await start(t);
  const json = { 'content-type': 'application/json' };
  const cases: [string, string, Parameters<ControlledBridge['ask']>[2], number, string][] = [
    ['GET', '/', {}, 404, 'route_unknown'],
    ['GET', '/v1/links/', {}, 404, 'route_unknown'],
    ['GET', '/v1/nothing?x=1', {}, 404, 'route_unknown'],
    ['GET', '/v1/links/%zz', {}, 400, 'request_malformed'],
    ['GET', '/v1/links/%ff', {}, 400, 'request_malformed'],
    ['POST', '/v1/status', {}, 405, 'method_not_allowed'],
    ['GET', '/v1/stop', {}, 405, 'method_not_allowed'],
    ['OPTIONS', '/v1/topology', {}, 405, 'method_not_allowed'],
    ['DELETE', '/openapi.json', {}, 405, 'method_not_allowed'],
    ['PUT', '/v1/topology', { body: '{}' }, 415, 'media_type_unknown'],
    ['PUT', '/v1/topology', { headers: { 'content-type': 'text/html' }, body: '{}' }, 415, 'media_type_unknown'],
    ['PUT', '/v1/links/x', { headers: { 'content-type': 'application/yaml' }, body: 'a' }, 415, 'media_type_unknown'],
    [
      'PUT',
      '/v1/links/x',
      { headers: { 'content-type': 'application/json; charset=latin1' } },
      415,
      'media_type_unknown',
    ],
    ['PUT', '/v1/links/x', { headers: json, body: '{' }, 400, 'request_malformed'],
    ['PUT', '/v1/links/x', { headers: json }, 400, 'request_malformed'],
    ['PUT', '/v1/links/x', { headers: json, body: Buffer.from([0x22, 0xff, 0x22]) }, 400, 'request_malformed'],
    ['PUT', '/v1/topology?dryRun=maybe', { headers: json, body: '{"links":[]}' }, 400, 'request_invalid'],
    ['PUT', '/v1/topology?dryrun=true', { headers: json, body: '{"links":[]}' }, 400, 'request_invalid'],
    ['PUT', '/v1/topology?dryRun=true&dryRun=false', { headers: json, body: '{"links":[]}' }, 400, 'request_invalid'],
    ['GET', '/v1/rates?intervalMs=1', {}, 400, 'request_invalid'],
    ['GET', '/v1/rates?intervalMs=1e3', {}, 400, 'request_invalid'],
    ['PUT', '/v1/topology', { headers: json, body: Buffer.alloc(1024 * 1024 + 1, 0x20) }, 413, 'body_too_large'],
    [
      'PUT',
      '/v1/topology',
      { headers: { ...json, 'transfer-encoding': 'chunked' }, body: Buffer.alloc(1024 * 1024 + 1, 0x20) },
      413,
      'body_too_large',
    ],
  ];
  for (const [method, path, question, status, code] of cases) {
    const answer = await api.ask(method, path, question);
    assert.deepEqual([method, path, answer.status, codeOf(answer)], [method, path, status, code]);
    judge.checkComponent('Error', answer.json);
  }
  const { headers } = await api.ask('POST', '/v1/topology');
  assert.equal(headers.allow, 'GET, HEAD, PUT');
  assert.deepEqual(api.bridge.status().length, 2);
});

test('a body of exactly 1 MiB is read', async (t) => {
  const { api } = await start(t);
  const body = '{"links":[]}'.padEnd(1024 * 1024, ' ');
  const answer = await api.ask('PUT', '/v1/topology', { headers: { 'content-type': 'application/json' }, body });
  assert.equal(answer.status, 200);
});

test('every name of a link survives the way through a path', async (t) => {
  const { api } = await start(t, { links: [] });
  const names = [
    'a b',
    'ä/ö',
    '%2F',
    '100%',
    'a--b',
    '?#&=',
    '"\\',
    '../x',
    'a/../b',
    '日本',
    '\u0001',
    '😀',
    '+',
    ';',
    '::',
  ];
  for (const [index, name] of names.entries()) {
    const endpoints = [`vr1/${2 * index + 1}`, `vr1/${2 * index + 2}`];
    const { status } = await api.askJson('PUT', linkPath(name), { endpoints });
    assert.deepEqual([name, status], [name, 201]);
  }
  assert.deepEqual(
    api.bridge.topology.segments.map(({ name }) => name),
    names,
  );
  for (const name of names) assert.equal((await api.ask('DELETE', linkPath(name))).status, 200);
});

test('the client says the same in functions', async (t) => {
  const { api } = await start(t, { links: [] });
  const { client } = api;
  assert.equal((await client.status()).pid, process.pid);
  assert.equal((await client.putLink('x/1', { endpoints: [A, B] }, { dryRun: true })).changed, true);
  assert.equal((await client.putLink('x/1', { endpoints: [A, B] })).changed, true);
  assert.equal((await client.link('x/1')).isUp, true);
  assert.deepEqual((await client.patchLink('x/1', { state: 'down' })).steps, [{ action: 'down', link: 'x/1' }]);
  assert.deepEqual(await client.topology(), { links: [{ name: 'x/1', endpoints: [A, B], state: 'down' }] });
  await client.deleteLink('x/1');
  const text = JSON.stringify({ hubs: { lan: [A, B] } });
  await client.putTopology({ text, type: 'application/json' });
  await client.addMember('lan', C);
  await client.deleteMember('lan', A);
  await assert.rejects(client.link('nothing'), { name: 'RemoteError', status: 404, code: 'link_unknown', exitCode: 1 });
  await client.stop();
  assert.equal(api.stops, 1);
  await api.close();
  await assert.rejects(client.status(), { name: 'TcpbridgeError', code: 'bridge_unreachable', exitCode: 3 });
});
