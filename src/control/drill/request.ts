// What a drill is asked to do, as plain checked data.

import type { ChangeDeed } from '../../scenario/timeline.ts';

/** A drill as it is wanted. */
export interface DrillRequest {
  readonly link: string;
  readonly deed: ChangeDeed;
  /** The deed in words. */
  readonly change: string;
  /** A capture filter. */
  readonly flow: string;
  /** Links that are watched; none: all. */
  readonly watch: readonly string[];
  /** Links by which the flow leaves the lab; none: where it left before the change. */
  readonly to: readonly string[];
  readonly beforeMs: number;
  /** How long the link stays changed. */
  readonly forMs: number;
  /** How long the flow is watched after that. */
  readonly afterMs: number;
  readonly repeat: number;
}

/** What a drill says while it runs. */
export interface DrillProgress {
  readonly drill: number;
  readonly run: number;
  readonly runs: number;
  readonly phase: 'watching' | 'cut' | 'healed' | 'measured';
  readonly link: string;
  readonly change: string;
}
