// Durations: what is read, what is refused, and that writing and reading agree.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDurationMs, parseDurationMs } from './duration.ts';

const SEED = 20_260_101;

test('parseDurationMs() reads units, sums of units, and bare seconds', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['10s', 10_000],
    ['500ms', 500],
    ['1m', 60_000],
    ['1m30s', 90_000],
    ['2h', 7_200_000],
    ['1h1ms', 3_600_001],
    ['250us', 0.25],
    ['1.5s', 1500],
    ['10', 10_000],
    ['0.1', 100],
    ['0', 0],
    ['007s', 7000],
  ];
  for (const [text, durationMs] of cases) assert.equal(parseDurationMs(text), durationMs, text);
});

test('parseDurationMs() refuses anything else and shows the right form', () => {
  const wrong = [
    '',
    ' ',
    's',
    '-1s',
    '+1s',
    '1 s',
    '1x',
    '1S',
    '1s1m',
    '1s1s',
    '.5s',
    '1.s',
    '1e3',
    '0x10',
    '1s ',
    '١s',
  ];
  for (const text of wrong) {
    assert.throws(() => parseDurationMs(text), { code: 'duration_invalid', message: /write "10s"/ }, text);
  }
});

test('parseDurationMs() keeps the limits it is given, and that of timers', () => {
  const outOfRange = { code: 'duration_out_of_range' };
  assert.equal(parseDurationMs('100ms', { minMs: 100 }), 100);
  assert.throws(() => parseDurationMs('99ms', { minMs: 100 }), outOfRange);
  assert.throws(() => parseDurationMs('2s', { maxMs: 1000 }), /Duration "2s" .* from "0s" to "1s"/);
  assert.throws(() => parseDurationMs('597h'), outOfRange);
  assert.throws(() => parseDurationMs('9'.repeat(400)), outOfRange);
});

test('formatDurationMs() writes the shortest form', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '0s'],
    [0.25, '250us'],
    [1.5, '1.5ms'],
    [1500, '1.5s'],
    [60_000, '1m'],
    [90_500, '1m30.5s'],
    [3_600_000, '1h'],
    [3_601_000, '1h1s'],
  ];
  for (const [durationMs, text] of cases) assert.equal(formatDurationMs(durationMs), text);
});

test('parseDurationMs() reads back what formatDurationMs() writes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: (2 ** 31 - 1) * 1000 }), (us) => {
      assert.equal(parseDurationMs(formatDurationMs(us / 1000)), us / 1000);
    }),
    { seed: SEED, numRuns: 2000 },
  );
});
