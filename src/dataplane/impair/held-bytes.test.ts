// The bytes of frames that are held back, through everything that can happen to a batch while they are copied: neighbours
// that leave at once, are lost, doubled or damaged, and pages that are full.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ImpairmentSpec } from '../../topology/impairment.ts';
import { TestWire } from './test-wire.ts';

const MS = 1e6;
const SEED = Number(process.env.TEST_SEED ?? 20_261_122);

const percent = fc.constantFrom(0, 30, 100).map((value) => ({ percent: value }));
const specs: fc.Arbitrary<ImpairmentSpec> = fc.record({
  delayMs: fc.constantFrom(0, 10),
  jitterMs: fc.constantFrom(0, 5),
  loss: fc.constantFrom(0, 30).map((value) => ({ model: 'random' as const, percent: value })),
  duplicate: percent,
  corrupt: percent,
  reorder: percent,
  gap: fc.constant(1),
  keepOrder: fc.boolean(),
  seed: fc.nat(),
});
const batches = fc.array(
  fc.array(
    fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 60, max: 1514 }) }, fc.integer({ min: 60, max: 60_000 })),
    {
      maxLength: 40,
      size: 'max',
    },
  ),
  { maxLength: 6 },
);

test(`every frame that leaves is one that came, but for the bits that were damaged (TEST_SEED=${SEED})`, () => {
  fc.assert(
    fc.property(specs, batches, (spec, lengths) => {
      const wire = new TestWire(spec);
      let sent = 0;
      for (const some of lengths) {
        if (some.reduce((sum, length) => sum + length, 0) > 200_000) continue;
        wire.sendFrames(some.map((length) => frameOf(sent++, length)));
        wire.run(3 * MS);
      }
      wire.run(100 * MS);
      const { corrupted, duplicated, drops } = wire.counts;
      assert.equal(wire.out.length, sent + duplicated - (drops.loss ?? 0));
      let damaged = 0;
      for (const { bytes } of wire.out) {
        const bits = differentBits(bytes);
        assert.ok(bits <= 1, `${bits} bits of a frame of ${bytes.length} bytes`);
        damaged += bits;
      }
      assert.equal(damaged, corrupted);
    }),
    { seed: SEED, numRuns: 300 },
  );
});

/** A frame that says in each eighth byte which one it is. */
function frameOf(number: number, length: number): Buffer {
  return Buffer.alloc(length, Buffer.of(number, number, number, number, length >> 8, length, number, number));
}

/** How many bits differ from what was sent: the number is what most of its bytes say. */
function differentBits(bytes: Buffer): number {
  const number = [0, 1, 2].map((at) => bytes[at]!).sort((a, b) => a - b)[1]!;
  const original = frameOf(number, bytes.length);
  if (original.equals(bytes)) return 0;
  let bits = 0;
  for (let at = 0; at < bytes.length; at++) {
    for (let rest = bytes[at]! ^ original[at]!; rest !== 0; rest &= rest - 1) bits++;
  }
  return bits;
}
