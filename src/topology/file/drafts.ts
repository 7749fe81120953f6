// The last step of every format: segments as they were read, each with its place -> a topology, or all that is wrong
// between them.

import assert from 'node:assert/strict';
import type { CarrierSpec } from '../carrier.ts';
import { type EndpointSpec, endpointKey, endpointLabel } from '../endpoint-spec.ts';
import type { Impairments } from '../impairment.ts';
import { isPlainPort } from '../port-words.ts';
import type { PortSettings, SwitchSettings } from '../switch-settings.ts';
import { findFaults, makeTopology, type SegmentKind, type SegmentSpec, type Topology } from '../topology.ts';
import type { Findings, Path } from './findings.ts';

/** An end of a segment, as read. */
export interface DraftEnd {
  readonly path: Path;
  readonly endpoint: EndpointSpec;
  /** What the name of a link without name calls this end. */
  readonly label: string;
  readonly carrier?: CarrierSpec | undefined;
  /** Of a switch. */
  readonly port?: PortSettings | undefined;
}

/** A link, hub or switch, as read; an end that has a problem is missing. */
export interface DraftSegment {
  readonly path: Path;
  readonly kind: SegmentKind;
  readonly name?: string | undefined;
  readonly ends: readonly (DraftEnd | undefined)[];
  readonly isUp?: boolean;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly switch?: Partial<SwitchSettings> | undefined;
  readonly impairments?: Impairments | undefined;
}

/** Makes the topology; throws all problems that were found so far and here. */
export function buildTopology(
  drafts: readonly DraftSegment[],
  name: string | undefined,
  findings: Findings,
  unplugged: readonly DraftEnd[] = [],
): Topology {
  const complete: { readonly draft: DraftSegment; readonly ends: readonly DraftEnd[] }[] = [];
  for (const draft of drafts) {
    const ends = draft.ends.filter((end) => end !== undefined);
    if (ends.length === draft.ends.length) complete.push({ draft, ends });
  }
  // An end that is missing without a problem would be a link that is lost without a word.
  assert(complete.length === drafts.length || findings.problems.length > 0);
  const segments = complete.map(({ draft, ends }) => makeSegment(draft, ends));
  for (const { error, segment, endpoint } of findFaults(segments)) {
    const { draft, ends } = complete[segment]!;
    findings.problem(endpoint === undefined ? draft.path : ends[endpoint]!.path, error.message);
  }
  checkUnplugged(unplugged, segments, findings);
  findings.throwProblems();
  const all = [...complete.flatMap(({ ends }) => ends), ...unplugged];
  const carriers = all.flatMap(({ carrier }) => carrier ?? []);
  return makeTopology(segments, { ...(name === undefined ? {} : { name }), carriers });
}

function checkUnplugged(ends: readonly DraftEnd[], segments: readonly SegmentSpec[], findings: Findings): void {
  const places = new Map(
    segments.flatMap(({ kind, name, endpoints }) => endpoints.map((end) => [endpointKey(end), `${kind} "${name}"`])),
  );
  const seen = new Set<string>();
  for (const { path, endpoint, carrier } of ends) {
    const key = endpointKey(endpoint);
    const place = places.get(key);
    if (place !== undefined) {
      findings.problem(
        path,
        `Endpoint "${endpoint.text}" is in ${place}; leave it out here, and write its monitor there`,
      );
    } else if (seen.has(key)) {
      findings.problem(path, `Endpoint "${endpoint.text}" is listed twice; leave one out`);
    } else if (carrier === undefined) {
      const message = `No monitor is known for "${endpoint.text}"; write {endpoint: "${endpoint.text}", monitor: "hmp:vr1:4000"}, or leave it out`;
      findings.problem(path, message);
    }
    seen.add(key);
  }
}

function makeSegment(draft: DraftSegment, ends: readonly DraftEnd[]): SegmentSpec {
  const { kind, name, labels, isUp = true } = draft;
  const ports = ends.flatMap(({ endpoint, port = {} }) =>
    isPlainPort(port) ? [] : [[endpointKey(endpoint), port] as const],
  );
  return {
    name:
      name ?? ends.map(({ endpoint, label }) => (endpoint.kind === 'tap' ? endpointLabel(endpoint) : label)).join('--'),
    kind,
    endpoints: ends.map(({ endpoint }) => endpoint),
    isUp,
    ...(labels === undefined || Object.keys(labels).length === 0 ? {} : { labels }),
    ...(draft.switch === undefined || Object.keys(draft.switch).length === 0 ? {} : { switch: draft.switch }),
    ...(ports.length === 0 ? {} : { ports: Object.fromEntries(ports) }),
    ...(draft.impairments === undefined ? {} : { impairments: draft.impairments }),
  };
}
