// One direction in words: what each word means, what is refused, and that specifications are read back as they were.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { impairmentSpecs } from '../../test/support/impairments.ts';
import type { ImpairmentSpec } from './impairment.ts';
import { formatForm, type ImpairmentForm, mergeForms, readForm } from './impairment-form.ts';

const SEED = 20_261_122;

function specOf(form: ImpairmentForm): ImpairmentSpec {
  const { spec, faults } = readForm(form);
  assert.deepEqual(
    faults.map(({ error }) => error.message),
    [],
    JSON.stringify(form),
  );
  return spec;
}

test('readForm() reads every word of netem', () => {
  const cases: [ImpairmentForm, ImpairmentSpec][] = [
    [{ delay: '20ms' }, { delayMs: 20 }],
    [
      { delay: '20ms', jitter: '5ms', correlation: '25%', distribution: 'normal', keep_order: true },
      { delayMs: 20, jitterMs: 5, delayCorrelationPercent: 25, distribution: 'normal', keepOrder: true },
    ],
    [{ delay: '20ms 5ms 25%' }, { delayMs: 20, jitterMs: 5, delayCorrelationPercent: 25 }],
    [
      { delay: '20ms 5ms', jitter: '6ms' },
      { delayMs: 20, jitterMs: 6 },
    ],
    [
      { delay: '1ms', jitter: '1ms', distribution: [1, -1, 0] },
      { delayMs: 1, jitterMs: 1, distribution: { table: [-1, 0, 1] } },
    ],
    [{ loss: 0.1 }, { loss: { model: 'random', percent: 0.1 } }],
    [{ loss: '0.1% 25%' }, { loss: { model: 'random', percent: 0.1, correlationPercent: 25 } }],
    [{ loss: 'random 1%' }, { loss: { model: 'random', percent: 1 } }],
    [{ loss: { percent: '1%', correlation: 5 } }, { loss: { model: 'random', percent: 1, correlationPercent: 5 } }],
    [
      { loss_gemodel: '1%' },
      { loss: { model: 'gemodel', pPercent: 1, rPercent: 99, lossInBadPercent: 100, lossInGoodPercent: 0 } },
    ],
    [
      { loss: 'gemodel 1% 10% 70% 0.1%' },
      { loss: { model: 'gemodel', pPercent: 1, rPercent: 10, lossInBadPercent: 70, lossInGoodPercent: 0.1 } },
    ],
    [
      { loss_gemodel: { p: 1, r: '10%', '1-h': 70, '1-k': 0.1 } },
      { loss: { model: 'gemodel', pPercent: 1, rPercent: 10, lossInBadPercent: 70, lossInGoodPercent: 0.1 } },
    ],
    [
      { loss_state: '2%' },
      { loss: { model: 'state', p13Percent: 2, p31Percent: 98, p32Percent: 0, p23Percent: 100, p14Percent: 0 } },
    ],
    [
      { loss_state: '1% 2% 3% 4% 5%' },
      { loss: { model: 'state', p13Percent: 1, p31Percent: 2, p32Percent: 3, p23Percent: 4, p14Percent: 5 } },
    ],
    [
      { duplicate: '1%', corrupt: '2% 3%' },
      { duplicate: { percent: 1 }, corrupt: { percent: 2, correlationPercent: 3 } },
    ],
    [
      { delay: '1ms', reorder: '25% 50%', gap: 5 },
      { delayMs: 1, reorder: { percent: 25, correlationPercent: 50 }, gap: 5 },
    ],
    [
      { rate: '10mbit', overhead: -14, cell: 48, cell_overhead: 5 },
      { rate: { bitsPerSecond: 10e6, overheadBytes: -14, cellBytes: 48, cellOverheadBytes: 5 } },
    ],
    [
      { rate: '5kbit 20 100 5' },
      { rate: { bitsPerSecond: 5000, overheadBytes: 20, cellBytes: 100, cellOverheadBytes: 5 } },
    ],
    [{ limit: 1000 }, { limitFrames: 1000 }],
    [{ limit: '1000' }, { limitFrames: 1000 }],
    [{ limit: '64kb' }, { limitBytes: 65_536 }],
    [{ limit: { frames: 10, bytes: '1mb' } }, { limitFrames: 10, limitBytes: 2 ** 20 }],
    [{ slot: '800us' }, { slot: { minMs: 0.8, maxMs: 0.8 } }],
    [{ slot: '800us 1ms packets 32 bytes 64kb' }, { slot: { minMs: 0.8, maxMs: 1, frames: 32, bytes: 65_536 } }],
    [
      { slot: 'distribution pareto 1ms 100us packets 3' },
      { slot: { minMs: 0, maxMs: 0, distribution: { shape: 'pareto', meanMs: 1, jitterMs: 0.1 }, frames: 3 } },
    ],
    [{ slot: { min: '1ms', max: '2ms' } }, { slot: { minMs: 1, maxMs: 2 } }],
    [
      { mtu: 1500, match: 'udp', every: 3, duration: '30s', seed: 42 },
      { mtuBytes: 1500, match: 'udp', every: 3, durationMs: 30_000, seed: 42 },
    ],
    [{}, {}],
  ];
  for (const [form, spec] of cases) assert.deepEqual(specOf(form), spec, JSON.stringify(form));
});

test('readForm() tells every mistake at its word', () => {
  const cases: [ImpairmentForm, string[]][] = [
    [{ delay: '20', loss: '101%', rate: 10 }, ['delay', 'loss', 'rate']],
    [{ jitter: '5ms' }, ['jitter']],
    [{ correlation: '5%', delay: '1ms' }, ['correlation']],
    [{ distribution: 'normal' }, ['distribution']],
    [{ delay: '1ms', jitter: '1ms', distribution: 'gauss' }, ['distribution']],
    [{ delay: '1ms', jitter: '1ms', distribution: [1] }, ['distribution']],
    [{ reorder: '1%' }, ['reorder']],
    [{ delay: '1ms', gap: 5 }, ['gap']],
    [{ overhead: 1, cell: 2, cell_overhead: 3 }, ['overhead', 'cell']],
    [{ cell_overhead: 3, rate: '1mbit' }, ['cell_overhead']],
    [{ loss: 1, loss_gemodel: '1%' }, ['loss_gemodel']],
    [{ loss: '1% 2% 3%' }, ['loss']],
    [{ loss_gemodel: {} }, ['loss_gemodel']],
    [{ limit: '0' }, ['limit']],
    [{ match: 'udp prot 3' }, ['match']],
    [{ limit: {} }, ['limit']],
    [{ limit: 'many' }, ['limit']],
    [{ slot: '2ms 1ms' }, ['slot']],
    [{ slot: 'x' }, ['slot']],
    [{ slot: {} }, ['slot']],
    [{ mtu: 0, match: ' ', every: 0, duration: '0', seed: -1 }, ['mtu', 'match', 'every', 'duration', 'seed']],
    [{ delay: '1ms 2ms 3% 4' }, ['delay']],
    [{ keep_order: 'yes', delay: '1ms', jitter: '1ms' }, ['keep_order']],
    [{ keep_order: true, loss: '1%' }, ['keep_order']],
    [{ keep_order: true, match: 'arp', delay: '1ms' }, []],
    [{ keep_order: true, every: 2, rate: '1mbit' }, []],
    [{ keep_order: true, every: 2, slot: '1ms' }, []],
  ];
  for (const [form, keys] of cases) {
    assert.deepEqual(
      readForm(form).faults.map(({ key }) => key),
      keys,
      JSON.stringify(form),
    );
  }
});

test('readForm() says in words what was written, and what would be right', () => {
  const cases: [ImpairmentForm, string][] = [
    [
      { slot: { min: '5ms', max: '1ms' } },
      'Cannot use "min 5ms, max 1ms" as slot: write a minimum that is not larger than the maximum',
    ],
    [
      { slot: { max: '1ms' } },
      'Cannot use "max 1ms" as slot: write "min", too, such as {min: 800us, max: 1ms, packets: 32}',
    ],
    [
      { slot: { distribution: 'normal' } },
      'Cannot use "distribution normal" as slot: write "delay", too, such as {distribution: normal, delay: 1ms, jitter: 100us}',
    ],
    [
      { slot: { distribution: 'normal', min: '1ms' } },
      'Cannot use "distribution normal, min 1ms" as slot: write either "min" and "max", or "distribution", "delay" and "jitter"',
    ],
    [
      { slot: 'fast' },
      'Cannot use "fast" as slot: write such as "800us 1ms packets 32 bytes 64kb" or "distribution normal 1ms 100us"',
    ],
    [{ limit: {} }, 'Cannot use "an empty map" as limit: write {frames: 1000} or {bytes: 64kb}'],
    [
      { delay: '1ms', jitter: '1ms', distribution: { table: [1, 'x'] } },
      'Cannot use "x" as distribution: write a list of numbers, in units of the jitter, such as [-1, 0, 1]',
    ],
    [
      { delay: '1ms', jitter: '1ms', distribution: { file: 'x.dist' } },
      'Cannot use "x.dist" as distribution: write the samples themselves, as a list: files are not read here',
    ],
    [
      { delay: '20ms 5ms distribution normal' },
      'Cannot use "20ms 5ms distribution normal" as delay: write at most jitter and correlation behind it, such as "20ms 5ms 25%"; other words have a place of their own',
    ],
    [
      { keep_order: true },
      'Cannot use keep_order without delay or rate or slot: write one of them, too, or leave keep_order out',
    ],
  ];
  for (const [form, message] of cases) assert.equal(readForm(form).faults[0]?.error.message, message);
});

test('readForm() reads what formatForm() writes, also by way of JSON', () => {
  fc.assert(
    fc.property(impairmentSpecs, (spec) => {
      assert.deepEqual(specOf(formatForm(spec)), spec);
      assert.deepEqual(specOf(JSON.parse(JSON.stringify(formatForm(spec)))), spec);
    }),
    { seed: SEED, numRuns: 1000 },
  );
});

test('mergeForms() says words anew, and takes back what hangs on one', () => {
  const old = { delay: '20ms', jitter: '5ms', distribution: 'normal', loss: '1%', rate: '1mbit', overhead: 8 };
  const cases: [Parameters<typeof mergeForms>[1], ImpairmentForm][] = [
    [{}, old],
    [{ delay: '30ms' }, { ...old, delay: '30ms' }],
    [{ delay: '30ms 6ms' }, { ...old, delay: '30ms', jitter: '6ms' }],
    [{ jitter: null }, { delay: '20ms', loss: '1%', rate: '1mbit', overhead: 8 }],
    [{ delay: null, rate: null }, { loss: '1%' }],
    [
      { loss_gemodel: '1% 10%', loss: null },
      { ...without(old, 'loss'), loss_gemodel: '1% 10%' },
    ],
    [{ loss_state: '1%' }, { ...without(old, 'loss'), loss_state: '1%' }],
    [{ loss: 'gemodel 1%' }, { ...without(old, 'loss'), loss_gemodel: '1%' }],
  ];
  for (const [patch, merged] of cases) assert.deepEqual(mergeForms(old, patch), merged, JSON.stringify(patch));
  const ordered = { delay: '20ms', rate: '1mbit', keep_order: true };
  assert.deepEqual(mergeForms(ordered, { delay: null }), { rate: '1mbit', keep_order: true });
  assert.deepEqual(mergeForms(ordered, { delay: null, rate: null }), {});
  assert.deepEqual(mergeForms(ordered, { delay: null, rate: null, slot: '1ms' }), { slot: '1ms', keep_order: true });
});

function without(form: ImpairmentForm, key: keyof ImpairmentForm): ImpairmentForm {
  const { [key]: _, ...rest } = form;
  return rest;
}
