// The scenario of a bridge by the API: started, held, stopped, looked at, refused. Every reply is checked against the OpenAPI
// document. Tokens and hosts are those of every route: access.test.ts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ApiDocument, ReplyJudge } from '../support/api-document.ts';
import { ControlledBridge, codeOf } from '../support/control.ts';

const ENDPOINTS = ['a', 'b', 'c', 'd'].map((name) => `unix:/nowhere/${name}.sock`);
const TOPOLOGY = {
  links: [{ name: 'core', endpoints: ENDPOINTS.slice(0, 2) }],
  hubs: { lan: ENDPOINTS.slice(2, 4) },
};
const LONG = { name: 'long', steps: [{ down: 'core' }, { at: '1h', up: 'core' }] };

async function start(t: Parameters<typeof ControlledBridge.start>[0]) {
  const api = await ControlledBridge.start(t, { topology: TOPOLOGY });
  const judge = new ReplyJudge((await api.ask('GET', '/openapi.json')).json as ApiDocument);
  const ask = async (method: string, path: string, body?: unknown, query = '') => {
    const answer =
      body === undefined ? await api.ask(method, path + query) : await api.askJson(method, path + query, body);
    judge.check(method, path, answer);
    return answer;
  };
  const stateOf = async () => {
    const { scenario } = (await ask('GET', '/v1/scenario')).json as { scenario: { state: string } | null };
    return scenario?.state;
  };
  return { api, judge, ask, stateOf };
}

test('a scenario is started, held, gone on with and stopped', async (t) => {
  const { api, ask, stateOf } = await start(t);
  assert.deepEqual((await ask('GET', '/v1/scenario')).json, { scenario: null });
  assert.deepEqual((await ask('GET', '/v1/scenario/log')).json, { entries: [] });
  const dry = await ask('PUT', '/v1/scenario', LONG, '?dryRun=true');
  assert.deepEqual([dry.status, dry.json], [200, { scenario: null }]);
  const started = await ask('PUT', '/v1/scenario', LONG);
  assert.equal(started.status, 201);
  const { scenario } = started.json as { scenario: { name: string; state: string; steps: number } };
  assert.deepEqual([scenario.name, scenario.state, scenario.steps], ['long', 'running', 2]);
  const twice = await ask('PUT', '/v1/scenario', LONG);
  assert.deepEqual([twice.status, codeOf(twice)], [409, 'scenario_running']);
  await ask('POST', '/v1/scenario/pause');
  assert.equal(await stateOf(), 'paused');
  assert.equal(codeOf(await ask('POST', '/v1/scenario/pause')), 'scenario_state');
  await ask('POST', '/v1/scenario/resume');
  assert.equal(await stateOf(), 'running');
  await ask('POST', '/v1/scenario/stop');
  assert.equal(await stateOf(), 'stopped');
  assert.equal(api.bridge.topology.segments[0]?.isUp, true);
  const { entries } = (await ask('GET', '/v1/scenario/log')).json as { entries: { did: string }[] };
  assert.equal(entries.at(-1)?.did, 'restore');
  const rest = (await ask('GET', '/v1/scenario/log', undefined, `?from=${entries.length - 1}`)).json;
  assert.deepEqual(rest, { entries: entries.slice(-1) });
  for (const action of ['pause', 'resume', 'stop']) {
    const answer = await ask('POST', `/v1/scenario/${action}`);
    assert.deepEqual([answer.status, codeOf(answer)], [409, 'scenario_missing'], action);
  }
});

test('a scenario may be YAML, and what is wrong with it has its place', async (t) => {
  const { api, ask, judge, stateOf } = await start(t);
  const put = async (body: string) => {
    const answer = await api.ask('PUT', '/v1/scenario', { headers: { 'content-type': 'application/yaml' }, body });
    judge.check('PUT', '/v1/scenario', answer);
    return answer;
  };
  const wrong = await put('steps:\n  - {at: 10, down: core}\n  - {down: core, every: 1s, for: 2s}\n');
  const { error } = wrong.json as { error: { code: string; path: string; errors: { line: number; path: string }[] } };
  assert.deepEqual([wrong.status, error.code, error.path], [400, 'scenario_invalid', 'steps[0].at']);
  assert.deepEqual(
    error.errors.map(({ line, path }) => [line, path]),
    [
      [2, 'steps[0].at'],
      [3, 'steps[1].every'],
    ],
  );
  const cases: [unknown, string][] = [
    [{}, 'scenario_invalid'],
    [[], 'scenario_invalid'],
    [{ steps: [{ down: 'nobody' }] }, 'link_unknown'],
    [{ steps: [{ impair: 'lan', with: 'lte' }] }, 'not_impairable'],
    [{ steps: [{ impair: 'core', with: 'adsl' }] }, 'scenario_invalid'],
  ];
  for (const [body, code] of cases) assert.equal(codeOf(await ask('PUT', '/v1/scenario', body)), code);
  assert.equal(codeOf(await ask('GET', '/v1/scenario/log', undefined, '?from=x')), 'request_invalid');
  assert.equal(await stateOf(), undefined);
  assert.equal((await put('steps: [{at: 1h, down: [core, lan]}]')).status, 201);
});
