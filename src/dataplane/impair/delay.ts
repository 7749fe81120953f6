// How long a frame is held: a mean, and a jitter around it in some shape (netem's tabledist()).
//
// netem takes the remainder of a 32-bit number to find its place in the table. We take the number's share of the table,
// which is spread alike and keeps neighbours neighbours, so that a correlated delay is one.

import type { Distribution } from '../../topology/impairment.ts';
import { distributionTable } from './distribution.ts';

/** Where chance comes from: fractions from 0 to before 1. */
export interface Chances {
  fraction(): number;
}

/** One delay after the other. */
export class Delay {
  private readonly meanNs: number;
  private readonly jitterNs: number;
  private readonly table: Float64Array | undefined;
  private readonly chances: Chances;

  constructor(options: { meanMs: number; jitterMs: number; shape: Distribution }, chances: Chances) {
    this.meanNs = options.meanMs * 1e6;
    this.jitterNs = options.jitterMs * 1e6;
    this.table = options.jitterMs === 0 ? undefined : distributionTable(options.shape);
    this.chances = chances;
  }

  /** The next delay; below zero where the jitter is larger than the mean. */
  nextNs(): number {
    const { jitterNs, table } = this;
    if (jitterNs === 0) return this.meanNs;
    const fraction = this.chances.fraction();
    if (table === undefined) return this.meanNs + (2 * fraction - 1) * jitterNs;
    return this.meanNs + jitterNs * table[Math.floor(fraction * table.length)]!;
  }

  /** No delay is longer; for the size of a queue. */
  get longestNs(): number {
    const { jitterNs, table } = this;
    return this.meanNs + (jitterNs === 0 ? 0 : jitterNs * (table === undefined ? 1 : table[table.length - 1]!));
  }
}
