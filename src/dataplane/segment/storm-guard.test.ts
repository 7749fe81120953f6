// The storm guard's bucket, on a clock of the test's own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { STORM, StormGuard } from './storm-guard.ts';

const SEED = Date.now() % 2 ** 31;
console.log(`fast-check seed ${SEED}`);

function passing(guard: StormGuard, frames: number, nowNs: number): number {
  let passed = 0;
  for (let i = 0; i < frames; i++) if (guard.judge(nowNs) === STORM.passes) passed++;
  return passed;
}

test('StormGuard.judge() lets everything pass without a rate', () => {
  const guard = new StormGuard();
  assert.equal(passing(guard, 1000, 0), 1000);
});

test('StormGuard.judge() lets a second of frames pass at once, then the rate', () => {
  const guard = new StormGuard();
  guard.setRate(100, 5e9);
  assert.equal(passing(guard, 1000, 5e9), 100);
  assert.equal(passing(guard, 1000, 5.1e9), 10);
  assert.equal(passing(guard, 1000, 5.105e9), 0);
  // Half a token is kept.
  assert.equal(passing(guard, 1000, 5.11e9), 1);
  assert.equal(passing(guard, 1000, 500e9), 100);
  guard.setRate(100, 500e9);
  assert.equal(passing(guard, 1000, 500e9), 0);
  guard.setRate(5, 500e9);
  assert.equal(passing(guard, 1000, 500e9), 5);
  guard.setRate(undefined, 500e9);
  assert.equal(passing(guard, 1000, 500e9), 1000);
});

test('StormGuard.judge() never lets more pass than the rate times the time, and a second on top', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      fc.array(fc.record({ ms: fc.integer({ min: 0, max: 3000 }), frames: fc.nat(500) }), {
        maxLength: 50,
        size: 'max',
      }),
      (rate, bursts) => {
        const guard = new StormGuard();
        guard.setRate(rate, 0);
        let nowNs = 0;
        let passed = 0;
        for (const { ms, frames } of bursts) {
          nowNs += ms * 1e6;
          passed += passing(guard, frames, nowNs);
        }
        assert.ok(passed <= rate + (rate * nowNs) / 1e9 + 1e-6, `${passed} in ${nowNs} ns at ${rate}`);
      },
    ),
    { seed: SEED, numRuns: 100 },
  );
});

test('StormGuard.judge() tells the beginning of each storm once', () => {
  const guard = new StormGuard();
  guard.setRate(1, 0);
  const verdicts = (nowNs: number) => Array.from({ length: 4 }, () => guard.judge(nowNs));
  assert.deepEqual(verdicts(0), [STORM.passes, STORM.begins, STORM.dropped, STORM.dropped]);
  assert.deepEqual(verdicts(0.5e9), [STORM.dropped, STORM.dropped, STORM.dropped, STORM.dropped]);
  assert.deepEqual(verdicts(9e9), [STORM.passes, STORM.dropped, STORM.dropped, STORM.dropped]);
  assert.deepEqual(verdicts(30e9), [STORM.passes, STORM.begins, STORM.dropped, STORM.dropped]);
});
