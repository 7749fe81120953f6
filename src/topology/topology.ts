// The topology as plain data: which endpoints are joined, by a link (two) or a hub (two or more). Every source of
// topologies (flags, files, API) ends in makeTopology(), which checks what one segment alone cannot know.

import { type EndpointPlace, TcpbridgeError } from '../errors.ts';
import { type EndpointSpec, endpointKey, parseEndpoint } from './endpoint-spec.ts';

/** A piece of wire: frames that enter at one endpoint leave at all others. */
export interface SegmentSpec {
  readonly name: string;
  readonly kind: 'link' | 'hub';
  readonly endpoints: readonly EndpointSpec[];
  /** Down: the wire is cut in both directions, and every frame is counted `link_down`. */
  readonly isUp: boolean;
}

/** All segments that a bridge is to run, checked against each other. */
export interface Topology {
  readonly segments: readonly SegmentSpec[];
}

const MIN_HUB_ENDPOINTS = 2;

/** Reads a link such as "vr1/1--vr2/1"; its name is the text as typed. */
export function parseLink(text: string): SegmentSpec {
  const ends = text.split('--');
  if (ends.length !== 2 || ends.includes('')) throw new TcpbridgeError('link_malformed', { text });
  const endpoints = ends.map(parseEndpoint);
  const [first, second] = endpoints as [EndpointSpec, EndpointSpec];
  if (endpointKey(first) === endpointKey(second)) {
    throw new TcpbridgeError('link_to_itself', { link: text, endpoint: second.text });
  }
  return { name: text, kind: 'link', endpoints, isUp: true };
}

/** Makes a hub out of endpoints as typed. */
export function makeHub(name: string, texts: readonly string[]): SegmentSpec {
  if (name.includes('--')) throw new TcpbridgeError('double_dash', { text: name });
  const endpoints = texts.map(parseEndpoint);
  if (endpoints.length < MIN_HUB_ENDPOINTS) {
    throw new TcpbridgeError('hub_too_small', { hub: name, members: endpoints.length });
  }
  return { name, kind: 'hub', endpoints, isUp: true };
}

/** Checks segments against each other: names are unique, and each endpoint is used in one place only. */
export function makeTopology(segments: readonly SegmentSpec[]): Topology {
  const names = new Set<string>();
  const places = new Map<string, EndpointPlace>();
  for (const segment of segments) {
    if (segment.name === '') throw new TcpbridgeError('segment_name_invalid', undefined);
    if (names.has(segment.name)) throw new TcpbridgeError('segment_name_taken', { name: segment.name });
    names.add(segment.name);
    for (const endpoint of segment.endpoints) takePlace(places, segment, endpoint);
  }
  return { segments };
}

function takePlace(places: Map<string, EndpointPlace>, segment: SegmentSpec, endpoint: EndpointSpec): void {
  const key = endpointKey(endpoint);
  const first = places.get(key);
  const place = { text: endpoint.text, kind: segment.kind, segment: segment.name };
  if (first !== undefined) throw new TcpbridgeError('endpoint_used_twice', { first, second: place });
  places.set(key, place);
}
