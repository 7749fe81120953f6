// The members of a hub, one by one.

import { TcpbridgeError } from '../../../errors.ts';
import { endpointKey, parseEndpoint } from '../../../topology/endpoint-spec.ts';
import type { SegmentSpec, Topology } from '../../../topology/topology.ts';
import { at } from '../error-reply.ts';
import { json, jsonBody, operation } from '../operation.ts';
import { CHANGE, DRY_RUN, MEMBER } from '../schemas.ts';
import { findSegment, withSegment } from '../segments.ts';

const NAME = { name: 'Name of a hub, percent-encoded' };
const CHANGED = { description: 'What was done', schema: CHANGE };

/** POST /v1/links/{name}/members */
export const addMember = operation({
  summary: 'Adds a member to a hub',
  description: 'Nothing happens if it is one already.',
  params: NAME,
  query: DRY_RUN,
  body: jsonBody('The new member', MEMBER, { endpoint: 'vr4/1' }),
  replies: { 200: CHANGED },
  errors: [404, 409],
  handle: async ({ api, params, query, body }) => {
    const endpoint = at('endpoint', () => parseEndpoint(body.endpoint));
    const change = await api.changes.apply(
      (actual) => {
        const hub = findHub(actual, params.name!);
        const isMember = hub.endpoints.some((member) => endpointKey(member) === endpointKey(endpoint));
        return isMember ? actual : withSegment(actual, { ...hub, endpoints: [...hub.endpoints, endpoint] });
      },
      { dryRun: query.dryRun === 'true' },
    );
    return json(200, change);
  },
});

/** DELETE /v1/links/{name}/members/{endpoint} */
export const deleteMember = operation({
  summary: 'Removes a member from a hub',
  params: { ...NAME, endpoint: 'The member, percent-encoded: `vr4%2F1`' },
  query: DRY_RUN,
  replies: { 200: CHANGED },
  errors: [404, 409],
  handle: async ({ api, params, query }) => {
    const endpoint = at('endpoint', () => parseEndpoint(params.endpoint!));
    const change = await api.changes.apply(
      (actual) => {
        const hub = findHub(actual, params.name!);
        const endpoints = hub.endpoints.filter((member) => endpointKey(member) !== endpointKey(endpoint));
        if (endpoints.length === hub.endpoints.length) {
          throw new TcpbridgeError('member_unknown', { hub: hub.name, endpoint: endpoint.text });
        }
        return withSegment(actual, { ...hub, endpoints });
      },
      { dryRun: query.dryRun === 'true' },
    );
    return json(200, change);
  },
});

function findHub(topology: Topology, name: string): SegmentSpec {
  const segment = findSegment(topology, name);
  if (segment.kind !== 'hub') throw new TcpbridgeError('not_a_hub', { name });
  return segment;
}
