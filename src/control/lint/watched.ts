// The running segments as the rules see them: who is behind which end, by the names that the topology has for it.

import type { EndpointSpec } from '../../topology/endpoint-spec.ts';
import type { EndRecord, SegmentRecord } from '../segment-record.ts';
import type { WatchedEnd, WatchedSegment } from './finding.ts';

// On these addresses every port may be another machine.
const LOCAL = /^(localhost$|127\.|::1$|0\.0\.0\.0$|::$)/i;

interface Known {
  readonly spec: EndpointSpec;
  /** What the name of the link says. */
  readonly label: string;
  readonly names: readonly string[];
  readonly interfaceNumber: number | undefined;
}

/** Names seldom change, and reading them costs more than all else here. */
const KNOWN = new WeakMap<EndRecord, Known>();

/** Reads the running segments. */
export function watchSegments(records: Iterable<SegmentRecord>): WatchedSegment[] {
  return Array.from(records, ({ spec, ends }) => {
    const watched: WatchedEnd[] = [];
    const segment: WatchedSegment = { name: spec.name, kind: spec.kind, isUp: spec.isUp, ends: watched };
    const labels = spec.kind === 'link' ? spec.name.split('--') : [];
    ends.forEach((end, index) => {
      const { endpointId, endpoint, counters } = end;
      const label = labels.length === 2 ? labels[index]! : '';
      watched.push({
        id: endpointId,
        endpoint: endpoint.text,
        label: labelOf(endpoint),
        counters,
        segment,
        ...know(end, label),
      });
    });
    return segment;
  });
}

function know(end: EndRecord, label: string): Pick<Known, 'names' | 'interfaceNumber'> {
  const { endpoint } = end;
  let known = KNOWN.get(end);
  if (known?.spec !== endpoint || known.label !== label) {
    const { number: interfaceNumber } = readInterface(endpoint);
    known = { spec: endpoint, label, names: namesOf(endpoint, label), interfaceNumber };
    KNOWN.set(end, known);
  }
  const { names, interfaceNumber } = known;
  return { names, interfaceNumber };
}

/**
 * What the machine behind an endpoint may be called: the host of "vr1/1", unless that is this one, the name of the node
 * whose host it is, and what a name of a link such as "r1:eth1--r2:eth1" says about its ends.
 */
function namesOf(endpoint: EndpointSpec, label: string): string[] {
  const { host = '' } = readInterface(endpoint);
  const [, node = ''] = /^([^:/[\]]+)[:/][^:/]+$/.exec(label) ?? [];
  const { node: listed = '' } = nodeOf(endpoint);
  // Two machines may have one label, so that comes last.
  const names = [listed, host, node].filter((name) => name !== '' && !LOCAL.test(name));
  return [...new Set(names.map((name) => name.toLowerCase()))];
}

/** An endpoint by the name of its machine. */
function labelOf(endpoint: EndpointSpec): string {
  const { node } = nodeOf(endpoint);
  return node === undefined ? endpoint.text : `${node}/${readInterface(endpoint).number}`;
}

function nodeOf(endpoint: EndpointSpec): { readonly node?: string } {
  return endpoint.kind === 'tcp' ? endpoint : {};
}

function readInterface({ kind, text }: EndpointSpec): { host?: string; number?: number } {
  const [, host, digits] = kind === 'tcp' ? (/^([^:]+|\[.*\])\/(\d+)$/.exec(text) ?? []) : [];
  return host === undefined ? {} : { host: host.replace(/^\[(.*)\]$/, '$1'), number: Number(digits) };
}
