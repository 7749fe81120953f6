// What the API takes and gives about scenarios. Part of schemas.ts, which says the rest.

import { z } from 'zod';
import { scenarioSchema } from '../../scenario/scenario-schema.ts';
import { COMPONENTS, component } from './component.ts';

/** A scenario as it is written. */
export const SCENARIO = scenarioSchema;
COMPONENTS.add(SCENARIO, { id: 'Scenario' });

const ms = z.number();
const time = z.string().meta({ description: 'RFC 3339, UTC, with microseconds' });

const status = {
  name: z.string(),
  state: z.enum(['running', 'paused', 'finished', 'stopped']),
  startedAt: time,
  elapsedMs: ms.meta({ description: 'Since the start, without pauses' }),
  nextMs: ms.optional().meta({ description: 'When something is due next; left out when only frames are waited for' }),
  steps: z.int(),
  done: z.int().meta({ description: 'Entries of the log so far' }),
  failed: z.int().meta({ description: 'Those of them that could not be done' }),
};

const entry = {
  number: z.int(),
  time: time.meta({ description: 'When it was done' }),
  monotonicUs: z.number().meta({ description: 'The same moment by the monotonic clock of the host' }),
  plannedMs: ms.meta({ description: 'When it was due, since the start without pauses' }),
  beganMs: ms,
  doneMs: ms,
  step: z.string(),
  index: z.int().meta({ description: 'Index of the step; -1 for the end' }),
  occurrence: z.int(),
  did: z.string(),
  changed: z.boolean(),
  error: z.string().optional().meta({ description: 'Why it could not be done' }),
};

/** The scenario that runs, or ran last. */
export const SCENARIO_REPLY = component(
  'ScenarioReply',
  'The scenario that runs, or ran last; null when there was none',
  z.object({ scenario: z.object(status).nullable() }),
);

/** What a scenario did. */
export const SCENARIO_LOG = component(
  'ScenarioLog',
  'What the scenario did, and when, to the microsecond; the newest 10,000 entries',
  z.object({ entries: z.array(z.object(entry)) }),
);

/** From which entry on. */
export const SCENARIO_LOG_QUERY = z.strictObject({
  from: z
    .string()
    .regex(/^\d{1,9}$/, { error: 'Write the number of an entry, such as 0' })
    .optional()
    .meta({ description: 'Only entries from this number on' }),
});

/** Events about scenarios. */
export const SCENARIO_EVENTS = {
  scenario: component(
    'EventScenario',
    'A scenario was started, paused, resumed, finished or stopped',
    z.object({ time, ...status }),
  ),
  scenario_step: component('EventScenarioStep', 'A scenario did something', z.object(entry)),
} as const;

/** See {@link SCENARIO_REPLY}. */
export type ScenarioReply = z.infer<typeof SCENARIO_REPLY>;
/** See {@link SCENARIO_LOG}. */
export type ScenarioLogReply = z.infer<typeof SCENARIO_LOG>;
