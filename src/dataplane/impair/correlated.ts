// Chance that resembles the one before: get_crandom() of the kernel's net/sched/sch_netem.c, with fractions of one in the
// place of 32-bit integers. As there, correlation pulls the values towards the middle: a chance of 1 % with correlation
// comes true less often than one in a hundred.

import type { Random } from './random.ts';

/** A stream of fractions of which each is partly the one before. */
export class Correlated {
  /** How much of each value is the one before, 0 to 1. */
  share = 0;
  private readonly random: Random;
  private last: number;

  constructor(random: Random) {
    this.random = random;
    this.last = random.fraction();
  }

  /** The next value, from 0 to before 1. */
  fraction(): number {
    const fresh = this.random.fraction();
    if (this.share === 0) return fresh;
    this.last = fresh * (1 - this.share) + this.last * this.share;
    return this.last;
  }

  /** Where the stream stands, to go on elsewhere. */
  save(): number[] {
    return [this.last, ...this.random.save()];
  }

  /** Goes on where `saved` stood. */
  restore([last = 0, ...saved]: readonly number[]): void {
    this.last = last;
    this.random.restore(saved);
  }
}
