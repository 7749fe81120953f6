// What a Bridge tells its owner: names and shapes of its events.

import type { NoticeCode } from '../channel/messages.ts';
import type { Problem } from './lint/finding.ts';
import type { Step } from './reconcile.ts';
import type { ScenarioStatus } from './scenario/runner.ts';
import type { LogEntry } from './scenario/scenario-log.ts';
import type { HealedEvent } from './setting-commands.ts';

/** Which end of which link, hub or switch. */
export interface EndEvent {
  readonly link: string;
  readonly endpoint: string;
}

/** Event name -> arguments. */
export interface BridgeEvents {
  /** A listening endpoint is open for its machine. */
  listening: [EndEvent & { readonly address: string }];
  /** An endpoint cannot be attached yet; said once per absence. */
  waiting: [EndEvent & { readonly reason: string }];
  /** A machine is attached. */
  attached: [EndEvent & { readonly peer: string }];
  /** A machine is gone. */
  detached: [EndEvent & { readonly reason: string }];
  /** A machine sent a length that cannot be one: its connection is reset. */
  streamBroken: [EndEvent & { readonly length: number }];
  /** A second client waits at a listening endpoint. */
  busy: [EndEvent];
  /** Something about the wire that a person should know. */
  notice: [{ readonly link: string; readonly endpoint?: string; readonly code: NoticeCode; readonly text: string }];
  /** The time of an impairment is over; whoever listens takes it out of the topology, otherwise the bridge does. */
  healed: [HealedEvent];
  /** Something about the wire is wrong, or is not wrong any more. */
  lint: [Problem & { readonly state: 'found' | 'cleared' }];
  /** Ends are about to be what a change makes them: the threads have been told, and take what is posted now next. */
  wired: [];
  /** After a takeover: what the other process kept in memory is gone, and the same is kept from now on. */
  captureRearmed: [{ readonly seconds: number; readonly links: readonly string[]; readonly text: string }];
  /** A scenario was started, paused, resumed, finished or stopped. */
  scenario: [ScenarioStatus];
  /** A scenario did something. */
  scenarioStep: [LogEntry];
  /** The topology was changed. */
  changed: [Step];
  /** Copies of frames can be taken from the tap rings. */
  tapped: [];
  /** A forwarding thread ended by itself, which never should be. */
  threadDied: [Error];
}
