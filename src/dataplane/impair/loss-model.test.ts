// Losses against the arithmetic of their models, within three standard deviations over 100,000 frames, with fixed seeds.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LossSpec } from '../../topology/impairment.ts';
import { Correlated } from './correlated.ts';
import { makeLossModel } from './loss-model.ts';
import { Random } from './random.ts';

const FRAMES = 100_000;
const SEED = 2026;

function lossesOf(spec: LossSpec, seed = SEED): boolean[] {
  const model = makeLossModel(spec, new Random(seed));
  return Array.from({ length: FRAMES }, () => model.isLost());
}

function count(losses: readonly boolean[]): number {
  return losses.filter(Boolean).length;
}

/** Lengths of the runs of losses. */
function burstsOf(losses: readonly boolean[]): number[] {
  const bursts: number[] = [];
  for (const [index, lost] of losses.entries()) {
    if (!lost) continue;
    if (losses[index - 1] === true) bursts[bursts.length - 1]!++;
    else bursts.push(1);
  }
  return bursts;
}

/**
 * Fails unless `got` is within three standard deviations of `share` of all frames; `inflation` is how many times larger
 * the variance is than that of independent frames: (1 + c) / (1 - c) for a chain whose states correlate by c.
 */
function assertShare(got: number, share: number, inflation = 1): void {
  const deviation = Math.sqrt(FRAMES * share * (1 - share) * inflation);
  const off = Math.abs(got - FRAMES * share);
  assert.ok(off <= 3 * deviation, `${got} of ${FRAMES} instead of ${FRAMES * share} ± ${deviation}`);
}

function gemodel(p: number, r: number, lossInBad = 100, lossInGood = 0): LossSpec {
  return { model: 'gemodel', pPercent: p, rPercent: r, lossInBadPercent: lossInBad, lossInGoodPercent: lossInGood };
}

function state(p13: number, p31: number, p32: number, p23: number, p14: number): LossSpec {
  return { model: 'state', p13Percent: p13, p31Percent: p31, p32Percent: p32, p23Percent: p23, p14Percent: p14 };
}

test('0 % loses nothing and 100 % everything, in every model', () => {
  const none: LossSpec[] = [
    { model: 'random', percent: 0 },
    gemodel(0, 100),
    gemodel(50, 50, 0, 0),
    state(0, 100, 0, 100, 0),
  ];
  const all: LossSpec[] = [{ model: 'random', percent: 100 }, gemodel(50, 50, 100, 100)];
  for (const spec of none) assert.equal(count(lossesOf(spec)), 0, JSON.stringify(spec));
  for (const spec of all) assert.equal(count(lossesOf(spec)), FRAMES, JSON.stringify(spec));
  // The first frame takes the chain where nothing passes any more.
  assert.equal(count(lossesOf(state(100, 0, 0, 0, 0))), FRAMES);
});

test('random loss is its percentage', () => {
  for (const percent of [0.01, 0.1, 1, 5, 10, 33, 50, 90, 99.9]) {
    assertShare(count(lossesOf({ model: 'random', percent })), percent / 100);
  }
});

test('correlated loss is what get_crandom() makes of it: rarer than it says, and in bursts', () => {
  const percent = 20;
  const losses = lossesOf({ model: 'random', percent, correlationPercent: 25 });
  // The same arithmetic, written down again: each value is a quarter of the one before.
  const random = new Random(SEED);
  let last = random.fraction();
  let expected = 0;
  for (let i = 0; i < FRAMES; i++) {
    last = 0.75 * random.fraction() + 0.25 * last;
    if (last < percent / 100) expected++;
  }
  assert.equal(count(losses), expected);
  assert.ok(expected < 0.19 * FRAMES, `${expected}`);
  const again = losses.filter((lost, index) => lost && losses[index - 1] === true).length;
  assert.ok(again / expected > (1.2 * expected) / FRAMES, `${again / expected} follow another`);
});

test('correlated values resemble the one before by as much as is said', () => {
  for (const share of [0, 0.25, 0.9]) {
    const chance = new Correlated(new Random(SEED));
    chance.share = share;
    const values = Array.from({ length: FRAMES }, () => chance.fraction() - 0.5);
    const variance = values.reduce((sum, value) => sum + value ** 2, 0) / FRAMES;
    const product = values.reduce((sum, value, index) => sum + value * (values[index - 1] ?? 0), 0) / FRAMES;
    assert.ok(Math.abs(product / variance - share) < 0.02, `${share}: ${product / variance}`);
    const spread = (1 - share) / (1 + share) / 12;
    assert.ok(Math.abs(variance / spread - 1) < 0.1, `${share}: variance ${variance}, not ${spread}`);
  }
});

test('Gilbert: the share of losses is p / (p + r), and bursts are 1 / r long', () => {
  for (const [p, r] of [
    [1, 10],
    [5, 50],
    [0.5, 25],
  ] as const) {
    const losses = lossesOf(gemodel(p, r));
    const stays = 1 - (p + r) / 100;
    assertShare(count(losses), p / (p + r), (1 + stays) / (1 - stays));
    const bursts = burstsOf(losses);
    const mean = 100 / r;
    const deviation = Math.sqrt(((1 - r / 100) * mean ** 2) / bursts.length);
    const found = count(losses) / bursts.length;
    assert.ok(Math.abs(found - mean) < 3 * deviation + 0.001, `bursts of ${found} instead of ${mean}`);
  }
});

test('Gilbert and Elliott: both states lose at their own rate', () => {
  const losses = lossesOf(gemodel(2, 20, 60, 1));
  const bad = 2 / 22;
  assertShare(count(losses), bad * 0.6 + (1 - bad) * 0.01, (1 + 0.78) / (1 - 0.78));
});

test('p alone is Bernoulli: r is what p leaves', () => {
  assertShare(count(lossesOf(gemodel(3, 97))), 0.03);
  assertShare(count(lossesOf(state(3, 97, 0, 100, 0))), 0.03);
});

test('four states: the share of losses is that of its stationary distribution', () => {
  for (const [p13, p31, p32, p23, p14] of [
    [1, 20, 30, 40, 2],
    [5, 50, 0, 100, 0],
    [0, 100, 0, 100, 4],
  ] as const) {
    const chain = [
      [1 - (p13 + p14) / 100, 0, p13 / 100, p14 / 100],
      [0, 1 - p23 / 100, p23 / 100, 0],
      [p31 / 100, p32 / 100, 1 - (p31 + p32) / 100, 0],
      [1, 0, 0, 0],
    ];
    let shares = [1, 0, 0, 0];
    for (let i = 0; i < 5000; i++) {
      shares = shares.map((_, to) => shares.reduce((sum, share, from) => sum + share * chain[from]![to]!, 0));
    }
    assertShare(count(lossesOf(state(p13, p31, p32, p23, p14))), shares[2]! + shares[3]!, 10);
  }
});

test('p14 alone loses single frames only', () => {
  const bursts = burstsOf(lossesOf(state(0, 100, 0, 100, 50)));
  assert.ok(bursts.every((length) => length === 1));
});
