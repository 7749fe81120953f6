// What is made of addresses that change ports, on a clock of the test's own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTICES_PER_WINDOW } from '../limits.ts';
import { MOVE, MoveWatch } from './move-watch.ts';
import { NoticeGate } from './notice-gate.ts';

const HIGH = 0x0200;

/** What is told of moves of one address at these seconds. */
function told(atSeconds: readonly number[], watch = new MoveWatch(), low = 1): [number, number][] {
  return atSeconds.flatMap((second): [number, number][] => {
    const verdict = watch.note(HIGH, low, second * 1e9);
    return verdict === MOVE.nothing ? [] : [[second, verdict]];
  });
}

test('MoveWatch.note() tells a single move, and again after a minute', () => {
  assert.deepEqual(told([1, 70, 200]), [
    [1, MOVE.once],
    [70, MOVE.once],
    [200, MOVE.once],
  ]);
});

test('MoveWatch.note() tells a move, then that it happens often, then nothing for a minute', () => {
  const everyTenSeconds = Array.from({ length: 20 }, (_, index) => 10 * index);
  assert.deepEqual(told(everyTenSeconds), [
    [0, MOVE.once],
    [30, MOVE.often],
    [100, MOVE.often],
    [170, MOVE.often],
  ]);
});

test('MoveWatch.note() tells a loop from the ninth move within a second on, once a minute', () => {
  const fast = Array.from({ length: 1000 }, (_, index) => index / 100);
  assert.deepEqual(told(fast), [
    [0, MOVE.once],
    [0.03, MOVE.often],
    [0.08, MOVE.loop],
  ]);
  const slower = Array.from({ length: 100 }, (_, index) => index / 7);
  assert.deepEqual(told(slower), [
    [0, MOVE.once],
    [3 / 7, MOVE.often],
  ]);
});

test('MoveWatch.note() sees the loop although thousands of addresses go round in it', () => {
  const watch = new MoveWatch();
  const verdicts = new Set<number>();
  for (let turn = 0; turn < 12; turn++) {
    for (let low = 0; low < 5000; low++) verdicts.add(watch.note(HIGH, low, turn * 50e6 + low * 1000));
  }
  assert.ok(verdicts.has(MOVE.loop));
});

test('NoticeGate.admits() lets a few pass in a while and counts the others', () => {
  const gate = new NoticeGate();
  const passed = Array.from({ length: 100 }, () => gate.admits(0)).filter(Boolean).length;
  assert.equal(passed, NOTICES_PER_WINDOW);
  assert.equal(gate.admits(11e9), true);
  assert.equal(gate.takeSkipped(), 100 - NOTICES_PER_WINDOW);
  assert.equal(gate.takeSkipped(), 0);
});
