// Runs the C generator and reads its lines. `generator.c` says what the lines and the options mean.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** The traffic to make: options of `generator.c`, by their names there. */
export interface Traffic {
  readonly mode: 'paced' | 'flood' | 'ping-pong' | 'idle' | 'first';
  readonly links: number;
  readonly frameBytes?: number;
  /** Frames a second and link from end a. */
  readonly rate?: number;
  /** Frames a second and link from end b. */
  readonly backRate?: number;
  /** Frames per send; a QEMU machine sends one. */
  readonly batch?: number;
  readonly directions?: 1 | 2;
  readonly seconds?: number;
  readonly warmUpSeconds?: number;
  /** From the last end attached to the first frame: for relays that have more to connect than the ends. */
  readonly settleSeconds?: number;
}

/** A histogram's figures in nanoseconds. */
export interface Quantiles {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** The generator's last line. */
export interface GeneratorResult {
  readonly seconds: number;
  readonly latency_ns: Quantiles;
  readonly late_ns: Quantiles;
  readonly sent: number;
  readonly received: number;
  readonly lost: number;
  readonly out_of_order: number;
  readonly corrupt: number;
  readonly broken: number;
  /** Frames for other ends. */
  readonly foreign: number;
  readonly disconnects: number;
  readonly longest_gap_ns: number;
  readonly window_received: number;
  readonly frames_per_second: number;
  readonly bits_per_second: number;
  readonly relay_cpu_ns: number;
  readonly generator_cpu_ns: number;
  readonly relay_resident_bytes: number;
  readonly first_frame_ns: number;
}

/** What happened between two marks: `window.h`. */
export interface WindowFigures {
  readonly received: number;
  readonly longest_silence_ns: number;
  readonly longest_delay_ns: number;
  /** Frames missing, out of order or altered. */
  readonly damage: number;
}

/** The two TCP ports of one link. */
export type LinkPorts = readonly [a: number, b: number];

type Message = { listening?: LinkPorts[]; measuring_ns?: number; mark?: WindowFigures } & GeneratorResult;

/** A running generator. */
export class Generator {
  /** The ports that wait for a relay. */
  readonly listening: Promise<LinkPorts[]>;
  /** Resolves when all ends are attached and measuring has begun. */
  readonly measuring: Promise<void>;
  readonly result: Promise<GeneratorResult>;
  readonly #process: ChildProcess;
  readonly #marks: ReturnType<typeof deferred<WindowFigures>>[] = [];
  #failure: Error | undefined;

  constructor(binary: string, traffic: Traffic, cpu: number | undefined) {
    this.#process = spawn(binary, generatorArguments(traffic, cpu), { stdio: ['pipe', 'pipe', 'pipe'] });
    const listening = deferred<LinkPorts[]>();
    const measuring = deferred<void>();
    const result = deferred<GeneratorResult>();
    this.listening = listening.promise;
    this.measuring = measuring.promise;
    this.result = result.promise;
    let complaint = '';
    this.#process.stderr!.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    createInterface({ input: this.#process.stdout! }).on('line', (line) => {
      const message = JSON.parse(line) as Message;
      if (message.listening) listening.resolve(message.listening);
      else if (message.measuring_ns) measuring.resolve();
      else if (message.mark) this.#marks.shift()?.resolve(message.mark);
      else if (message.latency_ns) result.resolve(message);
    });
    const fail = (error: Error): void => {
      this.#failure = error;
      for (const waiting of [listening, measuring, result, ...this.#marks.splice(0)]) waiting.reject(error);
    };
    this.#process.stdin!.on('error', () => {});
    this.#process.once('error', fail);
    this.#process.once('close', (code) => fail(new Error(complaint.trim() || `The generator ended with code ${code}`)));
    // Whoever awaits one of the three sees the failure; the others must not end the process.
    for (const waiting of [this.listening, this.measuring, this.result]) waiting.catch(() => {});
  }

  /** Says which processes are the relay; measuring waits for this. */
  reportPids(pids: readonly number[]): void {
    this.#process.stdin!.write(`pids ${pids.join(' ')}\n`);
  }

  /** Ends a window and begins the next; resolves with what happened in the one that ended. */
  async mark(): Promise<WindowFigures> {
    if (this.#failure !== undefined) throw this.#failure;
    const mark = deferred<WindowFigures>();
    this.#marks.push(mark);
    this.#process.stdin!.write('mark\n');
    return await mark.promise;
  }

  /** Ends the measurement before its time. */
  stop(): void {
    this.#process.stdin!.write('stop\n');
  }

  /** Ends the generator at once. */
  kill(): void {
    this.#process.kill('SIGKILL');
  }
}

// Promise.withResolvers() came with Node 22.
function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: Error) => void } {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

function generatorArguments(traffic: Traffic, cpu: number | undefined): string[] {
  const values: Record<string, string | number | undefined> = {
    mode: traffic.mode,
    links: traffic.links,
    size: traffic.frameBytes,
    rate: traffic.rate,
    back: traffic.backRate,
    batch: traffic.batch,
    directions: traffic.directions,
    seconds: traffic.seconds,
    'warm-up': traffic.warmUpSeconds,
    settle: traffic.settleSeconds,
    cpu,
  };
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, String(value)]));
}
