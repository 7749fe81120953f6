// A direction as the arguments of "tc qdisc ... netem" (tc-netem(8)), to compare with the kernel or to hand on; and what
// netem has no word for. Pure. netem delays what leaves an interface, so one direction is one qdisc.

import type { Chance, Distribution, ImpairmentSpec, LossSpec, RateSpec, SlotSpec } from './impairment.ts';
import { formatPercent, formatRate, formatTimeMs } from './impairment-text.ts';

/** The text of a direction, and the words of ours that are not in it. */
export interface NetemText {
  /** "netem delay 20ms loss random 0.1%" */
  readonly text: string;
  readonly missing: readonly string[];
}

// Without it netem holds 1000 packets and loses the rest (sch_netem.c).
const NO_LIMIT = 1_000_000;
const LEAST_SPREAD_MS = 0.001;
const LEAST_SLOT_JITTER_MS = 1e-6;

/** Writes a direction for tc. */
export function netemText(spec: ImpairmentSpec): NetemText {
  const { delayMs, jitterMs, delayCorrelationPercent, distribution, loss, rate, slot } = spec;
  const parts = [
    'netem',
    ...limitText(spec),
    ...(delayMs === undefined ? [] : [delayText(delayMs, jitterMs, delayCorrelationPercent)]),
    ...(isNamed(distribution) && isSpread(spec) ? [`distribution ${distribution}`] : []),
    ...(loss === undefined ? [] : [lossText(loss)]),
    ...chance('corrupt', spec.corrupt),
    ...chance('duplicate', spec.duplicate),
    ...chance('reorder', spec.reorder),
    ...(spec.gap === undefined ? [] : [`gap ${spec.gap}`]),
    ...(rate === undefined ? [] : [rateText(rate)]),
    ...(slot === undefined ? [] : [slotText(slot)]),
  ];
  const without: readonly (readonly [string, boolean])[] = [
    ['a table as distribution (uniform instead)', isTable(distribution) || isTable(slot?.distribution?.shape)],
    ['distribution (tc takes one with a delay and a jitter of 1us or more)', isNamed(distribution) && !isSpread(spec)],
    ['keep_order', spec.keepOrder === true],
    ['limit in bytes', spec.limitBytes !== undefined],
    ['mtu', spec.mtuBytes !== undefined],
    ['match', spec.match !== undefined],
    ['every', spec.every !== undefined],
    ['duration', spec.durationMs !== undefined],
  ];
  return { text: parts.join(' '), missing: without.filter(([, isSaid]) => isSaid).map(([word]) => word) };
}

// A rate has a queue of a thousand frames as netem has; a delay alone holds whatever comes.
function limitText({ limitFrames, limitBytes, delayMs, slot, rate }: ImpairmentSpec): string[] {
  if (limitFrames !== undefined) return [`limit ${limitFrames}`];
  const isEndless = limitBytes !== undefined || (rate === undefined && (delayMs !== undefined || slot !== undefined));
  return isEndless ? [`limit ${NO_LIMIT}`] : [];
}

function delayText(delayMs: number, jitterMs: number | undefined, correlation: number | undefined): string {
  if (jitterMs === undefined) return `delay ${formatTimeMs(delayMs)}`;
  const rest = correlation === undefined ? '' : ` ${formatPercent(correlation)}`;
  return `delay ${formatTimeMs(delayMs)} ${formatTimeMs(jitterMs)}${rest}`;
}

function lossText(loss: LossSpec): string {
  const list = (...all: readonly number[]) => all.map(formatPercent).join(' ');
  if (loss.model === 'random') return chance('loss random', loss).join(' ');
  if (loss.model === 'gemodel') {
    return `loss gemodel ${list(loss.pPercent, loss.rPercent, loss.lossInBadPercent, loss.lossInGoodPercent)}`;
  }
  const { p13Percent, p31Percent, p32Percent, p23Percent, p14Percent } = loss;
  return `loss state ${list(p13Percent, p31Percent, p32Percent, p23Percent, p14Percent)}`;
}

function chance(words: string, value: Chance | undefined): string[] {
  if (value === undefined) return [];
  const { percent, correlationPercent } = value;
  return [
    `${words} ${formatPercent(percent)}${correlationPercent === undefined ? '' : ` ${formatPercent(correlationPercent)}`}`,
  ];
}

// The later numbers stand only behind the earlier ones.
function rateText({ bitsPerSecond, overheadBytes, cellBytes, cellOverheadBytes }: RateSpec): string {
  const all = [overheadBytes, cellBytes, cellOverheadBytes];
  const used = all.slice(0, all.findLastIndex((value) => value !== undefined) + 1);
  return [`rate ${formatRate(bitsPerSecond)}`, ...used.map((value) => String(value ?? 0))].join(' ');
}

// A slot without a shape is anywhere between two times; tc takes no shape without a spread,
// which it counts in nanoseconds.
function slotText({ minMs, maxMs, distribution, frames, bytes }: SlotSpec): string {
  const { shape, meanMs = 0, jitterMs = 0 } = distribution ?? {};
  const [leastMs, mostMs] = distribution === undefined ? [minMs, maxMs] : [meanMs - jitterMs, meanMs + jitterMs];
  const times =
    isNamed(shape) && jitterMs >= LEAST_SLOT_JITTER_MS
      ? `distribution ${shape} ${formatTimeMs(meanMs)} ${formatTimeMs(jitterMs)}`
      : `${formatTimeMs(Math.max(0, leastMs))} ${formatTimeMs(mostMs)}`;
  return [`slot ${times}`, ...(frames ? [`packets ${frames}`] : []), ...(bytes ? [`bytes ${bytes}`] : [])].join(' ');
}

// tc reads the table of a shape from a file; of the uniform one there is none, it is what jitter is without a shape.
function isNamed(distribution: Distribution | undefined): boolean {
  return typeof distribution === 'string' && distribution !== 'uniform';
}

// Below a microsecond tc sees nothing to spread, and refuses the shape (q_netem.c of iproute2, netem_parse_opt()).
function isSpread({ delayMs = 0, jitterMs = 0 }: ImpairmentSpec): boolean {
  return Math.min(delayMs, jitterMs) >= LEAST_SPREAD_MS;
}

function isTable(distribution: Distribution | undefined): boolean {
  return typeof distribution === 'object';
}
