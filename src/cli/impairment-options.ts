// The options that say what a link does to frames, and what the API calls it. The words are those of netem; "none" takes
// one back.

import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { TcpbridgeError } from '../errors.ts';
import { parseDistributionFile } from '../topology/distribution-file.ts';
import { SHAPES } from '../topology/distribution-form.ts';
import { fileFault } from '../topology/file/file-fault.ts';
import { FORM_KEYS, type FormKey } from '../topology/impairment-form.ts';
import { PRESETS } from '../topology/impairment-presets.ts';
import { unfit } from '../topology/impairment-text.ts';

/** What a command line says about impairments, by the names that commander gives options. */
export interface ImpairmentOptions {
  readonly [option: string]: unknown;
  readonly preset?: string;
  /** Only in this direction. */
  readonly aToB?: boolean;
  readonly bToA?: boolean;
}

const NONE = 'none';

const OPTIONS: Readonly<Record<FormKey, readonly [value: string, description: string]>> = {
  delay: ['<TIME>', 'one-way delay, such as 20ms; or "20ms 5ms 25%" with jitter and correlation'],
  jitter: ['<TIME>', 'how much the delay varies'],
  correlation: ['<PERCENT>', 'how much each delay is like the one before'],
  distribution: ['<SHAPE>', `how delays are spread: ${SHAPES.join(', ')}, or a file with a table of tc`],
  keep_order: ['', 'let no frame overtake another'],
  loss: ['<PERCENT>', 'frames lost by chance, such as 0.1%; or "0.1% 25%" with a correlation'],
  loss_gemodel: ['<PERCENTS>', 'frames lost in bursts: "p [r [1-h [1-k]]]"'],
  loss_state: ['<PERCENTS>', 'frames lost by four states: "p13 [p31 [p32 [p23 [p14]]]]"'],
  duplicate: ['<PERCENT>', 'frames sent twice'],
  corrupt: ['<PERCENT>', 'frames with one bit turned'],
  reorder: ['<PERCENT>', 'frames sent at once, ahead of those delayed'],
  gap: ['<N>', 'only every so many-th frame may be reordered'],
  rate: ['<RATE>', 'frames take the time of this rate, such as 10mbit'],
  overhead: ['<BYTES>', 'added to each frame for the rate'],
  cell: ['<BYTES>', 'frames are cut into cells for the rate'],
  cell_overhead: ['<BYTES>', 'added to each cell'],
  limit: ['<LIMIT>', 'most that may be held back: 1000 (frames) or 64kb'],
  slot: ['<SLOT>', 'frames leave in bursts: "MIN [MAX] [packets N] [bytes N]"'],
  mtu: ['<BYTES>', 'lose larger frames; counted without the Ethernet header'],
  match: ['<FILTER>', 'impair only frames that match, such as "udp port 3784"'],
  every: ['<N>', 'impair only every so many-th frame'],
  duration: ['<TIME>', 'heal after this time, such as 30s'],
  seed: ['<N>', 'seed of all chances (default: by chance, and shown)'],
};

/** Adds an option for each word, and --preset, --a-to-b, --b-to-a. */
export function withImpairmentOptions(command: Command): Command {
  command.addOption(
    new Option('--preset <NAME>', 'a wire that people know, instead of all there was; see --presets').choices(
      PRESETS.map(({ name }) => name),
    ),
  );
  for (const key of FORM_KEYS) {
    const [value, description] = OPTIONS[key];
    command.option(`--${key.replaceAll('_', '-')} ${value}`.trim(), description);
  }
  return command
    .option('--no-keep-order', 'let jitter reorder frames again')
    .option('--a-to-b', 'only from the first end to the second')
    .option('--b-to-a', 'only from the second end to the first');
}

/** What the options say, as the API reads it; undefined when they say nothing. */
export function readImpairmentOptions(options: ImpairmentOptions, isWhole: boolean): unknown {
  const words: Record<string, unknown> = {};
  if (options.preset !== undefined) words.preset = options.preset;
  for (const key of FORM_KEYS) {
    const value = options[key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())];
    if (value === undefined) continue;
    if (value === NONE || value === false) words[key] = null;
    else words[key] = key === 'distribution' ? readDistribution(String(value)) : value;
  }
  if (Object.keys(words).length === 0) return undefined;
  const isOne = options.aToB !== options.bToA;
  const direction = isOne ? (options.aToB === true ? 'a-to-b' : 'b-to-a') : 'both';
  // Without the words that were there: on top of a wire that has none.
  return { [direction]: isWhole && isOne ? { preset: NONE, ...words } : isWhole ? withoutNulls(words) : words };
}

/** Whether the options mean one direction only. */
export function isOneWay({ aToB, bToA }: ImpairmentOptions): boolean {
  return aToB !== bToA;
}

function readDistribution(text: string): unknown {
  if (SHAPES.some((shape) => shape === text)) return text;
  try {
    return parseDistributionFile(readFileSync(text, 'utf8'), text);
  } catch (error) {
    if (error instanceof TcpbridgeError) throw error;
    throw unfit('distribution', text, `${SHAPES.join(', ')}, or the name of a file (${fileFault(error)})`);
  }
}

function withoutNulls(words: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== null));
}
