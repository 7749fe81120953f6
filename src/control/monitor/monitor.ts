// A connection to a QEMU monitor, of either kind, for as long as a few commands take. QEMU serves one client per monitor
// and makes the next one wait without a word, so nobody may stay longer than needed.

/** An open monitor; every call rejects with a {@link MonitorError}. */
export interface Monitor {
  /** Plugs the cable of a netdev in, or pulls it. */
  setLink(netdev: string, isUp: boolean): Promise<void>;
  /** What `info network` prints. */
  infoNetwork(): Promise<string>;
  close(): void;
}

/** What went wrong with a monitor. */
export type MonitorFault =
  /** Nobody answers, or the name is not known. */
  | 'monitor_unreachable'
  /** The connection stands, but QEMU serves another client. */
  | 'monitor_busy'
  /** What is there does not speak as a monitor of this kind does. */
  | 'monitor_garbled'
  /** The connection ended, or an answer did not come in time. */
  | 'monitor_lost'
  /** QEMU refused the command: there is no such netdev. */
  | 'monitor_refused';

/** Why a monitor could not do what it was asked for; a state of the machine, not a mistake of the user. */
export class MonitorError extends Error {
  override readonly name = 'MonitorError';
  readonly fault: MonitorFault;

  constructor(fault: MonitorFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** How long to wait for what, in milliseconds. */
export interface MonitorDeadlines {
  readonly connectMs: number;
  /** Silence after connecting for which the monitor counts as busy. */
  readonly busyMs: number;
  /** How long to stay in line behind another client once that is known; 0 leaves at once. */
  readonly queueMs: number;
  readonly answerMs: number;
}

/** Deadlines for a monitor on the same host or network. */
export const MONITOR_DEADLINES: MonitorDeadlines = { connectMs: 3000, busyMs: 2000, queueMs: 0, answerMs: 5000 };

/** How to open a monitor. */
export interface MonitorOptions {
  readonly deadlines?: MonitorDeadlines;
  /** Hears that the monitor serves another client, when it is worth waiting for that one to leave. */
  readonly onBusy?: (() => void) | undefined;
  /** Gives up wherever it is. */
  readonly signal?: AbortSignal | undefined;
}
