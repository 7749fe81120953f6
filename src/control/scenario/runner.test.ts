// The runner with a clock that jumps and a bridge that is only a topology: what is applied, undone, restored and logged.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseScenario } from '../../scenario/parse.ts';
import { makeTopology, parseLink, type Topology } from '../../topology/topology.ts';
import type { Changes } from '../changes.ts';
import { type Clock, wallTime } from './clock.ts';
import { ScenarioRunner, type WatchFrames } from './runner.ts';

class JumpingClock implements Clock {
  #nowMs = 5000;
  #timer: { dueMs: number; callback: () => void } | undefined;
  readonly nowMs = () => this.#nowMs;
  readonly wall = () => wallTime(1_767_225_600_000 + this.#nowMs);
  readonly after = (delayMs: number, callback: () => void) => {
    const timer = { dueMs: this.#nowMs + delayMs, callback };
    this.#timer = timer;
    return () => {
      if (this.#timer === timer) this.#timer = undefined;
    };
  };

  /** Lets time pass until then, timer by timer. */
  async jump(byMs: number): Promise<void> {
    const untilMs = this.#nowMs + byMs;
    for (;;) {
      await settle();
      const timer = this.#timer;
      if (timer === undefined || timer.dueMs > untilMs) break;
      this.#timer = undefined;
      this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
      timer.callback();
    }
    this.#nowMs = untilMs;
    await settle();
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

function start(text: string) {
  let topology = makeTopology([
    { ...parseLink('a/1--b/1'), name: 'core' },
    { ...parseLink('a/2--b/2'), name: 'west', impairments: { 'a-to-b': { delayMs: 1, seed: 3 } } },
    { name: 'lan', kind: 'hub', endpoints: parseLink('a/3--b/3').endpoints, isUp: true },
  ]);
  const before = topology;
  const changes = {
    bridge: {
      get topology() {
        return topology;
      },
    },
    apply: async (make: (actual: Topology) => Topology) => {
      const made = make(topology);
      const changed = JSON.stringify(made) !== JSON.stringify(topology);
      topology = made;
      return { changed, steps: [] };
    },
  } as unknown as Changes;
  const clock = new JumpingClock();
  const states: string[] = [];
  const watches: { ended: boolean; seen: (atMs: number) => void }[] = [];
  const watch: WatchFrames = (_, onSeen) => {
    const one = { ended: false, seen: (atMs: number) => onSeen({ atMs }) };
    watches.push(one);
    return () => {
      one.ended = true;
    };
  };
  const runner = new ScenarioRunner(
    changes,
    watch,
    { onState: ({ state }) => states.push(state), onEntry: () => {} },
    clock,
  );
  const link = (name: string) => topology.segments.find((segment) => segment.name === name);
  runner.start(parseScenario(text, 'test.yaml', {}));
  return { runner, clock, states, watches, before, link, now: () => topology, set: (to: Topology) => (topology = to) };
}

test('ScenarioRunner does what is due, undoes it, and makes links as they were', async () => {
  const { runner, clock, states, before, link, now } = start(`
steps:
  - {at: 1s, down: [core, lan], for: 200ms}
  - {at: 2s, impair: west, with: {both: {loss: 1%}}, for: 500ms}
  - {at: 3s, impair: core, with: metro}
`);
  await clock.jump(999);
  assert.equal(now(), before);
  await clock.jump(1);
  assert.deepEqual([link('core')?.isUp, link('lan')?.isUp, link('west')?.isUp], [false, false, true]);
  await clock.jump(200);
  assert.deepEqual([link('core')?.isUp, link('lan')?.isUp], [true, true]);
  await clock.jump(800);
  const loss = { loss: { model: 'random', percent: 1 } };
  assert.deepEqual(link('west')?.impairments, { 'a-to-b': { delayMs: 1, seed: 3, ...loss }, 'b-to-a': loss });
  await clock.jump(500);
  assert.deepEqual(link('west'), before.segments[1]);
  await clock.jump(500);
  assert.deepEqual(now(), before);
  assert.deepEqual(states, ['running', 'finished']);
  assert.deepEqual(
    runner.entries().map(({ did, plannedMs, beganMs, changed }) => [did, plannedMs, beganMs, changed]),
    [
      ['down core lan', 1000, 1000, true],
      ['undo down core lan', 1200, 1200, true],
      ['impair west', 2000, 2000, true],
      ['undo impair west', 2500, 2500, true],
      ['impair core', 3000, 3000, true],
      ['restore', 3000, 3000, true],
    ],
  );
  assert.deepEqual(
    [runner.entries()[0]?.time, runner.entries()[0]?.monotonicUs],
    ['2026-01-01T00:00:06.000000Z', 6_000_000],
  );
  assert.equal(runner.entries(4).length, 2);
});

test('ScenarioRunner undoes what each step did, and leaves what others did to the link meanwhile', async () => {
  const { clock, before, link, now } = start(`
restore: false
steps:
  - {at: 0s, impair: core, with: {both: {delay: 5ms}}, for: 10s}
  - {at: 5s, impair: core, with: {a-to-b: {loss: 1%, delay: 7ms}}, for: 10s}
  - {at: 6s, ramp: core, with: {b-to-a: {corrupt: 1% -> 3%}}, over: 2s, resolution: 1s, for: 3s}
  - {at: 7s, down: core, for: 1500ms}
`);
  const state = () => [
    link('core')?.isUp,
    link('core')?.impairments?.['a-to-b'],
    link('core')?.impairments?.['b-to-a'],
  ];
  const loss = { model: 'random', percent: 1 };
  await clock.jump(8000);
  assert.deepEqual(state(), [false, { delayMs: 7, loss }, { delayMs: 5, corrupt: { percent: 3 } }]);
  await clock.jump(1500);
  assert.deepEqual(state(), [true, { delayMs: 7, loss }, { delayMs: 5 }]);
  // The delay of the first step would not come back, either, when the second one ends.
  await clock.jump(500);
  assert.deepEqual(state(), [true, { delayMs: 7, loss }, undefined]);
  await clock.jump(5000);
  assert.deepEqual(now(), before);
});

test('ScenarioRunner impairs all links, and no hub', async () => {
  const { runner, clock, before, link, now } = start('steps: [{impair: all, with: {both: {mtu: 900}}, for: 1s}]');
  await clock.jump(500);
  assert.deepEqual(
    ['core', 'west', 'lan'].map((name) => link(name)?.impairments?.['a-to-b']?.mtuBytes),
    [900, 900, undefined],
  );
  await clock.jump(1000);
  assert.deepEqual([now(), runner.status()?.failed], [before, 0]);
});

test('ScenarioRunner keeps a link down until the last of two cuts is over', async () => {
  const { runner, clock, link } = start('steps: [{down: core, for: 10s}, {at: 5s, down: core, for: 30s}]');
  const seen: (boolean | undefined)[] = [];
  for (const ms of [9000, 2000, 20_000, 5000]) {
    await clock.jump(ms);
    seen.push(link('core')?.isUp);
  }
  assert.deepEqual([seen, runner.status()?.state], [[false, false, false, true], 'finished']);
});

test('ScenarioRunner plugs in no cable that somebody else has pulled when a bad one heals', async () => {
  const { clock, link, now, set } = start(`
restore: false
steps: [{down: core, for: 10s}, {at: 5s, impair: core, with: {both: {loss: 1%}}, for: 30s}]
`);
  await clock.jump(20_000);
  assert.deepEqual([link('core')?.isUp, link('core')?.impairments?.['a-to-b']?.loss?.model], [true, 'random']);
  set({ ...now(), segments: now().segments.map((one) => (one.name === 'core' ? { ...one, isUp: false } : one)) });
  await clock.jump(20_000);
  assert.deepEqual([link('core')?.isUp, link('core')?.impairments], [false, undefined]);
});

test('ScenarioRunner leaves no word alone that says more about one that is taken back', async () => {
  const { clock, link } = start(`
restore: false
steps:
  - {impair: core, with: {both: {delay: 20ms}}, for: 10s}
  - {at: 5s, impair: core, with: {both: {jitter: 5ms, loss: 1%}}, for: 30s}
`);
  await clock.jump(6000);
  assert.deepEqual([link('core')?.impairments?.['a-to-b']?.jitterMs], [5]);
  await clock.jump(6000);
  const { jitterMs, loss } = link('core')?.impairments?.['a-to-b'] ?? {};
  assert.deepEqual([jitterMs, loss?.model], [undefined, 'random']);
});

test('ScenarioRunner does nothing while it is paused, and goes on where it was', async () => {
  const { runner, clock, states, link } = start('steps: [{at: 1s, every: 1s, for: 100ms, down: core, until: 3s}]');
  await clock.jump(1050);
  assert.equal(link('core')?.isUp, false);
  assert.equal(runner.pause().elapsedMs, 1050);
  await clock.jump(10_000);
  assert.deepEqual([link('core')?.isUp, runner.status()?.elapsedMs], [false, 1050]);
  assert.throws(() => runner.pause(), { code: 'scenario_state' });
  runner.resume();
  await clock.jump(50);
  assert.equal(link('core')?.isUp, true);
  await clock.jump(900);
  assert.equal(link('core')?.isUp, false);
  await clock.jump(100);
  assert.deepEqual(states, ['running', 'paused', 'running', 'finished']);
  assert.deepEqual(
    runner.entries().map(({ did, plannedMs }) => `${plannedMs} ${did}`),
    ['1000 down core', '1100 undo down core', '2000 down core', '2100 undo down core', '2100 restore'],
  );
});

test('ScenarioRunner stops at once, and leaves links alone if it is told to', async () => {
  for (const [restore, isUp] of [
    [true, true],
    [false, false],
  ] as const) {
    const { runner, clock, states, link } = start(`{restore: ${restore}, steps: [{down: core}, {at: 9s, up: core}]}`);
    await clock.jump(100);
    assert.throws(() => runner.start(parseScenario('steps: [{up: core}]', 'x', {})), { code: 'scenario_running' });
    await runner.stop();
    await clock.jump(20_000);
    assert.deepEqual([link('core')?.isUp, states, runner.status()?.state], [isUp, ['running', 'stopped'], 'stopped']);
    await assert.rejects(runner.stop(), { code: 'scenario_missing' });
  }
});

test('ScenarioRunner logs what it cannot do, and goes on', async () => {
  const { runner, clock, now, set } = start(`
steps:
  - {at: 1s, down: core}
  - {at: 2s, impair: core, with: {both: {jitter: 1ms}}}
  - {at: 3s, impair: west, with: {both: {loss: 1%}}}
`);
  await clock.jump(1500);
  set({ ...now(), segments: now().segments.filter(({ name }) => name !== 'core') });
  await clock.jump(5000);
  const errors = runner.entries().map(({ error }) => error);
  assert.match(errors[1] ?? '', /There is no link.*"core"/);
  assert.deepEqual([errors[0], errors[2], errors[3]], [undefined, undefined, undefined]);
  assert.deepEqual([runner.status()?.state, runner.status()?.failed, runner.status()?.done], ['finished', 1, 4]);
  for (const text of [
    'steps: [{down: nobody}]',
    'steps: [{on: {frame: arp, link: nobody}, down: west}]',
    'steps: [{on: {frame: arp, link: all}, reset: all}]',
  ]) {
    assert.throws(() => runner.check(parseScenario(text, 'x', {})), { code: 'link_unknown' });
  }
  const oneWay = 'steps: [{on: {frame: arp, link: lan, direction: a-to-b}, down: west}]';
  assert.throws(() => runner.check(parseScenario(oneWay, 'x', {})), { code: 'no_direction' });
  assert.throws(() => runner.check(parseScenario('steps: [{impair: lan, with: lte}]', 'x', {})), {
    code: 'not_impairable',
  });
});

test('ScenarioRunner waits for frames', async () => {
  const { runner, clock, watches, link } = start(
    'steps: [{on: {frame: arp, count: 3}, after: 50ms, down: core, for: 100ms, times: 2}]',
  );
  await clock.jump(10_000);
  assert.equal(watches.length, 1);
  watches[0]!.seen(clock.nowMs());
  await clock.jump(49);
  assert.equal(link('core')?.isUp, true);
  await clock.jump(1);
  assert.equal(link('core')?.isUp, false);
  await clock.jump(1000);
  assert.deepEqual([link('core')?.isUp, watches.length, runner.status()?.state], [true, 2, 'running']);
  watches[1]!.seen(clock.nowMs());
  await clock.jump(1000);
  assert.deepEqual([runner.status()?.state, watches.length], ['finished', 2]);
  const ended = start('steps: [{on: {frame: arp}, down: core}]');
  await ended.clock.jump(100);
  await ended.runner.stop();
  assert.equal(ended.watches[0]?.ended, true);
});
