// What the API takes and gives, as zod schemas: requests are checked with them, the OpenAPI document is made of them, and
// the types of server and client are theirs. Requests are strict, so that a misspelt word is an error; replies may grow.

import { z } from 'zod';
import { DROP_REASONS, END_STATES } from '../../channel/counters.ts';
import { NOTICE_CODES } from '../../channel/messages.ts';
import { topologySchema } from '../../topology/file/schema.ts';
import { portShape, switchShape } from '../../topology/file/switch-schema.ts';
import { LINT_CODES } from '../lint/finding.ts';
import { SIDE_CHANGES } from '../side-changes.ts';
import { COMPONENTS, component } from './component.ts';
import { DIRECTIONS_STATUS, IMPAIRMENTS } from './impairment-schemas.ts';
import { SCENARIO_EVENTS } from './scenario-schemas.ts';
import { PORT, SWITCH_PATCH, SWITCH_SETTINGS } from './switch-schemas.ts';

const count = z.number().min(0);
// Longer ones could not be read back from a topology document.
const MAX_NAME_LENGTH = 1024;
const MAX_ENDPOINTS = 10_000;

/** The name of a link, hub or switch, in a path. */
export const LINK_NAME = z.string().min(1).max(MAX_NAME_LENGTH);

const endpointText = z
  .string()
  .max(MAX_NAME_LENGTH)
  .meta({ description: 'An endpoint as people write it', example: 'vr1/1' });
const kind = z.enum(['link', 'hub', 'switch']);
const labels = z.record(z.string(), z.string()).meta({ description: 'Words of your own' });
const time = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });

const microseconds = z.number().min(0);

/** Times that were measured at an end. */
export const LATENCY = component(
  'Latency',
  'Times measured at one end, in microseconds; what was not measured is not there',
  z.object({
    forwardingP50Us: microseconds
      .optional()
      .meta({ description: 'Half of the frames to this end were inside the bridge for less' }),
    forwardingP99Us: microseconds
      .optional()
      .meta({ description: '99 % of the frames to this end were inside the bridge for less' }),
    rttUs: microseconds.optional().meta({ description: 'Smoothed round trip to the machine, by the kernel' }),
  }),
);

/** One end of a link, hub or switch. */
export const END_STATUS = component(
  'EndStatus',
  'One end of a link, hub or switch; rx counts what came from the machine, tx what was handed to its connection',
  z.object({
    endpoint: endpointText,
    state: z.enum(END_STATES),
    detail: z.string().meta({ description: 'Why it waits, or who it is attached to' }),
    carrier: z
      .enum(['up', 'down', 'busy', 'unknown'])
      .optional()
      .meta({ description: 'The carrier that was set last, where tcpbridge looks after it' }),
    port: z
      .object(portShape)
      .optional()
      .meta({ description: 'Of a switch: settings of this port that are not the default' }),
    rxFrames: count,
    rxBytes: count,
    txFrames: count,
    txBytes: count,
    queueFrames: count.meta({ description: 'Waits for the machine now' }),
    queueBytes: count,
    attaches: count.meta({ description: 'Connections made so far' }),
    pushbacks: count.meta({ description: 'Times the sender was made to wait for this machine' }),
    duplicated: count.meta({ description: 'Frames to this end that an impairment sent twice' }),
    corrupted: count.meta({ description: 'Frames to this end that an impairment damaged' }),
    reordered: count.meta({ description: 'Frames to this end that an impairment sent ahead of others' }),
    delayedFrames: count.meta({ description: 'What an impairment holds back now' }),
    delayedBytes: count,
    macsRefused: count.meta({ description: 'Of a switch: frames whose source address was not learned: table full' }),
    latency: LATENCY.optional(),
    drops: z.partialRecord(z.enum(DROP_REASONS), count).meta({ description: 'Frames not delivered, by reason' }),
  }),
);

/** A link, hub or switch as it is now. */
export const LINK_STATUS = component(
  'LinkStatus',
  'A link, hub or switch as it is now',
  z.object({
    name: z.string(),
    kind,
    isUp: z.boolean(),
    labels: labels.optional(),
    switch: z.object(switchShape).optional().meta({ description: 'Of a switch: its settings' }),
    impairments: DIRECTIONS_STATUS.optional(),
    ends: z.array(END_STATUS).meta({ description: 'Two for a link, its members for a hub or switch' }),
  }),
);

/** All links, hubs and switches. */
export const LINKS = component('Links', 'All links, hubs and switches', z.object({ links: z.array(LINK_STATUS) }));

const problem = {
  code: z.enum(LINT_CODES),
  link: z.string().meta({ description: 'Name of a link, hub or switch' }),
  endpoint: endpointText.optional().meta({ description: 'The end that it is about, if it is about one' }),
  text: z.string().meta({ description: 'The same for people' }),
};

/** Something that is wrong with the wire. */
export const FINDING = component(
  'Finding',
  'Something that is wrong with the wire now; docs/lint.md explains every code',
  z.object({ ...problem, since: time }),
);

/** All that is wrong with the wire. */
export const FINDINGS = component(
  'Findings',
  'All that is wrong with the wire now, the oldest first',
  z.object({ findings: z.array(FINDING) }),
);

/** What runs. */
export const STATUS = component(
  'Status',
  'What runs, and how it fares',
  z.object({
    version: z.string(),
    pid: z.int(),
    name: z.string().optional().meta({ description: 'The name of the topology' }),
    startedAt: time,
    uptimeSeconds: count,
    workers: z.int().meta({ description: 'Forwarding threads' }),
    waiting: z.array(endpointText).meta({ description: 'Endpoints that are not attached' }),
    segments: z.array(LINK_STATUS),
    findings: z.array(FINDING).meta({ description: 'What is wrong with the wire' }),
  }),
);

const link = z.string().meta({ description: 'Name of a link, hub or switch' });

const settingTexts = z
  .array(z.string())
  .readonly()
  .meta({ description: 'What is different, in words, such as `ageing 5m -> 1m` or `port vr1/4 vlan 10 -> vlan 20`' });

const impairmentText = z
  .string()
  .meta({ description: 'In short, such as `20ms±5ms 0.1%`, or `none`; delays are one-way' });
const wordNames = z.array(z.string()).readonly().meta({ description: 'Words that are others, such as `delay`' });

/** One step of a change. */
export const STEP = component(
  'Step',
  'One step of a change',
  z.discriminatedUnion('action', [
    z.object({ action: z.literal('add'), link, kind, endpoints: z.array(endpointText) }),
    z.object({ action: z.literal('remove'), link, kind }),
    z.object({ action: z.literal('rewire'), link, end: z.enum(['a', 'b']), from: endpointText, to: endpointText }),
    z.object({ action: z.literal('join'), link, endpoint: endpointText }),
    z.object({ action: z.literal('leave'), link, endpoint: endpointText }),
    z.object({ action: z.literal('configure'), link, changes: settingTexts }),
    z.object({ action: z.literal('impair'), link, from: impairmentText, to: impairmentText, words: wordNames }),
    z.object({ action: z.literal('up'), link }),
    z.object({ action: z.literal('down'), link }),
  ]),
);

/** A topology document. */
export const TOPOLOGY = topologySchema;
COMPONENTS.add(TOPOLOGY, { id: 'Topology' });

const place = {
  message: z.string(),
  path: z.string().optional().meta({ description: 'Where in the request, such as `links[0].endpoints`' }),
  line: z.int().optional(),
  column: z.int().optional(),
};

/** What a change did, or would do. */
export const CHANGE = component(
  'Change',
  'What a change did, or with dryRun would do',
  z.object({
    changed: z.boolean().meta({ description: 'Whether anything is different, be it a label' }),
    steps: z.array(STEP),
    also: z.array(z.enum(SIDE_CHANGES)).optional().meta({ description: 'What is different beyond the steps' }),
    notes: z.array(z.object(place)).optional().meta({ description: 'What was left out of a topology document' }),
  }),
);

/** Asks for the steps only. */
export const DRY_RUN = z.strictObject({
  dryRun: z.enum(['true', 'false']).optional().meta({ description: 'With `true`, only tell what would be done' }),
});

const state = z.enum(['up', 'down']);

/** A link, hub or switch as it shall be. */
export const LINK_WANTED = component(
  'LinkWanted',
  'A link (two endpoints), hub or switch (two or more) as it shall be',
  z.strictObject({
    kind: kind.optional().meta({ description: 'The default is `link`' }),
    endpoints: z.array(endpointText).max(MAX_ENDPOINTS),
    state: state.optional().meta({ description: 'The default is `up`' }),
    labels: labels.optional(),
    switch: SWITCH_SETTINGS.optional(),
    ports: z.record(endpointText, PORT).optional().meta({ description: 'Of a switch: settings of ports, by endpoint' }),
    impairments: IMPAIRMENTS.optional(),
  }),
);

/** What shall be different about a link, hub or switch. */
export const LINK_PATCH = component(
  'LinkPatch',
  'What shall be different about a link, hub or switch; what is not named stays',
  z.strictObject({
    state: state.optional(),
    a: endpointText.optional().meta({ description: 'Rewires the first end of a link' }),
    b: endpointText.optional().meta({ description: 'Rewires the second end of a link' }),
    endpoints: z.array(endpointText).max(MAX_ENDPOINTS).optional(),
    labels: z
      .record(z.string(), z.string().nullable())
      .optional()
      .meta({ description: 'Added to the labels that are there; null removes one' }),
    switch: SWITCH_PATCH.optional(),
    ports: z
      .record(endpointText, PORT.nullable())
      .optional()
      .meta({ description: 'The settings of ports of a switch, by endpoint, in place of all they had; null for none' }),
  }),
);

/** An endpoint that joins a hub or switch. */
export const MEMBER = component(
  'Member',
  'An endpoint that joins a hub or switch; of a switch with settings of its port',
  z.strictObject({ endpoint: endpointText, ...portShape }),
);

/** Why a request was refused. */
export const ERROR = component(
  'Error',
  'Why a request was refused; match on the code, never on the message',
  z.object({
    error: z.object({
      code: z.string().meta({ description: 'Stable; docs/errors.md lists them all' }),
      message: z.string(),
      path: z.string().optional().meta({ description: 'Where in the request, such as `endpoints[1]`' }),
      errors: z.array(z.object(place)).optional().meta({ description: 'Every mistake, when there may be several' }),
    }),
  }),
);

/** The health line. */
export const HEALTH = component(
  'Health',
  'The health line: a number that is 0 when all is well, a space, a text',
  z.object({ health: z.string() }),
);

/** A stop that is under way. */
export const STOPPING = component('Stopping', 'The bridge stops', z.object({ stopping: z.literal(true) }));

/** How often rates are wanted. */
export const RATES_QUERY = z.strictObject({
  intervalMs: z
    .string()
    .regex(/^\d{1,6}$/)
    .optional()
    .meta({ description: 'Milliseconds between two events, 100 to 60000; the default is 1000' }),
});

const rate = z.number().min(0);

/** What flowed during one interval. */
export const RATES = component(
  'Rates',
  'What flowed during one interval, per link and end',
  z.object({
    time,
    intervalMs: z.number().meta({ description: 'What really passed between the two readings' }),
    links: z.array(
      z.object({
        link,
        ends: z.array(
          z.object({
            endpoint: endpointText,
            rxFramesPerSecond: rate,
            rxBitsPerSecond: rate,
            txFramesPerSecond: rate,
            txBitsPerSecond: rate,
            dropsPerSecond: rate,
            latency: LATENCY.optional().meta({ description: 'Of this interval alone, but for the round trip' }),
          }),
        ),
      }),
    ),
  }),
);

const ofEnd = { time, link, endpoint: endpointText };

/** Event type -> data of the event stream. */
export const EVENTS = {
  listening: component('EventListening', 'An endpoint listens', z.object({ ...ofEnd, address: z.string() })),
  waiting: component('EventWaiting', 'An endpoint cannot be attached yet', z.object({ ...ofEnd, reason: z.string() })),
  attached: component('EventAttached', 'A machine is attached', z.object({ ...ofEnd, peer: z.string() })),
  detached: component('EventDetached', 'A machine is gone', z.object({ ...ofEnd, reason: z.string() })),
  stream_broken: component(
    'EventStreamBroken',
    'A machine sent a length that cannot be one: its connection is reset',
    z.object({ ...ofEnd, length: z.number() }),
  ),
  notice: component(
    'EventNotice',
    'Something about the wire that a person should know',
    z.object({
      time,
      link,
      endpoint: endpointText.optional(),
      code: z.enum(NOTICE_CODES),
      text: z.string().meta({ description: 'The same for people' }),
    }),
  ),
  lint: component(
    'EventLint',
    'Something about the wire is wrong, or is not wrong any more',
    z.object({ time, ...problem, state: z.enum(['found', 'cleared']) }),
  ),
  healed: component(
    'EventHealed',
    'The time of an impairment is over',
    z.object({ time, link, direction: z.enum(['a-to-b', 'b-to-a']) }),
  ),
  capture_rearmed: component(
    'EventCaptureRearmed',
    'After a takeover: what was kept in memory is gone, and the same is kept from now on',
    z.object({ time, seconds: z.number(), links: z.array(z.string()), text: z.string() }),
  ),
  ...SCENARIO_EVENTS,
  busy: component('EventBusy', 'A second client waits at a listening endpoint', z.object(ofEnd)),
  changed: component('EventChanged', 'One step of a change was made', z.intersection(z.object({ time }), STEP)),
  missed: component(
    'EventMissed',
    'This reader was too slow, or away for too long, and events are missing here',
    z.object({ missed: count.nullable().meta({ description: 'How many; null when nobody knows' }) }),
  ),
} as const;

/** A type of the event stream. */
export type EventType = keyof typeof EVENTS;
/** See {@link STATUS}. */
export type Status = z.infer<typeof STATUS>;
/** See {@link FINDING}. */
export type FindingReply = z.infer<typeof FINDING>;
/** See {@link LINK_STATUS}. */
export type LinkStatus = z.infer<typeof LINK_STATUS>;
/** See {@link CHANGE}. */
export type ChangeReply = z.infer<typeof CHANGE>;
/** See {@link LINK_WANTED}. */
export type LinkWanted = z.infer<typeof LINK_WANTED>;
/** See {@link LINK_PATCH}. */
export type LinkPatch = z.infer<typeof LINK_PATCH>;
/** See {@link RATES}. */
export type Rates = z.infer<typeof RATES>;
/** See {@link ERROR}. */
export type ErrorReply = z.infer<typeof ERROR>;
