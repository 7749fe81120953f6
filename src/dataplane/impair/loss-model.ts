// Which frames are lost: the three models of netem (net/sched/sch_netem.c: loss_event, loss_gilb_ell, loss_4state).

import type { LossSpec } from '../../topology/impairment.ts';
import { Correlated } from './correlated.ts';
import type { Random } from './random.ts';

/** Decides frame by frame. */
export interface LossModel {
  /** Whether the next frame is lost. */
  isLost(): boolean;
  /** The state that a frame leaves behind; the generator is not part of it. */
  save(): number[];
  restore(saved: readonly number[]): void;
}

/** Makes the model that `spec` tells; its chance comes from `random`. */
export function makeLossModel(spec: LossSpec, random: Random): LossModel {
  if (spec.model === 'random') return new RandomLoss(spec.percent, spec.correlationPercent ?? 0, random);
  return spec.model === 'gemodel' ? new GilbertElliott(spec, random) : new FourStates(spec, random);
}

class RandomLoss implements LossModel {
  private readonly share: number;
  private readonly chance: Correlated;

  constructor(percent: number, correlationPercent: number, random: Random) {
    this.share = percent / 100;
    this.chance = new Correlated(random);
    this.chance.share = correlationPercent / 100;
  }

  isLost(): boolean {
    return this.chance.fraction() < this.share;
  }

  save(): number[] {
    return this.chance.save().slice(0, 1);
  }

  restore(saved: readonly number[]): void {
    this.chance.restore(saved);
  }
}

/** Two states. A frame meets the chance of the state that the frame before it left behind, as in netem. */
class GilbertElliott implements LossModel {
  private readonly toBad: number;
  private readonly toGood: number;
  private readonly inBad: number;
  private readonly inGood: number;
  private readonly random: Random;
  private isBad = false;

  constructor(spec: Extract<LossSpec, { model: 'gemodel' }>, random: Random) {
    this.toBad = spec.pPercent / 100;
    this.toGood = spec.rPercent / 100;
    this.inBad = spec.lossInBadPercent / 100;
    this.inGood = spec.lossInGoodPercent / 100;
    this.random = random;
  }

  isLost(): boolean {
    const { isBad, random } = this;
    if (random.fraction() < (isBad ? this.toGood : this.toBad)) this.isBad = !isBad;
    return random.fraction() < (isBad ? this.inBad : this.inGood);
  }

  save(): number[] {
    return [Number(this.isBad)];
  }

  restore([isBad = 0]: readonly number[]): void {
    this.isBad = isBad !== 0;
  }
}

const SENT_IN_GAP = 1;
const SENT_IN_BURST = 2;
const LOST_IN_BURST = 3;
const LOST_IN_GAP = 4;

/** Four states, numbered as in netem's pNM: from state N to state M. */
class FourStates implements LossModel {
  private readonly p13: number;
  private readonly p31: number;
  private readonly p32: number;
  private readonly p23: number;
  private readonly p14: number;
  private readonly random: Random;
  private state = SENT_IN_GAP;

  constructor(spec: Extract<LossSpec, { model: 'state' }>, random: Random) {
    this.p13 = spec.p13Percent / 100;
    this.p31 = spec.p31Percent / 100;
    this.p32 = spec.p32Percent / 100;
    this.p23 = spec.p23Percent / 100;
    this.p14 = spec.p14Percent / 100;
    this.random = random;
  }

  isLost(): boolean {
    this.state = this.nextState(this.random.fraction());
    return this.state >= LOST_IN_BURST;
  }

  save(): number[] {
    return [this.state];
  }

  restore([state = SENT_IN_GAP]: readonly number[]): void {
    this.state = state;
  }

  private nextState(draw: number): number {
    if (this.state === SENT_IN_GAP) {
      if (draw < this.p14) return LOST_IN_GAP;
      return draw < this.p14 + this.p13 ? LOST_IN_BURST : SENT_IN_GAP;
    }
    if (this.state === SENT_IN_BURST) return draw < this.p23 ? LOST_IN_BURST : SENT_IN_BURST;
    if (this.state === LOST_IN_BURST) {
      if (draw < this.p32) return SENT_IN_BURST;
      return draw < this.p32 + this.p31 ? SENT_IN_GAP : LOST_IN_BURST;
    }
    return SENT_IN_GAP;
  }
}
