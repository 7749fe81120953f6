// Durations as people write them ("10s", "500ms", "1m30s") <-> milliseconds. Pure. Used by the command line and by
// every place that later shows or reads an interval.

import { TcpbridgeError } from '../errors.ts';

// Counted in whole microseconds, so that "0.1s" plus "0.2s" has no binary rest.
const UNITS_US = { h: 3_600_000_000, m: 60_000_000, s: 1_000_000, ms: 1_000, us: 1 } as const;
const NUMBER = String.raw`(\d+(?:\.\d+)?)`;
const BARE_SECONDS = new RegExp(`^${NUMBER}$`);
const WITH_UNITS = new RegExp(
  `^${Object.keys(UNITS_US)
    .map((unit) => `(?:${NUMBER}${unit})?`)
    .join('')}$`,
);

// Timers take at most a signed 32-bit number of milliseconds (nodejs.org/api/timers.html, setTimeout).
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Limits that a duration has to keep, both inclusive. */
export interface DurationLimits {
  readonly minMs?: number;
  readonly maxMs?: number;
}

/** Reads "10s", "500ms", "250us", "1m30s", "2h" or a bare number of seconds; returns milliseconds. */
export function parseDurationMs(text: string, limits: DurationLimits = {}): number {
  const { minMs = 0, maxMs = MAX_TIMER_MS } = limits;
  const durationMs = readUs(text) / 1000;
  // Not "<" and ">" alone: a number with hundreds of digits is Infinity, which must not pass either.
  if (!(durationMs >= minMs && durationMs <= maxMs)) {
    throw new TcpbridgeError('duration_out_of_range', {
      text,
      min: formatDurationMs(minMs),
      max: formatDurationMs(maxMs),
    });
  }
  return durationMs;
}

function readUs(text: string): number {
  const bare = BARE_SECONDS.exec(text);
  if (bare !== null) return Math.round(Number(bare[1]) * UNITS_US.s);
  const parts = text === '' ? null : WITH_UNITS.exec(text);
  if (parts === null) throw new TcpbridgeError('duration_invalid', { text });
  return Object.values(UNITS_US).reduce(
    (sumUs, unitUs, i) => sumUs + Math.round(Number(parts[i + 1] ?? 0) * unitUs),
    0,
  );
}

/** Writes milliseconds the short way that parseDurationMs() reads: "1m30s", "1.5s", "500ms", "250us". */
export function formatDurationMs(durationMs: number): string {
  const us = Math.round(durationMs * 1000);
  if (us === 0) return '0s';
  if (us < UNITS_US.ms) return `${us}us`;
  if (us < UNITS_US.s) return `${us / UNITS_US.ms}ms`;
  const hours = Math.floor(us / UNITS_US.h);
  const minutes = Math.floor((us % UNITS_US.h) / UNITS_US.m);
  const seconds = (us % UNITS_US.m) / UNITS_US.s;
  return `${hours > 0 ? `${hours}h` : ''}${minutes > 0 ? `${minutes}m` : ''}${seconds > 0 ? `${seconds}s` : ''}`;
}
