// The scheduler of a scenario: time goes in, what is due comes out, in order. Pure: it asks no clock, and what it gives
// does not depend on how often it is asked.
//
//   begin ──▶ operations of one occurrence, the last of which may undo it
//     └─────▶ the next begin, at the interval of the step
//   arm ────▶ (the runner watches frames) ──▶ fire() ──▶ begin, and arm again while times are left

import type { ImpairmentsForm } from '../topology/impairments-form.ts';
import { wordsAt } from './ramp.ts';
import type { Scenario, ScenarioStep } from './scenario.ts';

/** Something to be done now. */
export interface Operation {
  /** When it was to be done. */
  readonly atMs: number;
  /** Index of its step. */
  readonly step: number;
  /** Which of the times that the step is done; from 0. */
  readonly occurrence: number;
  readonly what: Deed;
  /** Of what was postponed: when it was to be done first. */
  readonly plannedMs?: number;
}

/** A change of links. */
export type ChangeDeed =
  | { readonly kind: 'impair'; readonly words: ImpairmentsForm; readonly isWhole: boolean }
  | { readonly kind: 'reset' }
  | { readonly kind: 'down' }
  | { readonly kind: 'up' };

/** What an operation does. */
export type Deed =
  | ChangeDeed
  /** Makes the links as they were before this occurrence. */
  | { readonly kind: 'undo' }
  /** Begins and ends to watch for the frame of the step. */
  | { readonly kind: 'arm' }
  | { readonly kind: 'disarm' };

type Entry = Omit<Operation, 'what'> & { readonly what: Deed | { readonly kind: 'begin' }; readonly order: number };

/** Yields the operations of a scenario as time goes by. */
export class Timeline {
  readonly #scenario: Scenario;
  /** In the order in which it is due. */
  readonly #pending: Entry[] = [];
  readonly #timesLeft: number[];
  readonly #armed = new Set<number>();
  #order = 0;
  #nowMs = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#timesLeft = scenario.steps.map(({ times }) => times);
    for (const [index, { on, atMs, untilMs }] of scenario.steps.entries()) {
      if (on === undefined) this.#begin(index, 0, atMs);
      else {
        this.#add(index, 0, atMs, { kind: 'arm' });
        if (untilMs < scenario.untilMs) this.#add(index, 0, untilMs, { kind: 'disarm' });
      }
    }
  }

  /** When something is due next, be it the end; Infinity while only frames are waited for. */
  get nextMs(): number {
    const { untilMs } = this.#scenario;
    const next = this.#pending[0]?.atMs;
    if (next === undefined) return this.#armed.size > 0 ? untilMs : this.#nowMs;
    return Math.min(next, untilMs);
  }

  /** Whether nothing will be due any more. */
  get isDone(): boolean {
    if (this.#nowMs >= this.#scenario.untilMs) return true;
    return this.#pending.length === 0 && this.#armed.size === 0;
  }

  /** All that is due by now, in order; time does not go back. */
  take(nowMs: number): Operation[] {
    this.#nowMs = Math.max(this.#nowMs, nowMs);
    const due: Operation[] = [];
    for (let next = this.#pending[0]; next !== undefined && next.atMs <= this.#nowMs; next = this.#pending[0]) {
      if (next.atMs >= this.#scenario.untilMs) break;
      this.#pending.shift();
      const { order: _, what, ...place } = next;
      if (what.kind === 'begin') this.#expand(next);
      else if (this.#keepWatch(what, next.step)) due.push({ ...place, what });
    }
    return due;
  }

  /** What take() gave shall come again at this time. */
  postpone({ step, occurrence, what, atMs: plannedMs }: Operation, atMs: number): void {
    this.#add(step, occurrence, atMs, what, { plannedMs });
  }

  /** The frame that a step waits for has come. */
  fire(step: number, nowMs: number): void {
    const { on, times } = this.#scenario.steps[step]!;
    if (on === undefined || !this.#armed.delete(step)) return;
    const atMs = Math.max(nowMs, this.#nowMs);
    this.#begin(step, times - this.#timesLeft[step]!, atMs + on.afterMs);
    if (this.#timesLeft[step]! > 0) this.#add(step, 0, atMs, { kind: 'arm' });
    else this.#forgetDisarm(step);
  }

  // What will never be armed again holds up no end.
  #forgetDisarm(step: number): void {
    const index = this.#pending.findIndex((entry) => entry.step === step && entry.what.kind === 'disarm');
    if (index >= 0) this.#pending.splice(index, 1);
  }

  // Whether the operation still has a meaning.
  #keepWatch(what: Deed, step: number): boolean {
    const { untilMs } = this.#scenario.steps[step]!;
    if (what.kind === 'arm') {
      if (this.#nowMs >= untilMs) return false;
      this.#armed.add(step);
    }
    return what.kind === 'disarm' ? this.#armed.delete(step) : true;
  }

  #begin(step: number, occurrence: number, atMs: number): void {
    const { untilMs } = this.#scenario.steps[step]!;
    if (this.#timesLeft[step]! <= 0 || atMs >= untilMs) return;
    this.#timesLeft[step]!--;
    this.#add(step, occurrence, atMs, { kind: 'begin' });
  }

  #expand({ step: index, occurrence, atMs }: Entry): void {
    const step = this.#scenario.steps[index]!;
    for (const [offsetMs, what] of deedsOf(step)) this.#add(index, occurrence, atMs + offsetMs, what);
    if (step.forMs !== undefined) this.#add(index, occurrence, atMs + step.forMs, { kind: 'undo' });
    // Counted from the first one, so that no error adds up.
    if (step.everyMs !== undefined) this.#begin(index, occurrence + 1, step.atMs + (occurrence + 1) * step.everyMs);
  }

  #add(step: number, occurrence: number, atMs: number, what: Entry['what'], planned = {}): void {
    const entry: Entry = { atMs, step, occurrence, what, order: this.#order++, ...planned };
    let [low, high] = [0, this.#pending.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(entry, this.#pending[middle]!)) high = middle;
      else low = middle + 1;
    }
    this.#pending.splice(low, 0, entry);
  }
}

// Of two steps that are due at once, the one that is written first is done first.
function isBefore(one: Entry, other: Entry): boolean {
  return (
    one.atMs - other.atMs < 0 || (one.atMs === other.atMs && (one.step - other.step || one.order - other.order) < 0)
  );
}

function deedsOf({ action }: ScenarioStep): (readonly [offsetMs: number, what: Deed])[] {
  switch (action.kind) {
    case 'impair':
      return [[0, action]];
    case 'flap':
      return Array.from({ length: action.times }, (_, index) => index * (action.downMs + action.upMs)).flatMap(
        (offsetMs) =>
          [
            [offsetMs, { kind: 'down' }],
            [offsetMs + action.downMs, { kind: 'up' }],
          ] as const,
      );
    case 'ramp': {
      const { words, overMs, resolutionMs } = action;
      const count = Math.max(1, Math.ceil(overMs / resolutionMs));
      return Array.from({ length: count + 1 }, (_, index) => [
        (overMs * index) / count,
        { kind: 'impair', words: wordsAt(words, index / count), isWhole: false },
      ]);
    }
    default:
      return [[0, { kind: action.kind }]];
  }
}
