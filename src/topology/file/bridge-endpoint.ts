// One endpoint of our own format, in any of its forms -> where it attaches, the carrier behind it, and its port:
//   "vr1/1", "tcp:HOST:PORT", …   a form of endpoint-spec.ts; of a listed node, HOST/N means that node's host
//   "vr1:eth1", "vr1:Gi0/0/0/0"   containerlab's form, NODE:INTERFACE
//   {node, interface} and {endpoint}, both with settings

import { TcpbridgeError } from '../../errors.ts';
import { withAbsolutePath } from '../absolute-path.ts';
import { type CarrierSpec, checkNetdev, DEFAULT_NETDEV, needsNumber, netdevOf } from '../carrier.ts';
import { type EndpointSpec, isEndpointKind, parseEndpoint } from '../endpoint-spec.ts';
import { canonicalHost, isHostName } from '../host-port.ts';
import { PORT_WORDS, type PortFault, readPort } from '../port-words.ts';
import type { PortSettings } from '../switch-settings.ts';
import type { SegmentKind } from '../topology.ts';
import { interfaceText, type NodeEntry, type Nodes, readMonitor } from './bridge-nodes.ts';
import type { DraftEnd } from './drafts.ts';
import type { Findings, Path } from './findings.ts';
import { interfaceNumber } from './interface-names.ts';
import type { EndpointDocument } from './schema.ts';

/** What an endpoint takes from the rest of the document. */
export interface Inherited {
  readonly kind: SegmentKind;
  readonly nodes: Nodes;
  /** What its segment says. */
  readonly carrier: boolean | undefined;
  readonly defaultCarrier: boolean | undefined;
  readonly defaultNetdev: string | undefined;
}

type EndpointMap = Exclude<EndpointDocument, string>;

interface Attachment {
  readonly endpoint: EndpointSpec;
  readonly label: string;
  readonly node: NodeEntry | undefined;
  /** The interface of the node, where it has a number. */
  readonly number: number | undefined;
}

// Data interface N is TCP port 10000 + N: vrnetlab.
const INTERFACE_BASE_PORT = 10_000;

/** Reads an endpoint; undefined when it has a problem. */
export function readEnd(
  document: EndpointDocument,
  path: Path,
  inherited: Inherited,
  findings: Findings,
): DraftEnd | undefined {
  const settings: EndpointMap = typeof document === 'string' ? { endpoint: document } : document;
  const attachment = attach(settings, path, inherited.nodes, findings, typeof document === 'string');
  if (attachment === undefined) return undefined;
  const { endpoint, label } = attachment;
  const carrier = findCarrier(settings, path, attachment, inherited, findings);
  const port = findPort(settings, path, inherited.kind, findings);
  return { path, endpoint, label, ...(carrier && { carrier }), ...(port && { port }) };
}

function findPort(settings: EndpointMap, path: Path, kind: SegmentKind, findings: Findings): PortSettings | undefined {
  const [first] = PORT_WORDS.filter((word) => settings[word] !== undefined);
  if (first === undefined) return undefined;
  if (kind !== 'switch') {
    const message = `Setting "${first}" is for ports of switches; leave it out, or write this ${kind} under "switches"`;
    findings.problem([...path, first], message, 'key');
    return undefined;
  }
  try {
    return readPort(settings);
  } catch (error) {
    if (!(error instanceof TcpbridgeError)) throw error;
    const { setting } = error.details as PortFault;
    findings.problem([...path, setting], error.message);
    return undefined;
  }
}

function attach(
  settings: EndpointMap,
  path: Path,
  nodes: Nodes,
  findings: Findings,
  isShort: boolean,
): Attachment | undefined {
  const { endpoint, node, interface: name } = settings;
  if (endpoint !== undefined && node === undefined && name === undefined) {
    return attachText(endpoint, isShort ? path : [...path, 'endpoint'], nodes, findings);
  }
  if (endpoint === undefined && node !== undefined && name !== undefined) {
    return attachNode(node, String(name), [...path, 'interface'], nodes, findings);
  }
  findings.problem(path, 'Write either "endpoint", or "node" and "interface", such as {node: vr1, interface: 1}');
  return undefined;
}

function attachText(text: string, path: Path, nodes: Nodes, findings: Findings): Attachment | undefined {
  const [, prefix, rest] = /^([^:/[]+):(.*)$/s.exec(text) ?? [];
  if (prefix !== undefined && rest !== undefined && !isEndpointKind(prefix) && isNodeForm(prefix, rest, nodes)) {
    return attachNode(prefix, rest, path, nodes, findings);
  }
  const [, host, digits] = /^([^:]+)\/(\d+)$/.exec(text) ?? [];
  if (host !== undefined && nodes.byName.has(host)) {
    const node = nodes.byName.get(host);
    if (node === undefined) return undefined;
    const endpoint = parse(node.host === host ? text : interfaceText(node, Number(digits)), path, findings);
    return endpoint && { endpoint: called(endpoint, node), label: text, node, number: Number(digits) };
  }
  const endpoint = parse(text, path, findings);
  if (endpoint === undefined) return undefined;
  if (endpoint.kind !== 'tcp') return { endpoint, label: text, node: undefined, number: undefined };
  const number = endpoint.port - INTERFACE_BASE_PORT;
  const node = nodes.byHost.get(canonicalHost(endpoint.host));
  return {
    // Any port may be anything; only HOST/N is an interface of the machine.
    endpoint: node === undefined || text.startsWith('tcp:') ? endpoint : called(endpoint, node),
    label: text,
    node,
    number: number >= 1 ? number : undefined,
  };
}

// Of a node that is not listed, only names that look like one: "vr1:10001" is a TCP port without its "tcp:".
function isNodeForm(prefix: string, rest: string, nodes: Nodes): boolean {
  return nodes.byName.has(prefix) || (isHostName(prefix) && /^[A-Za-z]/.test(rest));
}

function attachNode(
  name: string,
  interfaceName: string,
  path: Path,
  nodes: Nodes,
  findings: Findings,
): Attachment | undefined {
  const node = nodes.byName.has(name) ? nodes.byName.get(name) : { name, host: name };
  if (node === undefined) return undefined;
  const found = /^\d+$/.test(interfaceName)
    ? { number: Number(interfaceName) }
    : interfaceNumber(interfaceName, node.kind);
  if ('wrong' in found) {
    findings.problem(path, found.wrong);
    return undefined;
  }
  const endpoint = parse(interfaceText(node, found.number), path, findings);
  return endpoint && { endpoint: called(endpoint, node), label: `${name}/${found.number}`, node, number: found.number };
}

/** The endpoint with the name of its machine, where its host does not tell. */
function called(endpoint: EndpointSpec, { name, host }: NodeEntry): EndpointSpec {
  return endpoint.kind === 'tcp' && canonicalHost(name) !== canonicalHost(host)
    ? { ...endpoint, node: name }
    : endpoint;
}

function parse(text: string, path: Path, findings: Findings): EndpointSpec | undefined {
  const { folder } = findings;
  return findings.attempt(path, () => parseEndpoint(folder === undefined ? text : withAbsolutePath(text, folder)));
}

// The endpoint goes before its segment, the segment before the node, the node before the defaults.
function findCarrier(
  settings: EndpointMap,
  path: Path,
  { endpoint, node, number }: Attachment,
  inherited: Inherited,
  findings: Findings,
): CarrierSpec | undefined {
  const wanted = settings.carrier ?? inherited.carrier ?? node?.carrier ?? inherited.defaultCarrier ?? true;
  const { monitor: text, netdev: own } = settings;
  const monitor = text === undefined ? node?.monitor : readMonitor(text, [...path, 'monitor'], findings);
  const pattern = own ?? node?.netdev ?? inherited.defaultNetdev ?? DEFAULT_NETDEV;
  const netdev = own === undefined ? pattern : findings.attempt([...path, 'netdev'], () => checkNetdev(own));
  if (!wanted || netdev === undefined) return undefined;
  if (monitor === undefined) {
    if (settings.carrier === true && text === undefined) {
      findings.problem(
        [...path, 'carrier'],
        'No monitor is known for this endpoint; write "monitor" here or at its node, such as "hmp:vr1:4000"',
      );
    }
    return undefined;
  }
  if (number === undefined && needsNumber(netdev)) {
    findings.problem(
      path,
      'Endpoint has a monitor but no interface number to tell its netdev from; write "netdev" for it, such as "p01"',
    );
    return undefined;
  }
  return { endpoint, monitor, netdev: netdevOf(netdev, number ?? 0) };
}
