// What two topologies say differently beyond the steps that reconcile() finds: nothing that frames would notice, but a
// change all the same. Pure. What only one of the topologies has is told by its step.

import { type CarrierSpec, formatMonitor } from '../topology/carrier.ts';
import { endpointKey, hasSameSettings } from '../topology/endpoint-spec.ts';
import { type Topology, unpluggedCarriers } from '../topology/topology.ts';

/** All that may be different beyond the steps. */
export const SIDE_CHANGES = ['name', 'monitors', 'labels', 'order', 'spelling'] as const;
/** One of {@link SIDE_CHANGES}. */
export type SideChange = (typeof SIDE_CHANGES)[number];

/** Says in which of these two topologies differ. */
export function sideChanges(actual: Topology, wanted: Topology): SideChange[] {
  const isDifferent: Readonly<Record<SideChange, boolean>> = {
    name: actual.name !== wanted.name,
    monitors: differ(monitors(actual), monitors(wanted)) || hasOtherUnplugged(actual, wanted),
    labels: differ(labels(actual), labels(wanted)),
    order: order(actual, wanted) !== order(wanted, actual),
    spelling: isSpelledDifferently(actual, wanted),
  };
  return SIDE_CHANGES.filter((one) => isDifferent[one]);
}

// Whether what both know has different values.
function differ(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): boolean {
  return [...before].some(([key, value]) => (after.get(key) ?? value) !== value);
}

function monitors({ segments, carriers }: Topology): Map<string, string> {
  const none = segments.flatMap(({ endpoints }) => endpoints.map((end) => [endpointKey(end), 'none'] as const));
  const some = carriers.map(
    ({ endpoint, monitor, netdev }) => [endpointKey(endpoint), `${formatMonitor(monitor)} ${netdev}`] as const,
  );
  return new Map([...none, ...some]);
}

// Of those in no segment no step tells when one comes or goes.
function hasOtherUnplugged(actual: Topology, wanted: Topology): boolean {
  const [before, after] = [monitors(actual), monitors(wanted)];
  const isMissing = (others: ReadonlyMap<string, string>) => (carrier: CarrierSpec) =>
    !others.has(endpointKey(carrier.endpoint));
  return unpluggedCarriers(actual).some(isMissing(after)) || unpluggedCarriers(wanted).some(isMissing(before));
}

function labels({ segments }: Topology): Map<string, string> {
  return new Map(
    segments.map((segment) => [
      `${segment.kind} ${segment.name}`,
      JSON.stringify(Object.entries(segment.labels ?? {}).toSorted()),
    ]),
  );
}

// Links, hubs and switches are lists of their own.
function order({ segments }: Topology, other: Topology): string {
  const kinds = new Map(other.segments.map(({ name, kind }) => [name, kind]));
  const ofBoth = segments.filter(({ name, kind }) => kinds.get(name) === kind);
  const names = (wanted: string) => ofBoth.filter(({ kind }) => kind === wanted).map(({ name }) => name);
  return JSON.stringify([names('link'), names('hub'), names('switch')]);
}

// Of endpoints with the same settings: others are told by a step.
function isSpelledDifferently(actual: Topology, wanted: Topology): boolean {
  const before = new Map(actual.segments.flatMap(({ endpoints }) => endpoints.map((end) => [endpointKey(end), end])));
  return wanted.segments.some(({ endpoints }) =>
    endpoints.some((end) => {
      const old = before.get(endpointKey(end));
      return old !== undefined && old.text !== end.text && hasSameSettings(old, end);
    }),
  );
}
