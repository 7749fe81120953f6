// Words of impairments that change over time: "0% -> 10%". Pure: how far -> the words of that moment.

import type { FormKey } from '../topology/impairment-form.ts';
import {
  formatPercent,
  formatRate,
  formatTimeMs,
  readPercent,
  readRate,
  readTimeMs,
  unfit,
} from '../topology/impairment-text.ts';
import type { ImpairmentsForm } from '../topology/impairments-form.ts';

interface Quantity {
  readonly read: (option: string, value: unknown) => number;
  readonly write: (value: number) => string;
}

const TIME: Quantity = { read: readTimeMs, write: (ms) => formatTimeMs(rounded(ms)) };
const PERCENT: Quantity = { read: readPercent, write: (percent) => formatPercent(rounded(percent)) };
const RATE: Quantity = { read: readRate, write: (rate) => formatRate(Math.max(1, Math.round(rate))) };

const QUANTITIES: Readonly<Partial<Record<FormKey, Quantity>>> = {
  ...{ delay: TIME, jitter: TIME, rate: RATE },
  ...{ correlation: PERCENT, loss: PERCENT, duplicate: PERCENT, corrupt: PERCENT, reorder: PERCENT },
};

/** The words that can go from one value to another. */
export const RAMP_KEYS = Object.keys(QUANTITIES);

/** Whether a value says where it comes from and goes to. */
export function isRamp(value: unknown): value is string {
  return typeof value === 'string' && value.includes('->');
}

/** The words at a fraction of the way, 0 to 1; throws what is wrong with one of them. */
export function wordsAt(words: ImpairmentsForm, fraction: number): ImpairmentsForm {
  if (typeof words === 'string') return words;
  return Object.fromEntries(
    Object.entries(words).map(([direction, form]) => {
      if (typeof form !== 'object' || form === null) return [direction, form];
      return [
        direction,
        Object.fromEntries(Object.entries(form).map(([key, value]) => [key, at(key, value, fraction)])),
      ];
    }),
  );
}

function at(key: string, value: unknown, fraction: number): unknown {
  if (!isRamp(value)) return value;
  const quantity = Object.hasOwn(QUANTITIES, key) ? QUANTITIES[key as FormKey] : undefined;
  const ends = value.split('->');
  if (quantity === undefined || ends.length !== 2) {
    throw unfit(key, value, quantity === undefined ? `one value; a ramp can have ${RAMP_KEYS.join(', ')}` : '"A -> B"');
  }
  const [from, to] = ends.map((end) => quantity.read(key, end.trim())) as [number, number];
  return quantity.write(from + (to - from) * fraction);
}

// A millionth of a millisecond or of a percent is finer than anything is measured.
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
