// Runs a bridge in the foreground until it is told to stop or handed over: logs and the per-frame log go to stderr,
// statistics and the closing summary to stdout.

import type { Socket } from 'node:net';
import { getPriority, setPriority } from 'node:os';
import { Bridge } from '../control/bridge.ts';
import { Changes } from '../control/changes.ts';
import type { ControlServer } from '../control/serve-control.ts';
import type { Estate } from '../control/takeover/protocol.ts';
import { TcpbridgeError } from '../errors.ts';
import { LineWriter } from '../log/line-writer.ts';
import { jsonLogger, type Logger, textLogger } from '../log/logger.ts';
import { type Shard, takeShard } from '../topology/shard.ts';
import { makeTopology, type Topology } from '../topology/topology.ts';
import { onEndSignal } from './end-signal.ts';
import { keepHealth } from './health.ts';
import { logBridgeEvents } from './log-events.ts';
import type { RunRequest } from './run-request.ts';
import { StatsReport } from './stats-report.ts';
import { writeSummary } from './summary.ts';
import { readVersion } from './version.ts';

// The whole farewell must fit into 200 ms, so a reader that does not take our last words gets less than that.
const LAST_WORDS_MS = 60;
const CONTROL_NICENESS = 5;
// How long a process that took over waits for the port of its predecessor.
const SETTLE_MS = 5000;
const SETTLE_RETRY_MS = 50;

/** Why a bridge ends. */
interface Ending {
  readonly code: number;
  readonly reason: string;
  /** Another process has the connections now. */
  readonly handedOver?: boolean;
}

/** Runs what is requested, on a bridge that was started for it already if there is one; ends the process. */
export async function run(request: RunRequest, started?: Bridge): Promise<never> {
  const startedMs = performance.now();
  let end: (ending: Ending) => void = () => {};
  const ending = new Promise<Ending>((resolve) => {
    end = resolve;
  });
  onEndSignal((reason) => end({ code: 0, reason }));
  // The terminal is gone. With a file it means something else: follow-file.ts.
  if (request.topologyFile === undefined) process.on('SIGHUP', () => end({ code: 0, reason: 'SIGHUP' }));
  // Threads first: they load while the rest of this is set up.
  const bridge = started ?? new Bridge({ workers: request.workers, tapped: request.debug });
  const json = request.logFormat === 'json';
  const errors = new LineWriter(2, (count) => leftOut(count, json));
  const output = new LineWriter(1, (count) => leftOut(count, json));
  const log = json ? jsonLogger(errors) : textLogger(errors, { colour: wantsColour() });
  bridge.on('threadDied', (error) => {
    log.record('error', 'thread_died', `A forwarding thread died: ${error.stack ?? error.message}`);
    end({ code: 1, reason: 'thread died' });
  });

  const frameLog = request.debug ? await startFrameLog(bridge, errors, json) : undefined;
  const stats =
    request.statsIntervalMs === undefined
      ? undefined
      : new StatsReport(bridge, output, { json, intervalMs: request.statsIntervalMs });
  logBridgeEvents(bridge, log);
  const health = request.healthFile === undefined ? undefined : keepHealth(bridge, request.healthFile, log);
  const { changes, server } = await begin(bridge, { request, log, end });
  health?.set(bridge.waiting());
  preferFrames(log);
  // Nobody's first frame waits for this to load.
  const { Carrier } = await import('../control/carrier.ts');
  const carrier = new Carrier(bridge, { log });
  bridge.carrierOf = (key) => carrier.stateOf(key);
  const watch = request.topologyFile === undefined ? undefined : await followFile(changes, request, log);

  const { code, reason, handedOver = false } = await ending;
  log.record('info', 'stopping', handedOver ? 'Handed over to another process' : `Stopping (${reason})`, { reason });
  stats?.stop();
  watch?.close();
  // Carriers stay as they are: nobody's link flaps because a bridge is replaced.
  void carrier.close();
  if (handedOver) await server?.leave();
  else {
    health?.close();
    await server?.settle();
    // Counted before the connections close: afterwards every end is "waiting".
    const states = bridge.status();
    await Promise.all([bridge.close(), server?.close()]);
    writeSummary(output, bridge.status(), states, { json, seconds: (performance.now() - startedMs) / 1000 });
  }
  // Now that no thread copies frames any more.
  frameLog?.stop();
  await Promise.all([errors.drain(LAST_WORDS_MS), output.drain(LAST_WORDS_MS)]);
  // An orderly exit would first wait for whatever the thread pool still has to do: a write that nobody takes, or every
  // question that a name server leaves without an answer, ten seconds each.
  const { exitNow } = await import('../dataplane/sys/exit.ts');
  return exitNow(code);
}

interface Begun {
  readonly changes: Changes;
  /** None when a process that took over could not serve its API: the lab goes on. */
  readonly server: ControlServer | undefined;
}

/**
 * Brings the topology to life: from scratch, from a state file, or from another process. Whatever can fail because of
 * what was asked for is tried before the first machine is touched.
 */
async function begin(bridge: Bridge, context: Context): Promise<Begun> {
  const { request, log } = context;
  const stateFile = request.stateFile === undefined ? undefined : await openStateFile(request.stateFile);
  const kept = stateFile?.read();
  const changes = new Changes(bridge, stateFile);
  if (request.takeover || request.replace) {
    const { checkControl } = await import('../control/serve-control.ts');
    checkControl(request, log);
    const taken = request.takeover ? await takeOver(bridge, request, log) : undefined;
    if (taken !== undefined) return await settleIn(changes, { ...context, armed: taken.armed }, request.topology);
    if (request.replace && (await takePlace(bridge, request, kept))) return await settleIn(changes, context, undefined);
  }
  if (kept !== undefined) {
    const ignored = request.topologyFile === undefined ? '' : `; "${request.topologyFile}" is not looked at`;
    log.record('info', 'restored', `Topology restored from state file "${request.stateFile}"${ignored}`);
  }
  const topology = kept ?? request.topology ?? makeTopology([]);
  if (stateFile !== undefined && kept === undefined) await keepState(stateFile, topology);
  // Nobody's first frame waits for a control socket that nobody asked for by name.
  const server = isControlAsked(request) ? await serve(bridge, changes, context) : undefined;
  bridge.adopt(topology);
  logStart(topology, request, log);
  return { changes, server: server ?? (await serve(bridge, changes, context)) };
}

function isControlAsked({ control, listen, topologyFile }: RunRequest): boolean {
  return [control, listen, topologyFile, process.env.TCPBRIDGE_CONTROL || undefined].some((way) => way !== undefined);
}

/** Stops the running bridge and goes on in its place; false when there is none. */
async function takePlace(bridge: Bridge, request: RunRequest, kept: Topology | undefined): Promise<boolean> {
  const { rehearseTakeover } = await import('../control/takeover/rehearse.ts');
  const { retireRunning } = await import('./retire.ts');
  await bridge.ready();
  await rehearseTakeover(bridge);
  const before = await retireRunning(request.control);
  if (before === undefined) return false;
  bridge.adopt(kept ?? request.topology ?? before);
  return true;
}

/** After the lab runs here: nothing that goes wrong from here on may end it. `wanted` is applied, if there is one. */
async function settleIn(changes: Changes, context: Context, wanted: Topology | undefined): Promise<Begun> {
  const { request, log } = context;
  const { bridge } = changes;
  logStart(bridge.topology, request, log);
  let server: ControlServer | undefined;
  const deadlineMs = performance.now() + SETTLE_MS;
  while (server === undefined) {
    try {
      server = await serve(bridge, changes, context);
    } catch (error) {
      // The old process still has the port for as long as it takes to end.
      if (performance.now() > deadlineMs) {
        log.record('error', 'control_off', `No control: ${(error as Error).message}; the links go on`);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, SETTLE_RETRY_MS));
    }
  }
  try {
    const { steps } = await changes.apply(wanted ?? bridge.topology, { keepState: true });
    if (wanted !== undefined) {
      log.record(
        'info',
        'applied',
        `The topology given is applied: ${steps.length || 'no'} differences to the one taken over`,
        {
          steps,
        },
      );
    }
  } catch (error) {
    log.record(
      'error',
      'apply_failed',
      `Cannot apply the topology given: ${(error as Error).message}; the links go on`,
    );
  }
  return { changes, server };
}

async function openStateFile(path: string) {
  const { StateFile } = await import('../control/state-file.ts');
  return new StateFile(path);
}

async function keepState(stateFile: Awaited<ReturnType<typeof openStateFile>>, topology: Topology): Promise<void> {
  const { formatState } = await import('../control/state-file.ts');
  await stateFile.write(formatState(topology));
}

/** Goes on with what another process carries; undefined when there is none and something to start with instead. */
async function takeOver(bridge: Bridge, request: RunRequest, log: Logger): Promise<Estate | undefined> {
  const { takeEstate } = await import('../control/takeover/take.ts');
  const { rehearseTakeover } = await import('../control/takeover/rehearse.ts');
  const { chooseControlPath } = await import('../control/control-path.ts');
  // Everything is loaded before the old process lets go: the gap is as long as it takes to pass the descriptors.
  await bridge.ready();
  await rehearseTakeover(bridge);
  const takeover = tryTake(() => takeEstate(chooseControlPath(request.control)), request, log);
  if (takeover === undefined) return undefined;
  const { estate, confirm } = takeover;
  bridge.adopt(estate.topology, estate.handover);
  confirm();
  log.record('info', 'taken_over', `Took over ${sayCount(estate.topology)}`);
  return estate;
}

function tryTake<T>(take: () => T, request: RunRequest, log: Logger): T | undefined {
  try {
    return take();
  } catch (error) {
    const isAlone = error instanceof TcpbridgeError && error.code === 'takeover_nobody';
    if (!isAlone || request.topology === undefined) throw error;
    log.record('info', 'nobody_to_take_over', 'Nobody to take over from: starting from scratch');
    return undefined;
  }
}

function sayCount({ segments }: Topology): string {
  const { length } = segments;
  const hasSwitch = segments.some(({ kind }) => kind === 'switch');
  if (length === 1) return `1 ${hasSwitch ? 'switch' : 'link or hub'}`;
  return `${length} ${hasSwitch ? 'links, hubs and switches' : 'links and hubs'}`;
}

function logStart(topology: Topology, request: RunRequest, log: Logger): void {
  const { length } = topology.segments;
  const { shard, whole, workers } = request;
  const share = shard === undefined ? '' : ` of ${whole?.segments.length}, share ${shareText(shard)}`;
  log.record('info', 'started', `tcpbridge runs ${sayCount(topology)}${share}`, {
    segments: length,
    workers,
    pid: process.pid,
    ...(shard === undefined ? {} : { shard: shareText(shard), of: whole?.segments.length }),
  });
  for (const text of request.notes ?? []) log.record('warn', 'options_ignored', text);
}

function shareText({ k, n }: Shard): string {
  return `${k}/${n}`;
}

interface Context {
  readonly request: RunRequest;
  readonly log: Logger;
  readonly end: (ending: Ending) => void;
  /** What the process before this one kept in memory. */
  readonly armed?: Estate['armed'];
}

async function serve(bridge: Bridge, changes: Changes, { request, log, end, armed }: Context) {
  const { serveControl } = await import('../control/serve-control.ts');
  const { control, listen, tokenFile, hostNames, takeover = false, replace = false, workers, shard } = request;
  return await serveControl({
    bridge,
    changes,
    log,
    options: {
      version: readVersion(),
      workers,
      control,
      listen,
      tokenFile,
      hostNames,
      share: (whole) => takeShard(whole, shard),
      replaceSocket: takeover || replace,
      armed,
      onStop: () => end({ code: 0, reason: 'asked to stop' }),
      onTakeover: async (socket: Socket, kept: Estate['armed']) => {
        const { giveEstate } = await import('../control/takeover/give.ts');
        const given = await giveEstate(bridge, socket, kept);
        if (given) end({ code: 0, reason: 'handed over', handedOver: true });
        else log.record('warn', 'takeover_failed', 'Another process wanted to take over and failed; going on');
        return given;
      },
    },
  });
}

async function followFile(changes: Changes, request: RunRequest, log: Logger) {
  const { FileFollower } = await import('./follow-file.ts');
  return new FileFollower(changes, request, log);
}

/** From here on this thread only answers people; where processors are scarce, frames go first. */
function preferFrames(log: Logger): void {
  try {
    // Linux: of this thread alone (setpriority(2)); the forwarding threads keep what they started with.
    setPriority(Math.max(getPriority(), CONTROL_NICENESS));
  } catch (error) {
    log.record('debug', 'priority_kept', `Cannot lower the control thread's priority: ${(error as Error).message}`);
  }
}

async function startFrameLog(bridge: Bridge, writer: LineWriter, json: boolean) {
  // The decoder knows dozens of protocols: only who asked for it waits for it to load.
  const { FrameLog } = await import('./frame-log.ts');
  return new FrameLog(bridge, writer, { json });
}

function leftOut(count: number, json: boolean): string {
  return json
    ? JSON.stringify({ time: new Date().toISOString(), level: 'warn', event: 'lines_left_out', count })
    : `… ${count} lines left out`;
}

function wantsColour(): boolean {
  return process.stderr.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
}
