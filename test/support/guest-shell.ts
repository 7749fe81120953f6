// The host's end of a test guest's command shell: scripts/guest/shell describes the lines that go over the serial port.
// Commands may run side by side; each gets its own output lines back as they appear, and its exit code at the end.
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { withDeadline } from './deadline.ts';

/** What a command in a guest came to. */
export interface CommandResult {
  code: number;
  /** Output and errors, in the order they were written. */
  output: string;
}

/** How long a command may take, and who wants its lines while it runs. */
export interface CommandOptions {
  timeoutMs?: number;
  onLine?: (line: string) => void;
}

interface Running {
  lines: string[];
  onLine: ((line: string) => void) | undefined;
  resolve: (result: CommandResult) => void;
  reject: (error: Error) => void;
}

/** Longest line that a terminal in line mode takes (termios(3), "Canonical and noncanonical mode"), its end not counted. */
const LINE_LIMIT_BYTES = 4095;

/** Runs commands in a guest over the socket of its serial port. */
export class GuestShell {
  /** Resolves to the number of NICs that the guest has found, once it takes commands. */
  readonly ready: Promise<number>;
  readonly #socket: Socket;
  readonly #running = new Map<string, Running>();
  #nextId = 1;
  #closed = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.ready = new Promise((resolve, reject) => {
      createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })
        .on('line', (line) => {
          const ready = /^tcpbridge-guest ready (\d+)$/.exec(line);
          if (ready) resolve(Number(ready[1]));
          else this.#onLine(line);
        })
        .on('close', () => {
          reject(new Error('The guest ended before its shell was ready'));
          this.#onClose();
        });
    });
    // Whoever waits for it gets the rejection; nobody else has to.
    this.ready.catch(() => {});
    socket.on('error', () => socket.destroy());
  }

  /** Runs a shell command; a process that it leaves in the background must not keep its output. */
  run(command: string, { timeoutMs = 60_000, onLine }: CommandOptions = {}): Promise<CommandResult> {
    const id = String(this.#nextId++);
    const line = `${id} ${Buffer.from(command).toString('base64')}\n`;
    if (line.length > LINE_LIMIT_BYTES)
      throw new Error(`Command of ${command.length} bytes is too long for a terminal`);
    if (this.#closed) return Promise.reject(new Error(`The guest has ended, it cannot run "${command}"`));
    const result = new Promise<CommandResult>((resolve, reject) => {
      this.#running.set(id, { lines: [], onLine, resolve, reject });
    });
    this.#socket.write(line);
    return withDeadline(result, timeoutMs, `"${command}" in the guest`).finally(() => this.#running.delete(id));
  }

  #onLine(line: string): void {
    const match = /^(\d+)(\.?) (.*)$/.exec(line);
    const running = match ? this.#running.get(match[1]!) : undefined;
    if (!match || !running) return;
    if (match[2] === '.') {
      running.resolve({ code: Number(match[3]), output: running.lines.join('\n') });
    } else {
      running.lines.push(match[3]!);
      running.onLine?.(match[3]!);
    }
  }

  #onClose(): void {
    this.#closed = true;
    for (const running of this.#running.values())
      running.reject(new Error('The guest ended in the middle of a command'));
  }
}
