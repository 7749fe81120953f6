// Unit tests of the bars: met, missed, not measured, and a relay that failed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  atLeast,
  atLeastFloor,
  atMostCase,
  atMostFloor,
  type Bar,
  below,
  judge,
  lowerThanAncestor,
  nothingLost,
  untouched,
} from './bars.ts';
import type { CaseResult, Measurement } from './metrics.ts';

const result = (relay: string, measurement: Measurement): CaseResult => {
  return { caseName: 'c', relay, measurement, rounds: [measurement] };
};

const RESULTS = [
  result('floor', { p50Us: 100, gigabitsPerSecond: 8 }),
  result('tcpbridge', { p50Us: 120, gigabitsPerSecond: 7, residentMegabytes: 90, lost: 0, outOfOrder: 0, corrupt: 0 }),
  result('ancestor', { p50Us: 12_000 }),
];
const outcome = (bar: Bar, results: readonly CaseResult[] = RESULTS): string => judge(results, 'c', [bar])[0]!.outcome;

test('judge() compares with the floor, the ancestor and absolute limits', () => {
  assert.equal(outcome(atMostFloor('p50Us', 1.25)), 'met');
  assert.equal(outcome(atMostFloor('p50Us', 1.1)), 'missed');
  assert.equal(outcome(atLeastFloor('gigabitsPerSecond', 0.9)), 'missed');
  assert.equal(outcome(lowerThanAncestor('p50Us', 50)), 'met');
  assert.equal(outcome(below('residentMegabytes', 100)), 'met');
  assert.equal(outcome(below('residentMegabytes', 90)), 'missed');
  assert.equal(outcome(nothingLost()), 'met');
});

test('judge() says when a bar was not measured', () => {
  assert.equal(outcome(atMostFloor('p99Us', 1.25)), 'not measured');
  assert.equal(outcome(atMostFloor('p50Us', 1.25), RESULTS.slice(1)), 'not measured');
});

test('nothingLost() is missed by one frame, also by one too many', () => {
  for (const lost of [1, -1]) {
    assert.equal(outcome(nothingLost(), [result('tcpbridge', { lost, outOfOrder: 0, corrupt: 0 })]), 'missed');
  }
});

test('judge() counts every bar as missed when tcpbridge failed', () => {
  const failed = [{ ...result('tcpbridge', {}), error: 'tcpbridge ended (code 1)' }];
  assert.equal(outcome(nothingLost(), failed), 'missed');
});

test('atMostCase() compares with another case in the same run', () => {
  const other = { ...result('tcpbridge', { p99Us: 100 }), caseName: 'other' };
  const slower = [result('tcpbridge', { p99Us: 140 }), other];
  assert.equal(outcome(atMostCase('p99Us', 1.5, 'other'), slower), 'met');
  assert.equal(outcome(atMostCase('p99Us', 1.3, 'other'), slower), 'missed');
  assert.equal(outcome(atMostCase('p99Us', 1.5, 'absent'), slower), 'not measured');
});

test('atLeast() and untouched() judge absolute figures', () => {
  const results = [result('tcpbridge', { takeovers: 20, disconnects: 0 })];
  assert.equal(outcome(atLeast('takeovers', 20), results), 'met');
  assert.equal(outcome(atLeast('takeovers', 21), results), 'missed');
  assert.equal(outcome(untouched(), results), 'met');
  assert.equal(outcome(untouched(), [result('tcpbridge', { disconnects: 1 })]), 'missed');
});
