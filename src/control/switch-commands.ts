// What the bridge tells a forwarding thread about a segment's settings, and asks it about a switch's addresses.

import type { Command, EndSetup, ImpairmentStates, MacEntry, SegmentSetup } from '../channel/messages.ts';
import { type EndpointSpec, endpointKey } from '../topology/endpoint-spec.ts';
import { DEFAULT_PORT, DEFAULT_SWITCH, type PortSettings, type SwitchSettings } from '../topology/switch-settings.ts';
import type { SegmentSpec } from '../topology/topology.ts';
import type { SegmentRecord } from './segment-record.ts';

/** Which addresses are meant; the endpoint is one as written, or another spelling of it. */
export interface MacQuestion {
  readonly endpoint?: EndpointSpec;
  readonly mac?: string;
  readonly vlan?: number;
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

/** Reads the addresses of a running switch, or forgets those that fit and tells which. */
export async function readMacs(segment: SegmentRecord, flush: MacQuestion | undefined): Promise<MacRecord[]> {
  const { thread, id, ends } = segment;
  const endId =
    flush?.endpoint &&
    (ends.find(({ endpoint }) => endpointKey(endpoint) === endpointKey(flush.endpoint!))?.endId ?? -1);
  const entries = await thread.macs(id, flush && { endId, mac: flush.mac, vlan: flush.vlan });
  return entries.map(({ endId: at, ...entry }) => ({
    ...entry,
    endpoint: ends.find((end) => end.endId === at)?.endpoint.text ?? '?',
  }));
}

function switchSettings({ switch: settings }: SegmentSpec): SwitchSettings {
  return { ...DEFAULT_SWITCH, ...settings };
}

function portSettings({ ports }: SegmentSpec, endpoint: EndpointSpec): PortSettings {
  return ports?.[endpointKey(endpoint)] ?? DEFAULT_PORT;
}
