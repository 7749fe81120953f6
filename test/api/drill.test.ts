// Drills by the API: measured, refused, interrupted. Every reply is checked against the OpenAPI document, and whatever
// happens, the link is as it was.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { DrillResult } from '../../src/drill/result.ts';
import { type ApiDocument, ReplyJudge } from '../support/api-document.ts';
import { Condition } from '../support/condition.ts';
import { ControlledBridge, codeOf } from '../support/control.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { measure, STEADY_FLOW, startSteadyFlow } from '../support/steady-flow.ts';

const SHORT = { link: 'core', flow: STEADY_FLOW, before: '1s', for: '500ms', after: '500ms' };
const LONG = { ...SHORT, for: '1h' };

interface Told {
  readonly type: string;
  readonly data: { readonly phase?: string; readonly drill?: number; readonly error?: { readonly code: string } };
}

async function start(t: TestContext) {
  const peers = [await ListeningPeer.start(t), await ListeningPeer.start(t)];
  const topology = {
    links: [
      { name: 'core', endpoints: peers.map(({ endpoint }) => endpoint), impairments: { both: { delay: '1ms' } } },
      { name: 'idle', endpoints: ['unix:/nowhere/a', 'unix:/nowhere/b'] },
    ],
    hubs: { lan: ['unix:/nowhere/c', 'unix:/nowhere/d'] },
  };
  const api = await ControlledBridge.start(t, { topology });
  const judge = new ReplyJudge((await api.ask('GET', '/openapi.json')).json as ApiDocument);
  for (const peer of peers) await peer.untilAttached();
  startSteadyFlow(t, peers[0]!);
  const core = () => api.bridge.topology.segments[0]!;
  return { api, judge, core };
}

/** Starts a drill; `ended` resolves with all that it said. */
function drill(api: ControlledBridge, body: object) {
  const told: Told[] = [];
  const condition = new Condition();
  const gone = new AbortController();
  const onEvent = ({ type, data }: { type: string; data: string }): void => {
    told.push({ type, data: JSON.parse(data) });
    condition.changed();
  };
  const request = { text: JSON.stringify(body), type: 'application/json' as const };
  const ended = api.client.stream('/v1/drills', onEvent, gone.signal, undefined, request).then(() => told);
  const until = (phase: string): Promise<void> =>
    condition.until(
      () => told.some(({ data }) => data.phase === phase),
      () => `"${phase}" of ${JSON.stringify(told)}`,
    );
  return { ended, until, leave: () => gone.abort() };
}

test('a drill cuts a link, measures the flow, and makes the link as it was', async (t) => {
  const { api, judge, core } = await start(t);
  const before = core();
  let tries = 0;
  await measure(t, async () => {
    tries++;
    const told = await drill(api, { ...SHORT, repeat: 2 }).ended;
    assert.deepEqual(
      told.map(({ type, data }) => data.phase ?? type),
      [...['watching', 'cut', 'healed', 'measured'], ...['watching', 'cut', 'healed', 'measured'], 'finished'],
    );
    assert.deepEqual(core(), before);
    const answer = await api.ask('GET', `/v1/drills/${told.at(-1)!.data.drill}`);
    judge.check('GET', '/v1/drills/{id}', answer);
    const { runs, summary, state } = answer.json as DrillResult;
    assert.deepEqual([state, runs.length, summary.interrupted, summary.neverResumed], ['finished', 2, 2, 0]);
    for (const run of runs) {
      const [stream] = run.streams;
      const { atCut } = stream!;
      const text = JSON.stringify(run);
      assert.ok(atCut!.stoppedMs <= run.cut.doneMs + 5 && atCut!.resumedMs! >= run.heal.begunMs, text);
      assert.deepEqual([atCut!.pathBefore, atCut!.pathAfter, run.missed], [['core'], ['core'], 0], text);
      const lane = run.lanes.find(({ direction }) => direction === 'a-to-b')!;
      assert.ok(lane.drops.link_down! > 0, text);
      // The link delays frames: a few are on their way at the beginning or at the end.
      const unseen = lane.framesIn - lane.framesOut - lane.drops.link_down!;
      assert.ok(Math.abs(unseen) <= 10, text);
    }
  });
  const list = await api.ask('GET', '/v1/drills');
  judge.check('GET', '/v1/drills', list);
  assert.equal((list.json as { drills: unknown[] }).drills.length, tries);
});

test('a drill can cut one direction or make a link bad, on top of what the link does', async (t) => {
  const { api, core } = await start(t);
  const before = core();
  const find = async (id: number | undefined) => (await api.ask('GET', `/v1/drills/${id}`)).json as DrillResult;
  await measure(t, async () => {
    const oneWay = drill(api, { ...SHORT, cut: 'a-to-b' });
    await oneWay.until('cut');
    const during = core();
    const cut = await find((await oneWay.ended).at(-1)!.data.drill);
    assert.equal(during.isUp, true);
    assert.deepEqual(during.impairments?.['a-to-b']?.loss, { model: 'random', percent: 100 });
    assert.equal(cut.change, 'cut a-to-b');
    assert.ok(cut.runs[0]!.lanes[0]!.drops.loss! > 0, JSON.stringify(cut));
    assert.deepEqual(core(), before);
  });
  await measure(t, async () => {
    const other = drill(api, { ...SHORT, impairments: { 'b-to-a': { loss: '100%', delay: '50ms' } } });
    const harmless = await find((await other.ended).at(-1)!.data.drill);
    assert.deepEqual([harmless.summary.lost, harmless.change], [0, 'b-to-a: delay 50ms loss 100%']);
    assert.deepEqual(core(), before);
  });
});

test('a drill ends and the link is as it was when its client goes away and when the bridge ends', async (t) => {
  const { api, judge, core } = await start(t);
  const left = drill(api, LONG);
  await left.until('cut');
  assert.equal(core().isUp, false);
  const second = await api.askJson('POST', '/v1/drills', SHORT);
  judge.check('POST', '/v1/drills', second);
  assert.deepEqual([second.status, codeOf(second)], [409, 'drill_running']);
  const scenario = { steps: [{ at: '1h', down: 'core' }] };
  for (const query of ['', '?dryRun=true']) {
    const refused = await api.askJson('PUT', `/v1/scenario${query}`, scenario);
    assert.deepEqual([refused.status, codeOf(refused)], [409, 'drill_running']);
  }
  const restored = new Promise((resolve) => api.bridge.once('changed', resolve));
  left.leave();
  await restored;
  await left.ended;
  let state: string | undefined;
  while (state !== 'stopped') {
    const { drills } = (await api.ask('GET', '/v1/drills')).json as { drills: { state: string }[] };
    state = drills[0]?.state;
  }
  // What was seen until then is measured.
  const { runs } = (await api.ask('GET', '/v1/drills/1')).json as DrillResult;
  assert.deepEqual(
    runs.map(({ endedEarly }) => endedEarly),
    [true],
  );
  assert.equal(core().isUp, true);
  const last = drill(api, LONG);
  await last.until('cut');
  const [, told] = await Promise.all([api.close(), last.ended]);
  assert.equal(told.at(-1)?.data.error?.code, 'drill_failed');
  assert.deepEqual(api.records, []);
  assert.equal(core().isUp, true);
});

test('a drill that is ended early tells what it had measured, and leaves what others changed', async (t) => {
  const { api, judge, core } = await start(t);
  const { ended, until } = drill(api, LONG);
  await until('cut');
  const { drills } = (await api.ask('GET', '/v1/drills')).json as { drills: { id: number }[] };
  const path = `/v1/drills/${drills[0]!.id}`;
  await api.askJson('PATCH', '/v1/links/core/impairments', { 'a-to-b': { mtu: 1400 } });
  const answer = await api.ask('DELETE', path);
  judge.check('DELETE', '/v1/drills/{id}', answer);
  const { state, runs } = answer.json as DrillResult;
  assert.deepEqual([state, runs.length, runs[0]?.endedEarly], ['stopped', 1, true]);
  assert.ok(runs[0]!.lanes[0]!.drops.link_down! > 0 && runs[0]!.changedByOthers !== undefined, answer.text);
  assert.deepEqual([core().isUp, core().impairments?.['a-to-b']?.mtuBytes], [true, 1400]);
  assert.equal((await ended).at(-1)?.data.error?.code, 'drill_failed');
  // It is over: nothing is left to end.
  assert.deepEqual((await api.ask('DELETE', path)).json, answer.json);
  const unknown = await api.ask('DELETE', '/v1/drills/99');
  judge.check('DELETE', '/v1/drills/{id}', unknown);
  assert.deepEqual([unknown.status, codeOf(unknown)], [404, 'drill_unknown']);
});

test('what cannot be drilled is refused, and without a flow nothing is cut', async (t) => {
  const { api, judge, core } = await start(t);
  const cases: [object, number, string][] = [
    [{ link: 'core' }, 400, 'request_invalid'],
    [{ ...SHORT, flow: 'tcp prt 80' }, 400, 'filter_invalid'],
    [{ ...SHORT, link: 'nobody' }, 404, 'link_unknown'],
    [{ ...SHORT, link: 'all' }, 404, 'link_unknown'],
    [{ ...SHORT, watch: ['core', 'nobody'] }, 404, 'link_unknown'],
    [{ ...SHORT, link: 'lan', cut: 'a-to-b' }, 409, 'not_impairable'],
    [{ ...SHORT, cut: 'both', impairments: { both: { loss: '1%' } } }, 400, 'request_invalid'],
    [{ ...SHORT, impairments: { both: { loss: '1%', duration: '1s' } } }, 400, 'request_invalid'],
    [{ ...SHORT, impairments: { both: { loss: '200%' } } }, 400, 'impairment_invalid'],
    [{ ...SHORT, for: '1ms' }, 400, 'duration_out_of_range'],
    [{ ...SHORT, repeat: 1000 }, 400, 'request_invalid'],
  ];
  for (const [body, status, code] of cases) {
    const answer = await api.askJson('POST', '/v1/drills', body);
    judge.check('POST', '/v1/drills', answer);
    assert.deepEqual([answer.status, codeOf(answer)], [status, code], JSON.stringify(body));
  }
  const changes: unknown[] = [];
  api.bridge.on('changed', (step) => changes.push(step));
  for (const body of [
    { ...SHORT, before: '50ms', flow: 'bgp open' },
    { ...SHORT, before: '50ms', watch: ['idle'] },
  ]) {
    const [, failed] = await drill(api, body).ended;
    assert.deepEqual([failed?.type, failed?.data.error?.code], ['failed', 'drill_flow_missing']);
  }
  assert.deepEqual([changes, core().isUp], [[], true]);
  const unknown = await api.ask('GET', '/v1/drills/99');
  judge.check('GET', '/v1/drills/{id}', unknown);
  assert.deepEqual([unknown.status, codeOf(unknown)], [404, 'drill_unknown']);
});
