// What `run` is asked to do, whichever command line it was read from.

import type { Shard } from '../topology/shard.ts';
import type { Topology } from '../topology/topology.ts';
import type { LogFormat } from './compat.ts';

/** A bridge to be run in the foreground. */
export interface RunRequest {
  /** What this instance carries; undefined only with `takeover` or `replace`: whatever the running bridge carries. */
  readonly topology: Topology | undefined;
  /** All of the topology, of which `topology` may be a share. */
  readonly whole: Topology | undefined;
  readonly shard?: Shard | undefined;
  /** Where the topology was read from, for SIGHUP and `watch`. */
  readonly topologyFile?: string | undefined;
  /** Applies the file whenever it is saved. */
  readonly watch?: boolean;
  /** Path of the control socket, or "none"; undefined: from the environment, or the default. */
  readonly control?: string | undefined;
  /** HOST:PORT of the API on TCP. */
  readonly listen?: string | undefined;
  readonly tokenFile?: string | undefined;
  /** Names by which clients of the API know this machine. */
  readonly hostNames?: readonly string[] | undefined;
  readonly stateFile?: string | undefined;
  /** Goes on with the sockets of the bridge that serves the control socket now. */
  readonly takeover?: boolean;
  /** Stops the bridge that serves the control socket now, and starts the moment it is gone. */
  readonly replace?: boolean;
  /** What is to be said about the command line. */
  readonly notes?: readonly string[];
  readonly workers: number;
  readonly debug: boolean;
  readonly statsIntervalMs: number | undefined;
  readonly logFormat: LogFormat;
  readonly healthFile: string | undefined;
}
