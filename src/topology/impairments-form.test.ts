// Both directions in words: what goes before what, presets, patches, and that links are read back as they were.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { impairmentsOfLinks } from '../../test/support/impairments.ts';
import { readForm } from './impairment-form.ts';
import { PRESETS } from './impairment-presets.ts';
import { summarizeImpairments } from './impairment-summary.ts';
import { changeImpairments, formatDirections, formatImpairments, readImpairments } from './impairments-form.ts';
import { netemText } from './netem-text.ts';
import { withSeeds } from './seeds.ts';
import { makeTopology, parseLink } from './topology.ts';

const SEED = 20_261_122;

test('readImpairments() lets a direction go before both', () => {
  const { impairments, faults } = readImpairments({ both: { delay: '20ms', loss: 1 }, 'b-to-a': { delay: '30ms' } });
  assert.deepEqual(faults, []);
  assert.deepEqual(impairments, {
    'a-to-b': { delayMs: 20, loss: { model: 'random', percent: 1 } },
    'b-to-a': { delayMs: 30, loss: { model: 'random', percent: 1 } },
  });
  assert.deepEqual(readImpairments({ 'a-to-b': { mtu: 1400 } }).impairments, { 'a-to-b': { mtuBytes: 1400 } });
  for (const nothing of [{}, { both: {} }, 'none', { both: 'none' }]) {
    assert.deepEqual(readImpairments(nothing), { impairments: undefined, faults: [] });
  }
});

test('readImpairments() takes each direction of a preset, and words on top of it', () => {
  const { impairments } = readImpairments({ both: { preset: 'dsl', delay: '20ms', loss: '1%' } });
  assert.equal(impairments?.['a-to-b']?.rate?.bitsPerSecond, 1e6);
  assert.equal(impairments?.['b-to-a']?.rate?.bitsPerSecond, 16e6);
  for (const spec of Object.values(impairments!)) {
    assert.deepEqual([spec.delayMs, spec.jitterMs, spec.loss], [20, 1, { model: 'random', percent: 1 }]);
  }
  assert.deepEqual(readImpairments('dsl').impairments, readImpairments({ both: 'dsl' }).impairments);
  assert.deepEqual(Object.keys(readImpairments({ 'b-to-a': 'lte' }).impairments!), ['b-to-a']);
});

test('readImpairments() tells where a mistake is, once', () => {
  const placesOf = (form: Parameters<typeof readImpairments>[0]) =>
    readImpairments(form).faults.map(({ path, error }) => [path.join('.'), error.code]);
  assert.deepEqual(placesOf({ both: { delay: '20' }, 'b-to-a': { loss: 'x' } }), [
    ['both.delay', 'impairment_invalid'],
    ['b-to-a.loss', 'impairment_invalid'],
  ]);
  assert.deepEqual(placesOf({ both: { jitter: '20ms' } }), [['both.jitter', 'impairment_incomplete']]);
  assert.deepEqual(placesOf('adsl'), [['', 'preset_unknown']]);
  assert.deepEqual(placesOf({ both: 'adsl' }), [['both', 'preset_unknown']]);
  assert.deepEqual(placesOf({ 'a-to-b': { preset: 'adsl' } }), [['a-to-b.preset', 'preset_unknown']]);
});

test('changeImpairments() changes what is named, and null takes it back', () => {
  const old = readImpairments({ both: { delay: '20ms', jitter: '5ms', seed: 7 } }).impairments;
  const change = (patch: Parameters<typeof changeImpairments>[1]) => changeImpairments(old, patch);
  assert.deepEqual(change({ both: { loss: 1 } })?.['a-to-b'], {
    ...{ delayMs: 20, jitterMs: 5, seed: 7 },
    loss: { model: 'random', percent: 1 },
  });
  assert.deepEqual(change({ 'a-to-b': { delay: null } }), { ...old, 'a-to-b': { seed: 7 } });
  assert.deepEqual(change({ 'b-to-a': null }), { 'a-to-b': old?.['a-to-b'] });
  assert.equal(change({ both: null }), undefined);
  // A preset takes the place of all there was; the seed stays, so that a run can be compared with the next.
  assert.deepEqual(change({ 'a-to-b': 'lossy' })?.['a-to-b'], { loss: { model: 'random', percent: 1 }, seed: 7 });
  assert.throws(() => change({ both: { delay: 'x' } }), { code: 'impairment_invalid' });
});

test('readImpairments() reads what formatImpairments() and formatDirections() write', () => {
  fc.assert(
    fc.property(impairmentsOfLinks, (impairments) => {
      for (const format of [formatImpairments, formatDirections]) {
        const { impairments: read, faults } = readImpairments(impairments === undefined ? {} : format(impairments));
        assert.deepEqual(faults, []);
        assert.deepEqual(read, impairments);
      }
    }),
    { seed: SEED, numRuns: 1000 },
  );
});

test('formatImpairments() says once what both directions have', () => {
  const { impairments } = readImpairments({ both: { delay: '20ms' }, 'a-to-b': { seed: 1 }, 'b-to-a': { seed: 2 } });
  assert.deepEqual(formatImpairments(impairments!), {
    both: { delay: '20ms' },
    'a-to-b': { seed: 1 },
    'b-to-a': { seed: 2 },
  });
});

test('every preset is one that can be read, with a queue for each rate, and a source', () => {
  assert.equal(new Set(PRESETS.map(({ name }) => name)).size, PRESETS.length);
  for (const { name, title, source, ...directions } of PRESETS) {
    assert.match(name, /^[a-z0-9-]+$/);
    assert.ok(title.length > 5 && source.length > 20, name);
    for (const direction of ['a-to-b', 'b-to-a'] as const) {
      const { spec, faults } = readForm(directions[direction]);
      assert.deepEqual(faults, [], name);
      // A thousand frames of 1500 bytes, netem's queue, are 12 s at 1 Mbit/s.
      if (spec.rate !== undefined) {
        const seconds = (spec.limitBytes! * 8) / spec.rate.bitsPerSecond;
        assert.ok(seconds > 0.02 && seconds < 1.5, `${name}: a queue of ${seconds} s`);
        assert.ok(spec.limitBytes! >= 3000, name);
      }
    }
  }
});

test('withSeeds() chooses where none is given, and keeps what there is', () => {
  const link = (impairments: object) => makeTopology([{ ...parseLink('a/1--b/1'), impairments }]);
  let draws = 0;
  const random = () => [0.25, 0.75][draws++]!;
  const first = withSeeds(
    link({ 'a-to-b': { delayMs: 1 }, 'b-to-a': { delayMs: 1, seed: 5 } }),
    makeTopology([]),
    random,
  );
  assert.deepEqual(first.segments[0]?.impairments, {
    'a-to-b': { delayMs: 1, seed: 5 },
    'b-to-a': { delayMs: 1, seed: 5 },
  });
  const chosen = withSeeds(link({ 'a-to-b': { delayMs: 1 }, 'b-to-a': { delayMs: 2 } }), makeTopology([]), random);
  assert.deepEqual(chosen.segments[0]?.impairments, {
    'a-to-b': { delayMs: 1, seed: 2 ** 30 },
    'b-to-a': { delayMs: 2, seed: 2 ** 30 },
  });
  const again = withSeeds(link({ 'a-to-b': { delayMs: 2 } }), first, random);
  assert.deepEqual(again.segments[0]?.impairments, { 'a-to-b': { delayMs: 2, seed: 5 } });
  assert.equal(draws, 1);
  assert.equal(withSeeds(first, again, random), first);
});

test('summarizeImpairments() is short, and tells directions apart only where they differ', () => {
  const short = (form: Parameters<typeof readImpairments>[0]) =>
    summarizeImpairments(readImpairments(form).impairments);
  assert.equal(short({ both: { delay: '20ms', jitter: '5ms', loss: '0.1%', rate: '10mbit' } }), '20ms±5ms 0.1% 10mbit');
  assert.equal(short({ 'a-to-b': { delay: '20ms' }, 'b-to-a': { delay: '50ms' } }), '20ms / 50ms');
  assert.equal(
    short({ 'a-to-b': { duplicate: 1, corrupt: 2, mtu: 1400, every: 3, match: 'arp' } }),
    'dup 1% corrupt 2% mtu 1400 every 3 match / -',
  );
  assert.equal(short({}), '-');
});

test('netemText() writes what tc reads, and names what it has no word for', () => {
  const text = (form: Parameters<typeof readForm>[0]) => netemText(readForm(form).spec);
  assert.deepEqual(text({ delay: '20ms 5ms 25%', distribution: 'normal', loss: '0.1% 25%', limit: 500, seed: 3 }), {
    text: 'netem limit 500 delay 20ms 5ms 25% distribution normal loss random 0.1% 25%',
    missing: [],
  });
  assert.equal(
    text({ delay: '10ms', reorder: '25% 50%', gap: 5 }).text,
    'netem limit 1000000 delay 10ms reorder 25% 50% gap 5',
  );
  assert.equal(text({ rate: '5kbit', cell: 48, cell_overhead: 5 }).text, 'netem rate 5kbit 0 48 5');
  assert.equal(text({ loss_gemodel: '1%' }).text, 'netem loss gemodel 1% 99% 100% 0%');
  assert.equal(text({ slot: '800us 1ms packets 32' }).text, 'netem limit 1000000 slot 800us 1ms packets 32');
  // tc has no table of the uniform shape: it is what netem does without one.
  assert.equal(text({ delay: '9ms 1ms', distribution: 'uniform' }).text, 'netem limit 1000000 delay 9ms 1ms');
  assert.equal(
    text({ slot: 'distribution normal 3ms 1ms' }).text,
    'netem limit 1000000 slot distribution normal 3ms 1ms',
  );
  assert.equal(text({ slot: 'distribution uniform 3ms 1ms' }).text, 'netem limit 1000000 slot 2ms 4ms');
  // tc counts the spread of a slot in nanoseconds, and refuses none.
  assert.equal(
    text({ slot: 'distribution normal 3ms 0.5ns' }).text,
    'netem limit 1000000 slot 2.9999995ms 3.0000005ms',
  );
  assert.deepEqual(text({ slot: { distribution: [-1, 0, 1], delay: '1ms', jitter: '2ms' } }), {
    text: 'netem limit 1000000 slot 0ms 3ms',
    missing: ['a table as distribution (uniform instead)'],
  });
  // tc takes a shape only where it sees a delay and a jitter.
  const unspread = ['distribution (tc takes one with a delay and a jitter of 1us or more)'];
  assert.deepEqual(text({ delay: '900ns 5ms', distribution: 'pareto' }), {
    text: 'netem limit 1000000 delay 0.0009ms 5ms',
    missing: unspread,
  });
  assert.deepEqual(text({ delay: '5ms 900ns', distribution: 'normal' }).missing, unspread);
  assert.equal(text({ delay: '1us 1us', distribution: 'normal' }).missing.length, 0);
  assert.deepEqual(text({ mtu: 1400, limit: '64kb', match: 'arp', every: 2, duration: '1s' }), {
    text: 'netem limit 1000000',
    missing: ['limit in bytes', 'mtu', 'match', 'every', 'duration'],
  });
});
