// Runs a bridge in the foreground until SIGTERM or SIGINT: logs and the per-frame log go to stderr, statistics and the
// closing summary to stdout.

import { Bridge } from '../control/bridge.ts';
import { LineWriter } from '../log/line-writer.ts';
import { jsonLogger, type Logger, textLogger } from '../log/logger.ts';
import type { Shard } from '../topology/shard.ts';
import type { Topology } from '../topology/topology.ts';
import type { CompatOptions } from './compat.ts';
import { keepHealth } from './health.ts';
import { logBridgeEvents } from './log-events.ts';
import { StatsReport } from './stats-report.ts';
import { writeSummary } from './summary.ts';

// The whole farewell must fit into 200 ms, so a reader that does not take our last words gets less than that.
const LAST_WORDS_MS = 60;

/** Runs `topology`, which may be a share of `whole`; ends the process. */
export async function run(topology: Topology, options: CompatOptions, whole = topology): Promise<never> {
  const startedMs = performance.now();
  const json = options.logFormat === 'json';
  // Threads first: they load while the rest of this is set up.
  const bridge = Bridge.start(topology, { workers: options.workers, tapped: options.debug });
  const errors = new LineWriter(2, (count) => leftOut(count, json));
  const output = new LineWriter(1, (count) => leftOut(count, json));
  const log: Logger = json ? jsonLogger(errors) : textLogger(errors, { colour: wantsColour() });

  const frameLog = options.debug ? await startFrameLog(bridge, errors, json) : undefined;
  const stats =
    options.statsIntervalMs === undefined
      ? undefined
      : new StatsReport(bridge, output, { json, intervalMs: options.statsIntervalMs });
  logBridgeEvents(bridge, log);
  const health = options.healthFile === undefined ? undefined : keepHealth(bridge, options.healthFile, log);
  const { length } = topology.segments;
  const share = options.shard === undefined ? '' : ` of ${whole.segments.length}, share ${shareText(options.shard)}`;
  log.record('info', 'started', `tcpbridge runs ${length} ${length === 1 ? 'link or hub' : 'links and hubs'}${share}`, {
    segments: length,
    workers: options.workers,
    pid: process.pid,
    ...(options.shard === undefined ? {} : { shard: shareText(options.shard), of: whole.segments.length }),
  });

  const ending = new Promise<{ code: number; reason: string }>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve({ code: 0, reason: signal }));
    bridge.on('threadDied', (error) => {
      log.record('error', 'thread_died', `A forwarding thread died: ${error.stack ?? error.message}`);
      resolve({ code: 1, reason: 'thread died' });
    });
  });
  const { code, reason } = await ending;
  log.record('info', 'stopping', `Stopping (${reason})`, { reason });
  stats?.stop();
  frameLog?.stop();
  health?.close();
  // Counted before the connections close: afterwards every end is "waiting".
  const states = bridge.status();
  await bridge.close();
  writeSummary(output, bridge.status(), states, { json, seconds: (performance.now() - startedMs) / 1000 });
  const drained = await Promise.all([errors.drain(LAST_WORDS_MS), output.drain(LAST_WORDS_MS)]);
  if (drained.includes(false)) {
    // A write that is stuck in the thread pool would hold up an orderly exit for ever.
    const { exitNow } = await import('../dataplane/sys/exit.ts');
    exitNow(code);
  }
  process.exit(code);
}

function shareText({ k, n }: Shard): string {
  return `${k}/${n}`;
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
