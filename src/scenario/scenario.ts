// A scenario as plain data: what is done to which links, and when. Times are milliseconds since it was started, without
// those in which it was paused.

import type { Direction } from '../topology/impairment.ts';
import type { ImpairmentsForm } from '../topology/impairments-form.ts';

/** Stands for all links, as long as no link is called so. */
export const ALL_LINKS = 'all';

/** What a step does to each of its links. */
export type Action =
  /** Says words of impairments anew, or with `isWhole` all of them. */
  | { readonly kind: 'impair'; readonly words: ImpairmentsForm; readonly isWhole: boolean }
  | { readonly kind: 'reset' | 'down' | 'up' }
  /** Down and up again, so many times. */
  | { readonly kind: 'flap'; readonly times: number; readonly downMs: number; readonly upMs: number }
  /** Words with "A -> B" go from A to B in equal steps. */
  | { readonly kind: 'ramp'; readonly words: ImpairmentsForm; readonly overMs: number; readonly resolutionMs: number };

/** A frame that a step waits for. */
export interface Trigger {
  readonly link: string;
  /** The filter that the frame matches. */
  readonly frame: string;
  /** The so many-th such frame, counted from when the trigger was armed. */
  readonly count: number;
  readonly direction?: Direction;
  /** Between the frame and what is done. */
  readonly afterMs: number;
}

/** One step. */
export interface ScenarioStep {
  /** What people call it. */
  readonly name: string;
  readonly links: readonly string[];
  readonly action: Action;
  /** When it is done first; with a trigger, from when on that counts. */
  readonly atMs: number;
  /** Again and again at this interval. */
  readonly everyMs?: number;
  /** How often; Infinity where nobody says. */
  readonly times: number;
  /** Not at or after this time any more. */
  readonly untilMs: number;
  /** What it did is undone after this time. */
  readonly forMs?: number;
  readonly on?: Trigger;
}

/** A whole scenario. */
export interface Scenario {
  readonly name: string;
  /** When it ends, if not before. */
  readonly untilMs: number;
  /** Whether its links are made as they were when it ends. */
  readonly restores: boolean;
  readonly steps: readonly ScenarioStep[];
}

/** All links that a scenario changes or watches. */
export function linksOfScenario({ steps }: Scenario): string[] {
  return [...new Set(steps.flatMap(({ links, on }) => (on === undefined ? links : [...links, on.link])))];
}

/** A step in a few words: "impair core west". */
export function describeStep({ action, links }: Pick<ScenarioStep, 'action' | 'links'>): string {
  return [action.kind, ...links].join(' ');
}
