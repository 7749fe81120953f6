// From the monotonic clock, by which forwarding threads note when a frame passed, to the time of day that capture files
// have. One distance for a whole capture: frames keep their distances when somebody sets the clock.
import type { Instant } from '../../pcapng/pcapng-writer.ts';

const NS_PER_SECOND = 1e9;

/** Now, in nanoseconds of the monotonic clock. */
export function monotonicNow(): number {
  return Number(process.hrtime.bigint());
}

/** Returns the time of day of a monotonic time. Takes up to a millisecond: Date.now() tells the time when it changes. */
export function wallClock(): (monotonicNs: number) => Instant {
  const before = Date.now();
  let wallMs = before;
  while (wallMs === before) wallMs = Date.now();
  const baseNs = monotonicNow();
  const baseSeconds = Math.floor(wallMs / 1000);
  const baseRestNs = (wallMs % 1000) * 1e6;
  return (monotonicNs) => {
    const restNs = baseRestNs + Math.round(monotonicNs - baseNs);
    const more = Math.floor(restNs / NS_PER_SECOND);
    return { seconds: baseSeconds + more, nanoseconds: restNs - more * NS_PER_SECOND };
  };
}

/** The time of day in the words of ISO 8601. */
export function formatInstant({ seconds, nanoseconds }: Instant): string {
  return new Date(seconds * 1000 + nanoseconds / 1e6).toISOString();
}
