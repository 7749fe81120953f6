// Puts the HTTP API in front of a running bridge: decides where it listens, and what is an error. The default control
// socket is a convenience, and a bridge runs without it; what somebody asked for must work.

import type { Socket } from 'node:net';
import { TcpbridgeError } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import type { Topology } from '../topology/topology.ts';
import type { Bridge } from './bridge.ts';
import type { ArmedRequest } from './capture/armed-capture.ts';
import { Captures } from './capture/captures.ts';
import type { Changes } from './changes.ts';
import { CONTROL_VARIABLE, chooseControlPath, NO_CONTROL } from './control-path.ts';
import { Drills } from './drill/drills.ts';
import type { Api } from './http/api.ts';
import { EventFeed } from './http/event-feed.ts';
import { isLoopback, parseListenAddress } from './http/listen-address.ts';
import { RateFeed } from './http/rate-feed.ts';
import { type RunningServer, type ServerOptions, startServer } from './http/server.ts';
import { Streams, type StreamsOptions } from './http/streams.ts';
import { readTokenFile } from './http/token-file.ts';
import { Lint } from './lint/lint.ts';
import { formatFindings, Metrics } from './metrics/exposition.ts';
import { watchFramesOf } from './scenario/frame-watch.ts';
import { ScenarioRunner } from './scenario/runner.ts';

/** How a bridge is controlled. */
export interface ControlOptions {
  readonly version: string;
  readonly workers: number;
  /** Path of the control socket, "none", or undefined for the environment variable or the default. */
  readonly control?: string | undefined;
  /** HOST:PORT; needs a token file. */
  readonly listen?: string | undefined;
  readonly tokenFile?: string | undefined;
  /** Names under which clients may know this machine. */
  readonly hostNames?: readonly string[] | undefined;
  /** Takes the control socket from the process that serves it now. */
  readonly replaceSocket?: boolean;
  readonly streams?: StreamsOptions;
  /** What this bridge carries of a whole topology; the default is all of it. */
  readonly share?: ((whole: Topology) => Topology) | undefined;
  /** What the process before this one kept in memory: it is kept again, from now on. */
  readonly armed?: ArmedRequest | undefined;
  /** Ends the bridge. */
  readonly onStop: () => void;
  /** Hands the bridge over; resolves with whether somebody else has it now. No change is made meanwhile. */
  readonly onTakeover?: (socket: Socket, armed: ArmedRequest | undefined) => Promise<boolean>;
}

/** What is to be controlled. */
export interface Controlled {
  readonly bridge: Bridge;
  readonly changes: Changes;
  readonly options: ControlOptions;
  readonly log: Logger;
}

/** The server, and what it did to the bridge for a while. */
export interface ControlServer extends RunningServer {
  /** Ends a drill: its link is as it was before. To be called while the bridge still runs; close() does it, too. */
  settle(): Promise<void>;
  /** Another process has the links: readers of captures get what was captured until then. */
  leave(): Promise<void>;
}

// A bridge that is to end is not held up for longer.
const SETTLE_MS = 2000;

/** Serves the API of `bridge`. Events are kept from the moment of the call. */
export async function serveControl({ bridge, changes, options, log }: Controlled): Promise<ControlServer> {
  const events = new EventFeed(bridge);
  const { version } = options;
  const startedAt = new Date();
  const lint = new Lint(bridge);
  const metrics = new Metrics(bridge, { version, startedAt });
  metrics.add(() => formatFindings(lint.counts));
  const scenarios = new ScenarioRunner(changes, watchFramesOf(bridge), {
    onState: (status) => bridge.emit('scenario', status),
    onEntry: (entry) => bridge.emit('scenarioStep', entry),
  });
  const api: Api = {
    bridge,
    changes,
    events,
    rates: new RateFeed(bridge),
    metrics,
    lint,
    scenarios,
    captures: new Captures(bridge, version),
    drills: new Drills(changes),
    streams: new Streams(options.streams),
    version,
    workers: options.workers,
    startedAt,
    share: options.share ?? ((whole) => whole),
    stop: options.onStop,
    onFailure: (error) => {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log.record('error', 'request_failed', `A request failed: ${text}`);
    },
  };
  try {
    const server = await listen(api, changes, options, log);
    // Whatever goes wrong with it shall not cost the control.
    if (options.armed !== undefined) await rearm(api, options.armed, log).catch(api.onFailure);
    const settle = async () => {
      const { promise, cancel } = pause(SETTLE_MS);
      await Promise.race([api.drills.close(), promise]);
      cancel();
    };
    return {
      addresses: server.addresses,
      settle,
      leave: async () => await api.captures.leave(),
      close: async () => {
        await settle();
        events.close();
        lint.close();
        scenarios.close();
        await server.close();
      },
    };
  } catch (error) {
    events.close();
    lint.close();
    api.streams.close();
    api.captures.close();
    throw error;
  }
}

/** Fails where `serveControl` would fail because of what was asked for, without opening anything. */
export function checkControl({ listen, tokenFile }: Pick<ControlOptions, 'listen' | 'tokenFile'>, log: Logger): void {
  const tcp = listen === undefined ? undefined : parseListenAddress(listen);
  if (tokenFile !== undefined) readToken(tokenFile, log);
  else if (tcp !== undefined) {
    throw new TcpbridgeError('listen_without_token', { text: tcp.text, isLoopback: isLoopback(tcp) });
  }
}

async function listen(api: Api, changes: Changes, options: ControlOptions, log: Logger): Promise<RunningServer> {
  const { path, isDefault } = choosePath(options.control);
  const { hostNames, onTakeover, replaceSocket = false } = options;
  const tcp = options.listen === undefined ? undefined : parseListenAddress(options.listen);
  const token = options.tokenFile === undefined ? undefined : readToken(options.tokenFile, log);
  const serverOptions: ServerOptions = {
    ...(tcp === undefined ? {} : { tcp }),
    ...(token === undefined ? {} : { token }),
    ...(hostNames === undefined ? {} : { hostNames }),
    ...(onTakeover === undefined ? {} : { onTakeover: (socket) => void giveAway(changes, socket, onTakeover, api) }),
  };
  if (path === undefined) return await startServer(api, serverOptions);
  const unix = { path, makeFolder: isDefault, replace: replaceSocket };
  try {
    return await startServer(api, { ...serverOptions, unix });
  } catch (error) {
    const isSocketError = error instanceof TcpbridgeError && /^control_/.test(error.code);
    if (!isDefault || !isSocketError) throw error;
    const hint = `give this one its own with --control PATH or ${CONTROL_VARIABLE}`;
    log.record('info', 'control_off', `No control socket: ${error.message}; or ${hint}`, { path });
    return await startServer(api, serverOptions);
  }
}

function choosePath(asked: string | undefined): { path: string | undefined; isDefault: boolean } {
  const path = chooseControlPath(asked);
  if (path === NO_CONTROL) return { path: undefined, isDefault: false };
  return { path, isDefault: asked === undefined && !process.env[CONTROL_VARIABLE] };
}

function readToken(path: string, log: Logger): string {
  return readTokenFile(path, (mode) =>
    log.record('warn', 'token_file_open', `Other users may read token file "${path}" (mode ${mode}): make it 0600`, {
      path,
      mode,
    }),
  );
}

/** What was kept stayed behind; what is to be kept did not. */
async function rearm({ bridge, captures }: Api, armed: ArmedRequest, log: Logger): Promise<void> {
  const { links, seconds } = armed;
  await captures.arm(armed);
  const text = `What the other process kept for "capture dump" is gone; the last ${seconds} s are kept from now on`;
  log.record('warn', 'capture_rearmed', text, { seconds, links });
  bridge.emit('captureRearmed', { seconds, links, text });
}

async function giveAway(
  changes: Changes,
  socket: Socket,
  onTakeover: (socket: Socket, armed: ArmedRequest | undefined) => Promise<boolean>,
  api: Api,
): Promise<void> {
  await api.drills.stop();
  const release = await changes.hold();
  try {
    // Whoever has the bridge makes the changes that still wait.
    if (await onTakeover(socket, api.captures.armed?.request)) return;
  } catch (error) {
    api.onFailure(error);
  }
  release();
}

function pause(ms: number): { readonly promise: Promise<void>; readonly cancel: () => void } {
  let cancel = (): void => {};
  const promise = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    cancel = () => clearTimeout(timer);
  });
  return { promise, cancel };
}
