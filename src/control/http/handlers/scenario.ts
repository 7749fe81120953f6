// The scenario of the bridge: one at a time.

import { TcpbridgeError } from '../../../errors.ts';
import { parseScenario } from '../../../scenario/parse.ts';
import type { Scenario } from '../../../scenario/scenario.ts';
import type { Api } from '../api.ts';
import { type BodyForm, json, operation } from '../operation.ts';
import { SCENARIO, SCENARIO_LOG, SCENARIO_LOG_QUERY, SCENARIO_REPLY } from '../scenario-schemas.ts';
import { DRY_RUN } from '../schemas.ts';

const NOW = { description: 'As it is now', schema: SCENARIO_REPLY };

const scenarioBody: BodyForm<Scenario> = {
  description: 'A scenario',
  content: { 'application/json': SCENARIO, 'application/yaml': SCENARIO },
  example: { steps: [{ at: '10s', down: 'core', for: '200ms' }] },
  parse: (text) => parseScenario(text, 'request'),
};

/** GET /v1/scenario */
export const readScenario = operation({
  summary: 'The scenario that runs, or ran last',
  replies: { 200: NOW },
  handle: ({ api }) => reply(200, api),
});

/** PUT /v1/scenario */
export const putScenario = operation({
  summary: 'Starts a scenario',
  description: 'With dryRun, only says whether it could be started.',
  query: DRY_RUN,
  body: scenarioBody,
  replies: { 200: { description: 'It could be started', schema: SCENARIO_REPLY }, 201: NOW },
  errors: [404, 409],
  handle: ({ api, query, body }) => {
    const isDry = query.dryRun === 'true';
    const { busyLink } = api.drills;
    if (busyLink !== undefined) throw new TcpbridgeError('drill_running', { link: busyLink });
    if (isDry) api.scenarios.check(body);
    else api.scenarios.start(body);
    return reply(isDry ? 200 : 201, api);
  },
});

/** POST /v1/scenario/pause */
export const pauseScenario = operation({
  summary: 'Holds the scenario where it is',
  description: 'Links stay as they are, and frames that it waits for do not count.',
  replies: { 200: NOW },
  errors: [409],
  handle: ({ api }) => {
    api.scenarios.pause();
    return reply(200, api);
  },
});

/** POST /v1/scenario/resume */
export const resumeScenario = operation({
  summary: 'Goes on with the scenario',
  replies: { 200: NOW },
  errors: [409],
  handle: ({ api }) => {
    api.scenarios.resume();
    return reply(200, api);
  },
});

/** POST /v1/scenario/stop */
export const stopScenario = operation({
  summary: 'Ends the scenario',
  description: 'Makes its links as they were before it, unless it says otherwise.',
  replies: { 200: NOW },
  errors: [409],
  handle: async ({ api }) => {
    await api.scenarios.stop();
    return reply(200, api);
  },
});

/** GET /v1/scenario/log */
export const readScenarioLog = operation({
  summary: 'What the scenario did, and when',
  query: SCENARIO_LOG_QUERY,
  replies: { 200: { description: 'Oldest first', schema: SCENARIO_LOG } },
  handle: ({ api, query }) => json(200, { entries: api.scenarios.entries(Number(query.from ?? 0)) }),
});

function reply(status: number, { scenarios }: Api): Response {
  return json(status, { scenario: scenarios.status() ?? null });
}
