// The tables of delays: against the formulas' quantiles and moments, and as snapshots. test/tools/ compares them with those
// that tc loads.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { Delay } from './delay.ts';
import { distributionTable } from './distribution.ts';
import { Random } from './random.ts';

const SHAPES = ['normal', 'pareto', 'paretonormal'] as const;
const SCALE = 8192;

function entries(shape: (typeof SHAPES)[number]): number[] {
  return Array.from(distributionTable(shape)!, (value) => value * SCALE);
}

test('distributionTable() stays what it is', () => {
  const digests = SHAPES.map((shape) =>
    createHash('sha256').update(entries(shape).join(' ')).digest('hex').slice(0, 16),
  );
  assert.deepEqual(digests, ['c59486ef7d9f4753', '7b6250dae83ed813', '6b6ec6bcf481be2a']);
});

test('the normal table has the quantiles and moments of a normal distribution', () => {
  const table = distributionTable('normal')!;
  // Quantiles from tables of the standard normal distribution.
  for (const [share, quantile] of [
    [0.5, 0],
    [0.841345, 1],
    [0.97725, 2],
    [0.99, 2.326348],
    [0.025, -1.959964],
  ] as const) {
    const found = table[Math.round(share * table.length)]!;
    assert.ok(Math.abs(found - quantile) < 0.01, `${share}: ${found}`);
  }
  const { mean, deviation } = momentsOf(table);
  assert.ok(Math.abs(mean) < 0.002 && Math.abs(deviation - 1) < 0.005, `${mean} ${deviation}`);
});

test('the pareto table has the quantiles of its formula and is cut off at four times the jitter', () => {
  const table = distributionTable('pareto')!;
  for (const share of [0, 0.25, 0.5, 0.75, 0.9]) {
    const quantile = ((1 - share) ** (-1 / 3) - 1.5) * (4 / 3);
    assert.ok(Math.abs(table[Math.floor(share * table.length)]! - quantile) < 0.002, `${share}`);
  }
  assert.equal(table.at(-1), 32_767 / SCALE);
});

test("a table of one's own is in units of the jitter, in whatever order it is given", () => {
  const table = [0, 2, -1, 1];
  const delay = new Delay({ meanMs: 10, jitterMs: 2, shape: { table } }, new Random(5));
  const seen = new Map<number, number>();
  for (let i = 0; i < 4000; i++) {
    const ms = delay.nextNs() / 1e6;
    seen.set(ms, (seen.get(ms) ?? 0) + 1);
  }
  assert.deepEqual(
    [...seen.keys()].sort((a, b) => a - b),
    [8, 10, 12, 14],
  );
  for (const count of seen.values()) assert.ok(Math.abs(count - 1000) < 3 * Math.sqrt(750), `${count}`);
  assert.equal(delay.longestNs, 14e6);
});

test('delays follow their shape: Kolmogorov and Smirnov find nothing', () => {
  const samples = 20_000;
  const cumulative: Readonly<Record<string, (x: number) => number>> = {
    uniform: (x) => Math.min(1, Math.max(0, (x + 1) / 2)),
    normal: (x) => shareOf(distributionTable('normal')!, x),
    pareto: (x) => Math.min(1, Math.max(0, 1 - (x * 0.75 + 1.5) ** -3)),
  };
  for (const shape of ['uniform', 'normal', 'pareto'] as const) {
    const delay = new Delay({ meanMs: 100, jitterMs: 10, shape }, new Random(99));
    const drawn = Array.from({ length: samples }, () => (delay.nextNs() / 1e6 - 100) / 10).sort((a, b) => a - b);
    let distance = 0;
    for (const [index, x] of drawn.entries()) {
      if (shape === 'pareto' && x > 3.9) break;
      distance = Math.max(distance, Math.abs(cumulative[shape]!(x) - (index + 0.5) / samples));
    }
    // At one in a thousand, and the coarseness of 4096 entries.
    assert.ok(distance < 1.95 / Math.sqrt(samples) + 2 / 4096, `${shape}: ${distance}`);
  }
});

function momentsOf(table: Float64Array): { mean: number; deviation: number } {
  const mean = table.reduce((sum, value) => sum + value, 0) / table.length;
  const variance = table.reduce((sum, value) => sum + (value - mean) ** 2, 0) / table.length;
  return { mean, deviation: Math.sqrt(variance) };
}

function shareOf(table: Float64Array, x: number): number {
  let below = 0;
  while (below < table.length && table[below]! <= x) below++;
  return below / table.length;
}
