// An endpoint as people write it ("vr1/1", "tcp:HOST:PORT", …) <-> plain data. Pure: nothing is resolved or opened here.
// One row of KINDS is one kind of endpoint. To add a kind: add its shape to EndpointSpecs, and the row that the
// compiler then asks for; messages, help texts and keys follow from the row.

import { isIPv6 } from 'node:net';
import { posix } from 'node:path';
import { TcpbridgeError } from '../errors.ts';
import { parseUdp, parseVxlan, type UdpSpec, type VxlanSpec } from './datagram-endpoint.ts';
import {
  bracketHost,
  canonicalHost,
  isHostName,
  parseHost,
  parseListenAddress,
  parsePort,
  splitHostPort,
} from './host-port.ts';
import { parseRaw, parseTap, type RawSpec, type TapSpec } from './interface-endpoint.ts';

interface EndpointSpecs {
  readonly tcp: {
    readonly kind: 'tcp';
    readonly text: string;
    readonly host: string;
    readonly port: number;
    /** What the topology calls the machine, where that is not its host. */
    readonly node?: string;
  };
  readonly listen: { readonly kind: 'listen'; readonly text: string; readonly address?: string; readonly port: number };
  readonly unix: { readonly kind: 'unix'; readonly text: string; readonly path: string };
  readonly 'unix-listen': { readonly kind: 'unix-listen'; readonly text: string; readonly path: string };
  readonly udp: UdpSpec;
  readonly tap: TapSpec;
  readonly raw: RawSpec;
  readonly vxlan: VxlanSpec;
}

/** A kind of endpoint. */
export type EndpointKind = keyof EndpointSpecs;

/** What an endpoint attaches to; `text` is the form as typed. */
export type EndpointSpec = EndpointSpecs[EndpointKind];

interface KindRow<S> {
  readonly form: string;
  readonly example: string;
  /** `rest` is what follows the first colon. */
  readonly parse: (rest: string, text: string) => S;
  readonly key: (spec: S) => string;
}

// QEMU and vrnetlab: data interface N listens on 10000 + N (EXPOSE 10000-10099 there; the sum goes on above 99).
const INTERFACE_BASE_PORT = 10_000;
const MAX_INTERFACE = 65_535 - INTERFACE_BASE_PORT;
const INTERFACE_FORM = 'HOST/N';

// sun_path has 108 bytes, of which one ends the string: unix(7).
const MAX_PATH_BYTES = 107;

const KINDS: { readonly [K in EndpointKind]: KindRow<EndpointSpecs[K]> } = {
  tcp: {
    form: 'tcp:HOST:PORT',
    example: 'tcp:192.0.2.1:10001',
    parse: (rest, text) => {
      const { host, port } = splitHostPort(rest) ?? malformed('tcp', rest, text);
      return { kind: 'tcp', text, host: parseHost(host, text), port: parsePort(port, text) };
    },
    key: (spec) => `tcp:${canonicalHost(spec.host)}:${spec.port}`,
  },
  listen: {
    form: 'listen:[ADDRESS:]PORT',
    example: 'listen:9000',
    parse: (rest, text) => {
      if (!rest.includes(':')) return { kind: 'listen', text, port: parsePort(rest, text) };
      const { host, port } = splitHostPort(rest) ?? malformed('listen', rest, text);
      return { kind: 'listen', text, address: parseListenAddress(host, text), port: parsePort(port, text) };
    },
    key: (spec) => `listen:${listenKey(spec.address)}:${spec.port}`,
  },
  unix: {
    form: 'unix:PATH',
    example: 'unix:/run/vr1-1.sock',
    parse: (rest, text) => ({ kind: 'unix', text, path: parsePath('unix', rest, text) }),
    key: (spec) => `unix:${posix.normalize(spec.path)}`,
  },
  'unix-listen': {
    form: 'unix-listen:PATH',
    example: 'unix-listen:/run/vr1-1.sock',
    parse: (rest, text) => ({ kind: 'unix-listen', text, path: parsePath('unix-listen', rest, text) }),
    key: (spec) => `unix-listen:${posix.normalize(spec.path)}`,
  },
  udp: {
    form: 'udp:HOST:PORT,local=[ADDRESS:]PORT',
    example: 'udp:192.0.2.1:10001,local=20001',
    parse: parseUdp,
    // Two endpoints cannot share our own port, wherever they send.
    key: (spec) => `udp:${listenKey(spec.localAddress)}:${spec.localPort}`,
  },
  tap: {
    form: 'tap:NAME[,OPTION=VALUE…]',
    example: 'tap:lab0,address=198.18.0.1/24',
    parse: parseTap,
    key: (spec) => `tap:${spec.name}`,
  },
  raw: {
    form: 'raw:NAME',
    example: 'raw:eth1',
    parse: parseRaw,
    key: (spec) => `raw:${spec.name}`,
  },
  vxlan: {
    form: 'vxlan:HOST,vni=N[,port=4789]',
    example: 'vxlan:192.0.2.1,vni=100',
    parse: parseVxlan,
    key: (spec) => `vxlan:${canonicalHost(spec.host)}:${spec.vni}:${listenKey(spec.localAddress)}:${spec.localPort}`,
  },
};

// All addresses of this machine, in each of the ways to write them.
function listenKey(address: string | undefined): string {
  const host = address === undefined ? '*' : canonicalHost(address);
  return host === '0.0.0.0' || host === '[::]' ? '*' : host;
}

/** Every form in which an endpoint can be written, with an example, for help texts. */
export const ENDPOINT_FORMS: readonly { readonly form: string; readonly example: string }[] = [
  { form: INTERFACE_FORM, example: 'vr1/1' },
  ...Object.values(KINDS).map(({ form, example }) => ({ form, example })),
];

/** Reads an endpoint in any of ENDPOINT_FORMS. */
export function parseEndpoint(text: string): EndpointSpec {
  // Never allowed, so that a link can be cut at it without knowing any kind: not in a path, and not in a host either
  // (internationalized names, "xn--…", need an alias or an address).
  if (text.includes('--')) throw new TcpbridgeError('double_dash', { text });
  const prefix = /^([^:/[]*):(.*)$/s.exec(text);
  if (prefix === null) return parseInterface(text);
  const [, kind, rest] = prefix as unknown as [string, string, string];
  if (isEndpointKind(kind)) return KINDS[kind].parse(rest, text);
  throw new TcpbridgeError('endpoint_kind_unknown', {
    text,
    kind,
    forms: ENDPOINT_FORMS.map(({ form }) => form),
    suggestion: suggestKind(text, kind, rest),
  });
}

/** The identity of what an endpoint attaches to: the same for "vr1/1", "tcp:vr1:10001" and "tcp:VR1:10001". */
export function endpointKey<K extends EndpointKind>(spec: EndpointSpecs[K] & { readonly kind: K }): string {
  return KINDS[spec.kind].key(spec);
}

/** What the name of a link without name calls an endpoint: as typed, but a TAP interface without its settings. */
export function endpointLabel(spec: EndpointSpec): string {
  return spec.kind === 'tap' ? endpointKey(spec) : spec.text;
}

/**
 * Whether two specifications of the same endpoint also say the same about it: those of "tap:lab0" and
 * "tap:lab0,mtu=9000" do not, those of "vr1/1" and "tcp:VR1:10001" do.
 */
export function hasSameSettings(one: EndpointSpec, other: EndpointSpec): boolean {
  return settingsOf(one) === settingsOf(other);
}

// Only these kinds have settings beyond their key.
function settingsOf(spec: EndpointSpec): string {
  const { text: _, ...settings } = spec;
  const isPlain = spec.kind !== 'udp' && spec.kind !== 'tap' && spec.kind !== 'vxlan';
  return isPlain ? '' : JSON.stringify(settings);
}

// HOST/N, the form of the ancestor: interface N of a machine that vrnetlab runs.
function parseInterface(text: string): EndpointSpec {
  const slash = text.lastIndexOf('/');
  const hostText = slash < 0 ? text : text.slice(0, slash);
  const number = slash < 0 ? '' : text.slice(slash + 1);
  if (hostText === '') {
    throw new TcpbridgeError('endpoint_malformed', { text, form: INTERFACE_FORM, example: 'vr1/1' });
  }
  const host = parseHost(hostText, text);
  const example = `${hostText}/1`;
  if (number === '') throw new TcpbridgeError('interface_missing', { text, example });
  if (!/^\d+$/.test(number)) throw new TcpbridgeError('interface_invalid', { text, interface: number, example });
  const index = Number(number);
  if (index === 0) throw new TcpbridgeError('interface_management', { text, example });
  if (index > MAX_INTERFACE) {
    throw new TcpbridgeError('interface_out_of_range', { text, interface: number, max: MAX_INTERFACE });
  }
  return { kind: 'tcp', text, host, port: INTERFACE_BASE_PORT + index };
}

function parsePath(kind: EndpointKind, path: string, text: string): string {
  if (path === '' || path.includes('\0') || Buffer.byteLength(path) > MAX_PATH_BYTES) {
    throw new TcpbridgeError('path_invalid', { text, example: KINDS[kind].example, maxBytes: MAX_PATH_BYTES });
  }
  return path;
}

function malformed(kind: EndpointKind, rest: string, text: string): never {
  const { form, example } = KINDS[kind];
  throw new TcpbridgeError('endpoint_malformed', { text, form, example, suggestion: suggestBrackets(kind, rest) });
}

// An IPv6 address without brackets: the last group is the port, when the rest is still an address.
function suggestBrackets(kind: EndpointKind, rest: string): string | undefined {
  const [, address, port] = /^(.*):(\d+)$/.exec(rest) ?? [];
  return address !== undefined && isIPv6(address) ? `${kind}:${bracketHost(address)}:${port}` : undefined;
}

function suggestKind(text: string, kind: string, rest: string): string | undefined {
  const lower = kind.toLowerCase();
  if (isEndpointKind(lower)) return `${lower}:${rest}`;
  const [, address, number] = /^(.*)\/(\d+)$/.exec(text) ?? [];
  if (address !== undefined && isIPv6(address)) return `${bracketHost(address)}/${number}`;
  return isHostName(kind) && /^\d+$/.test(rest) ? `tcp:${kind}:${rest}` : undefined;
}

/** Whether a word is a kind of endpoint, so that it means one before a colon. */
export function isEndpointKind(kind: string): kind is EndpointKind {
  return Object.hasOwn(KINDS, kind);
}
