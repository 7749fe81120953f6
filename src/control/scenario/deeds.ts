// What an operation of a scenario makes of a topology, and what is needed to undo it. Pure.

import { TcpbridgeError } from '../../errors.ts';
import type { ChangeDeed } from '../../scenario/timeline.ts';
import type { Impairments } from '../../topology/impairment.ts';
import { changeImpairments } from '../../topology/impairments-form.ts';
import type { SegmentSpec, Topology } from '../../topology/topology.ts';

/** What a scenario can change about a link. */
export interface LinkCondition {
  readonly isUp: boolean;
  readonly impairments: Impairments | undefined;
}

/** Stands for all links. */
export const ALL_LINKS = 'all';

/** How links are now, by name; throws when one is not there. */
export function conditionsOf(topology: Topology, names: readonly string[]): Map<string, LinkCondition> {
  const chosen = choose(topology, names);
  return new Map(chosen.map(({ name, isUp, impairments }) => [name, { isUp, impairments }]));
}

/** The topology after a deed; throws when it cannot be done, to any of the links. */
export function afterDeed(topology: Topology, names: readonly string[], deed: ChangeDeed): Topology {
  const chosen = new Set(choose(topology, names));
  return change(topology, chosen, (segment) => {
    if (deed.kind === 'down' || deed.kind === 'up') return { ...segment, isUp: deed.kind === 'up' };
    if (deed.kind === 'reset') return impaired(segment, undefined);
    checkImpairable(segment);
    return impaired(segment, changeImpairments(deed.isWhole ? undefined : segment.impairments, deed.words));
  });
}

/** The topology with links as they were; of those that are not there any more, nothing is said. */
export function afterUndo(
  topology: Topology,
  conditions: ReadonlyMap<string, LinkCondition>,
  parts: { readonly isUp: boolean; readonly impairments: boolean },
): Topology {
  const chosen = new Set(topology.segments.filter(({ name }) => conditions.has(name)));
  return change(topology, chosen, (segment) => {
    const { isUp, impairments } = conditions.get(segment.name)!;
    const state = parts.isUp ? { ...segment, isUp } : segment;
    return parts.impairments && segment.kind === 'link' ? impaired(state, impairments) : state;
  });
}

/** Says that a hub or switch cannot be impaired. */
export function checkImpairable({ name, kind }: SegmentSpec): void {
  if (kind !== 'link') throw new TcpbridgeError('not_impairable', { kind, name });
}

function choose({ segments }: Topology, names: readonly string[]): SegmentSpec[] {
  if (names.includes(ALL_LINKS) && segments.every(({ name }) => name !== ALL_LINKS)) return [...segments];
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
