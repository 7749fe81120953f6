// A tcpbridge that is changed, taken over and restarted while traffic runs: one process after the other on the same links
// and the same control socket. Used by the cases `changes` and `takeover` and by `make soak`.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ControlClient } from '../src/control/http/client.ts';
import { bundle } from './machine.ts';

/** What a chain starts with. */
export interface ChainOptions {
  /** Links as --p2p takes them. */
  readonly links: readonly string[];
  /** The processor of all its processes; undefined leaves that to the kernel. */
  readonly cpu: number | undefined;
}

const START_MS = 60_000;
const END_MS = 30_000;
const ASK_AGAIN_MS = 5;
const WORDS_KEPT = 2000;

/** One tcpbridge at any time. */
export class BridgeChain {
  /** Rejects when a process ends that should not; never resolves. */
  readonly failure: Promise<never>;
  readonly #options: ChainOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), 'tcpbridge-bench-'));
  readonly #processes: BridgeProcess[] = [];
  #socketPath = this.#freshPath();
  #fail!: (error: Error) => void;
  #current: BridgeProcess;

  constructor(options: ChainOptions) {
    this.#options = options;
    this.failure = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.failure.catch(() => {});
    this.#current = this.#start(['--p2p', ...options.links]);
  }

  /** Asks the process that runs now. */
  get client(): ControlClient {
    return new ControlClient({ socketPath: this.#socketPath });
  }

  /** The process that runs now. */
  get pid(): number {
    return this.#current.pid;
  }

  /**
   * Resolves when the process that runs now can be controlled. The first request makes a process load its API, which takes
   * about as long as all else at the start: not to be called in the middle of a measurement.
   */
  async ready(): Promise<void> {
    const deadlineMs = Date.now() + START_MS;
    for (;;) {
      try {
        if ((await this.client.status()).pid === this.pid) return;
      } catch (error) {
        if (Date.now() > deadlineMs) throw error;
      }
      await Promise.race([pause(ASK_AGAIN_MS), this.failure]);
    }
  }

  /** A second process takes the sockets of the first, which leaves. Before the next one, see `ready`. */
  async takeOver(): Promise<void> {
    const before = this.#current;
    before.mayEnd = true;
    this.#current = this.#start(['run', '--takeover']);
    await this.#unlessFailed(this.#current.event('taken_over'));
    await this.#unlessFailed(before.ended(END_MS));
  }

  /** Stops the process as a service manager does, and starts another on the same links when it is gone. */
  async restart(): Promise<void> {
    const before = this.#current;
    before.mayEnd = true;
    before.terminate();
    await before.ended(END_MS);
    this.#current = this.#start(['--p2p', ...this.#options.links]);
    await this.#attached();
  }

  /** A planned restart: the next process loads, stops the one that runs, and connects anew the moment that is gone. */
  async replace(): Promise<void> {
    const before = this.#current;
    before.mayEnd = true;
    this.#current = this.#start(['run', '--replace']);
    await this.#unlessFailed(before.ended(END_MS));
    await this.#attached();
  }

  /** Ends it. */
  async stop(): Promise<void> {
    for (const one of this.#processes) {
      one.mayEnd = true;
      one.terminate();
    }
    await Promise.all(this.#processes.map((one) => one.ended(END_MS)));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #attached(): Promise<void> {
    await this.#unlessFailed(this.#current.event('attached', 2 * this.#options.links.length));
  }

  // Two processes at a time cannot serve the same socket, unless one takes it over.
  #freshPath(): string {
    return join(this.#folder, `control-${this.#processes.length}.sock`);
  }

  #start(args: readonly string[]): BridgeProcess {
    const environment = { ...process.env, TCPBRIDGE_CONTROL: this.#socketPath };
    const started = new BridgeProcess(args, this.#options.cpu, environment, (error) => this.#fail(error));
    this.#processes.push(started);
    return started;
  }

  async #unlessFailed(what: Promise<void>): Promise<void> {
    await Promise.race([what, this.failure]);
  }
}

class BridgeProcess {
  /** Whether its end is part of the plan. */
  mayEnd = false;
  readonly #child: ChildProcess;
  readonly #events = new Map<string, number>();
  #onEvent = (): void => {};
  readonly #closed: Promise<void>;
  #words = '';

  constructor(args: readonly string[], cpu: number | undefined, env: NodeJS.ProcessEnv, onFailure: (e: Error) => void) {
    const pin = cpu === undefined ? [] : ['taskset', '--cpu-list', String(cpu)];
    const [file, ...rest] = [...pin, process.execPath, bundle(), ...args, '--log-format', 'json'];
    this.#child = spawn(file!, rest, { stdio: ['ignore', 'ignore', 'pipe'], env });
    createInterface({ input: this.#child.stderr! }).on('line', (line) => this.#onLine(line));
    this.#child.once('error', onFailure);
    this.#closed = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        if (!this.mayEnd || (code !== 0 && signal === null)) {
          onFailure(new Error(`tcpbridge ended (${signal ?? `code ${code}`}): ${this.#words.trim()}`));
        }
        resolve();
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves when an event has been logged so many times. */
  async event(name: string, count = 1): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const giveUp = setTimeout(() => {
        const seen = this.#events.get(name) ?? 0;
        reject(new Error(`tcpbridge has logged "${name}" ${seen} times, not ${count}, in ${START_MS / 1000} s`));
      }, START_MS);
      this.#onEvent = () => {
        if ((this.#events.get(name) ?? 0) < count) return;
        clearTimeout(giveUp);
        resolve();
      };
      this.#onEvent();
    });
  }

  terminate(): void {
    this.#child.kill('SIGTERM');
  }

  async ended(withinMs: number): Promise<void> {
    const insist = setTimeout(() => this.#child.kill('SIGKILL'), withinMs);
    await this.#closed;
    clearTimeout(insist);
  }

  #onLine(line: string): void {
    const name = /"event":"(\w+)"/.exec(line)?.[1];
    if (name === undefined) {
      this.#words = `${this.#words}${line}\n`.slice(-WORDS_KEPT);
      return;
    }
    this.#events.set(name, (this.#events.get(name) ?? 0) + 1);
    this.#onEvent();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
