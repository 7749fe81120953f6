// What is wrong with the wire, as data: each rule says every second what it finds, and whoever asks is told since when.

import { type CounterBlock, END_STATES, FIELD } from '../../channel/counters.ts';
import type { SegmentSpec } from '../../topology/topology.ts';
import type { FrameFacts } from './frame-facts.ts';

/** Codes of findings. Those of notices that a forwarding thread gives go by their own codes. */
export const LINT_CODES = [
  'duplicate_mac',
  'loop',
  'mtu_mismatch',
  'one_way',
  'wrong_neighbour',
  'wrong_port',
  'mac_moved',
  'storm',
  'mac_table_full',
] as const;
/** One of {@link LINT_CODES}. */
export type LintCode = (typeof LINT_CODES)[number];

/** Something that is wrong now. */
export interface Problem {
  readonly code: LintCode;
  readonly link: string;
  /** The end that it is about, as written; undefined when it is about all of them. */
  readonly endpoint?: string;
  readonly text: string;
}

/** The same with its beginning. */
export interface Finding extends Problem {
  /** RFC 3339 */
  readonly since: string;
}

/** An end of a running segment, as the rules see it. */
export interface WatchedEnd {
  readonly id: number;
  readonly endpoint: string;
  /** The same by the name that the topology has for the machine: "vr3/1" where the endpoint is "10.0.0.3/1". */
  readonly label: string;
  readonly counters: CounterBlock;
  /** The machine that it is an interface of, by the names that the topology has for it; empty when nobody can tell. */
  readonly names: readonly string[];
  /** The number of that interface, where it has one. */
  readonly interfaceNumber: number | undefined;
  readonly segment: WatchedSegment;
}

/** A running segment, as the rules see it. */
export interface WatchedSegment {
  readonly name: string;
  readonly kind: SegmentSpec['kind'];
  readonly isUp: boolean;
  readonly ends: readonly WatchedEnd[];
}

const ATTACHED = END_STATES.indexOf('attached');

/** Another number for every connection of an end, -1 while there is none: what was heard holds for one connection. */
export function connectionOf({ counters }: WatchedEnd): number {
  return counters[FIELD.state] === ATTACHED ? counters[FIELD.attaches]! : -1;
}

/** One thing that is looked for. */
export interface Rule {
  /** A frame that came in at an end; only some are shown. */
  onFrame?(end: WatchedEnd, facts: FrameFacts, nowMs: number): void;
  /** All that is wrong now; called once a second. */
  check(segments: readonly WatchedSegment[], nowMs: number): Problem[];
}
