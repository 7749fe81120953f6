// What is wrong with the wire, as far as frames and counters show it.

import { json, operation } from '../operation.ts';
import { FINDINGS } from '../schemas.ts';

/** GET /v1/lint */
export const readLint = operation({
  summary: 'What is wrong with the wire',
  description:
    'Duplicate addresses, loops, MTUs that differ, silent machines, and neighbours that are not those of the topology, ' +
    'judged by a few frames of every end. Events of type lint tell when a finding appears and when it is over.',
  replies: { 200: { description: 'The oldest first; empty when all looks well', schema: FINDINGS } },
  handle: ({ api }) => json(200, { findings: api.lint.findings }),
});
