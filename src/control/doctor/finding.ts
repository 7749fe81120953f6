// What the doctor finds: one sentence per check, and what to do about it where something is wrong.

import type { CarrierSpec } from '../../topology/carrier.ts';
import type { SegmentStatus } from '../segment-record.ts';

/** What was looked at. */
export type CheckName =
  | 'name'
  | 'port'
  | 'attachment'
  | 'path'
  | 'interface'
  | 'monitor'
  | 'descriptors'
  | 'privileges'
  | 'kernel'
  | 'bridge';

/** One finding. A `note` is worth knowing and nothing to worry about. */
export interface Finding {
  readonly check: CheckName;
  readonly level: 'ok' | 'note' | 'wrong';
  readonly message: string;
  readonly advice?: string;
}

/** All that was found about one endpoint. */
export interface EndpointDiagnosis {
  readonly endpoint: string;
  readonly link: string;
  readonly findings: readonly Finding[];
}

/** All that was found. */
export interface Diagnosis {
  readonly healthy: boolean;
  readonly endpoints: readonly EndpointDiagnosis[];
  /** About this machine, not about one endpoint. */
  readonly host: readonly Finding[];
}

/** One end as the running bridge tells of it. */
export type RunningEnd = Pick<SegmentStatus['ends'][number], 'endpoint' | 'state' | 'detail'>;

/** The running bridge as far as the doctor needs to know it. */
export interface RunningBridge {
  readonly pid: number;
  /** Whether its process is one of this machine, so that its sockets can be looked at. */
  readonly isLocal: boolean;
  readonly segments: readonly { readonly name: string; readonly ends: readonly RunningEnd[] }[];
}

/** An endpoint and what is known of it. */
export interface Patient {
  /** What the running bridge says; undefined when it does not have this endpoint, or there is none. */
  readonly end: RunningEnd | undefined;
  readonly pid: number | undefined;
  readonly carrier: CarrierSpec | undefined;
}

/**
 * Whether the running bridge listens there: it does from its start to its end, whoever comes and goes, unless it says
 * that it cannot.
 */
export function isListening(end: RunningEnd | undefined): boolean {
  return end !== undefined && !/^(starting$|cannot listen\b)/.test(end.detail);
}

/** Something as it should be. */
export function ok(check: CheckName, message: string): Finding {
  return { check, level: 'ok', message };
}

/** Something worth knowing. */
export function note(check: CheckName, message: string, advice?: string): Finding {
  return { check, level: 'note', message, ...(advice === undefined ? {} : { advice }) };
}

/** Something that keeps frames from passing, or a carrier from following. */
export function wrong(check: CheckName, message: string, advice: string): Finding {
  return { check, level: 'wrong', message, advice };
}
