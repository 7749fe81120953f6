// Whether the process is alive and whether every endpoint is attached: for probes, which bring no token.

import { healthLine } from '../../health-line.ts';
import { json, operation } from '../operation.ts';
import { HEALTH } from '../schemas.ts';

/** GET /healthz */
export const readHealth = operation({
  summary: 'Whether the process is alive',
  isPublic: true,
  replies: { 200: { description: 'It is', schema: HEALTH } },
  handle: () => json(200, { health: '0 alive' }),
});

/** GET /readyz */
export const readReadiness = operation({
  summary: 'Whether every endpoint is attached',
  description:
    'Names the endpoints that are not, unless the request comes over TCP without a token: then it counts them.',
  isPublic: true,
  replies: {
    200: { description: 'All are', schema: HEALTH },
    503: { description: 'Some are not', schema: HEALTH },
  },
  handle: ({ api, isTrusted }) => {
    const waiting = api.bridge.waiting();
    const { length } = waiting;
    const count = length === 1 ? 'one endpoint' : `${length} endpoints`;
    const health = isTrusted || length === 0 ? healthLine(waiting) : `1 waiting for ${count}`;
    return json(length === 0 ? 200 : 503, { health });
  },
});
