// What a running segment is told when its settings change: its state, the settings of a switch, the impairments of a link.
// And the way back: an impairment whose time is over leaves the topology.

import { isDeepStrictEqual } from 'node:util';
import type { ImpairmentStates, Report } from '../channel/messages.ts';
import type { SegmentSpec, Topology } from '../topology/topology.ts';
import type { Bridge } from './bridge.ts';
import type { SegmentRecord } from './segment-record.ts';
import { settingsOf, switchCommand } from './switch-commands.ts';

type Healed = Extract<Report, { type: 'healed' }>;

/** Which impairment is over. */
export interface HealedEvent extends Omit<Healed, 'type' | 'segmentId'> {
  readonly link: string;
}

/** Makes `spec` the segment's, and tells its thread what is different beyond the endpoints. */
export function changeSettings(segment: SegmentRecord, spec: SegmentSpec): void {
  const { thread, id, spec: before } = segment;
  segment.spec = spec;
  if (before.isUp !== spec.isUp) thread.post({ type: 'setUp', segmentId: id, isUp: spec.isUp });
  if (spec.kind === 'switch' && !isDeepStrictEqual(settingsOf(before), settingsOf(spec))) {
    thread.post(switchCommand(segment));
  }
  if (!isDeepStrictEqual(before.impairments, spec.impairments)) {
    thread.post({ type: 'configureImpairments', segmentId: id, impairments: spec.impairments ?? {} });
  }
}

/** Notes what impaired links held when their thread let go of them. */
export function noteImpaired(
  segments: ReadonlyMap<number, SegmentRecord>,
  impaired: readonly (readonly [segmentId: number, states: ImpairmentStates])[],
): void {
  for (const [segmentId, states] of impaired) {
    const segment = segments.get(segmentId);
    if (segment !== undefined) segment.impairmentStates = states;
  }
}

/** Takes an impairment whose time is over out of the topology, by way of whoever keeps the topology, if anybody does. */
export function heal(bridge: Bridge, segment: SegmentRecord | undefined, { direction, spec }: Healed): void {
  if (segment === undefined) return;
  const event = { link: segment.spec.name, direction, spec };
  if (!bridge.emit('healed', event)) void bridge.apply((actual) => withoutHealed(actual, event));
}

/** The topology without that impairment; one that was set since stays. */
export function withoutHealed(actual: Topology, { link, direction, spec }: HealedEvent): Topology {
  const segments = actual.segments.map((segment) => {
    if (segment.name !== link || !isDeepStrictEqual(segment.impairments?.[direction], spec)) return segment;
    const { impairments, ...healed } = segment;
    const { [direction]: _, ...others } = impairments ?? {};
    return Object.keys(others).length === 0 ? healed : { ...healed, impairments: others };
  });
  return { ...actual, segments };
}
