// What a specification says, made ready for frames: percentages as fractions, milliseconds as nanoseconds, models with
// their state. Each knob has a stream of chance of its own, so that which frames are lost does not depend on whether they
// are delayed as well; and a change of one knob leaves the others where they stand.

import { DIRECTIONS, type Direction, type ImpairmentSpec } from '../../topology/impairment.ts';
import type { FrameMatcher } from '../wire/frame-matcher.ts';
import { Correlated } from './correlated.ts';
import { Delay } from './delay.ts';
import { type LossModel, makeLossModel } from './loss-model.ts';
import { compileMatch } from './match.ts';
import { Random } from './random.ts';
import { Rate } from './rate.ts';
import { Slots } from './slots.ts';

/** Where a queue behind a rate ends when nobody says: so many full-size frames, and what is on its way meanwhile. */
const QUEUE_FRAMES = 1000;
const FULL_FRAME_BYTES = 1514;
const STREAMS_PER_DIRECTION = 16;

/** The knobs of one direction. */
export class Knobs {
  readonly duplicateChance: Correlated;
  readonly corruptChance: Correlated;
  readonly reorderChance: Correlated;
  readonly delayChance: Correlated;
  /** Which bit is damaged. */
  readonly bitChance: Random;
  readonly slotChance: Random;
  readonly lossChance: Random;
  duplicateShare = 0;
  corruptShare = 0;
  reorderShare = 0;
  /** Only every so many-th frame is considered for being sent ahead; 0: none. */
  gap = 0;
  loss: LossModel | null = null;
  delay = new Delay({ meanMs: 0, jitterMs: 0, shape: 'uniform' }, { fraction: () => 0 });
  rate: Rate | null = null;
  slots: Slots | null = null;
  keepOrder = false;
  limitFrames = Number.POSITIVE_INFINITY;
  limitBytes = Number.POSITIVE_INFINITY;
  /** 0: any. */
  mtuBytes = 0;
  matcher: FrameMatcher | null = null;
  every = 1;
  private spec: ImpairmentSpec = {};

  constructor(seed: number, direction: Direction) {
    const first = DIRECTIONS.indexOf(direction) * STREAMS_PER_DIRECTION;
    const stream = (knob: number) => new Random(seed, first + knob);
    this.duplicateChance = new Correlated(stream(0));
    this.lossChance = stream(1);
    this.corruptChance = new Correlated(stream(2));
    this.bitChance = stream(3);
    this.reorderChance = new Correlated(stream(4));
    this.delayChance = new Correlated(stream(5));
    this.slotChance = stream(6);
  }

  /** Turns the knobs. */
  set(spec: ImpairmentSpec): void {
    const { duplicate, corrupt, reorder, gap } = spec;
    const before = this.spec;
    this.spec = spec;
    this.duplicateShare = (duplicate?.percent ?? 0) / 100;
    this.duplicateChance.share = (duplicate?.correlationPercent ?? 0) / 100;
    this.corruptShare = (corrupt?.percent ?? 0) / 100;
    this.corruptChance.share = (corrupt?.correlationPercent ?? 0) / 100;
    // As tc has it: a gap alone means every frame behind it, a chance alone any frame.
    this.reorderShare = (reorder?.percent ?? (gap === undefined || gap === 0 ? 0 : 100)) / 100;
    this.reorderChance.share = (reorder?.correlationPercent ?? 0) / 100;
    this.gap = this.reorderShare === 0 ? 0 : Math.max(1, gap ?? 1);
    if (differ(before.loss, spec.loss)) {
      this.loss = spec.loss === undefined ? null : makeLossModel(spec.loss, this.lossChance);
    }
    this.setTimes(before, spec);
    this.mtuBytes = spec.mtuBytes ?? 0;
    if (before.match !== spec.match) this.matcher = spec.match === undefined ? null : compileMatch(spec.match);
    this.every = spec.every ?? 1;
  }

  /** Where chance stands, to go on elsewhere with the same specification. */
  save(): number[][] {
    return [...this.chances().map((chance) => chance.save()), this.loss?.save() ?? [], this.slots?.save() ?? []];
  }

  /** Goes on where `saved` stood. */
  restore(saved: readonly (readonly number[])[]): void {
    const chances = this.chances();
    for (const [index, chance] of chances.entries()) chance.restore(saved[index] ?? []);
    this.loss?.restore(saved[chances.length] ?? []);
    this.slots?.restore(saved[chances.length + 1] ?? []);
  }

  private chances(): { save(): number[]; restore(saved: readonly number[]): void }[] {
    const { duplicateChance, lossChance, corruptChance, bitChance, reorderChance, delayChance, slotChance } = this;
    return [duplicateChance, lossChance, corruptChance, bitChance, reorderChance, delayChance, slotChance];
  }

  private setTimes(before: ImpairmentSpec, spec: ImpairmentSpec): void {
    const { delayMs = 0, jitterMs = 0, distribution = 'uniform', rate, slot } = spec;
    this.delayChance.share = (spec.delayCorrelationPercent ?? 0) / 100;
    this.delay = new Delay({ meanMs: delayMs, jitterMs, shape: distribution }, this.delayChance);
    this.rate = rate === undefined ? null : new Rate(rate);
    if (differ(before.slot, slot)) this.slots = slot === undefined ? null : new Slots(slot, this.slotChance);
    this.keepOrder = spec.keepOrder ?? false;
    this.limitFrames = spec.limitFrames ?? Number.POSITIVE_INFINITY;
    this.limitBytes = spec.limitBytes ?? Number.POSITIVE_INFINITY;
    if (this.rate !== null && spec.limitFrames === undefined && spec.limitBytes === undefined) {
      this.limitBytes = QUEUE_FRAMES * FULL_FRAME_BYTES + this.rate.bytesIn(Math.max(0, this.delay.longestNs));
    }
  }
}

function differ(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}
