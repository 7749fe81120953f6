// Text from and to a monitor that is not trusted: whatever it sends, however slowly, costs a bounded amount of memory and
// time. One reader at a time, as both protocols answer one command after the other.

import { connect, type Socket } from 'node:net';
import type { MonitorAddress } from '../../topology/carrier.ts';
import { MONITOR_DEADLINES, type MonitorDeadlines, MonitorError, type MonitorOptions } from './monitor.ts';

// `info network` of a machine with 128 interfaces takes 30 KiB.
const MAX_PENDING_CHARACTERS = 512 * 1024;

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOENT: 'no such socket',
  EACCES: 'permission denied',
  ENOTFOUND: 'name not known',
  EAI_AGAIN: 'name service does not answer',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'no answer',
  ECONNRESET: 'connection reset',
};

/** Where a piece of the text ends: the number of its characters, or -1 when the rest is still to come. */
export type FindEnd = (text: string) => number;

/** A connected monitor that says what it likes. */
export class MonitorSocket {
  readonly deadlines: MonitorDeadlines;
  readonly #socket: Socket;
  readonly #onBusy: (() => void) | undefined;
  #pending = '';
  #error: MonitorError | undefined;
  #wake = (): void => {};

  private constructor(socket: Socket, deadlines: MonitorDeadlines, { onBusy, signal }: MonitorOptions) {
    this.deadlines = deadlines;
    this.#socket = socket;
    this.#onBusy = onBusy;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#onText(text));
    socket.on('error', (error: NodeJS.ErrnoException) => this.#fail('monitor_lost', describe(error)));
    const onAbort = (): void => this.close();
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.on('close', () => {
      signal?.removeEventListener('abort', onAbort);
      this.#fail('monitor_lost', 'connection closed');
    });
  }

  /** Connects; rejects with `monitor_unreachable`. */
  static async connect(address: MonitorAddress, options: MonitorOptions): Promise<MonitorSocket> {
    const deadlines = options.deadlines ?? MONITOR_DEADLINES;
    const socket = address.kind === 'unix' ? connect(address.path) : connect(address.port, address.host);
    await untilConnected(socket, deadlines.connectMs, options.signal);
    socket.setNoDelay(true);
    // A host that died must not keep us in line for ever.
    socket.setKeepAlive(true, 5000);
    return new MonitorSocket(socket, deadlines, options);
  }

  write(text: string): void {
    this.#socket.write(text, 'latin1');
  }

  /** The first words of the monitor, for which a second client waits until the first one leaves. */
  async greeting(findEnd: FindEnd): Promise<string> {
    const { busyMs, queueMs } = this.deadlines;
    const greeting = await this.#take(findEnd, busyMs);
    if (greeting !== undefined) return greeting;
    if (this.#pending !== '') throw this.#closing('monitor_garbled', 'it does not greet as a QEMU monitor does');
    this.#onBusy?.();
    const late = queueMs > 0 ? await this.#take(findEnd, queueMs) : undefined;
    if (late !== undefined) return late;
    throw this.#closing('monitor_busy', 'it serves another client');
  }

  /** What the monitor says next, up to its end. */
  async answer(findEnd: FindEnd, what: string): Promise<string> {
    const answer = await this.#take(findEnd, this.deadlines.answerMs);
    return answer ?? Promise.reject(this.#closing('monitor_lost', `no answer to "${what}"`));
  }

  close(): void {
    this.#socket.destroy();
  }

  async #take(findEnd: FindEnd, deadlineMs: number): Promise<string | undefined> {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<string | undefined>((resolve, reject) => {
        timer = setTimeout(() => resolve(undefined), deadlineMs);
        this.#wake = () => {
          const end = findEnd(this.#pending);
          if (end >= 0) {
            const text = this.#pending.slice(0, end);
            this.#pending = this.#pending.slice(end);
            resolve(text);
          } else if (this.#error !== undefined) reject(this.#error);
        };
        this.#wake();
      });
    } finally {
      clearTimeout(timer);
      this.#wake = () => {};
    }
  }

  #onText(text: string): void {
    if (this.#error !== undefined) return;
    this.#pending += text;
    if (this.#pending.length > MAX_PENDING_CHARACTERS) {
      this.#pending = '';
      this.#fail('monitor_garbled', 'it sends far more than any answer has');
      this.close();
      return;
    }
    this.#wake();
  }

  #closing(fault: MonitorError['fault'], message: string): MonitorError {
    this.close();
    return new MonitorError(fault, message);
  }

  #fail(fault: MonitorError['fault'], message: string): void {
    this.#error ??= new MonitorError(fault, message);
    this.#wake();
  }
}

function untilConnected(socket: Socket, deadlineMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: NodeJS.ErrnoException): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.off('connect', onConnect).off('error', onError);
      if (error === undefined) {
        resolve();
        return;
      }
      // What comes after the first error interests nobody.
      socket.on('error', () => {});
      socket.destroy();
      reject(new MonitorError('monitor_unreachable', describe(error)));
    };
    const onConnect = (): void => settle();
    const onError = (error: NodeJS.ErrnoException): void => settle(error);
    const onAbort = (): void => settle(new Error('given up'));
    const timer = setTimeout(() => settle(Object.assign(new Error(), { code: 'ETIMEDOUT' })), deadlineMs);
    socket.once('connect', onConnect).once('error', onError);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
  });
}

function describe(error: NodeJS.ErrnoException): string {
  // Several addresses, several failures: the first one speaks for all.
  const first = error instanceof AggregateError ? (error.errors[0] as NodeJS.ErrnoException) : error;
  return WORDS[first.code ?? ''] ?? first.code ?? first.message;
}
