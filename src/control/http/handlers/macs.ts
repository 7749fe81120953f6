// The addresses that a switch has learned: shown, and forgotten. A table may hold more than one reply should.

import { TcpbridgeError } from '../../../errors.ts';
import { type EndpointSpec, endpointKey } from '../../../topology/endpoint-spec.ts';
import { readMac } from '../../../topology/mac-text.ts';
import type { SegmentSpec } from '../../../topology/topology.ts';
import type { MacPage, MacQuestion } from '../../switch-commands.ts';
import type { Api } from '../api.ts';
import { readEndpoint } from '../endpoint-text.ts';
import { at } from '../error-reply.ts';
import { json, operation } from '../operation.ts';
import { findSegment } from '../segments.ts';
import { FLUSH_QUERY, type FlushQuery, MACS, MACS_QUERY, MOST_MACS } from '../switch-schemas.ts';

type Filter = Pick<MacQuestion, 'endpoint' | 'mac' | 'vlan'>;

const NAME = { name: 'Name of a switch, percent-encoded' };

/** GET /v1/links/{name}/macs */
export const readMacs = operation({
  summary: 'The addresses that a switch has learned',
  description: 'At most 10,000 at once: `after` asks for those behind the last one.',
  params: NAME,
  query: MACS_QUERY,
  replies: { 200: { description: 'In the order of VLANs and addresses', schema: MACS } },
  errors: [404, 409],
  handle: async ({ api, params, query }) => {
    const { limit = String(MOST_MACS), after, ...filter } = query;
    const { name, question } = readQuestion(api, params.name!, filter);
    const page = {
      limit: Number(limit),
      ...(after === undefined ? {} : { after: at('after', () => readAfter(after)) }),
    };
    return json(200, await askMacs(api, name, { ...question, ...page, forgets: false }));
  },
});

/** DELETE /v1/links/{name}/macs */
export const flushMacs = operation({
  summary: 'Makes a switch forget addresses: all, or those that fit the query',
  description: 'Frames to them are flooded until they are learned anew.',
  params: NAME,
  query: FLUSH_QUERY,
  replies: { 200: { description: 'Those that it knew', schema: MACS } },
  errors: [404, 409],
  handle: async ({ api, params, query }) => {
    const { name, question } = readQuestion(api, params.name!, query);
    return json(200, await askMacs(api, name, { ...question, limit: MOST_MACS, forgets: true }));
  },
});

function readQuestion(api: Api, name: string, query: FlushQuery): { name: string; question: Filter } {
  const segment = findSegment(api.bridge.topology, name);
  const { kind } = segment;
  if (kind !== 'switch') throw new TcpbridgeError('not_a_switch', { kind, name });
  const { mac, vlan, endpoint: text } = query;
  const endpoint = text === undefined ? undefined : at('endpoint', () => findMember(segment, text));
  const question = {
    ...(mac === undefined ? {} : { mac: at('mac', () => readMac(mac)) }),
    ...(vlan === undefined ? {} : { vlan: Number(vlan) }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
  return { name, question };
}

function findMember({ name, endpoints }: SegmentSpec, text: string): EndpointSpec {
  const wanted = readEndpoint(text);
  const found = endpoints.find((endpoint) => endpointKey(endpoint) === endpointKey(wanted));
  if (found === undefined) throw new TcpbridgeError('member_unknown', { kind: 'switch', hub: name, endpoint: text });
  return found;
}

function readAfter(text: string): NonNullable<MacQuestion['after']> {
  const [vlan = '', mac = ''] = text.split('/', 2);
  return { vlan: Number(vlan), mac: readMac(mac) };
}

// A switch that went while it was asked is as unknown as one that never was.
async function askMacs({ bridge }: Api, name: string, question: MacQuestion): Promise<MacPage> {
  const page = await bridge.macs(name, question);
  if (page === undefined) throw new TcpbridgeError('link_unknown', { name });
  return page;
}
