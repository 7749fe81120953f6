// The nodes of a containerlab topology: the kind of each, and the name of its container, which is the host to connect to.

import { z } from 'zod';
import { type Findings, isPlainMap } from './findings.ts';
import { expecting, validate } from './schema-text.ts';

interface ClabNode {
  readonly kind: string | undefined;
  readonly host: string | undefined;
}

const BRIDGE_KINDS = ['bridge', 'ovs-bridge'];
// Such a container runs already and keeps its own name.
const EXTERNAL_KIND = 'ext-container';
const DEFAULT_PREFIX = 'clab';
const LAB_NAME_ONLY = '__lab-name';
const EXTENSIONS = /(?:\.clab)?\.(?:ya?ml|json)$/;

const text = (right: string) => z.string({ error: expecting(right) }).min(1, { error: expecting(right) });

const nodeSchema = z
  .looseObject(
    { kind: text('a kind, such as "cisco_xrv9k"').optional(), group: text('the name of a group').optional() },
    { error: expecting('a map, such as {kind: cisco_xrv9k}') },
  )
  .nullable();

/** What links need to know about nodes. */
export class ContainerlabNodes {
  readonly labName: string | undefined;
  readonly #prefix: string;
  readonly #nodes = new Map<string, ClabNode>();

  constructor(file: Readonly<Record<string, unknown>>, findings: Findings, containerPrefix: string | undefined) {
    const { name, prefix } = file;
    this.labName = typeof name === 'string' && name !== '' ? name : nameOfFile(findings.source.file);
    this.#prefix = containerPrefix ?? (typeof prefix === 'string' ? prefix : DEFAULT_PREFIX);
    if (this.labName === undefined && this.#prefix !== '' && !findings.isBroken(['name'])) {
      findings.problem([], 'The lab has no name, which the names of its containers begin with; write "name: lab1"');
    }
    const topology = isPlainMap(file.topology) ? file.topology : {};
    if (isPlainMap(topology.nodes)) this.#readNodes(topology.nodes, topology, findings);
  }

  /** Whether a node is defined. */
  has(node: string): boolean {
    return this.#nodes.has(node);
  }

  /** The names of all nodes. */
  names(): string[] {
    return [...this.#nodes.keys()];
  }

  /** The name of the container of a node; undefined for one that is not defined or has a problem. */
  hostOf(node: string): string | undefined {
    return this.#nodes.get(node)?.host;
  }

  /** The kind of a node, its own or inherited. */
  kindOf(node: string): string | undefined {
    return this.#nodes.get(node)?.kind;
  }

  /** Whether a node is a bridge of the host, which joins all its links. */
  isBridge(node: string): boolean {
    return BRIDGE_KINDS.includes(this.kindOf(node) ?? '');
  }

  #readNodes(
    nodes: Readonly<Record<string, unknown>>,
    topology: Readonly<Record<string, unknown>>,
    findings: Findings,
  ): void {
    for (const [name, raw] of Object.entries(nodes)) {
      const path = ['topology', 'nodes', name];
      const isValid = !findings.isBroken(path) && validate(nodeSchema, raw, path, findings) !== undefined;
      const kind = isValid ? inheritKind(raw, topology) : undefined;
      this.#nodes.set(name, { kind, host: isValid ? this.#containerName(name, kind) : undefined });
    }
  }

  // "clab-LAB-NODE"; with an empty prefix NODE; with "__lab-name" LAB-NODE: containerlab.dev/manual/topo-def-file, "Prefix".
  #containerName(node: string, kind: string | undefined): string | undefined {
    if (this.#prefix === '' || kind === EXTERNAL_KIND) return node;
    if (this.labName === undefined) return undefined;
    return this.#prefix === LAB_NAME_ONLY ? `${this.labName}-${node}` : `${this.#prefix}-${this.labName}-${node}`;
  }
}

// The node goes before its group, the group before the defaults; kinds are compared in lower case.
function inheritKind(node: unknown, topology: Readonly<Record<string, unknown>>): string | undefined {
  const group = field(node, 'group') ?? field(topology.defaults, 'group');
  const groups = isPlainMap(topology.groups) ? topology.groups : {};
  const fromGroup = group !== undefined && Object.hasOwn(groups, group) ? field(groups[group], 'kind') : undefined;
  return (field(node, 'kind') ?? fromGroup ?? field(topology.defaults, 'kind'))?.toLowerCase();
}

function field(map: unknown, key: string): string | undefined {
  const value = isPlainMap(map) ? map[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

// containerlab calls a lab without a name after its file.
function nameOfFile(file: string): string | undefined {
  const base = file.split('/').at(-1) ?? '';
  return EXTENSIONS.test(base) ? base.replace(EXTENSIONS, '') : undefined;
}
