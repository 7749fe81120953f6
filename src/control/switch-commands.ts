// What the bridge tells a forwarding thread about a segment's settings, and asks it about a switch's addresses.

import { isBehind, parseMac, sortMacs, unpackMacs } from '../channel/mac-words.ts';
import type { Command, EndSetup, ImpairmentStates, MacEntry, SegmentSetup } from '../channel/messages.ts';
import { type EndpointSpec, endpointKey } from '../topology/endpoint-spec.ts';
import { DEFAULT_PORT, DEFAULT_SWITCH, type PortSettings, type SwitchSettings } from '../topology/switch-settings.ts';
import type { SegmentSpec } from '../topology/topology.ts';
import type { SegmentRecord } from './segment-record.ts';

// No end has this number.
const NO_END = -1;

/** Which addresses are meant; the endpoint is one as written, or another spelling of it. */
export interface MacQuestion {
  readonly endpoint?: EndpointSpec;
  readonly mac?: string;
  readonly vlan?: number;
  /** The switch forgets them all, however many of them are told. */
  readonly forgets: boolean;
  /** So many are told, in the order of VLANs and addresses. */
  readonly limit: number;
  /** Only those behind this one are told. */
  readonly after?: { readonly vlan: number; readonly mac: string };
}

/** The answer: some of the addresses that fit, and how many do. */
export interface MacPage {
  readonly macs: readonly MacRecord[];
  readonly total: number;
}

/** One line of a switch's address table, for people. */
export interface MacRecord extends Omit<MacEntry, 'endId'> {
  readonly endpoint: string;
}

/** A new segment, for the thread that is to run it. */
export function describeSetup(
  { id, spec }: SegmentRecord,
  ends: readonly EndSetup[],
  impairmentStates?: ImpairmentStates,
): SegmentSetup {
  return {
    segmentId: id,
    kind: spec.kind,
    isUp: spec.isUp,
    ...(spec.kind === 'switch' ? { switch: switchSettings(spec) } : {}),
    impairments: spec.impairments,
    impairmentStates,
    ends: spec.kind === 'switch' ? ends.map((end, index) => withPort(spec, spec.endpoints[index]!, end)) : ends,
  };
}

/** The end with what `spec` says about its port. */
export function withPort(spec: SegmentSpec, endpoint: EndpointSpec, end: EndSetup): EndSetup {
  return spec.kind === 'switch' ? { ...end, port: portSettings(spec, endpoint) } : end;
}

/** All that the data plane knows of a switch beyond its endpoints. */
export function settingsOf({ switch: settings, ports }: SegmentSpec): unknown {
  return [settings, ports];
}

/** The settings of a running switch and all its ports. */
export function switchCommand({ id, spec, ends }: SegmentRecord): Command {
  return {
    type: 'configureSwitch',
    segmentId: id,
    settings: switchSettings(spec),
    ports: ends.map(({ endId, endpoint }) => [endId, portSettings(spec, endpoint)]),
  };
}

/** Reads the addresses of a running switch that fit, or makes it forget them, too. */
export async function readMacs(segment: SegmentRecord, question: MacQuestion): Promise<MacPage> {
  const { thread, id, ends } = segment;
  const { endpoint, mac, vlan, forgets, limit, after } = question;
  const endId = endpoint && (ends.find((end) => endpointKey(end.endpoint) === endpointKey(endpoint))?.endId ?? NO_END);
  const words = await thread.macs(forgets ? 'flushMacs' : 'readMacs', id, { endId, mac, vlan });
  const order = sortMacs(words);
  const first = after === undefined ? 0 : findBehind(words, order, after);
  const texts = new Map(ends.map((end) => [end.endId, end.endpoint.text]));
  const macs = unpackMacs(words, order.subarray(first, first + limit)).map(({ endId: at, ...entry }) => ({
    ...entry,
    // It may have left its switch in this very moment.
    endpoint: texts.get(at) ?? '?',
  }));
  return { macs, total: order.length };
}

function findBehind(words: Int32Array, order: Uint32Array, after: NonNullable<MacQuestion['after']>): number {
  const { top, low } = parseMac(after.mac)!;
  const found = order.findIndex((entry) => isBehind(words, entry, (after.vlan << 16) | top, low));
  return found < 0 ? order.length : found;
}

function switchSettings({ switch: settings }: SegmentSpec): SwitchSettings {
  return { ...DEFAULT_SWITCH, ...settings };
}

function portSettings({ ports }: SegmentSpec, endpoint: EndpointSpec): PortSettings {
  return ports?.[endpointKey(endpoint)] ?? DEFAULT_PORT;
}
