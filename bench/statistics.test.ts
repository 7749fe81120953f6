// Unit tests of the arithmetic between rounds and table.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CaseResult } from './metrics.ts';
import { combineRounds, describeSpread, median, ratio } from './statistics.ts';

test('median() takes the middle, or the mean of the two in the middle', () => {
  assert.equal(median([5, 1, 3]), 3);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.ok(Number.isNaN(median([])));
});

test('median() does not depend on the order and does not change its input', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
      const before = [...values];
      const found = median(values);
      assert.deepEqual(values, before);
      assert.equal(median([...values].reverse()), found);
      assert.ok(values.filter((value) => value < found).length <= values.length / 2);
      assert.ok(values.filter((value) => value > found).length <= values.length / 2);
    }),
  );
});

test('combineRounds() takes medians of speeds but adds up losses', () => {
  const combined = combineRounds([
    { p50Us: 10, lost: 0, longestGapMs: 1 },
    { p50Us: 30, lost: 2, longestGapMs: 7 },
    { p50Us: 20, lost: 0, longestGapMs: 3 },
  ]);
  assert.deepEqual(combined, { p50Us: 20, lost: 2, longestGapMs: 7 });
});

test('ratio() is undefined without a reference', () => {
  const results: CaseResult[] = [
    { caseName: 'c', relay: 'x', measurement: { p50Us: 10 }, rounds: [] },
    { caseName: 'c', relay: 'y', measurement: { p50Us: 4, p99Us: 0 }, rounds: [] },
  ];
  assert.equal(ratio(results, 'c', 'x', 'y', 'p50Us'), 2.5);
  assert.equal(ratio(results, 'c', 'x', 'z', 'p50Us'), undefined);
  assert.equal(ratio(results, 'c', 'y', 'y', 'p99Us'), undefined);
});

test('describeSpread() gives least, middle and greatest', () => {
  assert.equal(describeSpread([3, 1, 2.26]), 'min 1.0 ms, median 2.3 ms, max 3.0 ms (3 values)');
});
