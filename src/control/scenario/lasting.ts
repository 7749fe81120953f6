// The deeds of a scenario that last ("for") and are undone later, each by itself, in whatever order they end. Pure.

import type { ChangeDeed } from '../../scenario/timeline.ts';
import { conditionWithout, type LinkCondition, type Undoing } from './deeds.ts';

/** A deed that is to be undone, and whether it holds its links up or down meanwhile. */
export interface Lasting extends Undoing {
  readonly isUp: boolean | undefined;
}

/** The state in which a deed holds links; undefined when it is none of its business. */
export function wantedState({ kind }: ChangeDeed): boolean | undefined {
  return kind === 'down' || kind === 'up' ? kind === 'up' : undefined;
}

/**
 * Takes a deed out of those that last, which are in the order in which they began: what began later, and lasts longer, shall
 * not bring back what is undone here. Returns how the later ones hold their links.
 */
export function takeBack(lasting: Map<string, Lasting>, key: string): ReadonlyMap<string, boolean> {
  const undone = lasting.get(key)!;
  const keys = [...lasting.keys()];
  const held = new Map<string, boolean>();
  for (const later of keys.slice(keys.indexOf(key) + 1)) {
    const { before, made, isUp } = lasting.get(later)!;
    lasting.set(later, { before: without(undone, before), made: kept(without(undone, made), isUp), isUp });
    if (isUp !== undefined) for (const name of made.keys()) held.set(name, isUp);
  }
  lasting.delete(key);
  return held;
}

/** Links as they would be now if a deed had not been done. */
export function without(
  { before, made }: Undoing,
  now: ReadonlyMap<string, LinkCondition>,
): ReadonlyMap<string, LinkCondition> {
  return new Map(
    [...now].map(([name, condition]) => {
      const [old, its] = [before.get(name), made.get(name)];
      return [name, old === undefined || its === undefined ? condition : conditionWithout(old, its, condition)];
    }),
  );
}

function kept(conditions: ReadonlyMap<string, LinkCondition>, isUp: boolean | undefined) {
  if (isUp === undefined) return conditions;
  return new Map([...conditions].map(([name, condition]) => [name, { ...condition, isUp }]));
}
