// What the main thread remembers of a running segment and its ends: who is plugged in where, and where the counters are.

import { type CounterBlock, type EndCounters, readCounters } from '../channel/counters.ts';
import { type EndLatency, readLatency } from '../channel/latency.ts';
import type { EndpointState, ImpairmentStates } from '../channel/messages.ts';
import { type EndpointSpec, endpointKey } from '../topology/endpoint-spec.ts';
import type { SegmentSpec } from '../topology/topology.ts';
import type { CarrierState } from './carrier.ts';
import type { ForwardingThread } from './forwarding-thread.ts';

/** One end of a running segment. */
export interface EndRecord {
  readonly endId: number;
  readonly segment: SegmentRecord;
  readonly counters: CounterBlock;
  endpointId: number;
  endpoint: EndpointSpec;
  /** Why the endpoint waits, or who it is attached to. */
  detail: string;
}

/** A running segment. */
export interface SegmentRecord {
  readonly id: number;
  readonly thread: ForwardingThread;
  spec: SegmentSpec;
  readonly ends: EndRecord[];
  /** What its impairments held when its thread let go of it. */
  impairmentStates?: ImpairmentStates;
}

/** An endpoint between two places. */
export interface LooseEndpoint {
  readonly endpointId: number;
  readonly state: EndpointState;
  readonly detail: string;
}

/** All that a bridge was carrying when it let go: endpoints by key, counters by segment name and endpoint key. */
export interface Handover {
  readonly endpoints: ReadonlyMap<string, { readonly state: EndpointState; readonly detail: string }>;
  readonly counters: ReadonlyMap<string, ReadonlyMap<string, CounterBlock>>;
  /** What impaired links held, by segment name. */
  readonly impaired: ReadonlyMap<string, ImpairmentStates>;
}

/** The counters of running segments, by segment name and endpoint key. */
export function countersOf(segments: Iterable<SegmentRecord>): Map<string, Map<string, CounterBlock>> {
  return new Map(
    Array.from(segments, ({ spec, ends }) => [
      spec.name,
      new Map(ends.map(({ endpoint, counters }) => [endpointKey(endpoint), counters])),
    ]),
  );
}

/** What the impairments of segments held, by segment name. */
export function impairedOf(segments: Iterable<SegmentRecord>): Map<string, ImpairmentStates> {
  return new Map(
    Array.from(segments).flatMap(({ spec, impairmentStates }) =>
      impairmentStates === undefined ? [] : [[spec.name, impairmentStates] as const],
    ),
  );
}

/** One end of a link, hub or switch: who, and how it fares. */
export interface EndStatus extends EndCounters {
  readonly endpoint: string;
  /** Why it waits, or who it is attached to. */
  readonly detail: string;
  /** What its guest sees, as far as it is known; undefined when its carrier is not looked after. */
  readonly carrier?: CarrierState;
  /** What was measured so far; undefined when nothing was. */
  readonly latency?: EndLatency;
}

/** A link, hub or switch as it is now. */
export interface SegmentStatus {
  readonly name: string;
  readonly kind: SegmentSpec['kind'];
  readonly isUp: boolean;
  readonly ends: readonly EndStatus[];
}

/** Names for the numbers of a frame copy. */
export function describeTap(
  segment: SegmentRecord | undefined,
  endId: number,
): { link: string; from: string; to: string } {
  const ends = segment?.ends ?? [];
  const from = ends.find((end) => end.endId === endId);
  const to = segment?.spec.kind === 'link' ? ends.find((end) => end !== from)?.endpoint.text : '*';
  return { link: segment?.spec.name ?? '?', from: from?.endpoint.text ?? '?', to: to ?? '?' };
}

/** Tells a running segment's state; `carrierOf` knows the carrier of an endpoint by its key. */
export function describeSegment(
  { spec, ends }: SegmentRecord,
  carrierOf: (key: string) => CarrierState | undefined = () => undefined,
): SegmentStatus {
  return {
    name: spec.name,
    kind: spec.kind,
    isUp: spec.isUp,
    ends: ends.map(({ endpoint, detail, counters }) => {
      const carrier = carrierOf(endpointKey(endpoint));
      const latency = readLatency(counters);
      return {
        endpoint: endpoint.text,
        detail,
        ...(carrier && { carrier }),
        ...readCounters(counters),
        ...(Object.keys(latency).length > 0 && { latency }),
      };
    }),
  };
}
