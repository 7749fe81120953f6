// Shapes of delay, as tables of the inverse of their cumulative distribution in units of the jitter. The formulas are
// those of the generators in iproute2's netem/ (normal.c, pareto.c, paretonormal.c), which made the tables that tc loads:
// 4096 entries in steps of 1/8192 of the jitter, none beyond four times the jitter.

import type { Distribution } from '../../topology/impairment.ts';

const ENTRIES = 4096;
/** NETEM_DIST_SCALE, include/uapi/linux/pkt_sched.h. */
const SCALE = 8192;
const LEAST = -32_768;
const MOST = 32_767;
const NORMAL_STEPS = 16_384;
/** normal.c walks along x with this step and keeps the last x that belongs to an entry. */
const NORMAL_GRID = 0.00005;
const PARETO_SHAPE = 3;

const made = new Map<string, Float64Array>();

/** The table of a shape; undefined for the uniform one, which needs none. */
export function distributionTable(shape: Distribution): Float64Array | undefined {
  if (shape === 'uniform') return undefined;
  if (typeof shape === 'object') return Float64Array.from(shape.table).sort();
  const found = made.get(shape);
  if (found !== undefined) return found;
  const table = Float64Array.from({ length: ENTRIES }, (_, index) => entryOf(shape, index) / SCALE);
  made.set(shape, table);
  return table;
}

function entryOf(shape: 'normal' | 'pareto' | 'paretonormal', index: number): number {
  if (shape === 'normal') return clamp(normalEntry(index));
  if (shape === 'pareto') return paretoEntry(index);
  return clamp(Math.trunc((normalEntry(index) + 3 * paretoEntry(index)) / 4));
}

function normalEntry(index: number): number {
  const x = normalQuantile((4 * index + 0.5) / NORMAL_STEPS);
  return Math.round(Math.floor(x / NORMAL_GRID) * NORMAL_GRID * SCALE);
}

function paretoEntry(index: number): number {
  const rest = 1 - index / ENTRIES;
  return Math.round(Math.min(MOST, (rest ** (-1 / PARETO_SHAPE) - 1.5) * (4 / 3) * SCALE));
}

function clamp(value: number): number {
  return Math.min(MOST, Math.max(LEAST, value));
}

let guess = 0;

// Newton's method, from the quantile that was asked for last: a table asks in ascending order.
function normalQuantile(share: number): number {
  let x = Math.abs(normalShare(guess) - share) < 0.01 ? guess : 0;
  for (let i = 0; i < 50; i++) {
    const step = (normalShare(x) - share) / normalDensity(x);
    x -= Math.max(-1, Math.min(1, step));
    if (Math.abs(step) < 1e-12) break;
  }
  guess = x;
  return x;
}

function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

// Abramowitz and Stegun, 26.2.11: a series without alternating signs, so nothing cancels out.
function normalShare(x: number): number {
  let term = x;
  let sum = x;
  for (let i = 3; Math.abs(term) > 1e-17 * Math.abs(sum); i += 2) {
    term *= (x * x) / i;
    sum += term;
  }
  return 0.5 + sum * normalDensity(x);
}
