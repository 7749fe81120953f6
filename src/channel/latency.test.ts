// Histograms of measured times: where an observation goes, and what is read back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeCounterBlock } from './counters.ts';
import { BOUNDS_US, LATENCY, observe, quantileUs, readHistogram, readLatency } from './latency.ts';

const SEED = Date.now() % 2 ** 31;

test('observe() counts in the first bucket that is large enough', () => {
  const block = makeCounterBlock();
  for (const us of [0, 1, 1.1, 2, 999_999, 1_000_001]) observe(block, LATENCY.forwarding, us);
  const { buckets, count, sumUs } = readHistogram(block, LATENCY.forwarding);
  assert.deepEqual(buckets.slice(0, 3), [2, 2, 0]);
  assert.deepEqual(buckets.slice(-2), [1, 1]);
  assert.equal(count, 6);
  assert.ok(Math.abs(sumUs - 2_000_004.1) < 1e-6);
  assert.equal(readHistogram(block, LATENCY.roundTrip).count, 0);
});

test(`quantileUs() lies in the bucket of the value that has this rank (seed ${SEED})`, () => {
  const values = fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(values, fc.double({ min: 0.01, max: 1, noNaN: true }), (all, share) => {
      const block = makeCounterBlock();
      for (const us of all) observe(block, LATENCY.roundTrip, us);
      const found = quantileUs(readHistogram(block, LATENCY.roundTrip), share)!;
      const true_ = all.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(share * all.length - 1e-9) - 1)]!;
      const index = BOUNDS_US.findIndex((bound) => true_ <= bound);
      assert.ok(found >= (BOUNDS_US[index - 1] ?? 0) && found <= BOUNDS_US[index]!, `${found} for ${true_}`);
    }),
    { seed: SEED },
  );
});

test('readLatency() says nothing of what was never measured', () => {
  const block = makeCounterBlock();
  assert.deepEqual(readLatency(block), {});
  block[LATENCY.rttUs] = 250;
  observe(block, LATENCY.forwarding, 10);
  assert.deepEqual(readLatency(block), { forwardingP50Us: 7.5, forwardingP99Us: 10, rttUs: 250 });
});
