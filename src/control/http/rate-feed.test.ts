// Rates: differences of counters by time, per end, also when ends are new or start again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SegmentStatus } from '../segment-record.ts';
import { ratesBetween, totalsOf } from './rate-feed.ts';

function link(name: string, rxFrames: number, drops: Record<string, number> = {}): SegmentStatus {
  const end = {
    detail: '',
    state: 'attached' as const,
    rxFrames,
    rxBytes: rxFrames * 100,
    txFrames: 0,
    txBytes: 0,
    queueFrames: 0,
    queueBytes: 0,
    attaches: 1,
    pushbacks: 0,
    duplicated: 0,
    corrupted: 0,
    reordered: 0,
    delayedFrames: 0,
    delayedBytes: 0,
    macsRefused: 0,
    drops,
  };
  return {
    name,
    kind: 'link',
    isUp: true,
    ends: [
      { endpoint: 'a/1', ...end },
      { endpoint: 'b/1', ...end, rxFrames: 0, rxBytes: 0 },
    ],
  };
}

function rates(before: SegmentStatus[], after: SegmentStatus[], intervalMs: number) {
  return ratesBetween(totalsOf(before), totalsOf(after), after, intervalMs).links.map(({ ends }) => ends[0]);
}

test('ratesBetween() divides what was counted by what time passed', () => {
  const [end] = rates([link('x', 10, { empty: 1 })], [link('x', 30, { empty: 1, oversize: 3 })], 500);
  assert.deepEqual(end, {
    endpoint: 'a/1',
    rxFramesPerSecond: 40,
    rxBitsPerSecond: 32_000,
    txFramesPerSecond: 0,
    txBitsPerSecond: 0,
    dropsPerSecond: 6,
  });
});

test('ratesBetween() counts a new link from zero, and one that was made anew', () => {
  assert.equal(rates([], [link('x', 5)], 1000)[0]?.rxFramesPerSecond, 5);
  assert.equal(rates([link('x', 100)], [link('x', 5)], 1000)[0]?.rxFramesPerSecond, 5);
});

test('ratesBetween() keeps to the end of a link when it is rewired', () => {
  const rewired = { ...link('x', 30), ends: link('x', 30).ends.map((end) => ({ ...end, endpoint: 'c/1' })) };
  assert.equal(rates([link('x', 10)], [rewired], 1000)[0]?.rxFramesPerSecond, 20);
});
