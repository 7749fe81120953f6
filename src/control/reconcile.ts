// Wanted topology against the one that runs -> what is to be done. Pure: the bridge carries it out, `--dry-run` and
// `diff` print it. Links are matched by name; what both topologies say alike is not touched.

import { type EndpointSpec, endpointKey, hasSameSettings } from '../topology/endpoint-spec.ts';
import type { SegmentSpec, Topology } from '../topology/topology.ts';
import { type ImpairmentChange, impairmentChange } from './impairment-change.ts';
import { settingChanges } from './setting-changes.ts';

/** One change, as people call it. */
export type Step =
  | { readonly action: 'add'; readonly link: string; readonly kind: SegmentSpec['kind']; readonly endpoints: string[] }
  | { readonly action: 'remove'; readonly link: string; readonly kind: SegmentSpec['kind'] }
  /** An end of a link is moved from one machine to another. */
  | {
      readonly action: 'rewire';
      readonly link: string;
      readonly end: 'a' | 'b';
      readonly from: string;
      readonly to: string;
    }
  /** A member comes to a hub or switch. */
  | { readonly action: 'join'; readonly link: string; readonly endpoint: string }
  /** A member leaves a hub or switch. */
  | { readonly action: 'leave'; readonly link: string; readonly endpoint: string }
  /** The settings of a switch or its ports are others. */
  | { readonly action: 'configure'; readonly link: string; readonly changes: readonly string[] }
  /** The impairments of a link are others. */
  | ({ readonly action: 'impair'; readonly link: string } & ImpairmentChange)
  | { readonly action: 'up'; readonly link: string }
  | { readonly action: 'down'; readonly link: string };

/** What is to be done, and what may not be lost while doing it. */
export interface Plan {
  /** In the order in which a person would tell them. */
  readonly steps: readonly Step[];
  /** Endpoints (by key) that are in both topologies in different places: their connections move along. */
  readonly moved: ReadonlySet<string>;
}

/** Compares the running topology with the wanted one. */
export function reconcile(actual: Topology, wanted: Topology): Plan {
  const before = new Map(actual.segments.map((segment) => [segment.name, segment]));
  const after = new Map(wanted.segments.map((segment) => [segment.name, segment]));
  const steps: Step[] = [];
  for (const { name, kind } of actual.segments) {
    if (after.get(name)?.kind !== kind) steps.push({ action: 'remove', link: name, kind });
  }
  for (const segment of wanted.segments) {
    const old = before.get(segment.name);
    if (old === undefined || old.kind !== segment.kind) {
      const { name, kind, endpoints } = segment;
      steps.push({ action: 'add', link: name, kind, endpoints: endpoints.map(({ text }) => text) });
    } else {
      steps.push(...(segment.kind === 'link' ? rewires(old, segment) : memberChanges(old, segment)));
      const changes = settingChanges(old, segment);
      if (changes !== undefined) steps.push({ action: 'configure', link: segment.name, changes });
      const impairments = impairmentChange(old.impairments, segment.impairments);
      if (impairments !== undefined) steps.push({ action: 'impair', link: segment.name, ...impairments });
      if (old.isUp !== segment.isUp) steps.push({ action: segment.isUp ? 'up' : 'down', link: segment.name });
    }
  }
  return { steps, moved: movedEndpoints(before, after) };
}

function rewires(old: SegmentSpec, segment: SegmentSpec): Step[] {
  return segment.endpoints.flatMap((endpoint, index) => {
    const from = old.endpoints[index]!;
    if (isAlike(from, endpoint)) return [];
    const end = index === 0 ? 'a' : 'b';
    return [{ action: 'rewire', link: segment.name, end, from: from.text, to: endpoint.text }];
  });
}

function memberChanges(old: SegmentSpec, segment: SegmentSpec): Step[] {
  const link = segment.name;
  const without = (all: SegmentSpec, others: SegmentSpec) =>
    all.endpoints.filter((endpoint) => !others.endpoints.some((other) => isAlike(endpoint, other)));
  return [
    ...without(old, segment).map((endpoint): Step => ({ action: 'leave', link, endpoint: endpoint.text })),
    ...without(segment, old).map((endpoint): Step => ({ action: 'join', link, endpoint: endpoint.text })),
  ];
}

function movedEndpoints(before: Map<string, SegmentSpec>, after: Map<string, SegmentSpec>): Set<string> {
  const places = new Map<string, string>();
  for (const segment of before.values()) {
    for (const [index, endpoint] of segment.endpoints.entries()) {
      places.set(endpointKey(endpoint), placeKey(segment, index));
    }
  }
  const moved = new Set<string>();
  for (const segment of after.values()) {
    segment.endpoints.forEach((endpoint, index) => {
      const key = endpointKey(endpoint);
      const place = places.get(key);
      if (place !== undefined && place !== placeKey(segment, index)) moved.add(key);
    });
  }
  return moved;
}

/** The ends of a link are two places, a hub is one: its members are all alike. */
function placeKey({ kind, name }: SegmentSpec, index: number): string {
  return `${kind} ${kind === 'link' ? index : 0} ${name}`;
}

function isSame(one: EndpointSpec, other: EndpointSpec): boolean {
  return endpointKey(one) === endpointKey(other);
}

function isAlike(one: EndpointSpec, other: EndpointSpec): boolean {
  return isSame(one, other) && hasSameSettings(one, other);
}
