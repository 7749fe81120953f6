// The scheduler: what each kind of step yields and when, and that it does not matter how often it is asked.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Scenario, ScenarioStep } from './scenario.ts';
import { type Operation, Timeline } from './timeline.ts';

const SEED = 20_261_122;

function step(part: Partial<ScenarioStep> & Pick<ScenarioStep, 'action'>): ScenarioStep {
  return { name: 'step', links: ['core'], atMs: 0, times: 1, untilMs: Number.POSITIVE_INFINITY, ...part };
}

function scenario(steps: readonly ScenarioStep[], untilMs = Number.POSITIVE_INFINITY): Scenario {
  return { name: 'test', untilMs, restores: true, steps };
}

function said({ atMs, step: index, what }: Operation): [number, string] {
  const words = what.kind === 'impair' ? ` ${JSON.stringify(what.words)}` : '';
  return [atMs, `${index} ${what.kind}${words}`];
}

test('Timeline yields each kind of step at its time', () => {
  const timeline = new Timeline(
    scenario([
      step({ action: { kind: 'down' }, atMs: 100, everyMs: 1000, forMs: 200, untilMs: 2000, times: Infinity }),
      step({ action: { kind: 'flap', times: 2, downMs: 10, upMs: 20 }, atMs: 100 }),
      step({
        action: { kind: 'ramp', words: { both: { loss: '0% -> 10%' } }, overMs: 400, resolutionMs: 200 },
        atMs: 500,
      }),
      step({ action: { kind: 'reset' }, atMs: 900 }),
    ]),
  );
  assert.equal(timeline.nextMs, 100);
  assert.deepEqual(timeline.take(5000).map(said), [
    [100, '0 down'],
    [100, '1 down'],
    [110, '1 up'],
    [130, '1 down'],
    [140, '1 up'],
    [300, '0 undo'],
    [500, '2 impair {"both":{"loss":"0%"}}'],
    [700, '2 impair {"both":{"loss":"5%"}}'],
    [900, '2 impair {"both":{"loss":"10%"}}'],
    [900, '3 reset'],
    [1100, '0 down'],
    [1300, '0 undo'],
  ]);
  assert.equal(timeline.isDone, true);
});

test('Timeline ends at its end, whatever is left', () => {
  const timeline = new Timeline(scenario([step({ action: { kind: 'down' }, everyMs: 100, times: Infinity })], 250));
  assert.deepEqual(
    timeline.take(100).map(({ atMs }) => atMs),
    [0, 100],
  );
  assert.deepEqual([timeline.nextMs, timeline.isDone], [200, false]);
  assert.deepEqual(
    timeline.take(200).map(({ atMs }) => atMs),
    [200],
  );
  assert.deepEqual([timeline.nextMs, timeline.isDone], [250, false]);
  assert.deepEqual([timeline.take(1000), timeline.isDone], [[], true]);
});

test('Timeline waits for frames while it is armed, as often as it says', () => {
  const on = { link: 'core', frame: 'arp', count: 3, afterMs: 50 };
  const timeline = new Timeline(
    scenario([step({ action: { kind: 'down' }, atMs: 100, untilMs: 10_000, times: 2, forMs: 10, on })]),
  );
  timeline.fire(0, 50);
  assert.deepEqual(timeline.take(99), []);
  assert.deepEqual(timeline.take(100).map(said), [[100, '0 arm']]);
  assert.deepEqual([timeline.nextMs, timeline.isDone], [10_000, false]);
  timeline.fire(0, 200);
  timeline.fire(0, 200);
  assert.deepEqual(timeline.take(300).map(said), [
    [200, '0 arm'],
    [250, '0 down'],
    [260, '0 undo'],
  ]);
  timeline.fire(0, 400);
  assert.deepEqual(timeline.take(1000).map(said), [
    [450, '0 down'],
    [460, '0 undo'],
  ]);
  assert.equal(timeline.isDone, true);
});

test('Timeline stops to wait at the end of the step or of the scenario', () => {
  const on = { link: 'core', frame: 'arp', count: 1, afterMs: 0 };
  const steps = [step({ action: { kind: 'down' }, untilMs: 500, on })];
  const timeline = new Timeline(scenario(steps, 800));
  assert.deepEqual(timeline.take(0).map(said), [[0, '0 arm']]);
  assert.deepEqual(timeline.take(500).map(said), [[500, '0 disarm']]);
  timeline.fire(0, 600);
  assert.deepEqual([timeline.take(700), timeline.isDone], [[], true]);
});

const ms = fc.integer({ min: 10, max: 3000 });
const action = fc.oneof(
  fc.constantFrom({ kind: 'down' as const }, { kind: 'up' as const }, { kind: 'reset' as const }),
  fc.record({ kind: fc.constant('flap' as const), times: fc.integer({ min: 1, max: 4 }), downMs: ms, upMs: ms }),
  fc.record({
    kind: fc.constant('ramp' as const),
    words: fc.constant({ both: { delay: '0ms -> 100ms' } }),
    overMs: ms,
    resolutionMs: ms,
  }),
);
const steps = fc.array(
  fc
    .record({
      action,
      atMs: ms,
      everyMs: fc.option(ms, { nil: undefined }),
      forMs: fc.option(ms, { nil: undefined }),
      untilMs: fc.oneof(ms, fc.constant(Number.POSITIVE_INFINITY)),
    })
    .map(({ everyMs, forMs, ...rest }) =>
      step({ ...rest, times: everyMs ? Infinity : 1, ...(everyMs && { everyMs }), ...(forMs && { forMs }) }),
    ),
  { maxLength: 6 },
);

test('Timeline yields the same however often it is asked, in order, never early, never after the end', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 10_000 }), fc.array(ms, { maxLength: 50 }), (all, endMs, jumps) => {
      const whole = new Timeline(scenario(all, endMs));
      const wanted = whole.take(endMs);
      const parts = new Timeline(scenario(all, endMs));
      const got: Operation[] = [];
      let nowMs = 0;
      for (const jumpMs of [...jumps, endMs]) {
        nowMs += jumpMs;
        for (const operation of parts.take(nowMs)) {
          assert.ok(operation.atMs <= nowMs && operation.atMs < endMs);
          got.push(operation);
        }
        assert.ok(parts.isDone || parts.nextMs > nowMs);
      }
      assert.deepEqual(got, wanted);
      for (const [index, { atMs }] of got.entries()) assert.ok(index === 0 || got[index - 1]!.atMs <= atMs);
      assert.equal(parts.isDone, true);
      // Asked exactly when something is due, it is never late.
      const exact = new Timeline(scenario(all, endMs));
      while (!exact.isDone) {
        const { nextMs } = exact;
        for (const { atMs } of exact.take(nextMs)) assert.equal(atMs, nextMs);
      }
    }),
    { seed: SEED, numRuns: 300 },
  );
});
