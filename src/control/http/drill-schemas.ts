// What the API takes and gives about drills. Part of schemas.ts, which says the rest.

import { z } from 'zod';
import { component } from './component.ts';
import { IMPAIRMENTS_PATCH } from './impairment-schemas.ts';

const MOST_RUNS = 100;

const names = z.array(z.string()).max(10_000);
const duration = z.string();

/** A drill as it is wanted. */
export const DRILL_WANTED = component(
  'DrillRequest',
  'What shall be done to a link, and which flow is watched meanwhile',
  z.strictObject({
    link: z.string(),
    flow: z.string().min(1).meta({ description: 'A capture filter: the frames whose way is followed' }),
    cut: z
      .enum(['both', 'a-to-b', 'b-to-a'])
      .optional()
      .meta({ description: 'The default without impairments: the link is set down, or one direction loses all' }),
    impairments: IMPAIRMENTS_PATCH.optional().meta({ description: 'Instead of a cut: on top of what the link does' }),
    watch: names.optional().meta({ description: 'Links on which frames are watched; the default is all' }),
    to: names.optional().meta({ description: 'Links by which the flow leaves the lab; the default is where it did' }),
    before: duration.optional().meta({ description: 'Watched before the change, such as the default 1s' }),
    for: duration.optional().meta({ description: 'How long the link stays changed; the default is 5s' }),
    after: duration.optional().meta({ description: 'Watched after the link is as it was; the default is 10s' }),
    repeat: z.int().min(1).max(MOST_RUNS).optional().meta({ description: 'How often; the default is 1' }),
  }),
);

const ms = z.number().meta({ description: 'Milliseconds since the run began to watch, to the microsecond' });
const span = z.number().meta({ description: 'Milliseconds' });
const path = z.array(z.string()).meta({ description: 'Links, in the order in which the frame took them' });
const state = z.enum(['running', 'finished', 'stopped', 'failed']);

const summary = z.object({
  runs: z.int(),
  interrupted: z.int().meta({ description: 'Runs in which the change interrupted a stream' }),
  neverResumed: z.int().meta({ description: 'Runs in which a stream never came back' }),
  convergenceMs: z
    .object({ least: span, median: span, most: span })
    .nullable()
    .meta({ description: 'Over runs in which all streams came back; of each run the slowest stream' }),
  lost: z.int().meta({ description: 'Frames that entered the lab and never left it' }),
  isCertain: z.boolean().meta({ description: 'False: frames of the flow were not seen' }),
});

const outage = z.object({
  stoppedMs: ms,
  resumedMs: ms.nullable(),
  convergenceMs: span.nullable().meta({ description: 'Null: nothing came any more' }),
  lost: z.int().meta({ description: 'Frames that entered between the last and the next that arrived, and never left' }),
  missingSequence: z.int().optional().meta({ description: 'Sequence numbers of ICMP echo missing between those two' }),
  pathBefore: path,
  pathAfter: path.nullable(),
});

const place = z.object({
  link: z.string(),
  direction: z.string(),
  why: z.string().meta({ description: 'Reason of the drop; machine: a machine got it; link: it was on its way' }),
  to: z.string(),
  frames: z.int(),
});

const stream = z.object({
  stream: z.string(),
  entered: z.int(),
  left: z.int(),
  lost: z.object({ before: z.int(), during: z.int(), after: z.int() }),
  lostAt: z.array(place),
  usualGapMs: span,
  path,
  atCut: outage.nullable(),
  atHeal: outage.nullable(),
});

const lane = z.object({
  link: z.string(),
  direction: z.string(),
  from: z.string(),
  to: z.string(),
  framesIn: z.int(),
  framesOut: z.int(),
  drops: z.record(z.string(), z.int()),
  firstMs: ms,
  lastMs: ms,
  longestGapMs: span.nullable(),
  longestGapAtMs: ms.nullable(),
  steps: z.array(z.int()).meta({ description: 'Frames per step of time' }),
});

const moment = z.object({ begunMs: ms, doneMs: ms });

const run = z.object({
  run: z.int(),
  startedAt: z.iso.datetime(),
  durationMs: span,
  cut: moment,
  heal: moment,
  endedEarly: z
    .literal(true)
    .optional()
    .meta({ description: 'The drill was ended before this run was over; left out when it was not' }),
  missed: z.int(),
  changedByOthers: z.iso
    .datetime()
    .optional()
    .meta({ description: 'When somebody else changed the link meanwhile; what they changed was left as it is' }),
  streams: z.array(stream),
  otherStreams: z.int(),
  lanes: z.array(lane),
  stepMs: span,
});

const drill = {
  id: z.int(),
  state,
  link: z.string(),
  change: z.string(),
  flow: z.string(),
  startedAt: z.iso.datetime(),
  summary,
};

/** A drill and all that it found out. */
export const DRILL = component('Drill', 'A drill and what it found out', z.object({ ...drill, runs: z.array(run) }));

/** The drills that are kept. */
export const DRILLS = component(
  'Drills',
  'The last ten drills, oldest first',
  z.object({ drills: z.array(z.object(drill)) }),
);
