// A topology -> a plain document in our own format, the same for the same topology: for the API, the state file and
// "-o yaml". Reading it back gives an equal topology: links first, then hubs, each in its order.

import { stringify } from 'yaml';
import { type CarrierSpec, formatMonitor } from '../carrier.ts';
import { type EndpointSpec, endpointKey } from '../endpoint-spec.ts';
import type { SegmentSpec, Topology } from '../topology.ts';
import type { EndpointDocument, LinkDocument, TopologyDocument } from './schema.ts';
import { escapeVariables } from './variables.ts';

/** Writes a topology as a document that parseTopologyDocument() reads. */
export function topologyToDocument(topology: Topology): TopologyDocument {
  const carriers = new Map(topology.carriers.map((carrier) => [endpointKey(carrier.endpoint), carrier]));
  const ofKind = (wanted: SegmentSpec['kind']) => topology.segments.filter(({ kind }) => kind === wanted);
  const hubs = ofKind('hub').map((hub) => ({ name: hub.name, ...body(hub, carriers) }));
  return {
    ...(topology.name === undefined ? {} : { name: topology.name }),
    links: ofKind('link').map((link) => linkDocument(link, carriers)),
    ...(hubs.length === 0 ? {} : { hubs }),
  };
}

/** Writes a topology as YAML that parseTopologyText() reads, also when it puts variables in. */
export function formatTopology(topology: Topology): string {
  return escapeVariables(stringify(topologyToDocument(topology), { lineWidth: 0, aliasDuplicateObjects: false }));
}

function linkDocument(link: SegmentSpec, carriers: ReadonlyMap<string, CarrierSpec>): LinkDocument {
  const { name, ...rest } = { name: link.name, ...body(link, carriers) };
  const hasDefaultName = name === link.endpoints.map(({ text }) => text).join('--');
  const isPlain = link.isUp && link.labels === undefined && rest.endpoints.every((end) => typeof end === 'string');
  if (hasDefaultName) return isPlain ? name : rest;
  return { name, ...rest };
}

function body({ endpoints, isUp, labels }: SegmentSpec, carriers: ReadonlyMap<string, CarrierSpec>) {
  return {
    endpoints: endpoints.map((endpoint) => endpointDocument(endpoint, carriers.get(endpointKey(endpoint)))),
    ...(isUp ? {} : { state: 'down' as const }),
    ...(labels === undefined ? {} : { labels: { ...labels } }),
  };
}

function endpointDocument({ text }: EndpointSpec, carrier: CarrierSpec | undefined): EndpointDocument {
  if (carrier === undefined) return text;
  return { endpoint: text, monitor: formatMonitor(carrier.monitor), netdev: carrier.netdev };
}
