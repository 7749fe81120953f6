// What the demonstration prints: figures, layout, and colours only where they are wanted.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choosePaint, formatReply, formatTable, formatVerdict, percentile } from '../../demo/report.ts';

const plain = choosePaint(false, {});

test('percentile() takes the nearest rank', () => {
  const values = Array.from({ length: 100 }, (_value, index) => 100 - index);
  assert.equal(percentile(values, 0.5), 50);
  assert.equal(percentile(values, 0.99), 99);
  assert.equal(percentile(values, 1), 100);
  assert.equal(percentile([3], 0.5), 3);
  assert.equal(percentile([], 0.5), undefined);
});

test('choosePaint() colours a terminal, but not with NO_COLOR, TERM=dumb or a pipe', () => {
  assert.equal(choosePaint(false, {})('red', 'x'), 'x');
  assert.equal(choosePaint(true, { NO_COLOR: '1' })('red', 'x'), 'x');
  assert.equal(choosePaint(true, { TERM: 'dumb' })('red', 'x'), 'x');
  assert.equal(choosePaint(true, {})('red', 'x'), '\u001b[31mx\u001b[39m');
});

test('formatReply() writes lines for the first pings, then one bar each', () => {
  const times = [0.123, 12.34, 1, 1, 1, 0, 4.9, 5, 34.9, 35, 400];
  const text = times
    .map((roundTripMs, index) =>
      formatReply(plain, { index, count: 11, from: '10.0.0.2', bytes: 64, sequence: index + 1, roundTripMs }),
    )
    .join('');
  const lines = text.split('\n');
  assert.equal(lines[0], '  64 bytes from 10.0.0.2: icmp_seq=1 time=0.12 ms');
  assert.equal(lines[1], '  64 bytes from 10.0.0.2: icmp_seq=2 time=12.3 ms');
  assert.deepEqual(lines.slice(6), ['  ▁▁▂▇██', '']);
});

test('formatTable() aligns its columns and shows what is missing as a dash', () => {
  const results = [
    { name: 'tcpbridge', sent: 100, roundTripsMs: [0.5, 0.6] },
    { name: 'other', sent: 7, roundTripsMs: [] },
  ];
  assert.equal(
    formatTable(plain, results),
    [
      '              sent   received       p50       p99   maximum',
      '  tcpbridge    100          2   0.50 ms   0.60 ms   0.60 ms',
      '  other          7          0         -         -         -',
      '',
    ].join('\n'),
  );
});

test('formatVerdict() claims a difference only where there is one', () => {
  const fast = { name: 'tcpbridge', sent: 1, roundTripsMs: [0.5] };
  const slow = { name: 'plain relay', sent: 1, roundTripsMs: [20] };
  assert.match(formatVerdict(plain, fast, slow), /40 times faster/);
  assert.match(formatVerdict(plain, fast, fast), /about as fast/);
});
