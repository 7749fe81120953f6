// What requests about captures may say, and what the replies do.

import { z } from 'zod';
import { component } from './component.ts';

const FILTER_TEXT = 'A capture filter, such as `tcp port 179`; the words of pcap-filter(7) and a few of our own';
const LINK_TEXT = 'Name of a link, hub or switch; repeat it for several. None: all, also those that come later';
const POINT_TEXT = 'Frames as they come from the machines, as they are handed to them (behind impairments), or both';
const SNAP_TEXT = 'Bytes of each frame; 0: all of them';
const POINTS = ['before', 'after', 'both'] as const;
const whole = z.string().regex(/^\d{1,9}$/, 'Write a whole number');

/** What is captured, and for how long. */
export const CAPTURE_QUERY = z.strictObject({
  link: z.array(z.string()).optional().meta({ description: LINK_TEXT }),
  filter: z.string().optional().meta({ description: FILTER_TEXT }),
  snap: whole.optional().meta({ description: SNAP_TEXT }),
  point: z
    .enum(POINTS)
    .optional()
    .meta({ description: `${POINT_TEXT}; the default is before` }),
  count: whole.optional().meta({ description: 'Ends after so many frames' }),
  seconds: z
    .string()
    .regex(/^\d{1,9}(\.\d{1,3})?$/, 'Write a number of seconds')
    .optional()
    .meta({ description: 'Ends after this time' }),
  resumes: z.iso
    .datetime('Write a time such as "2026-01-31T12:00:00.120Z"')
    .optional()
    .meta({ description: 'The capture goes on behind one that ended at this time: the file says what is missing' }),
});

/** Of which links the last seconds are wanted. */
export const DUMP_QUERY = z.strictObject({ link: z.array(z.string()).optional().meta({ description: LINK_TEXT }) });

/** Nothing: a word that nobody reads would be taken for a choice. */
export const NO_QUERY = z.strictObject({});

const chosen = {
  links: z.array(z.string()).meta({ description: 'Empty: all' }),
  filter: z.string(),
  snap: z.int().min(0).meta({ description: SNAP_TEXT }),
  point: z.enum(POINTS),
};

/** All captures. */
export const CAPTURES = component(
  'Captures',
  'The captures that are being read',
  z.object({
    captures: z.array(
      z.object({
        id: z.int(),
        ...chosen,
        frames: z.int().meta({ description: 'Read so far' }),
        missed: z.int().meta({ description: 'Frames that the reader was too slow for' }),
      }),
    ),
  }),
);

/** The capture into memory. */
export const ARMED = component(
  'ArmedCapture',
  'What is kept in memory',
  z.object({
    isArmed: z.boolean(),
    replaced: z.boolean().optional().meta({ description: 'Another one was armed, and what it kept is gone' }),
    armedAt: z.iso.datetime().optional(),
    seconds: z.number().optional(),
    bytes: z.int().optional().meta({ description: 'Memory per forwarding thread' }),
    links: chosen.links.optional(),
    filter: chosen.filter.optional(),
    snap: chosen.snap.optional(),
    point: chosen.point.optional(),
  }),
);

/** What shall be kept in memory. */
export const ARM_WANTED = component(
  'ArmRequest',
  'What shall be kept in memory',
  z.strictObject({
    links: z.array(z.string()).max(10_000).optional().meta({ description: LINK_TEXT }),
    seconds: z.number().min(1).max(86_400).optional().meta({ description: 'How far back; the default is 30' }),
    bytes: z
      .int()
      .min(1024 * 1024)
      .max(1024 * 1024 * 1024)
      .optional()
      .meta({ description: 'Most memory per forwarding thread, made a power of two; the default is 64 MiB' }),
    filter: z.string().optional().meta({ description: FILTER_TEXT }),
    snap: z.int().min(0).max(1_000_000).optional().meta({ description: SNAP_TEXT }),
    point: z.enum(POINTS).optional().meta({ description: POINT_TEXT }),
  }),
);

/** See {@link CAPTURES}. */
export type CapturesReply = z.infer<typeof CAPTURES>;
/** See {@link ARMED}. */
export type ArmedReply = z.infer<typeof ARMED>;
/** See {@link ARM_WANTED}. */
export type ArmRequest = z.infer<typeof ARM_WANTED>;
