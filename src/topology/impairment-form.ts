// What one direction of a link suffers, in the words of netem (tc-netem(8)), as files, the API and the command line write
// it: a flat map of texts and numbers <-> ImpairmentSpec. Pure. Reading tells everything that is wrong, not only the first.

import { TcpbridgeError } from '../errors.ts';
import { compileFilter } from '../filter/filter.ts';
import { formatDistribution, readDistribution } from './distribution-form.ts';
import type { Chance, ImpairmentSpec, LossSpec } from './impairment.ts';
import {
  formatPercent,
  formatRate,
  formatSize,
  formatTimeMs,
  isMap,
  MAX_COUNT,
  MAX_LIMIT_BYTES,
  readPercent,
  readRate,
  readSize,
  readTimeMs,
  readWhole,
  unfit,
} from './impairment-text.ts';
import { MAX_SEED } from './seeds.ts';
import { formatSlot, readSlot } from './slot-form.ts';

/** All words, in the order in which they are written. */
export const FORM_KEYS = [
  ...(['delay', 'jitter', 'correlation', 'distribution', 'keep_order'] as const),
  ...(['loss', 'loss_gemodel', 'loss_state', 'duplicate', 'corrupt', 'reorder', 'gap'] as const),
  ...(['rate', 'overhead', 'cell', 'cell_overhead', 'limit', 'slot', 'mtu'] as const),
  ...(['match', 'every', 'duration', 'seed'] as const),
] as const;
/** One of {@link FORM_KEYS}. */
export type FormKey = (typeof FORM_KEYS)[number];

/** A value as written; what it may be depends on the word. */
export type FormValue = string | number | boolean | readonly number[] | Readonly<Record<string, unknown>>;

/** One direction as written. */
export type ImpairmentForm = Readonly<Partial<Record<FormKey, FormValue>>>;

/** A mistake, and the word that it is at. */
export interface FormFault {
  readonly key: FormKey;
  readonly error: TcpbridgeError;
}

/** Words of which only one can be said. */
export const LOSS_KEYS = ['loss', 'loss_gemodel', 'loss_state'] as const;

const MAX_LIMIT_FRAMES = 1_000_000;
// The largest frame of QEMU's stream netdev, without its Ethernet header.
const MAX_MTU = 69_618;
const MAX_OVERHEAD = 65_535;
const MAX_MATCH_LENGTH = 4096;
const MAX_DURATION_MS = 2 ** 31 - 1;

// A word, and the one that it says more about, or one of several: order is only lost where frames are held.
const NEEDS: readonly (readonly [FormKey, readonly FormKey[]])[] = [
  ['jitter', ['delay']],
  ['correlation', ['jitter']],
  ['distribution', ['jitter']],
  ['keep_order', ['delay', 'rate', 'slot']],
  ['reorder', ['delay']],
  ['gap', ['reorder']],
  ['overhead', ['rate']],
  ['cell', ['rate']],
  ['cell_overhead', ['cell']],
];

const READERS: Readonly<Record<FormKey, (value: FormValue) => ImpairmentSpec>> = {
  delay: (value) => ({ delayMs: readTimeMs('delay', single('delay', value, '"20ms 5ms 25%"')) }),
  jitter: (value) => ({ jitterMs: readTimeMs('jitter', value) }),
  correlation: (value) => ({ delayCorrelationPercent: readPercent('correlation', value) }),
  distribution: (value) => ({ distribution: readDistribution('distribution', value) }),
  keep_order: (value) => ({ keepOrder: readSwitch('keep_order', value) }),
  loss: (value) => ({ loss: { model: 'random', ...readChance('loss', value) } }),
  loss_gemodel: (value) => ({ loss: readGemodel(value) }),
  loss_state: (value) => ({ loss: readState(value) }),
  duplicate: (value) => ({ duplicate: readChance('duplicate', value) }),
  corrupt: (value) => ({ corrupt: readChance('corrupt', value) }),
  reorder: (value) => ({ reorder: readChance('reorder', value) }),
  gap: (value) => ({ gap: readWhole('gap', value, 0, MAX_COUNT) }),
  rate: (value) => ({ rate: { bitsPerSecond: readRate('rate', single('rate', value, '"10mbit 24 48 5"')) } }),
  overhead: (value) => ratePart({ overheadBytes: readWhole('overhead', value, -MAX_OVERHEAD, MAX_OVERHEAD) }),
  cell: (value) => ratePart({ cellBytes: readWhole('cell', value, 1, MAX_OVERHEAD) }),
  cell_overhead: (value) =>
    ratePart({ cellOverheadBytes: readWhole('cell_overhead', value, -MAX_OVERHEAD, MAX_OVERHEAD) }),
  limit: readLimit,
  slot: (value) => ({ slot: readSlot(value) }),
  mtu: (value) => ({ mtuBytes: readWhole('mtu', value, 1, MAX_MTU) }),
  match: (value) => ({ match: readMatch(value) }),
  every: (value) => ({ every: readWhole('every', value, 1, MAX_COUNT) }),
  duration: (value) => ({ durationMs: readDuration(value) }),
  seed: (value) => ({ seed: readWhole('seed', value, 0, MAX_SEED) }),
};

/** Reads one direction; the specification is only of use when there are no faults. */
export function readForm(written: ImpairmentForm): { spec: ImpairmentSpec; faults: FormFault[] } {
  const form = spellOut(written);
  const faults: FormFault[] = [];
  let spec: ImpairmentSpec = {};
  for (const key of FORM_KEYS) {
    const value = form[key];
    if (value === undefined) continue;
    try {
      const part = READERS[key](value);
      const rate = part.rate === undefined ? {} : { rate: { ...spec.rate, ...part.rate } };
      spec = { ...spec, ...part, ...rate };
    } catch (error) {
      if (!(error instanceof TcpbridgeError)) throw error;
      faults.push({ key, error });
    }
  }
  for (const [key, needed] of NEEDS) {
    if (form[key] !== undefined && needed.every((other) => form[other] === undefined)) {
      const names = needed.join(' or ');
      faults.push({ key, error: new TcpbridgeError('impairment_incomplete', { option: key, needed: names }) });
    }
  }
  const losses = LOSS_KEYS.filter((key) => form[key] !== undefined);
  for (const key of losses.slice(1)) {
    faults.push({ key, error: unfit(key, form[key], `only one of "loss", "loss_gemodel" and "loss_state"`) });
  }
  return { spec, faults };
}

/** Writes one direction; readForm() reads the same from it. */
export function formatForm(spec: ImpairmentSpec): ImpairmentForm {
  const { rate, limitFrames, limitBytes, slot, distribution } = spec;
  const all: Record<FormKey, FormValue | undefined> = {
    delay: optional(spec.delayMs, formatTimeMs),
    jitter: optional(spec.jitterMs, formatTimeMs),
    correlation: optional(spec.delayCorrelationPercent, formatPercent),
    distribution: optional(distribution, formatDistribution),
    keep_order: spec.keepOrder,
    ...formatLoss(spec.loss),
    duplicate: optional(spec.duplicate, formatChance),
    corrupt: optional(spec.corrupt, formatChance),
    reorder: optional(spec.reorder, formatChance),
    gap: spec.gap,
    rate: optional(rate?.bitsPerSecond, formatRate),
    overhead: rate?.overheadBytes,
    cell: rate?.cellBytes,
    cell_overhead: rate?.cellOverheadBytes,
    limit: formatLimit(limitFrames, limitBytes),
    slot: optional(slot, formatSlot),
    mtu: spec.mtuBytes,
    match: spec.match,
    every: spec.every,
    duration: optional(spec.durationMs, formatTimeMs),
    seed: spec.seed,
  };
  return Object.fromEntries(FORM_KEYS.flatMap((key) => (all[key] === undefined ? [] : [[key, all[key]]])));
}

/** A direction without words that say more about one that is not there, as when somebody takes his own back. */
export function withoutLoose(spec: ImpairmentSpec): ImpairmentSpec {
  const form: Partial<Record<FormKey, FormValue>> = { ...formatForm(spec) };
  const words = Object.keys(form).length;
  for (const [key, needed] of NEEDS) if (needed.every((other) => form[other] === undefined)) delete form[key];
  return Object.keys(form).length === words ? spec : readForm(form).spec;
}

/**
 * A direction with some words said anew; null takes a word back, and what only says more about it. A loss of one model
 * takes the place of a loss of another.
 */
export function mergeForms(
  written: ImpairmentForm,
  patch: Readonly<Partial<Record<FormKey, FormValue | null>>>,
): ImpairmentForm {
  const merged: Partial<Record<FormKey, FormValue>> = { ...spellOut(written) };
  const values = patch as Readonly<Partial<Record<FormKey, FormValue>>>;
  const removed = new Set(FORM_KEYS.filter((key) => patch[key] === null));
  const stays = (key: FormKey) => (values[key] ?? merged[key]) !== undefined && !removed.has(key);
  for (const [key, needed] of NEEDS) {
    if (needed.some((other) => removed.has(other)) && !needed.some(stays)) removed.add(key);
  }
  for (const key of removed) delete merged[key];
  const said = spellOut(Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)));
  if (LOSS_KEYS.some((key) => said[key] !== undefined)) for (const key of LOSS_KEYS) delete merged[key];
  return { ...merged, ...said };
}

// What tc writes behind one word, such as "delay 20ms 5ms 25%", has words of its own here.
function spellOut(form: ImpairmentForm): ImpairmentForm {
  const all: Partial<Record<FormKey, FormValue>> = { ...form };
  const spread = (key: FormKey, keys: readonly FormKey[]): void => {
    const words = typeof form[key] === 'string' ? form[key].trim().split(/\s+/) : [];
    if (words.length < 2 || words.length > keys.length) return;
    for (const [index, word] of words.entries()) {
      const target = keys[index]!;
      if (target === key || form[target] === undefined) all[target] = word;
    }
  };
  spread('delay', ['delay', 'jitter', 'correlation']);
  spread('rate', ['rate', 'overhead', 'cell', 'cell_overhead']);
  const [, model, rest = ''] =
    (typeof form.loss === 'string' && /^\s*(random|gemodel|state)\s+(.+)$/s.exec(form.loss)) || [];
  if (model !== undefined) {
    delete all.loss;
    all[model === 'random' ? 'loss' : (`loss_${model}` as FormKey)] = rest;
  }
  return all;
}

// What is left of several words has more of them than tc knows.
function single(key: 'delay' | 'rate', value: FormValue, most: string): FormValue {
  if (typeof value !== 'string' || !/\S\s+\S/.test(value)) return value;
  const names = key === 'delay' ? 'jitter and correlation' : 'overhead, cell and cell_overhead';
  throw unfit(key, value, `at most ${names} behind it, such as ${most}; other words have a place of their own`);
}

function ratePart(part: Partial<NonNullable<ImpairmentSpec['rate']>>): ImpairmentSpec {
  return { rate: part as NonNullable<ImpairmentSpec['rate']> };
}

function optional<T, R>(value: T | undefined, write: (value: T) => R): R | undefined {
  return value === undefined ? undefined : write(value);
}

function readChance(option: string, value: FormValue): Chance {
  const [percent, correlation] = isMap(value)
    ? [value.percent, value.correlation]
    : typeof value === 'string'
      ? words(option, value, 2, '"1%", or "1% 25%" with a correlation')
      : [value];
  const chance = { percent: readPercent(option, percent) };
  return correlation === undefined ? chance : { ...chance, correlationPercent: readPercent(option, correlation) };
}

function formatChance({ percent, correlationPercent }: Chance): string {
  const correlation = correlationPercent === undefined ? '' : ` ${formatPercent(correlationPercent)}`;
  return `${formatPercent(percent)}${correlation}`;
}

// Defaults as in tc (iproute2, tc/q_netem.c).
function readGemodel(value: FormValue): LossSpec {
  const [p, r, inBad, inGood] = percents('loss_gemodel', value, ['p', 'r', '1-h', '1-k']);
  return {
    model: 'gemodel',
    pPercent: p!,
    rPercent: r ?? 100 - p!,
    lossInBadPercent: inBad ?? 100,
    lossInGoodPercent: inGood ?? 0,
  };
}

function readState(value: FormValue): LossSpec {
  const [p13, p31, p32, p23, p14] = percents('loss_state', value, ['p13', 'p31', 'p32', 'p23', 'p14']);
  return {
    model: 'state',
    p13Percent: p13!,
    p31Percent: p31 ?? 100 - p13!,
    p32Percent: p32 ?? 0,
    p23Percent: p23 ?? 100,
    p14Percent: p14 ?? 0,
  };
}

function percents(option: string, value: FormValue, names: readonly string[]): (number | undefined)[] {
  const form = `one to ${names.length} percentages: ${names.join(' ')}, such as "1% 10%"`;
  const values = isMap(value)
    ? names.map((name) => value[name])
    : typeof value === 'string'
      ? words(option, value, names.length, form)
      : [value];
  if (values[0] === undefined) throw unfit(option, value, form);
  return values.map((one) => (one === undefined ? undefined : readPercent(option, one)));
}

function formatLoss(loss: LossSpec | undefined): Record<(typeof LOSS_KEYS)[number], string | undefined> {
  const none = { loss: undefined, loss_gemodel: undefined, loss_state: undefined };
  if (loss === undefined) return none;
  if (loss.model === 'random') return { ...none, loss: formatChance(loss) };
  const list = (...all: number[]) => all.map(formatPercent).join(' ');
  if (loss.model === 'gemodel') {
    const { pPercent, rPercent, lossInBadPercent, lossInGoodPercent } = loss;
    return { ...none, loss_gemodel: list(pPercent, rPercent, lossInBadPercent, lossInGoodPercent) };
  }
  const { p13Percent, p31Percent, p32Percent, p23Percent, p14Percent } = loss;
  return { ...none, loss_state: list(p13Percent, p31Percent, p32Percent, p23Percent, p14Percent) };
}

// A bare number counts frames, as in netem; a size counts bytes.
function readLimit(value: FormValue): ImpairmentSpec {
  if (isMap(value)) {
    const { frames, bytes } = value;
    if (frames === undefined && bytes === undefined) throw unfit('limit', value, '{frames: 1000} or {bytes: 64kb}');
    return {
      ...(frames === undefined ? {} : { limitFrames: readWhole('limit', frames, 1, MAX_LIMIT_FRAMES) }),
      ...(bytes === undefined ? {} : { limitBytes: readSize('limit', bytes, MAX_LIMIT_BYTES) }),
    };
  }
  const isFrames = typeof value === 'number' || (typeof value === 'string' && /^\s*-?\d+\s*$/.test(value));
  if (isFrames) return { limitFrames: readWhole('limit', value, 1, MAX_LIMIT_FRAMES) };
  return { limitBytes: readSize('limit', value, MAX_LIMIT_BYTES) };
}

function formatLimit(frames: number | undefined, bytes: number | undefined): FormValue | undefined {
  if (frames === undefined) return optional(bytes, formatSize);
  return bytes === undefined ? frames : { frames, bytes: formatSize(bytes) };
}

function readSwitch(option: string, value: FormValue): boolean {
  if (typeof value === 'boolean') return value;
  throw unfit(option, value, 'true or false');
}

function readMatch(value: FormValue): string {
  if (typeof value !== 'string' || value.trim() === '' || value.length > MAX_MATCH_LENGTH) {
    throw unfit('match', value, 'a filter for frames, such as "udp port 3784"');
  }
  return compileFilter(value).text;
}

function readDuration(value: FormValue): number {
  const durationMs = readTimeMs('duration', value, MAX_DURATION_MS);
  if (durationMs < 1) throw unfit('duration', value, 'a time of at least "1ms"');
  return durationMs;
}

function words(option: string, text: string, most: number, expected: string): string[] {
  const all = text.trim().split(/\s+/);
  if (all.length > most) throw unfit(option, text, expected);
  return all;
}
