// The members of a hub or switch, one by one.

import { TcpbridgeError } from '../../../errors.ts';
import { endpointKey } from '../../../topology/endpoint-spec.ts';
import type { SegmentSpec, Topology } from '../../../topology/topology.ts';
import { readEndpoint } from '../endpoint-text.ts';
import { at } from '../error-reply.ts';
import { json, jsonBody, operation } from '../operation.ts';
import { CHANGE, DRY_RUN, MEMBER } from '../schemas.ts';
import { findSegment, withSegment } from '../segments.ts';
import { readMemberPort, withPort } from '../switch-parts.ts';

const NAME = { name: 'Name of a hub or switch, percent-encoded' };
const CHANGED = { description: 'What was done', schema: CHANGE };

/** POST /v1/links/{name}/members */
export const addMember = operation({
  summary: 'Adds a member to a hub or switch',
  description:
    'Nothing happens if it is one already, except that the port of a switch gets the settings that are given.',
  params: NAME,
  query: DRY_RUN,
  body: jsonBody('The new member', MEMBER, { endpoint: 'vr4/1' }),
  replies: { 200: CHANGED },
  errors: [404, 409],
  handle: async ({ api, params, query, body }) => {
    const endpoint = at('endpoint', () => readEndpoint(body.endpoint));
    const port = readMemberPort(body);
    const change = await api.changes.apply(
      (actual) => {
        const hub = findGroup(actual, params.name!);
        if (port !== undefined && hub.kind === 'hub') {
          throw new TcpbridgeError('not_a_switch', { kind: 'hub', name: hub.name });
        }
        const isMember = hub.endpoints.some((member) => endpointKey(member) === endpointKey(endpoint));
        if (isMember && port === undefined) return actual;
        const { ports, ...rest } = hub;
        const endpoints = isMember ? hub.endpoints : [...hub.endpoints, endpoint];
        return withSegment(actual, { ...rest, endpoints, ...withPort(ports, endpoint, port) });
      },
      { dryRun: query.dryRun === 'true' },
    );
    return json(200, change);
  },
});

/** DELETE /v1/links/{name}/members/{endpoint} */
export const deleteMember = operation({
  summary: 'Removes a member from a hub or switch',
  params: { ...NAME, endpoint: 'The member, percent-encoded: `vr4%2F1`' },
  query: DRY_RUN,
  replies: { 200: CHANGED },
  errors: [404, 409],
  handle: async ({ api, params, query }) => {
    const endpoint = at('endpoint', () => readEndpoint(params.endpoint!));
    const change = await api.changes.apply(
      (actual) => {
        const hub = findGroup(actual, params.name!);
        const endpoints = hub.endpoints.filter((member) => endpointKey(member) !== endpointKey(endpoint));
        if (endpoints.length === hub.endpoints.length) {
          throw new TcpbridgeError('member_unknown', { kind: hub.kind, hub: hub.name, endpoint: endpoint.text });
        }
        const { ports, ...rest } = hub;
        return withSegment(actual, { ...rest, endpoints, ...withPort(ports, endpoint, undefined) });
      },
      { dryRun: query.dryRun === 'true' },
    );
    return json(200, change);
  },
});

function findGroup(topology: Topology, name: string): SegmentSpec & { readonly kind: 'hub' | 'switch' } {
  const segment = findSegment(topology, name);
  const { kind } = segment;
  if (kind === 'link') throw new TcpbridgeError('not_a_hub', { name });
  return { ...segment, kind };
}
