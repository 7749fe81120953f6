// A topology as a graph: machines, hubs and switches are nodes, cables are edges. What every drawing of it starts from.

import { type EndpointSpec, endpointKey } from './endpoint-spec.ts';
import { bracketHost, canonicalHost } from './host-port.ts';
import { portText } from './port-words.ts';
import type { SegmentSpec, Topology } from './topology.ts';

/** A machine, a hub, a switch, or an endpoint that is no interface of a machine. */
export interface GraphNode {
  readonly kind: 'host' | 'hub' | 'switch' | 'other';
  readonly label: string;
}

/** One end of a cable: the node, by its index, and the name of the interface or the settings of the port there. */
export interface GraphEnd {
  readonly node: number;
  readonly label: string;
}

/** A cable: a link, or the one from a hub or switch to a member. */
export interface GraphEdge {
  readonly name: string;
  readonly a: GraphEnd;
  readonly b: GraphEnd;
  readonly isUp: boolean;
}

/** Nodes and the edges between them, in the order of the topology. */
export interface Graph {
  readonly name: string | undefined;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

// Data interface N is TCP port 10000 + N: vrnetlab.
const INTERFACE_BASE_PORT = 10_000;

/** Makes the graph of a topology. */
export function makeGraph(topology: Topology): Graph {
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  const indices = new Map<string, number>();
  const nodeOf = (key: string, kind: GraphNode['kind'], label: string): number => {
    const known = indices.get(key);
    if (known !== undefined) return known;
    indices.set(key, nodes.length);
    return nodes.push({ kind, label }) - 1;
  };
  const endOf = (endpoint: EndpointSpec): GraphEnd => {
    if (endpoint.kind !== 'tcp') return { node: nodeOf(`other ${endpoint.text}`, 'other', endpoint.text), label: '' };
    const node = nodeOf(`host ${canonicalHost(endpoint.host)}`, 'host', bracketHost(endpoint.host));
    const number = endpoint.port - INTERFACE_BASE_PORT;
    return { node, label: number >= 1 ? String(number) : `:${endpoint.port}` };
  };
  for (const segment of topology.segments) addEdges(edges, segment, endOf, nodeOf);
  return { name: topology.name, nodes, edges };
}

function addEdges(
  edges: GraphEdge[],
  { name, kind, endpoints, isUp, ports = {} }: SegmentSpec,
  endOf: (endpoint: EndpointSpec) => GraphEnd,
  nodeOf: (key: string, kind: GraphNode['kind'], label: string) => number,
): void {
  const ends = endpoints.map(endOf);
  const [a, b] = ends;
  if (kind === 'link') {
    if (a !== undefined && b !== undefined) edges.push({ name, a, b, isUp });
    return;
  }
  const node = nodeOf(`${kind} ${name}`, kind, name);
  for (const [index, end] of ends.entries()) {
    const label = portText(ports[endpointKey(endpoints[index]!)] ?? {});
    edges.push({ name, a: { node, label }, b: end, isUp });
  }
}
