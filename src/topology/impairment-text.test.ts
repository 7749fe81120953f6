// Quantities: what each form means, and that what is written is read back to the last bit.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  formatPercent,
  formatRate,
  formatSize,
  formatTimeMs,
  readPercent,
  readRate,
  readSize,
  readTimeMs,
  readWhole,
} from './impairment-text.ts';

const SEED = 20_261_122;

test('readTimeMs() reads the units of tc, and refuses a number without one', () => {
  const cases: [unknown, number][] = [
    ['20ms', 20],
    ['0.1ms', 0.1],
    ['100us', 0.1],
    ['500ns', 0.0005],
    ['1.5s', 1500],
    ['2m', 120_000],
    ['20MSEC', 20],
    [' 20ms ', 20],
    ['0', 0],
    [0, 0],
  ];
  for (const [text, ms] of cases) assert.equal(readTimeMs('delay', text), ms, String(text));
  for (const text of ['20', 20, '', 'ms', '20 ms', '-1ms', '2h', '20xs', null, true, '1e999ms', '20constructor']) {
    assert.throws(() => readTimeMs('delay', text), { code: 'impairment_invalid' }, String(text));
  }
  assert.throws(() => readTimeMs('delay', '20'), {
    message: 'Cannot use "20" as delay: write a time with its unit, such as "20ms", "250us" or "1.5s"',
  });
});

test('readPercent() reads percentages with and without their sign', () => {
  for (const text of ['0.1%', '0.1', 0.1]) assert.equal(readPercent('loss', text), 0.1);
  for (const text of ['101%', -1, '1ms', '', '1%%', Number.NaN]) {
    assert.throws(() => readPercent('loss', text), { code: 'impairment_invalid' }, String(text));
  }
});

test('readRate() has bits in "bit" and bytes in "bps", as tc', () => {
  const cases: [string, number][] = [
    ['10mbit', 10e6],
    ['512Kbit', 512e3],
    ['1gbit', 1e9],
    ['1kibit', 1024],
    ['8bit', 8],
    ['1mbps', 8e6],
    ['1kibps', 8192],
    ['0.5mbit', 5e5],
  ];
  for (const [text, rate] of cases) assert.equal(readRate('rate', text), rate, text);
  for (const text of ['10', 10, '10m', '0bit', '2tbit', '10mbit/s', '-1mbit']) {
    assert.throws(() => readRate('rate', text), { code: 'impairment_invalid' }, String(text));
  }
});

test('readSize() counts in 1024s, as tc', () => {
  const cases: [unknown, number][] = [
    ['64kb', 65_536],
    ['64k', 65_536],
    ['1mb', 2 ** 20],
    [1500, 1500],
    ['1500b', 1500],
    ['1.5kb', 1536],
  ];
  for (const [text, size] of cases) assert.equal(readSize('limit', text, 2 ** 30), size, String(text));
  for (const text of ['0', '2gb', '64kbit', '0.3b']) {
    assert.throws(() => readSize('limit', text, 2 ** 30), { code: 'impairment_invalid' }, text);
  }
});

test('readWhole() keeps its bounds', () => {
  assert.equal(readWhole('mtu', '1500', 1, 9000), 1500);
  for (const text of ['0', 1.5, '9001', '1e3', '', [], '0x10']) {
    assert.throws(() => readWhole('mtu', text, 1, 9000), { code: 'impairment_invalid' }, String(text));
  }
});

test('quantities are read back exactly as they were', () => {
  const exact = <T>(values: fc.Arbitrary<T>, write: (value: T) => string, read: (text: string) => T) =>
    fc.assert(
      fc.property(values, (value) => assert.equal(read(write(value)), value)),
      { seed: SEED, numRuns: 2000 },
    );
  const times = fc.oneof(
    fc.double({ min: 0, max: 3_600_000, noNaN: true }).map((value) => value + 0),
    fc.integer({ min: 0, max: 3_600_000_000 }).map((us) => us / 1000),
  );
  exact(times, formatTimeMs, (text) => readTimeMs('delay', text));
  exact(
    fc.double({ min: 0, max: 100, noNaN: true }).map((value) => value + 0),
    formatPercent,
    (text) => readPercent('loss', text),
  );
  exact(
    fc.oneof(
      fc.integer({ min: 1, max: 10 ** 12 }),
      fc.integer({ min: 1, max: 1000 }).map((n) => n * 1e6),
    ),
    formatRate,
    (text) => readRate('rate', text),
  );
  exact(fc.integer({ min: 1, max: 2 ** 30 }), formatSize, (text) => readSize('limit', text, 2 ** 30));
});

test('quantities are written short', () => {
  assert.deepEqual([20, 0.25, 1500, 60_000, 0].map(formatTimeMs), ['20ms', '250us', '1500ms', '60s', '0ms']);
  assert.deepEqual([1e9, 10e6, 512e3, 9600, 1].map(formatRate), ['1gbit', '10mbit', '512kbit', '9600bit', '1bit']);
  assert.deepEqual([65_536, 2 ** 20, 1500].map(formatSize), ['64kb', '1mb', '1500b']);
});
