// A topology -> a plain document in our own format, the same for the same topology: for the API, the state file and
// "-o yaml". Reading it back gives an equal topology: links first, then hubs, then switches, each in its order.

import { stringify } from 'yaml';
import { type CarrierSpec, formatMonitor } from '../carrier.ts';
import { type EndpointSpec, endpointKey, endpointLabel } from '../endpoint-spec.ts';
import { canonicalHost, isHostName } from '../host-port.ts';
import { formatImpairments } from '../impairments-form.ts';
import { writePort } from '../port-words.ts';
import type { PortSettings } from '../switch-settings.ts';
import { writeSwitch } from '../switch-words.ts';
import { type SegmentSpec, type Topology, unpluggedCarriers } from '../topology.ts';
import type { ImpairmentsDocument } from './impairment-schema.ts';
import type { EndpointDocument, LinkDocument, TopologyDocument } from './schema.ts';
import { escapeVariables } from './variables.ts';

// Interface N of a machine is TCP port 10000 + N: vrnetlab.
const INTERFACE_BASE_PORT = 10_000;

/** Writes a topology as a document that parseTopologyDocument() reads. */
export function topologyToDocument(given: Topology): TopologyDocument {
  const { topology, nodes } = nameNodes(given);
  const carriers = new Map(topology.carriers.map((carrier) => [endpointKey(carrier.endpoint), carrier]));
  const ofKind = (wanted: SegmentSpec['kind']) => topology.segments.filter(({ kind }) => kind === wanted);
  const hubs = ofKind('hub').map((hub) => ({ name: hub.name, ...body(hub, carriers) }));
  const switches = ofKind('switch').map((group) => ({
    name: group.name,
    ...body(group, carriers),
    ...writeSwitch(group.switch ?? {}),
  }));
  const unplugged = unpluggedCarriers(topology).map((carrier) =>
    endpointDocument(carrier.endpoint, carrier, undefined),
  );
  return {
    ...(topology.name === undefined ? {} : { name: topology.name }),
    ...(nodes.size === 0 ? {} : { nodes: Object.fromEntries([...nodes].map(([name, host]) => [name, { host }])) }),
    links: ofKind('link').map((link) => linkDocument(link, carriers)),
    ...(hubs.length === 0 ? {} : { hubs }),
    ...(switches.length === 0 ? {} : { switches }),
    ...(unplugged.length === 0 ? {} : { unplugged }),
  };
}

/** Writes a topology as YAML that parseTopologyText() reads, also when it puts variables in. */
export function formatTopology(topology: Topology): string {
  return escapeVariables(stringify(topologyToDocument(topology), { lineWidth: 0, aliasDuplicateObjects: false }));
}

/** Endpoints as their machines are called, and where those are; a name that would mean two hosts is left out. */
function nameNodes(topology: Topology): { readonly topology: Topology; readonly nodes: ReadonlyMap<string, string> } {
  const ends = topology.segments.flatMap(({ endpoints }) => endpoints.filter((end) => end.kind === 'tcp'));
  const nodes = new Map<string, string>();
  const all = [...ends, ...topology.carriers.map(({ endpoint }) => endpoint)];
  const hosts = new Set(all.flatMap((end) => (end.kind === 'tcp' ? [canonicalHost(end.host)] : [])));
  for (const { host, node } of ends) {
    if (node === undefined || nodes.has(node) || !isHostName(node) || hosts.has(canonicalHost(node))) continue;
    nodes.set(node, host);
  }
  if (nodes.size === 0) return { topology, nodes };
  const segments = topology.segments.map((segment) => ({ ...segment, endpoints: segment.endpoints.map(name) }));
  return { topology: { ...topology, segments }, nodes };

  function name(end: EndpointSpec): EndpointSpec {
    if (end.kind !== 'tcp' || end.node === undefined || nodes.get(end.node) !== end.host) return end;
    return { ...end, text: `${end.node}/${end.port - INTERFACE_BASE_PORT}` };
  }
}

function linkDocument(link: SegmentSpec, carriers: ReadonlyMap<string, CarrierSpec>): LinkDocument {
  const { impairments } = link;
  const own = impairments === undefined ? {} : { impairments: formatImpairments(impairments) as ImpairmentsDocument };
  const { name, ...rest } = { name: link.name, ...body(link, carriers), ...own };
  const hasDefaultName = name === link.endpoints.map(endpointLabel).join('--');
  const isPlain =
    link.isUp &&
    link.labels === undefined &&
    link.impairments === undefined &&
    rest.endpoints.every((end) => typeof end === 'string');
  if (hasDefaultName) return isPlain ? link.endpoints.map(({ text }) => text).join('--') : rest;
  return { name, ...rest };
}

function body({ endpoints, isUp, labels, ports = {} }: SegmentSpec, carriers: ReadonlyMap<string, CarrierSpec>) {
  return {
    endpoints: endpoints.map((endpoint) => {
      const key = endpointKey(endpoint);
      return endpointDocument(endpoint, carriers.get(key), ports[key]);
    }),
    ...(isUp ? {} : { state: 'down' as const }),
    ...(labels === undefined ? {} : { labels: { ...labels } }),
  };
}

function endpointDocument(
  { text }: EndpointSpec,
  carrier: CarrierSpec | undefined,
  port: PortSettings | undefined,
): EndpointDocument {
  if (carrier === undefined && port === undefined) return text;
  return {
    endpoint: text,
    ...(carrier && { monitor: formatMonitor(carrier.monitor), netdev: carrier.netdev }),
    ...writePort(port ?? {}),
  };
}
