// The processes that the demonstration consists of: starts them, waits for what they say, notices when one dies before
// its time, and leaves none behind. Used by demo/main.ts.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { RouterCommand, RouterEvent, RouterEventOf } from './messages.ts';

const STOP_WAIT_MS = 5_000;
const KEPT_LINES = 10;

/** One running process of the demonstration. */
export class Child {
  readonly name: string;
  readonly exited: Promise<void>;
  /** The last lines that it wrote, for the message when it fails. */
  readonly lastLines: string[] = [];
  stopping = false;
  readonly #process: ChildProcess;

  constructor(name: string, args: readonly string[], listens: boolean) {
    this.name = name;
    this.#process = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe', ...(listens ? ['ipc' as const] : [])],
    });
    // Also when it could not be started at all: then there is an error, and no exit.
    this.exited = new Promise((resolve) => {
      this.#process.once('exit', () => resolve());
      this.#process.once('error', () => resolve());
    });
    for (const stream of [this.#process.stdout!, this.#process.stderr!]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.lastLines.push(line);
        if (this.lastLines.length > KEPT_LINES) this.lastLines.shift();
      });
    }
  }

  /** How it ended, in words. */
  get ending(): string {
    const { exitCode, signalCode } = this.#process;
    return signalCode ? `ended by ${signalCode}` : `ended with exit code ${exitCode}`;
  }

  /** Whether it ended as it should after stop(). */
  get endedWell(): boolean {
    return this.#process.exitCode === 0;
  }

  /** Tells a router what to do. */
  send(command: RouterCommand): void {
    this.#process.send(command);
  }

  /** Calls back for everything that a router says, until the function that it returns is called. */
  onEvent(listener: (event: RouterEvent) => void): () => void {
    this.#process.on('message', listener);
    return () => this.#process.off('message', listener);
  }

  /** Waits for a router to say one of these; `what` completes the sentence "r1 did not …". */
  waitFor<Kind extends RouterEvent['kind']>(
    kinds: readonly Kind[],
    what: string,
    deadlineMs: number,
  ): Promise<RouterEventOf<Kind>> {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        this.#process.off('message', listener);
      };
      const listener = (event: RouterEvent) => {
        if (!(kinds as readonly string[]).includes(event.kind)) return;
        done();
        resolve(event as RouterEventOf<Kind>);
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`${this.name} did not ${what} within ${deadlineMs / 1000} seconds`));
      }, deadlineMs).unref();
      this.#process.on('message', listener);
    });
  }

  /** Ends it at once, for the moment when this process goes and nobody can wait any more. */
  kill(): void {
    this.stopping = true;
    this.#process.kill('SIGKILL');
  }

  /** Asks it to end, insists after a while, and returns when it has. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), STOP_WAIT_MS);
    await this.exited;
    clearTimeout(timer);
  }
}

/** Every process that was started, so that one place sees them fail and one place ends them. */
export class Processes {
  /** Rejects when a process ends unasked or says that it failed; never resolves. */
  readonly failure: Promise<never>;
  #reject: (error: Error) => void = () => undefined;
  readonly #children: Child[] = [];

  constructor() {
    this.failure = new Promise((_resolve, reject) => {
      this.#reject = reject;
    });
    this.failure.catch(() => undefined); // It may fail while nobody is waiting yet.
    process.on('exit', () => {
      for (const child of this.#children) child.kill();
    });
  }

  /** Runs a program with this Node; a router gets a channel for commands, every other program runs as from a shell. */
  start(name: string, args: readonly string[], role: 'router' | 'relay'): Child {
    const child = new Child(name, args, role === 'router');
    this.#children.push(child);
    child.onEvent((event) => {
      if (event.kind === 'failed') this.#reject(new Error(`${name}: ${event.message}`));
    });
    child.exited.then(() => {
      if (!child.stopping) this.#reject(new Error([`${name} ${child.ending}`, ...child.lastLines].join('\n  ')));
    });
    return child;
  }

  /** Ends all of them. */
  async stopAll(): Promise<void> {
    // All are marked before the first is waited for, so that none of them is taken for a failure.
    await Promise.all(this.#children.map((child) => child.stop()));
  }
}
