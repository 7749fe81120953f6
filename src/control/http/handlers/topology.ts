// The topology as a whole, as a document.

import { topologyToDocument } from '../../../topology/file/document.ts';
import { type ParsedTopology, parseTopologyText } from '../../../topology/file/parse.ts';
import { describeProblem } from '../error-reply.ts';
import { type BodyForm, json, operation } from '../operation.ts';
import { CHANGE, DRY_RUN, TOPOLOGY } from '../schemas.ts';

const documentBody: BodyForm<ParsedTopology> = {
  description: 'A topology document, in any form that a topology file may have',
  content: { 'application/json': TOPOLOGY, 'application/yaml': TOPOLOGY },
  example: { links: ['vr1/1--vr2/1'] },
  // Variables are not put in: the environment of the bridge is none of the caller's business.
  parse: (text) => parseTopologyText(text, 'request'),
};

/** GET /v1/topology */
export const readTopology = operation({
  summary: 'The topology that runs, as a document',
  replies: { 200: { description: 'Can be written to a file and applied again', schema: TOPOLOGY } },
  handle: ({ api }) => json(200, topologyToDocument(api.bridge.topology)),
});

/** PUT /v1/topology */
export const putTopology = operation({
  summary: 'Makes the running topology this one',
  description: 'Links that both topologies have keep their connections, their counters and every frame.',
  query: DRY_RUN,
  body: documentBody,
  replies: { 200: { description: 'What was done', schema: CHANGE } },
  errors: [409],
  handle: async ({ api, query, body }) => {
    const { topology, notes } = body;
    const change = await api.changes.apply(topology, { dryRun: query.dryRun === 'true' });
    return json(200, notes.length === 0 ? change : { ...change, notes: notes.map(describeProblem) });
  },
});
