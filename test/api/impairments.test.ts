// The impairments of links by the API: success, bad input, and that what is read can be sent back. Every reply is checked
// against the OpenAPI document. Tokens and hosts are those of every route: access.test.ts.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { PRESETS } from '../../src/topology/impairment-presets.ts';
import { type ApiDocument, ReplyJudge } from '../support/api-document.ts';
import { type Answer, ControlledBridge, codeOf, makeFolder } from '../support/control.ts';

const ENDPOINTS = ['a', 'b', 'c', 'd'].map((name) => `unix:/nowhere/${name}.sock`);
const TOPOLOGY = {
  links: [{ name: 'core/1', endpoints: ENDPOINTS.slice(0, 2) }],
  hubs: { lan: ENDPOINTS.slice(2, 4) },
};
const PATH = '/v1/links/{name}/impairments';
const IMPAIRED = { changed: true, steps: [{ action: 'impair', link: 'core/1' }] };

// A reply to a change without what the step says about it.
function inShort({ json }: Answer): unknown {
  const { steps, ...rest } = json as { steps: { action: string; link: string }[] };
  return { ...rest, steps: steps.map(({ action, link }) => ({ action, link })) };
}

async function start(t: Parameters<typeof ControlledBridge.start>[0], options = {}) {
  const api = await ControlledBridge.start(t, { topology: TOPOLOGY, ...options });
  const judge = new ReplyJudge((await api.ask('GET', '/openapi.json')).json as ApiDocument);
  const ask = async (method: string, path: string, body?: unknown, name = 'core/1', query = ''): Promise<Answer> => {
    const url = path.replace('{name}', encodeURIComponent(name)) + query;
    const answer = body === undefined ? await api.ask(method, url) : await api.askJson(method, url, body);
    judge.check(method, path, answer);
    return answer;
  };
  const read = async () => ((await ask('GET', PATH)).json as { impairments: unknown }).impairments;
  return { api, ask, read };
}

test('PUT impairs a link, GET tells how with the seed in use, and sending that back changes nothing', async (t) => {
  const { api, ask, read } = await start(t);
  assert.deepEqual(await read(), {});
  const dry = await ask('PUT', PATH, { both: { delay: '20ms' } }, 'core/1', '?dryRun=true');
  assert.deepEqual([inShort(dry), await read()], [IMPAIRED, {}]);
  const [step] = (dry.json as { steps: { from: string; to: string; words: string[] }[] }).steps;
  assert.deepEqual([step?.from, step?.to, step?.words], ['none', '20ms', ['delay', 'seed']]);
  const wanted = { both: { delay: '20ms 5ms', seed: 7 }, 'b-to-a': { loss: 0.1 } };
  assert.deepEqual(inShort(await ask('PUT', PATH, wanted)), IMPAIRED);
  const there = { delay: '20ms', jitter: '5ms', seed: 7 };
  const status = { 'a-to-b': there, 'b-to-a': { ...there, loss: '0.1%' } };
  assert.deepEqual(await read(), status);
  assert.deepEqual((await ask('PUT', PATH, wanted)).json, { changed: false, steps: [] });
  assert.deepEqual((await ask('PUT', PATH, await read())).json, { changed: false, steps: [] });
  const link = (await ask('GET', '/v1/links/{name}')).json as { impairments: unknown };
  assert.deepEqual(link.impairments, status);
  assert.deepEqual((await ask('GET', '/v1/impairments')).json, { links: [{ link: 'core/1', impairments: status }] });
  const document = (await ask('GET', '/v1/topology')).json as { links: { impairments: unknown }[] };
  assert.deepEqual(document.links[0]?.impairments, { both: there, 'b-to-a': { loss: '0.1%' } });
  assert.deepEqual((await ask('PUT', '/v1/topology', document)).json, { changed: false, steps: [] });
  assert.equal(api.bridge.topology.segments[0]?.impairments?.['a-to-b']?.delayMs, 20);
});

test('a seed that nobody gave is chosen once, and stays when other words change', async (t) => {
  const { ask, read } = await start(t);
  await ask('PUT', PATH, { both: { loss: 1 } });
  const seeds = async () => {
    const { 'a-to-b': there, 'b-to-a': back } = (await read()) as Record<string, { seed: number } | undefined>;
    return [there?.seed, back?.seed];
  };
  const first = await seeds();
  for (const seed of first) assert.ok(Number.isInteger(seed), String(seed));
  assert.deepEqual((await ask('PUT', PATH, { both: { loss: 1 } })).json, { changed: false, steps: [] });
  await ask('PATCH', PATH, { both: { loss: 2 } });
  assert.deepEqual(await seeds(), first);
  await ask('PATCH', PATH, { 'a-to-b': { seed: 3 } });
  assert.deepEqual(await seeds(), [3, first[1]]);
});

test('PATCH changes what is named, and null takes it back', async (t) => {
  const { ask, read } = await start(t);
  const cases: [unknown, unknown][] = [
    [
      { both: { delay: '20ms', seed: 1 } },
      { 'a-to-b': { delay: '20ms', seed: 1 }, 'b-to-a': { delay: '20ms', seed: 1 } },
    ],
    [
      { 'a-to-b': { loss: '1%' } },
      { 'a-to-b': { delay: '20ms', loss: '1%', seed: 1 }, 'b-to-a': { delay: '20ms', seed: 1 } },
    ],
    [{ 'b-to-a': null }, { 'a-to-b': { delay: '20ms', loss: '1%', seed: 1 } }],
    [{ 'a-to-b': { delay: null } }, { 'a-to-b': { loss: '1%', seed: 1 } }],
    [{ 'a-to-b': 'metro' }, { 'a-to-b': { delay: '600us', jitter: '50us', keep_order: true, seed: 1 } }],
    ['none', { 'a-to-b': { seed: 1 } }],
  ];
  for (const [patch, status] of cases) {
    assert.deepEqual(inShort(await ask('PATCH', PATH, patch)), IMPAIRED, JSON.stringify(patch));
    assert.deepEqual(await read(), status);
  }
});

test('DELETE heals one link, or all', async (t) => {
  const { ask, read } = await start(t);
  await ask('PUT', PATH, 'lte');
  assert.deepEqual(inShort(await ask('DELETE', PATH, undefined, 'core/1', '?dryRun=true')), IMPAIRED);
  assert.deepEqual(inShort(await ask('DELETE', PATH)), IMPAIRED);
  assert.deepEqual((await ask('DELETE', PATH)).json, { changed: false, steps: [] });
  await ask('PUT', PATH, 'lte');
  assert.deepEqual(inShort(await ask('DELETE', '/v1/impairments')), IMPAIRED);
  assert.deepEqual([await read(), (await ask('GET', '/v1/impairments')).json], [{}, { links: [] }]);
});

test('PUT /v1/links/{name} takes impairments, PATCH leaves them as they are', async (t) => {
  const { ask, read } = await start(t);
  const link = { endpoints: ENDPOINTS.slice(0, 2), impairments: { both: { delay: '1ms', seed: 2 } } };
  assert.deepEqual(inShort(await ask('PUT', '/v1/links/{name}', link)), IMPAIRED);
  await ask('PATCH', '/v1/links/{name}', { state: 'down' });
  assert.deepEqual(await read(), { 'a-to-b': { delay: '1ms', seed: 2 }, 'b-to-a': { delay: '1ms', seed: 2 } });
});

test('bad input is refused with its place, and changes nothing', async (t) => {
  const { api, ask } = await start(t);
  const before = api.bridge.topology;
  const cases: [unknown, string, string | undefined][] = [
    [{ both: { delay: '20' } }, 'impairment_invalid', 'both.delay'],
    [{ 'b-to-a': { jitter: '5ms' } }, 'impairment_incomplete', 'b-to-a.jitter'],
    [{ both: { loss: '1%', loss_state: '1%' } }, 'impairment_invalid', 'both.loss_state'],
    [{ both: { match: 'udp prot 3' } }, 'filter_invalid', 'both.match'],
    [{ both: { los: 1 } }, 'request_invalid', 'both'],
    [{ delay: '20ms' }, 'request_invalid', undefined],
    [{ both: { delay: ['20ms'] } }, 'request_invalid', 'both.delay'],
    [
      { both: { delay: '1ms', jitter: '1ms', distribution: { file: '/etc/passwd' } } },
      'impairment_invalid',
      'both.distribution',
    ],
    [{ both: { delay: '1ms', jitter: '1ms', distribution: [1, 'x'] } }, 'request_invalid', 'both.distribution[1]'],
    [{ both: { loss: { correlation: 5 } } }, 'request_invalid', 'both.loss.percent'],
    [{ both: { slot: { max: '1ms' } } }, 'impairment_invalid', 'both.slot'],
    [{ both: { preset: 'adsl' } }, 'preset_unknown', 'both.preset'],
    ['adsl', 'preset_unknown', undefined],
    [[], 'request_invalid', undefined],
    [7, 'request_invalid', undefined],
  ];
  for (const method of ['PUT', 'PATCH']) {
    for (const [body, code, path] of cases) {
      const answer = await ask(method, PATH, body);
      const { error } = answer.json as { error: { code: string; path?: string } };
      assert.deepEqual([error.code, error.path], [code, path], `${method} ${JSON.stringify(body)}: ${answer.text}`);
    }
  }
  assert.equal(codeOf(await ask('PUT', PATH, { both: { delay: null } })), 'request_invalid');
  const inLink = await ask('PUT', '/v1/links/{name}', {
    endpoints: ENDPOINTS.slice(0, 2),
    impairments: { both: { delay: 3 } },
  });
  assert.deepEqual(
    [codeOf(inLink), (inLink.json as { error: { path: string } }).error.path],
    ['impairment_invalid', 'impairments.both.delay'],
  );
  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
    const body = method === 'PUT' || method === 'PATCH' ? { both: { delay: '1ms' } } : undefined;
    assert.equal(codeOf(await ask(method, PATH, body, 'lan')), 'not_impairable', method);
    assert.equal(codeOf(await ask(method, PATH, body, 'nobody')), 'link_unknown', method);
  }
  assert.equal(api.bridge.topology, before);
});

test('GET /v1/impairments/presets lists the presets', async (t) => {
  const { ask } = await start(t);
  const { presets } = (await ask('GET', '/v1/impairments/presets')).json as { presets: { name: string }[] };
  assert.deepEqual(
    presets.map(({ name }) => name),
    PRESETS.map(({ name }) => name),
  );
});

test('impairments survive in the state file, seeds with them', async (t) => {
  const stateFile = join(makeFolder(t), 'state.json');
  const first = await start(t, { stateFile });
  await first.ask('PATCH', PATH, { both: { preset: 'dsl', duration: '1h' } });
  const status = await first.read();
  const { StateFile } = await import('../../src/control/state-file.ts');
  const { formatDirections } = await import('../../src/topology/impairments-form.ts');
  const [link] = new StateFile(stateFile).read()!.segments;
  assert.deepEqual(formatDirections(link!.impairments!), status);
});
