// A scenario file as a schema: types only; what belongs together is checked in parse.ts. Published as JSON Schema for
// editors (docs/schema/scenario.schema.json), so every field has a description.

import { z } from 'zod';
import { impairmentsSchema } from '../topology/file/impairment-schema.ts';
import { expecting, expectingMap } from '../topology/file/schema-text.ts';

/** What a step can do; each step says one of them, with its links. */
export const ACTIONS = ['impair', 'reset', 'down', 'up', 'flap', 'ramp'] as const;

const TIME = 'a time, such as "10s" or "200ms"';
const LINKS = 'the name of a link, or a list of names';
const STEP = 'a map, such as {at: 10s, down: core, for: 200ms}';
const FRAME = 'a map, such as {frame: "bgp open", link: core, count: 3}';
const WHOLE = 'a map with "steps"';
const MAX_STEPS = 10_000;

function time(description: string) {
  return z.string({ error: expecting(TIME) }).meta({ description });
}

function whole(description: string) {
  return z
    .int({ error: expecting('a whole number') })
    .min(1, { error: expecting('a number from 1') })
    .meta({ description });
}

function links(description: string) {
  const name = z.string({ error: expecting(LINKS) }).min(1, { error: expecting(LINKS) });
  return z
    .union([name, z.array(name, { error: expecting(LINKS) }).min(1, { error: expecting(LINKS) })], {
      error: expecting(LINKS),
    })
    .meta({ description });
}

const onShape = {
  frame: z
    .string({ error: expecting('a filter for frames, such as "bgp open"') })
    .meta({ description: 'The filter that the frame matches, as for captures.' }),
  link: z
    .string({ error: expecting('the name of a link') })
    .optional()
    .meta({ description: 'Where the frame passes. Default: the first link of the step.' }),
  count: whole('The so many-th such frame. Default: 1.').optional(),
  direction: z
    .enum(['a-to-b', 'b-to-a'], { error: expecting('a-to-b or b-to-a') })
    .optional()
    .meta({ description: 'Only frames of this direction. Default: both.' }),
};

const stepShape = {
  name: z
    .string({ error: expecting('a text') })
    .optional()
    .meta({ description: 'What the log calls the step. Default: what it does.' }),
  at: time('When, since the start. Default: 0s. With "on": from when on frames count.').optional(),
  every: time('Again at this interval.').optional(),
  times: whole(
    'How often; with "flap", how often it goes down. Default: without end, with "on" and "flap" once.',
  ).optional(),
  until: time('Not at or after this time since the start any more.').optional(),
  for: time('What the step did is undone after this time.').optional(),
  on: z
    .strictObject(onShape, { error: expectingMap(Object.keys(onShape), FRAME) })
    .optional()
    .meta({ description: 'Waits for a frame instead of a time.' }),
  after: time('With "on": so long after the frame. Default: 0s.').optional(),
  impair: links('Says "with" about these links.').optional(),
  reset: links('These links do nothing to frames any more; "all" for all.').optional(),
  down: links('Pulls the cable of these links.').optional(),
  up: links('Plugs the cable of these links in again.').optional(),
  flap: links('These links go down and up again, "times" times.').optional(),
  ramp: links('What "with" says of these links as "A -> B" goes from A to B.').optional(),
  with: impairmentsSchema
    .optional()
    .meta({ description: 'Impairments: what is named changes; for "ramp", such as {both: {loss: 0% -> 10%}}.' }),
  replace: z
    .boolean({ error: expecting('true or false') })
    .optional()
    .meta({ description: 'With "impair": "with" is all there is, instead of a change. Default: false.' }),
  over: time('With "ramp": how long it takes.').optional(),
  resolution: time('With "ramp": time between two changes. Default: a hundredth of "over", at least 100ms.').optional(),
  'down-for': time('With "flap": how long each down takes. Default: 200ms.').optional(),
  'up-for': time('With "flap": how long each up takes. Default: 1s.').optional(),
};

const wholeShape = {
  name: z
    .string({ error: expecting('a name, such as "bgp-flaps"') })
    .optional()
    .meta({ description: 'The name of the scenario. Default: that of its file.' }),
  until: time('When it ends, if steps are left. Default: never.').optional(),
  restore: z
    .boolean({ error: expecting('true or false') })
    .optional()
    .meta({ description: 'Its links are made as they were when it ends or is stopped. Default: true.' }),
  steps: z
    .array(z.strictObject(stepShape, { error: expectingMap(Object.keys(stepShape), STEP) }), {
      error: expecting(`a list of steps, each ${STEP}`),
    })
    .min(1, { error: expecting(`a list of steps, each ${STEP}`) })
    .max(MAX_STEPS, { error: expecting(`at most ${MAX_STEPS} steps`) })
    .meta({ description: 'What is done when; the order matters only for steps of the same time.' }),
};

/** The schema of a scenario. */
export const scenarioSchema = z
  .strictObject(wholeShape, { error: expectingMap(Object.keys(wholeShape), WHOLE) })
  .meta({ description: 'A scenario for tcpbridge: what is done to which links, and when.' });

/** A scenario document. */
export type ScenarioDocument = z.input<typeof scenarioSchema>;
/** A step of a scenario document. */
export type StepDocument = ScenarioDocument['steps'][number];

/** The schema as JSON Schema, for editors. */
export function scenarioJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(scenarioSchema, { target: 'draft-7', io: 'input' }), title: 'tcpbridge scenario' };
}
