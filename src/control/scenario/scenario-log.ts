// What a scenario did and when, to the microsecond. Bounded: the newest entries are kept.

/** One thing that was done. */
export interface LogEntry {
  /** From 0. */
  readonly number: number;
  /** When it was done, by the wall clock: RFC 3339 with microseconds. */
  readonly time: string;
  /** The same moment by the monotonic clock of the host (CLOCK_MONOTONIC), in microseconds. */
  readonly monotonicUs: number;
  /** When it was due, when it was begun and when it was done: since the start of the scenario, without pauses. */
  readonly plannedMs: number;
  readonly beganMs: number;
  readonly doneMs: number;
  /** What people call the step. */
  readonly step: string;
  /** Index of the step; -1 for the end. */
  readonly index: number;
  /** Which time the step was done; from 0. */
  readonly occurrence: number;
  /** What was done, in words. */
  readonly did: string;
  /** Whether anything is different. */
  readonly changed: boolean;
  /** Why it could not be done. */
  readonly error?: string;
}

const KEPT_ENTRIES = 10_000;

/** The entries of one scenario. */
export class ScenarioLog {
  /** How many there were. */
  count = 0;
  /** How many of them are failures. */
  failed = 0;
  /** When the last one was done. */
  lastMs = 0;
  #kept: LogEntry[] = [];

  /** Adds an entry, and gives it its number. */
  add(entry: Omit<LogEntry, 'number'>): LogEntry {
    const numbered = { number: this.count++, ...entry };
    if (entry.error !== undefined) this.failed++;
    this.lastMs = entry.doneMs;
    this.#kept.push(numbered);
    // In large steps: moving all entries for each new one would cost more than they do.
    if (this.#kept.length > 2 * KEPT_ENTRIES) this.#kept = this.#kept.slice(-KEPT_ENTRIES);
    return numbered;
  }

  /** The entries that are kept, from this number on. */
  since(from: number): LogEntry[] {
    return this.#kept.filter(({ number }) => number >= from).slice(-KEPT_ENTRIES);
  }
}
