// Reads a containerlab topology (*.clab.yml, containerlab.dev/manual/topo-def-file) as it stands. Links between nodes
// become links, all links to one bridge node become one switch, which is what a Linux bridge and Open
// vSwitch are. Links of other types, and everything that does not concern
// links, are ignored with a note, because a later version of containerlab may well know more than this file.

import { z } from 'zod';
import { quote } from '../../errors.ts';
import { parseEndpoint } from '../endpoint-spec.ts';
import type { Topology } from '../topology.ts';
import { ContainerlabNodes } from './containerlab-nodes.ts';
import { buildTopology, type DraftEnd, type DraftSegment } from './drafts.ts';
import { type Findings, isPlainMap, type Path } from './findings.ts';
import { interfaceNumber, isContainerKind, isKnownKind } from './interface-names.ts';
import { expecting, validate } from './schema-text.ts';

/** How to read files whose machines run in containers. */
export interface ContainerNaming {
  /** Takes the place of the prefix of the file; an empty one makes the name of the node the name of the host. */
  readonly containerPrefix?: string | undefined;
}

interface RawEnd {
  readonly node: string;
  readonly interface: string;
  readonly path: Path;
}

const NODE_INTERFACE = 'NODE:INTERFACE, such as "vr1:eth1"';
const LINK = 'a map with "endpoints", such as {endpoints: ["vr1:eth1", "vr2:eth1"]}';

// The types that join two nodes; the others join a node to the host, to a network or to nothing.
const OUR_TYPES = ['brief', 'veth', 'veth-stitch'];
const SPECIAL_NODES = ['host', 'mgmt-net', 'macvlan', 'vxlan', 'vxlan-stitch', 'dummy'];
const USED_NODE_KEYS = ['kind', 'group'];
const USED_LINK_KEYS = ['type', 'endpoints', 'labels'];

const text = (right: string) => z.string({ error: expecting(right) }).min(1, { error: expecting(right) });
const mapOf = (right: string) => z.record(z.string(), z.unknown(), { error: expecting(right) });

const fileSchema = z.looseObject({
  name: text('a name, such as "lab1"').optional(),
  prefix: z.string({ error: expecting('text, such as "clab" or ""') }).nullish(),
  topology: z.looseObject(
    {
      defaults: z.looseObject({ kind: text('a kind').optional(), group: text('a group').optional() }).nullish(),
      groups: mapOf('a map of groups').nullish(),
      nodes: mapOf('a map of nodes').nullish(),
      links: z
        .array(z.looseObject({}, { error: expecting(LINK) }), { error: expecting(`a list of links, each ${LINK}`) })
        .nullish(),
    },
    { error: expecting('a map with "nodes" and "links"') },
  ),
});

const twoEnds = 'two endpoints, such as ["vr1:eth1", "vr2:eth1"]';

const linkSchema = z.looseObject({
  endpoints: z
    .array(
      z.union(
        [
          z.string().regex(/^[^:]+:.+$/s, { error: expecting(NODE_INTERFACE) }),
          z.looseObject({
            node: text('the name of a node'),
            interface: text('the name of an interface, such as "eth1"'),
          }),
        ],
        { error: expecting(NODE_INTERFACE) },
      ),
      { error: expecting(twoEnds) },
    )
    .length(2, { error: expecting(twoEnds) }),
  labels: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()], { error: expecting('text') }), {
      error: expecting('a map of texts'),
    })
    .optional(),
});

/** Reads a document in the format of containerlab. */
export function readContainerlab(findings: Findings, naming: ContainerNaming): Topology {
  const { value } = findings.source;
  findings.reportUnset(isReadPlace);
  validate(fileSchema, value, [], findings);
  return new Reader(value as z.input<typeof fileSchema>, findings, naming).read();
}

// Variables elsewhere, such as in commands and images, are none of our business.
function isReadPlace(path: Path): boolean {
  const [first, second] = path;
  if (first !== 'topology') return first === 'name' || first === 'prefix';
  return second === 'links' || path.at(-1) === 'kind' || path.at(-1) === 'group';
}

class Reader {
  readonly #file: z.input<typeof fileSchema>;
  readonly #findings: Findings;
  readonly #nodes: ContainerlabNodes;
  readonly #ignored = new Map<string, Path>();
  readonly #bridges = new Map<string, { readonly path: Path; readonly ends: (DraftEnd | undefined)[] }>();
  readonly #noted = new Set<string>();

  constructor(file: z.input<typeof fileSchema>, findings: Findings, naming: ContainerNaming) {
    this.#file = file;
    this.#findings = findings;
    this.#nodes = new ContainerlabNodes(file, findings, naming.containerPrefix);
  }

  read(): Topology {
    const { topology } = this.#file;
    const links = isPlainMap(topology) && Array.isArray(topology.links) ? topology.links : [];
    const drafts = links.flatMap((link, i) => this.#link(link, ['topology', 'links', i]) ?? []);
    for (const [name, { path, ends }] of this.#bridges) {
      if (ends.length > 1) drafts.push({ kind: 'switch', name, path, ends });
      else this.#findings.note(path, `Ignored bridge ${quote(name)}, which has one link and so joins nothing`);
    }
    this.#noteIgnored();
    return buildTopology(drafts, this.#nodes.labName, this.#findings);
  }

  #link(raw: unknown, path: Path): DraftSegment | undefined {
    if (this.#findings.isBroken(path) || !isPlainMap(raw)) return undefined;
    const type = raw.type ?? 'brief';
    if (typeof type !== 'string' || !OUR_TYPES.includes(type.trim().toLowerCase())) {
      this.#findings.note(path, `Ignored link of type ${quote(String(type))}, which does not join two machines`);
      return undefined;
    }
    const link = validate(linkSchema, raw, path, this.#findings);
    if (link === undefined) return undefined;
    const ends = link.endpoints.map((end, i) => this.#rawEnd(end, [...path, 'endpoints', i]));
    const special = ends.find(({ node }) => SPECIAL_NODES.includes(node) || this.#nodes.kindOf(node) === 'host');
    if (special !== undefined) {
      this.#findings.note(path, `Ignored link to ${quote(special.node)}, which is not a machine`);
      return undefined;
    }
    const foreign = ends.find((end) => this.#isForeign(end));
    if (foreign !== undefined) {
      const { node, interface: name } = foreign;
      const kind = quote(this.#nodes.kindOf(node) ?? '');
      const message =
        `Ignored link to ${quote(`${node}:${name}`)}: a node of kind ${kind} is a container that does not offer its interfaces ` +
        'over TCP; if this one does, write ethN';
      this.#findings.note(path, message);
      return undefined;
    }
    this.#ignoreKeys(raw, USED_LINK_KEYS, path, 'topology.links.*');
    return this.#bridged(ends, path) ? undefined : this.#draft(ends, link.labels, path);
  }

  // A container that is no machine of QEMU's has interfaces of other names, which no TCP port stands for.
  #isForeign({ node, interface: name }: RawEnd): boolean {
    const kind = this.#nodes.kindOf(node);
    return kind !== undefined && isContainerKind(kind) && !/^eth\d+$/.test(name);
  }

  #draft(ends: readonly RawEnd[], labels: Readonly<Record<string, unknown>> | undefined, path: Path): DraftSegment {
    const texts = Object.entries(labels ?? {}).map(([key, value]) => [key, String(value)] as const);
    return { kind: 'link', path, ends: ends.map((end) => this.#end(end)), labels: Object.fromEntries(texts) };
  }

  // Puts the other end of a link to a bridge node into the switch of that bridge.
  #bridged(ends: readonly RawEnd[], path: Path): boolean {
    const bridges = ends.filter(({ node }) => this.#nodes.isBridge(node));
    const [bridge] = bridges;
    if (bridge === undefined) return false;
    if (bridges.length > 1) {
      this.#findings.note(path, 'Ignored link between two bridges; join their machines in one bridge');
      return true;
    }
    const other = ends.find((end) => end !== bridge);
    const group = this.#bridges.get(bridge.node) ?? { path: ['topology', 'nodes', bridge.node], ends: [] };
    this.#bridges.set(bridge.node, group);
    if (other !== undefined) group.ends.push(this.#end(other));
    return true;
  }

  #rawEnd(end: string | { node: string; interface: string }, path: Path): RawEnd {
    if (typeof end !== 'string') {
      this.#ignoreKeys(end, ['node', 'interface'], path, 'topology.links.*.endpoints.*');
      return { node: end.node, interface: end.interface, path };
    }
    const colon = end.indexOf(':');
    return { node: end.slice(0, colon), interface: end.slice(colon + 1), path };
  }

  #end({ node, interface: name, path }: RawEnd): DraftEnd | undefined {
    const host = this.#nodes.hostOf(node);
    if (host === undefined) {
      if (!this.#nodes.has(node)) {
        const names = this.#nodes.names().slice(0, 10).map(quote).join(', ');
        const message = `Node ${quote(node)} is not defined; write one of ${names}, or add it under topology.nodes`;
        this.#findings.problem(
          path,
          names === '' ? `Node ${quote(node)} is not defined; add it under topology.nodes` : message,
        );
      }
      return undefined;
    }
    const kind = this.#nodes.kindOf(node);
    this.#noteKind(node, kind);
    const found = interfaceNumber(name, kind);
    if ('wrong' in found) {
      this.#findings.problem(path, found.wrong);
      return undefined;
    }
    const endpoint = this.#findings.attempt(path, () => parseEndpoint(`${host}/${found.number}`));
    return endpoint && { path, endpoint, label: endpoint.text };
  }

  #noteKind(node: string, kind: string | undefined): void {
    if (kind === undefined || isKnownKind(kind) || this.#noted.has(node)) return;
    this.#noted.add(node);
    const message =
      `Node ${quote(node)} is of kind ${quote(kind)}, which is not known to offer its interfaces over TCP: ` +
      'interface N must listen on TCP port 10000 + N';
    this.#findings.note(['topology', 'nodes', node], message);
  }

  #ignoreKeys(map: object, used: readonly string[], path: Path, name: string): void {
    for (const key of Object.keys(map)) {
      const place = `${name}.${key}`;
      if (!used.includes(key) && !this.#ignored.has(place)) this.#ignored.set(place, [...path, key]);
    }
  }

  #noteIgnored(): void {
    const { topology, ...top } = this.#file;
    this.#ignoreKeys(top, ['name', 'prefix'], [], '');
    if (isPlainMap(topology)) {
      this.#ignoreKeys(topology, ['defaults', 'groups', 'nodes', 'links'], ['topology'], 'topology');
      this.#ignoreKeys(topology.defaults ?? {}, USED_NODE_KEYS, ['topology', 'defaults'], 'topology.defaults');
      for (const part of ['groups', 'nodes'] as const) {
        for (const [name, settings] of Object.entries(topology[part] ?? {})) {
          const path = ['topology', part, name];
          if (isPlainMap(settings)) this.#ignoreKeys(settings, USED_NODE_KEYS, path, `topology.${part}.*`);
        }
      }
    }
    const places = [...this.#ignored.keys()].map((place) => place.replace(/^\./, ''));
    const [first] = this.#ignored.values();
    if (first === undefined) return;
    this.#findings.note(first, `Ignored, because it does not concern links: ${places.join(', ')}`);
  }
}
