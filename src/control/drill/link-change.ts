// What a drill does to its link, and the way back: it takes back what it did itself, word by word, and leaves alone what
// somebody else has changed meanwhile. That this happened, and when, is told.

import { isDeepStrictEqual } from 'node:util';
import type { ChangeDeed } from '../../scenario/timeline.ts';
import type { Topology } from '../../topology/topology.ts';
import type { Bridge } from '../bridge.ts';
import { afterDeed, afterUndoing, conditionsOf, type LinkCondition } from '../scenario/deeds.ts';

/** A change of a link that can be taken back. */
export class LinkChange {
  readonly #bridge: Bridge;
  readonly #link: string;
  readonly #deed: ChangeDeed;
  #before: LinkCondition | undefined;
  #made: LinkCondition | undefined;
  #changedByOthers: string | undefined;
  readonly #onChanged = () => this.#look();

  constructor(bridge: Bridge, link: string, deed: ChangeDeed) {
    this.#bridge = bridge;
    this.#link = link;
    this.#deed = deed;
  }

  /** When somebody else changed the link first, RFC 3339; undefined when nobody did. */
  get changedByOthers(): string | undefined {
    return this.#changedByOthers;
  }

  /** The topology with the change. */
  make(actual: Topology): Topology {
    this.#before = this.#conditionOf(actual);
    const after = afterDeed(actual, [this.#link], this.#deed);
    this.#made = this.#conditionOf(after);
    return after;
  }

  /** Sees from now on who else changes the link. */
  watch(): void {
    this.#made = this.#conditionOf(this.#bridge.topology);
    this.#bridge.on('changed', this.#onChanged);
  }

  /** The topology without the change. */
  undo(actual: Topology): Topology {
    const [before, made, now] = [this.#before, this.#made, this.#conditionOf(actual)];
    if (before === undefined || made === undefined) return actual;
    this.#compare(now);
    if (now === undefined) return actual;
    const one = (condition: LinkCondition) => new Map([[this.#link, condition]]);
    return afterUndoing(actual, { before: one(before), made: one(made) });
  }

  /** Looks no more. */
  close(): void {
    this.#bridge.off('changed', this.#onChanged);
  }

  // The event comes while the topology is made another one: afterwards it is.
  #look(): void {
    setImmediate(() => {
      if (this.#bridge.listeners('changed').includes(this.#onChanged))
        this.#compare(this.#conditionOf(this.#bridge.topology));
    });
  }

  #compare(now: LinkCondition | undefined): void {
    if (isDeepStrictEqual(now, this.#made)) return;
    this.#changedByOthers ??= new Date().toISOString();
  }

  #conditionOf(topology: Topology): LinkCondition | undefined {
    if (topology.segments.every(({ name }) => name !== this.#link)) return undefined;
    return conditionsOf(topology, [this.#link]).get(this.#link);
  }
}
