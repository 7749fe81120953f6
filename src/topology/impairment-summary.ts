// Impairments in short, for a column of a table: "20ms±5ms 0.1% 10mbit". Pure. Delays are one-way.

import type { Chance, ImpairmentSpec, Impairments, LossSpec } from './impairment.ts';
import { formatPercent, formatRate, formatSize, formatTimeMs } from './impairment-text.ts';

/** One direction in short; "-" when nothing is wrong with it. */
export function summarizeImpairment(spec: ImpairmentSpec | undefined): string {
  if (spec === undefined) return '-';
  const { delayMs, jitterMs, loss, duplicate, corrupt, reorder, rate, slot, mtuBytes, match, every } = spec;
  const parts = [
    delayMs === undefined ? '' : `${formatTimeMs(delayMs)}${jitterMs ? `±${formatTimeMs(jitterMs)}` : ''}`,
    loss === undefined ? '' : summarizeLoss(loss),
    chance('dup', duplicate),
    chance('corrupt', corrupt),
    chance('reorder', reorder),
    rate === undefined ? '' : formatRate(rate.bitsPerSecond),
    slot === undefined ? '' : 'slots',
    mtuBytes === undefined ? '' : `mtu ${mtuBytes}`,
    every === undefined ? '' : `every ${every}`,
    match === undefined ? '' : 'match',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '-' : parts.join(' ');
}

/** A link in short: once where both directions are alike, else "20ms / 50ms". */
export function summarizeImpairments(impairments: Impairments | undefined): string {
  const there = summarizeImpairment(impairments?.['a-to-b']);
  const back = summarizeImpairment(impairments?.['b-to-a']);
  return there === back ? there : `${there} / ${back}`;
}

/** What may wait in a direction, in short: "1000 frames", "64kb". */
export function summarizeLimit({ limitFrames, limitBytes }: ImpairmentSpec): string {
  const parts = [
    limitFrames === undefined ? '' : `${limitFrames} frames`,
    limitBytes === undefined ? '' : formatSize(limitBytes),
  ].filter((part) => part !== '');
  return parts.join(' ');
}

function summarizeLoss(loss: LossSpec): string {
  if (loss.model === 'random') return formatPercent(loss.percent);
  if (loss.model === 'gemodel') return `gemodel ${formatPercent(loss.pPercent)}/${formatPercent(loss.rPercent)}`;
  return `state ${formatPercent(loss.p13Percent)}`;
}

function chance(word: string, value: Chance | undefined): string {
  return value === undefined ? '' : `${word} ${formatPercent(value.percent)}`;
}
