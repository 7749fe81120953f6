// Runs the built command as a user does, reads what it says, and sees to it that no process outlives its test.
// TCPBRIDGE_BIN names another file to run, for example a build of an earlier version.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { SegmentReport, Summary } from './accounting.ts';
import { addWitness, Condition } from './condition.ts';
import { LineReader } from './line-reader.ts';
import type { Peer } from './peer.ts';

/** One line of the log in JSON. */
export interface LogEvent {
  event: string;
  time: string;
  level: string;
  message: string;
  link?: string;
  endpoint?: string;
  reason?: string;
}

/** One statistics record on stdout. */
export type StatsRecord = SegmentReport & { event: 'stats' };

/** How a bridge ended. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  summary: Summary | undefined;
  elapsedMs: number;
}

/** Where the standard output and the log of the process go; the default is to this test. */
export interface BridgeOptions {
  stdout?: number;
  stderr?: number;
  /** The default is JSON. */
  logFormat?: 'json' | 'text';
  /** What the command is run by, such as nsenter(1) with its arguments; it must become the command. */
  launcher?: readonly string[];
}

const TAIL_LINES = 30;

/** A running tcpbridge process. */
export class Bridge {
  readonly pid: number;
  readonly events: LogEvent[] = [];
  readonly stats: StatsRecord[] = [];
  /** Lines of the log that are not JSON: the frames of --debug, or everything in text format. */
  readonly logLines: string[] = [];
  /** Lines on stdout that are not JSON. */
  readonly outLines: string[] = [];

  readonly #child: ChildProcess;
  readonly #condition = new Condition();
  readonly #tail: string[] = [];
  readonly #mayPrintText: boolean;
  #summary: Summary | undefined;
  #ended = false;
  #isEndWanted = false;

  constructor(t: TestContext, args: readonly string[], options: BridgeOptions = {}) {
    const format = options.logFormat === 'text' ? [] : ['--log-format', 'json'];
    this.#mayPrintText = options.logFormat === 'text' || args.includes('--debug');
    const [file, ...command] = [...(options.launcher ?? []), process.execPath, commandFile(), ...args, ...format];
    this.#child = spawn(file as string, command, {
      stdio: ['ignore', options.stdout ?? 'pipe', options.stderr ?? 'pipe'],
    });
    this.pid = this.#child.pid ?? 0;
    this.#child.stdout?.on('data', new LineReader((line) => this.#onOutLine(line)).push);
    this.#child.stderr?.on('data', new LineReader((line) => this.#onLogLine(line)).push);
    // "close" comes after the last byte of both streams, "exit" may come before.
    this.#child.on('close', () => {
      this.#ended = true;
      this.#condition.changed();
    });
    const withdraw = addWitness(() => this.#describe());
    t.after(async () => {
      withdraw();
      const endedByItself = this.#ended && !this.#isEndWanted;
      if (!this.#ended) this.#child.kill('SIGKILL');
      await this.#untilEnded();
      assert.ok(!endedByItself, `The bridge ended by itself: ${this.#describe()}`);
    });
  }

  /** Starts a bridge and waits until it says so. */
  static async start(t: TestContext, args: readonly string[], options: BridgeOptions = {}): Promise<Bridge> {
    const bridge = new Bridge(t, args, options);
    await bridge.event('started');
    return bridge;
  }

  /** The events of this kind so far, of one endpoint or of all. */
  eventsOf(kind: string, endpoint?: string): LogEvent[] {
    return this.events.filter(
      (event) => event.event === kind && (endpoint === undefined || event.endpoint === endpoint),
    );
  }

  /** Waits for the nth event of a kind, of one endpoint or of all, and returns it. */
  async event(kind: string, endpoint?: string, count = 1): Promise<LogEvent> {
    await this.until(
      () => this.eventsOf(kind, endpoint).length >= count,
      `event "${kind}" number ${count} of ${endpoint ?? 'any endpoint'}`,
    );
    return this.eventsOf(kind, endpoint)[count - 1] as LogEvent;
  }

  /** Waits until each of these machines has been attached this many times, and knows it. */
  async attached(peers: readonly Peer[], count = 1): Promise<void> {
    for (const peer of peers) {
      await this.event('attached', peer.endpoint, count);
      await peer.attached(count);
    }
  }

  /** Waits for a condition that an event, a statistics record or a line may make true. */
  async until(holds: () => boolean, what: string): Promise<void> {
    const holdsUnlessEnded = (): boolean => {
      if (holds()) return true;
      if (this.#ended) throw new Error(`The bridge ended before ${what}: ${this.#describe()}`);
      return false;
    };
    await this.#condition.until(holdsUnlessEnded, () => `${what} at the bridge`);
  }

  /** Waits for a statistics record to come that satisfies the condition, and returns it. */
  async nextStats(holds: (record: StatsRecord) => boolean, what: string): Promise<StatsRecord> {
    let searched = this.stats.length;
    await this.until(() => {
      while (searched < this.stats.length && !holds(this.stats[searched] as StatsRecord)) searched += 1;
      return searched < this.stats.length;
    }, `statistics that show ${what}`);
    return this.stats[searched] as StatsRecord;
  }

  /** Waits until this many more statistics records have come: the bridge's own clock. */
  async statsPass(count: number): Promise<void> {
    const before = this.stats.length;
    await this.until(() => this.stats.length >= before + count, `${count} more statistics records`);
  }

  /** Sends the signal and waits for the end. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    assert.ok(!this.#ended, `The bridge ended before the signal: ${this.#describe()}`);
    this.#isEndWanted = true;
    const sentAt = performance.now();
    this.#child.kill(signal);
    await this.#untilEnded();
    const { exitCode: code, signalCode } = this.#child;
    return { code, signal: signalCode, summary: this.#summary, elapsedMs: performance.now() - sentAt };
  }

  /** Waits for the end that another process brings about by taking over. */
  async handedOver(): Promise<Ended> {
    this.#isEndWanted = true;
    const startedAt = performance.now();
    await this.#untilEnded();
    const { exitCode: code, signalCode: signal } = this.#child;
    return { code, signal, summary: this.#summary, elapsedMs: performance.now() - startedAt };
  }

  /** Stops it, fails unless it ended as it should, and returns the summary. */
  async finish(signal: NodeJS.Signals = 'SIGTERM'): Promise<Summary> {
    const ended = await this.stop(signal);
    assert.deepEqual({ code: ended.code, signal: ended.signal }, { code: 0, signal: null }, this.#describe());
    if (!this.#mayPrintText) assert.deepEqual([...this.logLines, ...this.outLines], [], 'lines that are not JSON');
    assert.ok(ended.summary, `The bridge printed no summary: ${this.#describe()}`);
    return ended.summary;
  }

  async #untilEnded(): Promise<void> {
    await this.#condition.until(
      () => this.#ended,
      () => 'the end of the bridge',
    );
  }

  #onOutLine(line: string): void {
    this.#remember(line);
    const record = parseRecord(line) as { event?: string } | undefined;
    if (record?.event === 'stats') this.stats.push(record as StatsRecord);
    else if (record?.event === 'summary') this.#summary = record as Summary;
    else this.outLines.push(line);
    this.#condition.changed();
  }

  #onLogLine(line: string): void {
    this.#remember(line);
    const record = parseRecord(line) as LogEvent | undefined;
    if (record === undefined) this.logLines.push(line);
    else this.events.push(record);
    this.#condition.changed();
  }

  #remember(line: string): void {
    this.#tail.push(line.slice(0, 400));
    if (this.#tail.length > TAIL_LINES) this.#tail.shift();
  }

  #describe(): string {
    const { exitCode, signalCode } = this.#child;
    const state = this.#ended ? `ended with ${signalCode ?? exitCode}` : 'running';
    return [`bridge ${this.pid}: ${state}, its last lines:`, ...this.#tail].join('\n  ');
  }
}

/** The file that the tests run. */
export function commandFile(): string {
  const named = process.env.TCPBRIDGE_BIN;
  if (named !== undefined) return named;
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  const file = join(folder, 'dist', 'bin.js');
  assert.ok(existsSync(file), `"${file}" does not exist: run "npm run build" first`);
  return file;
}

function parseRecord(line: string): unknown {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
