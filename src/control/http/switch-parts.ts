// What requests say about a switch: its settings, and those of its ports, in the words of a topology file -> the parts of
// a segment. Pure.

import { TcpbridgeError } from '../../errors.ts';
import { type EndpointSpec, endpointKey } from '../../topology/endpoint-spec.ts';
import { isPlainPort, readPort } from '../../topology/port-words.ts';
import type { PortSettings } from '../../topology/switch-settings.ts';
import { readSwitch, type SwitchWords, writeSwitch } from '../../topology/switch-words.ts';
import type { SegmentSpec } from '../../topology/topology.ts';
import { readEndpoint } from './endpoint-text.ts';
import { at } from './error-reply.ts';
import type { LinkPatch, LinkWanted } from './schemas.ts';
import type { PortRequest } from './switch-schemas.ts';

type Parts = Pick<SegmentSpec, 'switch' | 'ports'>;
type Ports = NonNullable<SegmentSpec['ports']>;

/** The parts of a new segment; makeTopology() refuses those of a link or hub. */
export function readSwitchParts({ switch: words, ports }: LinkWanted, endpoints: readonly EndpointSpec[]): Parts {
  return {
    ...kept('switch', words === undefined ? {} : readSettings(words)),
    ...kept('ports', changePorts({}, Object.entries(ports ?? {}), endpoints)),
  };
}

/** The parts of a segment that is changed; ports of endpoints that are not there any more go. */
export function patchSwitchParts(
  segment: SegmentSpec,
  { switch: words, ports }: LinkPatch,
  endpoints: readonly EndpointSpec[],
): Parts {
  const { kind, name } = segment;
  if (kind !== 'switch') {
    if (words !== undefined || ports !== undefined) throw new TcpbridgeError('not_a_switch', { kind, name });
    return {};
  }
  const keys = new Set(endpoints.map(endpointKey));
  const left = Object.fromEntries(Object.entries(segment.ports ?? {}).filter(([key]) => keys.has(key)));
  const merged = words === undefined ? (segment.switch ?? {}) : mergeSettings(segment.switch ?? {}, words);
  return {
    ...kept('switch', merged),
    ...kept('ports', changePorts(left, Object.entries(ports ?? {}), endpoints, name)),
  };
}

/** The settings of the port of a new member; undefined when nothing is said about it. */
export function readMemberPort({
  endpoint: _,
  ...words
}: PortRequest & { endpoint: string }): PortSettings | undefined {
  return Object.keys(words).length === 0 ? undefined : readPort(words);
}

/** The ports with these settings for one endpoint. */
export function withPort(ports: Ports | undefined, endpoint: EndpointSpec, port: PortSettings | undefined): Parts {
  const { [endpointKey(endpoint)]: _, ...others } = ports ?? {};
  return kept('ports', port === undefined || isPlainPort(port) ? others : { ...others, [endpointKey(endpoint)]: port });
}

function changePorts(
  before: Ports,
  changes: readonly (readonly [text: string, words: PortRequest | null])[],
  endpoints: readonly EndpointSpec[],
  hub?: string,
): Ports {
  const keys = new Set(endpoints.map(endpointKey));
  let ports = before;
  for (const [text, words] of changes) {
    const path = `ports.${text}`;
    const endpoint = at(path, () => {
      const spec = readEndpoint(text);
      if (keys.has(endpointKey(spec))) return spec;
      if (hub !== undefined) throw new TcpbridgeError('member_unknown', { kind: 'switch', hub, endpoint: text });
      const problems = [{ path, message: 'Write one of "endpoints"' }];
      throw new TcpbridgeError('request_invalid', { problems });
    });
    const port = words === null ? undefined : at(path, () => readPort(words));
    ports = withPort(ports, endpoint, port).ports ?? {};
  }
  return ports;
}

function readSettings(words: SwitchWords) {
  return at('switch', () => readSwitch(words));
}

// JSON merge patch, RFC 7396: null removes.
function mergeSettings(old: NonNullable<SegmentSpec['switch']>, patch: NonNullable<LinkPatch['switch']>) {
  const { storm: oldStorm, ...before } = writeSwitch(old);
  const { storm, ...words } = patch;
  const merged = withoutNulls({
    ...before,
    ...words,
    storm: storm === null ? null : withoutNulls({ ...oldStorm, ...storm }),
  });
  return readSettings(merged);
}

function withoutNulls<T extends object>(words: T): { [K in keyof T]?: Exclude<T[K], null> } {
  const entries = Object.entries(words).filter(([, value]) => value !== null);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], null> };
}

// A topology document says nothing rather than an empty map.
function kept<K extends keyof Parts>(part: K, value: NonNullable<Parts[K]>): Parts {
  return Object.keys(value).length === 0 ? {} : { [part]: value };
}
