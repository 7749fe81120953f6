// Nanoseconds of the clock -> milliseconds of results.

/** Milliseconds, to the microsecond. */
export function millis(ns: number): number {
  return Math.round(ns / 1000) / 1000;
}
