// Impairments as a schema: what topology files, scenarios and the API may hold. Only types are checked here; what values
// may be is checked by ../impairment-form.ts, so that it is said in one place.

import { z } from 'zod';
import { FORM_KEYS, type FormKey } from '../impairment-form.ts';
import { PRESETS } from '../impairment-presets.ts';
import { expecting, expectingMap } from './schema-text.ts';

const PRESET_NAMES = PRESETS.map(({ name }) => name).join(', ');
const DIRECTION = 'a map, such as {delay: 20ms, loss: 0.1%}, or the name of a preset, such as "lte"';
const WHOLE = 'a map, such as {both: {delay: 20ms}}, or the name of a preset, such as "lte"';

const CHANCE = '"1%", or "1% 25%" with a correlation';
const number = z.number({ error: expecting('a number') });

interface Word {
  readonly right: string;
  readonly description: string;
  /** What it may be beside text and numbers. */
  readonly also?: z.ZodType | readonly z.ZodType[];
}

// A map that names its keys when one is wrong.
function map<S extends z.ZodRawShape>(shape: S, right: string) {
  return z.strictObject(shape, { error: expectingMap(Object.keys(shape), right) });
}

const percent = z.union([z.string(), number], { error: expecting('a percentage, such as "1%"') });
const chance = map(
  {
    percent: percent.meta({ description: 'How likely, from 0 to 100.' }),
    correlation: percent
      .optional()
      .meta({ description: 'How much each chance is like the one before, from 0 to 100.' }),
  },
  CHANCE,
);

function percents(names: readonly string[], descriptions: readonly string[]) {
  const shape = names.map((name, i) => [name, percent.optional().meta({ description: descriptions[i]! })] as const);
  return map(Object.fromEntries(shape), 'percentages');
}

const time = z.string({ error: expecting('a time, such as "800us"') });
const size = z.union([z.string(), number], { error: expecting('a size, such as "64kb"') });

const SHAPE = 'uniform, normal, pareto, paretonormal, or a list of samples in units of the jitter, such as [-1, 0, 1]';
const samples = z
  .array(number, { error: expecting('a list of numbers, such as [-1, 0, 1]') })
  .meta({ description: 'Samples in units of the jitter.' });
const tables = [
  samples,
  map(
    {
      table: samples.optional(),
      file: z
        .string({ error: expecting('the name of a file') })
        .optional()
        .meta({ description: 'A file with a table as tc has them (*.dist); its path is relative to this file.' }),
    },
    SHAPE,
  ),
] as const;

const WORDS: Readonly<Record<FormKey, Word>> = {
  delay: {
    right: 'a time, such as "20ms"',
    description: 'Delay of each frame, one-way; or "20ms 5ms 25%" with jitter and correlation.',
  },
  jitter: { right: 'a time, such as "5ms"', description: 'How much the delay varies around its mean.' },
  correlation: { right: 'a percentage, such as "25%"', description: 'How much each delay is like the one before.' },
  distribution: {
    right: SHAPE,
    description: 'How delays are spread: uniform (the default), normal, pareto, paretonormal, or a table of samples.',
    also: tables,
  },
  keep_order: {
    right: 'true or false',
    description: 'Neither jitter, match nor every lets a frame overtake one that is held. Default: false.',
    also: z.boolean(),
  },
  loss: {
    right: CHANCE,
    description: 'Share of frames that are lost, by chance; or "gemodel …" and "state …" as netem writes them.',
    also: chance,
  },
  loss_gemodel: {
    right: 'percentages: p [r [1-h [1-k]]]',
    description:
      'Loss in bursts, Gilbert-Elliott: p good to bad, r bad to good, 1-h loss in bad (100%), 1-k loss in good (0%).',
    also: percents(
      ['p', 'r', '1-h', '1-k'],
      [
        'From the good to the bad state.',
        'From the bad to the good state. Default: 100% - p.',
        'Loss in the bad state. Default: 100%.',
        'Loss in the good state. Default: 0%.',
      ],
    ),
  },
  loss_state: {
    right: 'percentages: p13 [p31 [p32 [p23 [p14]]]]',
    description: 'Loss by four states: 1 receives, 2 receives in a burst, 3 loses in a burst, 4 loses alone.',
    also: percents(
      ['p13', 'p31', 'p32', 'p23', 'p14'],
      [
        'From state 1 to 3.',
        'From state 3 to 1. Default: 100% - p13.',
        'From state 3 to 2. Default: 0%.',
        'From state 2 to 3. Default: 100%.',
        'From state 1 to 4. Default: 0%.',
      ],
    ),
  },
  duplicate: { right: CHANCE, description: 'Share of frames that are sent twice.', also: chance },
  corrupt: { right: CHANCE, description: 'Share of frames in which one bit is turned.', also: chance },
  reorder: {
    right: CHANCE,
    description: 'Share of frames that are sent at once, ahead of those delayed; needs a delay.',
    also: chance,
  },
  gap: { right: 'a whole number', description: 'Only every so many-th frame may be reordered.' },
  rate: {
    right: 'a rate, such as "10mbit"',
    description: 'Frames take the time of this rate: bit, kbit, mbit, gbit; bps, kbps are bytes.',
  },
  overhead: { right: 'a number of bytes', description: 'Bytes added to each frame for the rate; may be negative.' },
  cell: {
    right: 'a number of bytes',
    description: 'For the rate, frames are cut into cells of this many bytes: 48 for ATM.',
  },
  cell_overhead: { right: 'a number of bytes', description: 'Bytes added to each cell: 5 for ATM.' },
  limit: {
    right: '1000 (frames) or "64kb" (bytes)',
    description: 'Most that may be held back: a number of frames, a size such as 64kb, or {frames, bytes}.',
    also: map(
      {
        frames: number.optional().meta({ description: 'Most frames.' }),
        bytes: size.optional().meta({ description: 'Most bytes, such as 64kb.' }),
      },
      '{frames: 1000} or {bytes: 64kb}',
    ),
  },
  slot: {
    right: '"MIN MAX", such as "800us 1ms packets 32"',
    description: 'Frames leave in bursts, as from a medium that is shared: "MIN [MAX] [packets N] [bytes N]".',
    also: map(
      {
        min: time.optional().meta({ description: 'Least time between two slots.' }),
        max: time.optional().meta({ description: 'Most time between two slots. Default: min.' }),
        distribution: z
          .union([z.string(), ...tables], { error: expecting(SHAPE) })
          .optional()
          .meta({ description: 'Instead of min and max.' }),
        delay: time.optional().meta({ description: 'With a distribution: the mean time.' }),
        jitter: time.optional().meta({ description: 'With a distribution: how much it varies.' }),
        packets: number.optional().meta({ description: 'Most frames of one slot.' }),
        bytes: size.optional().meta({ description: 'Most bytes of one slot.' }),
      },
      '{min: 800us, max: 1ms}',
    ),
  },
  mtu: {
    right: 'a number of bytes',
    description: 'Larger frames are lost; counted without the Ethernet header, as an interface does.',
  },
  match: {
    right: 'a filter for frames',
    description: 'Only frames that match this filter are impaired, such as "udp port 3784".',
  },
  every: { right: 'a whole number', description: 'Only every so many-th frame (of those that match) is impaired.' },
  duration: { right: 'a time, such as "30s"', description: 'The direction heals by itself after this time.' },
  seed: {
    right: 'a whole number',
    description: 'Seed of all chances: the same seed and frames give the same fate. Default: by chance, and shown.',
  },
};

function value(key: FormKey) {
  const { right, also } = WORDS[key];
  const text = z.string();
  return z.union([text, number, ...[also ?? []].flat()], { error: expecting(right) });
}

function shapeOf<S extends z.ZodType>(of: (key: FormKey) => S) {
  const entries = FORM_KEYS.map((key) => [key, of(key).meta({ description: WORDS[key].description })]);
  return Object.fromEntries(entries) as Record<FormKey, S>;
}

const preset = z
  .string({ error: expecting('the name of a preset, such as "lte"') })
  .meta({ description: `A preset, on which the other words build: ${PRESET_NAMES}.` });

const DIRECTION_KEYS = ['both', 'a-to-b', 'b-to-a'] as const;
const DESCRIPTIONS: Readonly<Record<(typeof DIRECTION_KEYS)[number], string>> = {
  both: 'Both directions.',
  'a-to-b': 'From the first end to the second; goes before what "both" says.',
  'b-to-a': 'From the second end to the first; goes before what "both" says.',
};
const KNOWN_WORDS = expectingMap(['preset', ...FORM_KEYS], DIRECTION);
const KNOWN_DIRECTIONS = expectingMap(DIRECTION_KEYS, WHOLE);

function ofDirections<S extends z.ZodType>(direction: S) {
  const of = (key: (typeof DIRECTION_KEYS)[number]) => direction.optional().meta({ description: DESCRIPTIONS[key] });
  const shape = { both: of('both'), 'a-to-b': of('a-to-b'), 'b-to-a': of('b-to-a') };
  return z
    .strictObject(shape, { error: KNOWN_DIRECTIONS })
    .meta({ description: 'What is wrong with the link, per direction.' });
}

/** One direction of a link. */
export const directionSchema = z
  .union(
    [
      preset.meta({ description: `The name of a preset: ${PRESET_NAMES}.` }),
      z
        .strictObject({ preset: preset.optional(), ...shapeOf((key) => value(key).optional()) }, { error: KNOWN_WORDS })
        .meta({ description: 'What is wrong with this direction, in the words of netem.' }),
    ],
    { error: expecting(DIRECTION) },
  )
  .meta({ id: 'Impairment', description: 'What one direction of a link does to frames. Delays are one-way.' });

/** Impairments of a link. */
export const impairmentsSchema = z
  .union(
    [preset.meta({ description: `A preset for both directions: ${PRESET_NAMES}.` }), ofDirections(directionSchema)],
    {
      error: expecting(WHOLE),
    },
  )
  .meta({
    id: 'Impairments',
    description: 'What the link does to frames: a preset, or words of netem per direction. Delays are one-way.',
  });

/** Words of one direction to say anew. */
export const directionPatchSchema = z
  .union(
    [
      preset,
      z.strictObject(
        { preset: preset.optional(), ...shapeOf((key) => value(key).nullable().optional()) },
        { error: KNOWN_WORDS },
      ),
      z.null(),
    ],
    { error: expecting(DIRECTION) },
  )
  .meta({ id: 'ImpairmentPatch', description: 'Words of one direction to say anew; null takes a word back, or all.' });

/** Words of impairments to say anew; null takes one back, or a whole direction. */
export const impairmentsPatchSchema = z
  .union([preset, ofDirections(directionPatchSchema)], { error: expecting(WHOLE) })
  .meta({
    id: 'ImpairmentsPatch',
    description: 'What shall be different about the impairments of a link; what is not named stays.',
  });

/** Impairments of a link, as documents have them. */
export type ImpairmentsDocument = z.input<typeof impairmentsSchema>;
/** What shall be different about them. */
export type ImpairmentsPatchDocument = z.input<typeof impairmentsPatchSchema>;
