// The topology as plain data: which endpoints are joined, by a link (two), a hub or a switch (two or more). Every source of
// topologies (flags, files, API) ends in makeTopology(), which checks what one segment alone cannot know.

import { type EndpointPlace, TcpbridgeError } from '../errors.ts';
import type { CarrierSpec } from './carrier.ts';
import { type EndpointSpec, endpointKey, endpointLabel, parseEndpoint } from './endpoint-spec.ts';
import type { Impairments } from './impairment.ts';
import { LocalPorts } from './local-ports.ts';
import { findPortFault } from './port-words.ts';
import type { PortSettings, SwitchSettings } from './switch-settings.ts';

/** A piece of wire: frames that enter at one endpoint leave at all others. */
export interface SegmentSpec {
  readonly name: string;
  readonly kind: SegmentKind;
  readonly endpoints: readonly EndpointSpec[];
  /** Administrative state: frames pass only while it is up. */
  readonly isUp: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  /** Of a link. */
  readonly impairments?: Impairments;
  /** Of a switch; what is not said is as in DEFAULT_SWITCH. */
  readonly switch?: Partial<SwitchSettings>;
  /** Of a switch: settings of ports, by the key of their endpoint; what is not listed is as in DEFAULT_PORT. */
  readonly ports?: Readonly<Record<string, PortSettings>>;
}

/** A link joins two endpoints; a hub and a switch join any number. */
export type SegmentKind = 'link' | 'hub' | 'switch';

/** All segments that a bridge is to run, checked against each other. */
export interface Topology {
  readonly name?: string;
  readonly segments: readonly SegmentSpec[];
  /**
   * The guests whose carrier follows the state of their segment, in the order of the segments; then those whose endpoint
   * is in no segment now, so that they are known when it comes back.
   */
  readonly carriers: readonly CarrierSpec[];
}

/** What a topology has apart from its segments. */
export interface TopologyExtras {
  readonly name?: string;
  readonly carriers?: readonly CarrierSpec[];
}

/** What is wrong with segment number `segment`, and with which of its endpoints, where it is one of them. */
export interface TopologyFault {
  readonly error: TcpbridgeError;
  readonly segment: number;
  readonly endpoint?: number;
}

type SegmentFault = Omit<TopologyFault, 'segment'>;

const MIN_HUB_ENDPOINTS = 2;

/** Reads a link such as "vr1/1--vr2/1"; its name is the text as typed, without settings of TAP interfaces. */
export function parseLink(text: string): SegmentSpec {
  const ends = text.split('--');
  if (ends.length !== 2 || ends.includes('')) throw new TcpbridgeError('link_malformed', { text });
  const endpoints = ends.map(parseEndpoint);
  return checkSegment({ name: endpoints.map(endpointLabel).join('--'), kind: 'link', endpoints, isUp: true });
}

/** Makes a hub out of endpoints as typed. */
export function makeHub(name: string, texts: readonly string[]): SegmentSpec {
  return makeGroup('hub', name, texts);
}

/** Makes a switch out of endpoints as typed; its ports carry all frames as they are. */
export function makeSwitch(name: string, texts: readonly string[]): SegmentSpec {
  return makeGroup('switch', name, texts);
}

/** Checks segments against each other: names are unique, and each endpoint is used in one place only. */
export function makeTopology(segments: readonly SegmentSpec[], extras: TopologyExtras = {}): Topology {
  const [fault] = findFaults(segments);
  if (fault !== undefined) throw fault.error;
  const { name, carriers = [] } = extras;
  return { ...(name === undefined ? {} : { name }), segments, carriers: placeCarriers(segments, carriers) };
}

/** Everything that makes segments unfit for one topology. */
export function findFaults(segments: readonly SegmentSpec[]): TopologyFault[] {
  const faults: TopologyFault[] = [];
  const names = new Set<string>();
  const places = new Map<string, EndpointPlace>();
  const ports = new LocalPorts();
  for (const [index, segment] of segments.entries()) {
    if (names.has(segment.name)) {
      faults.push({ error: new TcpbridgeError('segment_name_taken', { name: segment.name }), segment: index });
    }
    names.add(segment.name);
    const own = segmentFaults(segment);
    for (const fault of own) faults.push({ ...fault, segment: index });
    if (own.some(({ error }) => error.code === 'link_to_itself')) continue;
    for (const [i, endpoint] of segment.endpoints.entries()) {
      const place = { text: endpoint.text, kind: segment.kind, segment: segment.name };
      const error = takePlace(places, place, endpoint) ?? ports.take(endpoint, place);
      if (error !== undefined) faults.push({ error, segment: index, endpoint: i });
    }
  }
  return faults;
}

function makeGroup(kind: 'hub' | 'switch', name: string, texts: readonly string[]): SegmentSpec {
  if (name.includes('--')) throw new TcpbridgeError('double_dash', { text: name });
  return checkSegment({ name, kind, endpoints: texts.map(parseEndpoint), isUp: true });
}

function checkSegment(segment: SegmentSpec): SegmentSpec {
  const [fault] = segmentFaults(segment);
  if (fault !== undefined) throw fault.error;
  return segment;
}

function segmentFaults(segment: SegmentSpec): SegmentFault[] {
  const { name, kind, endpoints } = segment;
  const faults: SegmentFault[] = [];
  if (name === '') faults.push({ error: new TcpbridgeError('segment_name_invalid', undefined) });
  faults.push(...switchFaults(segment));
  if (kind !== 'link' && segment.impairments !== undefined) {
    faults.push({ error: new TcpbridgeError('not_impairable', { kind, name }) });
  }
  if (kind !== 'link') {
    if (name.includes('--')) faults.push({ error: new TcpbridgeError('double_dash', { text: name }) });
    if (endpoints.length < MIN_HUB_ENDPOINTS) {
      faults.push({ error: new TcpbridgeError('hub_too_small', { kind, hub: name, members: endpoints.length }) });
    }
    return faults;
  }
  const [first, second] = endpoints;
  if (first !== undefined && second !== undefined && endpointKey(first) === endpointKey(second)) {
    const error = new TcpbridgeError('link_to_itself', { link: name, endpoint: second.text });
    faults.push({ error, endpoint: 1 });
  }
  return faults;
}

// Whoever reads texts has checked them; this is for segments that a program made.
function switchFaults({ name, kind, endpoints, switch: settings, ports }: SegmentSpec): SegmentFault[] {
  if (kind !== 'switch') {
    const isPlain = settings === undefined && ports === undefined;
    return isPlain ? [] : [{ error: new TcpbridgeError('not_a_switch', { kind, name }) }];
  }
  const indices = new Map(endpoints.map((endpoint, index) => [endpointKey(endpoint), index]));
  return Object.entries(ports ?? {}).flatMap(([key, port]): SegmentFault[] => {
    const index = indices.get(key);
    if (index === undefined) {
      return [{ error: new TcpbridgeError('member_unknown', { kind, hub: name, endpoint: key }) }];
    }
    const fault = findPortFault(port);
    return fault === undefined ? [] : [{ error: new TcpbridgeError('port_setting_invalid', fault), endpoint: index }];
  });
}

function takePlace(
  places: Map<string, EndpointPlace>,
  place: EndpointPlace,
  endpoint: EndpointSpec,
): TcpbridgeError | undefined {
  const key = endpointKey(endpoint);
  const first = places.get(key);
  if (first !== undefined) return new TcpbridgeError('endpoint_used_twice', { first, second: place });
  places.set(key, place);
  return undefined;
}

// First those of the endpoints in the order in which these stand, so that equal topologies are equal texts.
function placeCarriers(segments: readonly SegmentSpec[], carriers: readonly CarrierSpec[]): CarrierSpec[] {
  if (carriers.length === 0) return [];
  const byKey = new Map(carriers.map((carrier) => [endpointKey(carrier.endpoint), carrier]));
  const placed = segments.flatMap(({ endpoints }) => endpoints.flatMap((end) => byKey.get(endpointKey(end)) ?? []));
  for (const { endpoint } of placed) byKey.delete(endpointKey(endpoint));
  return [...placed, ...byKey.values()];
}

/** The carriers whose endpoint is in no segment. */
export function unpluggedCarriers({ segments, carriers }: Topology): CarrierSpec[] {
  const placed = new Set(segments.flatMap(({ endpoints }) => endpoints.map(endpointKey)));
  return carriers.filter(({ endpoint }) => !placed.has(endpointKey(endpoint)));
}
