// The clocks of a scenario: one that only goes forward, for what is due, and that of the wall, for the log, both to the
// microsecond. Tests bring their own.

/** Where a scenario gets its time from. */
export interface Clock {
  /** Milliseconds of the monotonic clock (CLOCK_MONOTONIC), with microseconds behind the point. */
  readonly nowMs: () => number;
  /** The same moment by the wall clock, RFC 3339 with microseconds. */
  readonly wall: () => string;
  /** Calls back once after so many milliseconds, until the returned function is called. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
}

const MAX_TIMER_MS = 2 ** 31 - 1;

/** The clocks of this machine. */
export const SYSTEM_CLOCK: Clock = {
  nowMs: () => Number(process.hrtime.bigint() / 1000n) / 1000,
  wall: () => wallTime(performance.timeOrigin + performance.now()),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, Math.min(Math.max(0, Math.ceil(delayMs)), MAX_TIMER_MS));
    // A scenario keeps no process alive.
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Milliseconds since 1970 as RFC 3339 with microseconds. */
export function wallTime(ms: number): string {
  const whole = Math.floor(ms);
  const us = Math.min(999, Math.floor((ms - whole) * 1000));
  return new Date(whole).toISOString().replace('Z', `${String(us).padStart(3, '0')}Z`);
}
