// Links, hubs and switches one by one. Every change is a new topology made from the one that runs when its turn has come.

import { TcpbridgeError } from '../../../errors.ts';
import type { EndpointSpec } from '../../../topology/endpoint-spec.ts';
import type { SegmentSpec } from '../../../topology/topology.ts';
import { readEndpoint } from '../endpoint-text.ts';
import { at } from '../error-reply.ts';
import { check, json, jsonBody, operation } from '../operation.ts';
import {
  CHANGE,
  DRY_RUN,
  LINK_NAME,
  LINK_PATCH,
  LINK_STATUS,
  LINK_WANTED,
  LINKS,
  type LinkPatch,
  type LinkWanted,
} from '../schemas.ts';
import { findSegment, withoutSegment, withSegment } from '../segments.ts';
import { patchSwitchParts, readSwitchParts } from '../switch-parts.ts';
import { laidOver } from './impairments.ts';
import { linksOf } from './status.ts';

const NAME = { name: 'Name of a link, hub or switch, percent-encoded: `vr1%2F1--vr2%2F1`' };
const CHANGED = { description: 'What was done', schema: CHANGE };

/** GET /v1/links */
export const readLinks = operation({
  summary: 'All links, hubs and switches',
  replies: { 200: { description: 'In the order of the topology', schema: LINKS } },
  handle: ({ api }) => json(200, { links: linksOf(api) }),
});

/** GET /v1/links/{name} */
export const readLink = operation({
  summary: 'One link, hub or switch',
  params: NAME,
  replies: { 200: { description: 'As it is now', schema: LINK_STATUS } },
  errors: [404],
  handle: ({ api, params }) => {
    const { name } = findSegment(api.bridge.topology, params.name!);
    return json(
      200,
      linksOf(api).find((link) => link.name === name),
    );
  },
});

/** PUT /v1/links/{name} */
export const putLink = operation({
  summary: 'Makes a link, hub or switch, or makes an existing one like this',
  params: NAME,
  query: DRY_RUN,
  body: jsonBody('The link, hub or switch', LINK_WANTED, { endpoints: ['vr1/1', 'vr2/1'] }),
  replies: { 200: CHANGED, 201: { description: 'It is new', schema: CHANGE } },
  errors: [409],
  handle: async ({ api, params, query, body }) => {
    const segment = readWanted(check(LINK_NAME, params.name), body);
    let isNew = false;
    const change = await api.changes.apply(
      (actual) => {
        isNew = actual.segments.every(({ name }) => name !== segment.name);
        return withSegment(actual, segment);
      },
      { dryRun: query.dryRun === 'true' },
    );
    return json(isNew && query.dryRun !== 'true' ? 201 : 200, change);
  },
});

/** PATCH /v1/links/{name} */
export const patchLink = operation({
  summary: 'Changes a link, hub or switch: up, down, an end, labels, ports',
  description: 'Frames pass the old end until one frame, and the new end from the next.',
  params: NAME,
  query: DRY_RUN,
  body: jsonBody('What shall be different', LINK_PATCH, { b: 'vr3/1' }),
  replies: { 200: CHANGED },
  errors: [404, 409],
  handle: async ({ api, params, query, body }) => {
    const change = await api.changes.apply(
      (actual) => withSegment(actual, patch(findSegment(actual, params.name!), body)),
      { dryRun: query.dryRun === 'true' },
    );
    return json(200, change);
  },
});

/** DELETE /v1/links/{name} */
export const deleteLink = operation({
  summary: 'Removes a link, hub or switch',
  params: NAME,
  query: DRY_RUN,
  replies: { 200: CHANGED },
  errors: [404],
  handle: async ({ api, params, query }) => {
    const change = await api.changes.apply((actual) => withoutSegment(actual, findSegment(actual, params.name!)), {
      dryRun: query.dryRun === 'true',
    });
    return json(200, change);
  },
});

function readWanted(name: string, wanted: LinkWanted): SegmentSpec {
  const { kind = 'link', endpoints: texts, state, labels } = wanted;
  checkCount(kind, texts);
  const endpoints = readEndpoints(texts);
  return {
    name,
    kind,
    endpoints,
    isUp: state !== 'down',
    ...labelled(labels),
    ...readSwitchParts(wanted, endpoints),
    ...readImpairments(name, kind, wanted),
  };
}

function readImpairments(name: string, kind: SegmentSpec['kind'], { impairments: wanted }: LinkWanted) {
  if (wanted === undefined) return {};
  if (kind !== 'link') throw new TcpbridgeError('not_impairable', { kind, name });
  const impairments = laidOver(undefined, wanted, 'impairments');
  return impairments === undefined ? {} : { impairments };
}

function patch(segment: SegmentSpec, body: LinkPatch): SegmentSpec {
  const { state, a, b, endpoints, labels } = body;
  const { name, kind } = segment;
  if (a !== undefined || b !== undefined) {
    if (kind !== 'link') throw new TcpbridgeError('not_a_link', { kind, name });
    if (endpoints !== undefined) {
      const message = 'Write either "endpoints", or "a" and "b"';
      throw new TcpbridgeError('request_invalid', { problems: [{ path: 'endpoints', message }] });
    }
  }
  if (endpoints !== undefined) checkCount(kind, endpoints);
  const [first, second] = segment.endpoints;
  const ends = kind === 'link' ? [rewired(first!, a, 'a'), rewired(second!, b, 'b')] : segment.endpoints;
  const merged = labels === undefined ? segment.labels : mergeLabels(segment.labels ?? {}, labels);
  const wanted = endpoints === undefined ? ends : readEndpoints(endpoints);
  const { labels: _, switch: __, ports: ___, ...rest } = segment;
  return {
    ...rest,
    endpoints: wanted,
    isUp: state === undefined ? segment.isUp : state === 'up',
    ...labelled(merged),
    ...patchSwitchParts(segment, body, wanted),
  };
}

function rewired(old: EndpointSpec, text: string | undefined, path: string): EndpointSpec {
  return text === undefined ? old : at(path, () => readEndpoint(text));
}

function readEndpoints(texts: readonly string[]): EndpointSpec[] {
  return texts.map((text, index) => at(`endpoints[${index}]`, () => readEndpoint(text)));
}

// A topology document has no labels rather than an empty map of them.
function labelled(labels: SegmentSpec['labels']): Pick<SegmentSpec, 'labels'> {
  return labels === undefined || Object.keys(labels).length === 0 ? {} : { labels };
}

// What hubs and switches need is checked with the whole topology.
function checkCount(kind: SegmentSpec['kind'], endpoints: readonly string[]): void {
  if (kind !== 'link' || endpoints.length === 2) return;
  const message = `A link has two endpoints, not ${endpoints.length}: write two, or "kind": "hub" or "switch"`;
  throw new TcpbridgeError('request_invalid', { problems: [{ path: 'endpoints', message }] });
}

// JSON merge patch, RFC 7396: null removes.
function mergeLabels(
  old: Readonly<Record<string, string>>,
  patch: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const merged = Object.entries({ ...old, ...patch }).filter((entry): entry is [string, string] => entry[1] !== null);
  return Object.fromEntries(merged);
}
