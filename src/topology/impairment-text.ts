// The quantities of impairments as tc(8) writes them <-> numbers: times ("20ms"), percentages ("0.1%"), rates ("10mbit"),
// sizes ("64kb"). Pure. A bare number of a time or rate is refused: tc takes it for microseconds and bits, containerlab
// for kilobits, netlab for milliseconds.

import { TcpbridgeError } from '../errors.ts';

// tc(8), PARAMETERS: TIMES, RATES, SIZES. Prefixes of rates count in thousands, with "i" and of sizes in 1024s.
const TIME_UNITS_MS: Readonly<Record<string, number>> = { s: 1000, sec: 1000, secs: 1000, ms: 1, msec: 1, msecs: 1 };
const TIME_DIVISORS: Readonly<Record<string, number>> = {
  ...{ us: 1e3, usec: 1e3, usecs: 1e3 },
  ...{ ns: 1e6, nsec: 1e6, nsecs: 1e6 },
};
const LONG_TIME_UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, min: 60_000, h: 3_600_000 };
const PREFIXES: Readonly<Record<string, number>> = {
  ...{ '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 },
  ...{ ki: 2 ** 10, mi: 2 ** 20, gi: 2 ** 30, ti: 2 ** 40 },
};
const SIZE_UNITS: Readonly<Record<string, number>> = {
  ...{ b: 1, k: 2 ** 10, kb: 2 ** 10, m: 2 ** 20, mb: 2 ** 20, g: 2 ** 30, gb: 2 ** 30 },
};
const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)([a-z%]*)$/;
const BITS_PER_BYTE = 8;

/** The longest delay, jitter and slot. */
export const MAX_DELAY_MS = 3_600_000;
const MAX_RATE = 1e12;
const MAX_PERCENT = 100;

/** The largest count of frames. */
export const MAX_COUNT = 2 ** 31 - 1;
/** The largest size of what may wait. */
export const MAX_LIMIT_BYTES = 2 ** 30;

/** Says that `value` cannot be used for `option`. */
export function unfit(option: string, value: unknown, expected: string): TcpbridgeError<'impairment_invalid'> {
  return new TcpbridgeError('impairment_invalid', { option, text: spell(value), expected });
}

/** Whether a value is a map. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a time such as "20ms", in milliseconds. */
export function readTimeMs(option: string, value: unknown, maxMs = MAX_DELAY_MS): number {
  const expected = 'a time with its unit, such as "20ms", "250us" or "1.5s"';
  const { number, unit } = split(option, value, expected);
  const ms = timeMs(number, unit);
  if (ms === undefined) throw unfit(option, value, expected);
  if (!(ms >= 0 && ms <= maxMs)) throw unfit(option, value, `a time from "0ms" to "${formatTimeMs(maxMs)}"`);
  return ms;
}

/** Writes milliseconds as the shortest time that is exactly that. */
export function formatTimeMs(ms: number): string {
  if (ms >= 1000 && ms % 1000 === 0) return `${ms / 1000}s`;
  const us = ms * 1000;
  return ms > 0 && ms < 1 && Number.isInteger(us) && us / 1000 === ms ? `${us}us` : `${ms}ms`;
}

/** Reads a percentage: "0.1%", "0.1" or 0.1. */
export function readPercent(option: string, value: unknown): number {
  const expected = 'a percentage from 0 to 100, such as "0.1%"';
  const { number, unit } = split(option, value, expected);
  if ((unit !== '' && unit !== '%') || !(number >= 0 && number <= MAX_PERCENT)) throw unfit(option, value, expected);
  return number;
}

/** Writes a percentage. */
export function formatPercent(percent: number): string {
  return `${percent}%`;
}

/** Reads a rate such as "10mbit" (bits) or "1mbps" (bytes, as tc has it), in bits per second. */
export function readRate(option: string, value: unknown): number {
  const expected = 'a rate with its unit, such as "10mbit", "512kbit" or "1gbit"';
  const { number, unit } = split(option, value, expected);
  const [, prefix = '', base] = /^(|[kmgt]i?)(bit|bps)$/.exec(unit) ?? [];
  if (base === undefined) throw unfit(option, value, expected);
  const rate = number * PREFIXES[prefix]! * (base === 'bit' ? 1 : BITS_PER_BYTE);
  if (!(rate >= 1 && rate <= MAX_RATE)) throw unfit(option, value, 'a rate from "1bit" to "1tbit"');
  return rate;
}

/** Writes bits per second as the shortest rate that is exactly that. */
export function formatRate(bitsPerSecond: number): string {
  for (const prefix of ['g', 'm', 'k']) {
    if (bitsPerSecond % PREFIXES[prefix]! === 0) return `${bitsPerSecond / PREFIXES[prefix]!}${prefix}bit`;
  }
  return `${bitsPerSecond}bit`;
}

/** Reads a size such as "64kb" or 1500, in bytes. */
export function readSize(option: string, value: unknown, maxBytes: number): number {
  const expected = `a size from 1 to ${maxBytes} bytes, such as "1500" or "64kb"`;
  const { number, unit } = split(option, value, expected);
  const size = number * (unit === '' ? 1 : (SIZE_UNITS[unit] ?? Number.NaN));
  if (!(Number.isInteger(size) && size >= 1 && size <= maxBytes)) throw unfit(option, value, expected);
  return size;
}

/** Writes bytes as the shortest size that is exactly that, with its unit. */
export function formatSize(bytes: number): string {
  for (const unit of ['gb', 'mb', 'kb'])
    if (bytes % SIZE_UNITS[unit]! === 0) return `${bytes / SIZE_UNITS[unit]!}${unit}`;
  return `${bytes}b`;
}

/** Reads a whole number within bounds; as text, too. */
export function readWhole(option: string, value: unknown, min: number, max: number): number {
  const expected = `a whole number from ${min} to ${max}`;
  const number = typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < min || number > max) {
    throw unfit(option, value, expected);
  }
  return number;
}

function split(option: string, value: unknown, expected: string): { number: number; unit: string } {
  const text = typeof value === 'number' ? String(value) : value;
  const [, digits, unit = ''] = (typeof text === 'string' && QUANTITY.exec(text.trim().toLowerCase())) || [];
  if (digits === undefined) throw unfit(option, value, expected);
  return { number: Number(digits), unit };
}

// What was written, as a person would say it: "min 5ms, max 1ms".
function spell(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (!isMap(value)) return String(value);
  const parts = Object.entries(value).map(([key, part]) => `${key} ${spell(part)}`);
  return parts.length === 0 ? 'an empty map' : parts.join(', ');
}

// A unit may be left out of nothing at all. Divided where that is exact and a product is not: 0.1 = 100 / 1000.
function timeMs(number: number, unit: string): number | undefined {
  if (unit === '') return number === 0 ? 0 : undefined;
  const divisor = Object.hasOwn(TIME_DIVISORS, unit) ? TIME_DIVISORS[unit]! : undefined;
  if (divisor !== undefined) return number / divisor;
  const factors = { ...TIME_UNITS_MS, ...LONG_TIME_UNITS_MS };
  return Object.hasOwn(factors, unit) ? number * factors[unit]! : undefined;
}
