// The topology as a whole, as a document.

import { createHash } from 'node:crypto';
import { TcpbridgeError } from '../../../errors.ts';
import { topologyToDocument } from '../../../topology/file/document.ts';
import { type ParsedTopology, parseTopologyText } from '../../../topology/file/parse.ts';
import type { Topology } from '../../../topology/topology.ts';
import { formatState } from '../../state-file.ts';
import { describeProblem } from '../error-reply.ts';
import { type BodyForm, json, operation } from '../operation.ts';
import { CHANGE, DRY_RUN, TOPOLOGY } from '../schemas.ts';

const documentBody: BodyForm<ParsedTopology> = {
  description: 'A topology document, in any form that a topology file may have',
  content: { 'application/json': TOPOLOGY, 'application/yaml': TOPOLOGY },
  example: { links: ['vr1/1--vr2/1'] },
  // Variables are not put in: the environment of the bridge is none of the caller's business.
  parse: (text) => parseTopologyText(text, 'request', { folder: process.cwd() }),
};

/** GET /v1/topology */
export const readTopology = operation({
  summary: 'The topology that runs, as a document',
  description: 'The ETag header is for If-Match of a PUT.',
  replies: { 200: { description: 'Can be written to a file and applied again', schema: TOPOLOGY } },
  handle: ({ api }) => {
    const { topology } = api.bridge;
    return json(200, topologyToDocument(topology), { etag: tagOf(topology) });
  },
});

/** PUT /v1/topology */
export const putTopology = operation({
  summary: 'Makes the running topology this one',
  description:
    'Links that both topologies have keep their connections, their counters and every frame. ' +
    'A bridge that runs a share of a topology takes its share of this one.',
  headers: { 'If-Match': 'Only if the running topology is still the one with this ETag' },
  query: DRY_RUN,
  body: documentBody,
  replies: { 200: { description: 'What was done', schema: CHANGE } },
  errors: [409, 412],
  handle: async ({ api, query, body, request }) => {
    const { topology, notes } = body;
    const change = await api.changes.apply(
      (actual) => {
        checkTag(request.headers.get('if-match'), actual);
        return api.share(topology);
      },
      { dryRun: query.dryRun === 'true' },
    );
    return json(200, notes.length === 0 ? change : { ...change, notes: notes.map(describeProblem) });
  },
});

// Equal topologies, equal tags: RFC 9110, 8.8.3.
function tagOf(topology: Topology): string {
  return `"${createHash('sha256').update(formatState(topology)).digest('base64url').slice(0, 22)}"`;
}

function checkTag(condition: string | null, actual: Topology): void {
  if (condition === null || condition.trim() === '*') return;
  const wanted = condition.split(',').map((tag) => tag.trim());
  if (!wanted.includes(tagOf(actual))) throw new TcpbridgeError('topology_changed', undefined);
}
