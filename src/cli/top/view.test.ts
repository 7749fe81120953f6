// The screen of "tcpbridge top", without a terminal.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import type { LinkStatus, Rates, Status } from '../../control/http/schemas.ts';
import { SORT_KEYS, type SortKey, topRows } from './rows.ts';
import { lastOffset, topLines } from './view.ts';

const SEED = 20_260_131;

function end(endpoint: string, state: 'attached' | 'waiting' = 'attached', dropped = 0): LinkStatus['ends'][number] {
  const counters = { rxFrames: 0, rxBytes: 0, txFrames: 0, txBytes: 0, queueFrames: 0, queueBytes: 0 };
  const drops = dropped === 0 ? {} : { not_connected: dropped };
  return {
    endpoint,
    state,
    detail: 'connection refused',
    ...counters,
    attaches: 0,
    pushbacks: 0,
    duplicated: 0,
    corrupted: 0,
    reordered: 0,
    delayedFrames: 0,
    delayedBytes: 0,
    macsRefused: 0,
    drops,
  };
}

const LINKS: readonly LinkStatus[] = [
  { name: 'slow10', kind: 'link', isUp: true, ends: [end('a/1'), end('b/1')] },
  { name: 'slow9', kind: 'link', isUp: true, ends: [end('a/2'), end('b/2', 'waiting', 7)] },
  { name: 'fast', kind: 'link', isUp: false, ends: [end('a/3'), end('b/3')] },
  { name: 'lan', kind: 'hub', isUp: true, ends: [end('a/4'), end('b/4'), end('c/4')] },
];
const BITS: Readonly<Record<string, readonly number[]>> = {
  slow10: [8000, 0],
  slow9: [8000, 0],
  fast: [1e9, 2e6],
  lan: [100, 200, 300],
};
const LATENCIES = [{ rttUs: 251 }, { forwardingP50Us: 12.3, forwardingP99Us: 1500, rttUs: 90 }];
const RATES: Rates = {
  time: '2026-01-31T12:00:00.000Z',
  intervalMs: 1000,
  links: LINKS.map(({ name, ends }) => ({
    link: name,
    ends: ends.map(({ endpoint }, index) => ({
      endpoint,
      rxFramesPerSecond: BITS[name]![index]! / 100,
      rxBitsPerSecond: BITS[name]![index]!,
      txFramesPerSecond: 0,
      txBitsPerSecond: 0,
      dropsPerSecond: name === 'slow9' ? 3 : 0,
      ...(name === 'fast' && { latency: LATENCIES[index] }),
    })),
  })),
};
const STATUS: Status = {
  version: '1.2.3',
  pid: 1,
  name: 'lab',
  startedAt: RATES.time,
  uptimeSeconds: 130,
  workers: 1,
  waiting: ['b/2'],
  segments: [...LINKS],
  findings: [],
};

const names = (sort: SortKey, isReversed = false) =>
  topRows({ links: LINKS, rates: RATES }, sort, isReversed).map(({ name }) => name);

function lines(
  size: { columns: number; rows: number; hasColour?: boolean },
  offset = 0,
  sort: SortKey = 'rate',
): string[] {
  const rows = topRows({ links: LINKS, rates: RATES }, sort, false);
  const view = { status: STATUS, rows, sort, isReversed: false, offset, isAway: false };
  return topLines(view, { hasColour: false, ...size });
}

test('rows are sorted by what deserves attention, then by name with its numbers', () => {
  assert.deepEqual(names('rate'), ['fast', 'slow9', 'slow10', 'lan']);
  assert.deepEqual(names('drops'), ['slow9', 'fast', 'lan', 'slow10']);
  assert.deepEqual(names('state'), ['slow9', 'fast', 'lan', 'slow10']);
  assert.deepEqual(names('name'), ['fast', 'lan', 'slow9', 'slow10']);
  assert.deepEqual(names('name', true), ['slow10', 'slow9', 'lan', 'fast']);
});

test('a screen has a head, rows with what each end sends, and the keys', () => {
  const shown = lines({ columns: 140, rows: 12 });
  assert.equal(shown.length, 12);
  assert.match(shown[0]!, /^tcpbridge 1\.2\.3, lab, up 2m 10s: 3 links, 1 hub, 1 of 9 endpoints waiting$/);
  assert.match(shown[3]!, /^LINK +STATE +vA SENDS +FRAMES\/S +B SENDS/);
  assert.match(
    shown[4]!,
    /^fast +down +1\.00 Gbit\/s +10\.0 M +2\.00 Mbit\/s +20\.0 k +0 +0 +12 us +1\.50 ms +251 us$/,
  );
  assert.match(shown[5]!, /^slow9 +waiting .* 6 +7 +- +- +- {2}b\/2: connection refused$/);
  assert.match(shown[7]!, /^lan +up +600 bit\/s +6 +- +- +0 +0 +- +- +-$/);
  assert.match(shown[11]!, /^q quit /);
});

test('80 columns show a number in every column, and under the row what its link does to frames', () => {
  const shown = lines({ columns: 80, rows: 12 }, 0, 'latency');
  assert.match(shown[3]!, /^LINK +STATE +A SENDS +B SENDS +FRAMES\/S +DROPS\/S +vP99 +RTT$/);
  assert.match(shown[4]!, /^fast +down +1\.00 Gbit\/s 2\.00 Mbit\/s +10\.0 M +0 1\.50 ms +251 us$/);
  assert.equal(shown[4]!.length, 80);
  // Why a machine is waited for has no room; the numbers do not give way to it.
  assert.match(shown.find((line) => line.startsWith('slow9'))!, /^slow9 +waiting .* 6 +- +-$/);
  const rows = topRows({ links: LINKS, rates: RATES }, 'name', false).map((row) => ({
    ...row,
    impaired: 'one-way 20ms',
  }));
  const view = { status: STATUS, rows, sort: 'name' as const, isReversed: false, offset: 0, isAway: false };
  const form = { columns: 80, rows: 10, hasColour: false };
  const impaired = topLines(view, form);
  assert.match(impaired[4]!, /^fast +down .* 1\.50 ms +251 us$/);
  assert.equal(impaired[5], '  one-way 20ms');
  assert.match(impaired[6]!, /^lan /);
  assert.match(impaired[9]!, /^1-2 of 4 {2}/);
  // Scrolled to the end, the last row is there with its remark.
  assert.equal(lastOffset(rows, form), 2);
  const end = topLines({ ...view, offset: 2 }, form);
  assert.match(end[4]!, /^slow9 .*[^…]$/);
  assert.equal(end[5], '  one-way 20ms  b/2: connection refused');
  assert.match(end[6]!, /^slow10 /);
  assert.match(topLines(view, { ...form, columns: 140 })[4]!, / 251 us {2}one-way 20ms$/);
});

test('rows that do not fit are scrolled to', () => {
  const shown = lines({ columns: 120, rows: 7 }, 1);
  assert.match(shown[4]!, /^slow9 /);
  assert.match(shown[5]!, /^slow10 /);
  assert.match(shown[6]!, /^2-3 of 4 {2}/);
});

test(`no line is wider than the screen and no screen taller (seed ${SEED})`, () => {
  const size = fc.record({ columns: fc.integer({ min: 1, max: 200 }), rows: fc.integer({ min: 1, max: 60 }) });
  fc.assert(
    fc.property(size, fc.boolean(), fc.constantFrom(...SORT_KEYS), ({ columns, rows }, hasColour, sort) => {
      const shown = lines({ columns, rows, hasColour }, 0, sort);
      assert.equal(shown.length <= rows, true);
      for (const line of shown) assert.ok([...stripVTControlCharacters(line)].length <= columns, line);
    }),
    { seed: SEED, numRuns: 200 },
  );
});
