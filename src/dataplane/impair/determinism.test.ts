// The same seed and the same frames at the same times: the same fate, frame by frame. And the knobs do not interfere:
// which frames are lost does not depend on what else is done to them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ImpairmentSpec } from '../../topology/impairment.ts';
import { Random } from './random.ts';
import { TestWire } from './test-wire.ts';

const SEED = Date.now() % 2 ** 31;
console.log(`fast-check seed ${SEED}`);

const percent = fc.double({ min: 0, max: 100, noNaN: true });
const chance = fc.record({ percent, correlationPercent: percent });
const spec: fc.Arbitrary<ImpairmentSpec> = fc.record(
  {
    seed: fc.nat(),
    delayMs: fc.nat({ max: 20 }),
    jitterMs: fc.nat({ max: 30 }),
    delayCorrelationPercent: percent,
    distribution: fc.constantFrom('uniform', 'normal', 'pareto', 'paretonormal'),
    keepOrder: fc.boolean(),
    loss: fc.oneof(
      chance.map((said) => ({ model: 'random' as const, ...said })),
      fc.tuple(percent, percent, percent, percent).map(([pPercent, rPercent, lossInBadPercent, lossInGoodPercent]) => ({
        ...{ model: 'gemodel' as const, pPercent, rPercent, lossInBadPercent, lossInGoodPercent },
      })),
    ),
    duplicate: chance,
    corrupt: chance,
    reorder: chance,
    gap: fc.integer({ min: 1, max: 5 }),
    rate: fc.record({ bitsPerSecond: fc.integer({ min: 10_000, max: 100_000_000 }) }),
    limitFrames: fc.integer({ min: 1, max: 50 }),
    slot: fc.record({ minMs: fc.constant(1), maxMs: fc.integer({ min: 1, max: 5 }), frames: fc.nat({ max: 4 }) }),
    mtuBytes: fc.integer({ min: 68, max: 1500 }),
    every: fc.integer({ min: 1, max: 4 }),
  },
  { requiredKeys: ['seed'] },
);
const traffic = fc.array(fc.record({ length: fc.integer({ min: 14, max: 1600 }), gapUs: fc.nat({ max: 3000 }) }), {
  minLength: 1,
  maxLength: 80,
});

function fates(said: ImpairmentSpec, frames: readonly { length: number; gapUs: number }[]) {
  const wire = new TestWire(said);
  for (const { length, gapUs } of frames) {
    wire.send(length);
    wire.run(gapUs * 1000);
  }
  wire.run(1e12);
  const { counts } = wire;
  return { out: wire.out.map(({ bytes, atNs }) => [atNs, bytes.toString('base64')]), counts };
}

test('the same seed and the same frames have the same fate, and every frame is accounted for', () => {
  fc.assert(
    fc.property(spec, traffic, (said, frames) => {
      const once = fates(said, frames);
      assert.deepEqual(fates(said, frames), once);
      const dropped = Object.values(once.counts.drops).reduce((sum, count) => sum + count, 0);
      assert.equal(once.out.length + dropped, frames.length + once.counts.duplicated);
      assert.deepEqual([once.counts.delayedFrames, once.counts.delayedBytes], [0, 0]);
    }),
    { seed: SEED, numRuns: 300 },
  );
});

test('frames leave in the order of their times, whatever is done to them', () => {
  fc.assert(
    fc.property(spec, traffic, (said, frames) => {
      const times = fates(said, frames).out.map(([atNs]) => atNs as number);
      assert.deepEqual(
        times,
        times.toSorted((a, b) => a - b),
      );
    }),
    { seed: SEED, numRuns: 100 },
  );
});

test('which frames are lost does not depend on delays, rates and times', () => {
  const loss = { model: 'random', percent: 20 } as const;
  const lost = (said: ImpairmentSpec, gapNs: number) => {
    const wire = new TestWire({ ...said, loss, seed: 77 });
    wire.sendMany(500, 60, gapNs);
    wire.run(1e12);
    return wire.numbers.toSorted((a, b) => a - b);
  };
  const plain = lost({}, 0);
  assert.deepEqual(lost({ delayMs: 10, jitterMs: 5, reorder: { percent: 50 } }, 1e6), plain);
  assert.deepEqual(lost({ rate: { bitsPerSecond: 1_000_000 }, slot: { minMs: 1, maxMs: 3 } }, 12_345), plain);
});

test('another seed, or the other direction, is another fate', () => {
  const loss = { model: 'random', percent: 50 } as const;
  const numbers = (seed: number, direction: 'a-to-b' | 'b-to-a') => {
    const wire = new TestWire({ loss, seed }, direction);
    wire.sendMany(200, 60, 0);
    return wire.numbers.join();
  };
  const all = [numbers(1, 'a-to-b'), numbers(2, 'a-to-b'), numbers(1, 'b-to-a'), numbers(2 ** 32 - 1, 'a-to-b')];
  assert.equal(new Set(all).size, 4);
});

test('a change with the same seed goes on, one with another starts anew', () => {
  const loss = { model: 'random', percent: 50 } as const;
  const whole = new TestWire({ loss, seed: 3 });
  whole.sendMany(200, 60, 0);
  const changed = new TestWire({ loss, seed: 3 });
  changed.sendMany(100, 60, 0);
  changed.impairment.configure({ loss, seed: 3, delayMs: 1 }, changed.nowNs);
  changed.sendMany(100, 60, 1);
  changed.run(1e9);
  assert.deepEqual(changed.numbers, whole.numbers);
  const anew = new TestWire({ loss, seed: 4 });
  anew.sendMany(57, 60, 0);
  anew.out.length = 0;
  anew.impairment.configure({ loss, seed: 3 }, anew.nowNs);
  anew.sendMany(200, 60, 0);
  assert.deepEqual(
    anew.numbers.map((number) => number - 57),
    whole.numbers,
  );
});

test('Random is the published generator, and its bits are fair', () => {
  const random = new Random(1);
  const first = Array.from({ length: 4 }, () => random.next());
  assert.deepEqual(first, [2_609_789_518, 2_547_476_171, 3_425_009_890, 2_712_108_315]);
  const ones = new Array<number>(32).fill(0);
  for (let i = 0; i < 20_000; i++) {
    const word = random.next();
    for (let bit = 0; bit < 32; bit++) ones[bit]! += (word >>> bit) & 1;
  }
  for (const count of ones) assert.ok(Math.abs(count - 10_000) < 4 * Math.sqrt(5000), `${count}`);
  random.restore([1, 2, 3, 4]);
  // From the state 1, 2, 3, 4, by the authors' reference implementation (xoshiro128starstar.c, version 1.1).
  assert.deepEqual(
    Array.from({ length: 4 }, () => random.next()),
    [11_520, 0, 5_927_040, 70_819_200],
  );
});
