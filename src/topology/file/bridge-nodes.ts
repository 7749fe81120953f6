// The "nodes" of our own format: where each machine is, what its interfaces are called, and which monitor it has.

import { isIPv6 } from 'node:net';
import { withAbsolutePath } from '../absolute-path.ts';
import { checkNetdev, type MonitorSpec, parseMonitor } from '../carrier.ts';
import { bracketHost, canonicalHost, isHostName } from '../host-port.ts';
import type { Findings, Path } from './findings.ts';
import { isPlainMap } from './findings.ts';
import type { TopologyDocument } from './schema.ts';

/** A machine, as its entry says. */
export interface NodeEntry {
  readonly name: string;
  readonly host: string;
  readonly kind?: string | undefined;
  readonly monitor?: MonitorSpec | undefined;
  readonly carrier?: boolean | undefined;
  readonly netdev?: string | undefined;
}

/** The machines that a document lists. */
export interface Nodes {
  /** By name; undefined for an entry that has a problem. */
  readonly byName: ReadonlyMap<string, NodeEntry | undefined>;
  /** By canonical host. */
  readonly byHost: ReadonlyMap<string, NodeEntry>;
}

/** Reads all nodes; entries that the schema found broken stay undefined. */
export function readNodes(document: TopologyDocument, findings: Findings): Nodes {
  const byName = new Map<string, NodeEntry | undefined>();
  const byHost = new Map<string, NodeEntry>();
  const { nodes } = document;
  if (!isPlainMap(nodes)) return { byName, byHost };
  for (const [name, settings] of Object.entries(nodes)) {
    const path = ['nodes', name];
    if (findings.isBroken(path)) {
      byName.set(name, undefined);
      continue;
    }
    const { monitor, netdev, ...rest } = settings ?? {};
    const host = unbracket(rest.host ?? name);
    if (!isHostName(host) && !isIPv6(host)) {
      findings.problem(
        rest.host === undefined ? path : [...path, 'host'],
        `Cannot use ${JSON.stringify(host)} as a host; write a name of letters, digits, ".", "-" and "_", or an ` +
          `address, such as "10.0.0.1"${rest.host === undefined ? ', as the name of the node or as its "host"' : ''}`,
        rest.host === undefined ? 'key' : 'value',
      );
    }
    const entry: NodeEntry = {
      ...rest,
      name,
      host,
      monitor: monitor === undefined ? undefined : readMonitor(monitor, [...path, 'monitor'], findings),
      netdev: netdev === undefined ? undefined : findings.attempt([...path, 'netdev'], () => checkNetdev(netdev)),
    };
    const isUsable = !findings.isBroken(path);
    byName.set(name, isUsable ? entry : undefined);
    if (isUsable && !byHost.has(canonicalHost(host))) byHost.set(canonicalHost(host), entry);
  }
  return { byName, byHost };
}

/** Reads a monitor; undefined when it has a problem. */
export function readMonitor(text: string, path: Path, findings: Findings): MonitorSpec | undefined {
  const { folder } = findings;
  return findings.attempt(path, () => parseMonitor(folder === undefined ? text : withAbsolutePath(text, folder)));
}

/** The endpoint of interface `number` of a node, as text. */
export function interfaceText(node: NodeEntry, number: number): string {
  return `${bracketHost(node.host)}/${number}`;
}

function unbracket(host: string): string {
  return /^\[(.*)\]$/.exec(host)?.[1] ?? host;
}
