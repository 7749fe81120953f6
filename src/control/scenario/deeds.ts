// What an operation of a scenario makes of a topology, and what is needed to undo it. Pure.

import { isDeepStrictEqual } from 'node:util';
import { TcpbridgeError } from '../../errors.ts';
import { ALL_LINKS } from '../../scenario/scenario.ts';
import type { ChangeDeed } from '../../scenario/timeline.ts';
import { DIRECTIONS, type Impairments } from '../../topology/impairment.ts';
import { withoutLoose } from '../../topology/impairment-form.ts';
import { changeImpairments } from '../../topology/impairments-form.ts';
import type { SegmentSpec, Topology } from '../../topology/topology.ts';

/** What a scenario can change about a link. */
export interface LinkCondition {
  readonly isUp: boolean;
  readonly impairments: Impairments | undefined;
}

/** What was done to links: how they were before it, and how it made them. */
export interface Undoing {
  readonly before: ReadonlyMap<string, LinkCondition>;
  readonly made: ReadonlyMap<string, LinkCondition>;
}

/** How links are now, by name; throws when one is not there. */
export function conditionsOf(topology: Topology, names: readonly string[]): Map<string, LinkCondition> {
  const chosen = choose(topology, names);
  return new Map(chosen.map(({ name, isUp, impairments }) => [name, { isUp, impairments }]));
}

/** The topology after a deed; throws when it cannot be done, to any of the links. */
export function afterDeed(topology: Topology, names: readonly string[], deed: ChangeDeed): Topology {
  // "All links" leaves out what has no directions; who names a hub is told that it has none.
  const isOfLinks = deed.kind === 'impair' && meansAll(topology, names);
  const chosen = new Set(choose(topology, names).filter(({ kind }) => !isOfLinks || kind === 'link'));
  return change(topology, chosen, (segment) => {
    if (deed.kind === 'down' || deed.kind === 'up') return { ...segment, isUp: deed.kind === 'up' };
    if (deed.kind === 'reset') return impaired(segment, undefined);
    checkImpairable(segment);
    return impaired(segment, changeImpairments(deed.isWhole ? undefined : segment.impairments, deed.words));
  });
}

/** The topology with links as they were; of those that are not there any more, nothing is said. */
export function afterUndo(topology: Topology, conditions: ReadonlyMap<string, LinkCondition>): Topology {
  const chosen = new Set(topology.segments.filter(({ name }) => conditions.has(name)));
  return change(topology, chosen, (segment) => {
    const { isUp, impairments } = conditions.get(segment.name)!;
    const state = { ...segment, isUp };
    return segment.kind === 'link' ? impaired(state, impairments) : state;
  });
}

/** The topology without what was done, word by word: what somebody else has changed meanwhile stays. */
export function afterUndoing(topology: Topology, { before, made }: Undoing): Topology {
  const chosen = new Set(topology.segments.filter(({ name }) => made.has(name)));
  return change(topology, chosen, (segment) => {
    const { name, isUp, impairments } = segment;
    const condition = conditionWithout(before.get(name)!, made.get(name)!, { isUp, impairments });
    const state = { ...segment, isUp: condition.isUp };
    return segment.kind === 'link' ? impaired(state, condition.impairments) : state;
  });
}

/** Links that were brought back up or down although a later deed still lasts stay as that one wants them. */
export function stillHeld(before: Topology, after: Topology, held: ReadonlyMap<string, boolean>): Topology {
  const segments = after.segments.map((segment, index) => {
    const isUp = held.get(segment.name);
    return isUp === undefined || segment.isUp === before.segments[index]!.isUp ? segment : { ...segment, isUp };
  });
  return { ...after, segments };
}

/** A link as it would be now if what made it from `before` had not been done. */
export function conditionWithout(before: LinkCondition, made: LinkCondition, now: LinkCondition): LinkCondition {
  return {
    isUp: now.isUp === made.isUp ? before.isUp : now.isUp,
    impairments: impairmentsWithout(before.impairments, made.impairments, now.impairments),
  };
}

/** Says that a hub or switch cannot be impaired. */
export function checkImpairable({ name, kind }: SegmentSpec): void {
  if (kind !== 'link') throw new TcpbridgeError('not_impairable', { kind, name });
}

type Words = Readonly<Record<string, unknown>>;

// Word by word, because somebody may have changed one of them.
function impairmentsWithout(
  before: Impairments | undefined,
  made: Impairments | undefined,
  now: Impairments | undefined,
): Impairments | undefined {
  if (isDeepStrictEqual(before, made)) return now;
  if (isDeepStrictEqual(made, now)) return before;
  const result: Record<string, Words> = {};
  for (const direction of DIRECTIONS) {
    const [old, its, left] = [before, made, now].map((all): Words => ({ ...all?.[direction] }));
    const words: Record<string, unknown> = { ...left };
    for (const key of new Set([...Object.keys(old!), ...Object.keys(its!)])) {
      const isOurs = !isDeepStrictEqual(old![key], its![key]);
      if (!isOurs || !isDeepStrictEqual(its![key], left![key])) continue;
      if (old![key] === undefined) delete words[key];
      else words[key] = old![key];
    }
    const whole = withoutLoose(words);
    // A seed alone does nothing.
    if (Object.keys(whole).some((key) => key !== 'seed')) result[direction] = whole as Words;
  }
  return Object.keys(result).length === 0 ? undefined : (result as Impairments);
}

function meansAll({ segments }: Topology, names: readonly string[]): boolean {
  return names.includes(ALL_LINKS) && segments.every(({ name }) => name !== ALL_LINKS);
}

function choose(topology: Topology, names: readonly string[]): SegmentSpec[] {
  const { segments } = topology;
  if (meansAll(topology, names)) return [...segments];
  return names.map((name) => {
    const found = segments.find((segment) => segment.name === name);
    if (found === undefined) throw new TcpbridgeError('link_unknown', { name });
    return found;
  });
}

function change(
  topology: Topology,
  chosen: ReadonlySet<SegmentSpec>,
  make: (segment: SegmentSpec) => SegmentSpec,
): Topology {
  return { ...topology, segments: topology.segments.map((segment) => (chosen.has(segment) ? make(segment) : segment)) };
}

function impaired({ impairments: _, ...rest }: SegmentSpec, impairments: Impairments | undefined): SegmentSpec {
  return impairments === undefined ? rest : { ...rest, impairments };
}
