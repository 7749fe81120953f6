// The addresses that a switch has learned: shown, and forgotten.

import { TcpbridgeError } from '../../../errors.ts';
import { type EndpointSpec, endpointKey, parseEndpoint } from '../../../topology/endpoint-spec.ts';
import { readMac } from '../../../topology/mac-text.ts';
import type { SegmentSpec } from '../../../topology/topology.ts';
import type { MacQuestion, MacRecord } from '../../switch-commands.ts';
import type { Api } from '../api.ts';
import { at } from '../error-reply.ts';
import { json, operation } from '../operation.ts';
import { findSegment } from '../segments.ts';
import { MACS, MACS_QUERY, type MacsQuery } from '../switch-schemas.ts';

const NAME = { name: 'Name of a switch, percent-encoded' };

/** GET /v1/links/{name}/macs */
export const readMacs = operation({
  summary: 'The addresses that a switch has learned',
  params: NAME,
  query: MACS_QUERY,
  replies: { 200: { description: 'In the order of VLANs and addresses', schema: MACS } },
  errors: [404, 409],
  handle: async ({ api, params, query }) => {
    const { name, question } = readQuestion(api, params.name!, query);
    const { mac, vlan, endpoint } = question;
    const wanted = endpoint && endpointKey(endpoint);
    const macs = (await askMacs(api, name)).filter(
      (entry) =>
        (mac === undefined || entry.mac === mac) &&
        (vlan === undefined || entry.vlan === vlan) &&
        // The endpoint may have left its switch in this very moment.
        (wanted === undefined || (entry.endpoint !== '?' && endpointKey(parseEndpoint(entry.endpoint)) === wanted)),
    );
    return json(200, { macs: inOrder(macs) });
  },
});

/** DELETE /v1/links/{name}/macs */
export const flushMacs = operation({
  summary: 'Makes a switch forget addresses: all, or those that fit the query',
  description: 'Frames to them are flooded until they are learned anew.',
  params: NAME,
  query: MACS_QUERY,
  replies: { 200: { description: 'Those that it knew', schema: MACS } },
  errors: [404, 409],
  handle: async ({ api, params, query }) => {
    const { name, question } = readQuestion(api, params.name!, query);
    return json(200, { macs: inOrder(await askMacs(api, name, question)) });
  },
});

function readQuestion(api: Api, name: string, query: MacsQuery): { name: string; question: MacQuestion } {
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
  const wanted = parseEndpoint(text);
  const found = endpoints.find((endpoint) => endpointKey(endpoint) === endpointKey(wanted));
  if (found === undefined) throw new TcpbridgeError('member_unknown', { kind: 'switch', hub: name, endpoint: text });
  return found;
}

// A switch that went while it was asked is as unknown as one that never was.
async function askMacs({ bridge }: Api, name: string, flush?: MacQuestion): Promise<MacRecord[]> {
  const macs = await bridge.macs(name, flush);
  if (macs === undefined) throw new TcpbridgeError('link_unknown', { name });
  return macs;
}

function inOrder(macs: readonly MacRecord[]): MacRecord[] {
  return macs.toSorted((one, other) => one.vlan - other.vlan || (one.mac < other.mac ? -1 : 1));
}
