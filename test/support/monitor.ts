// The human monitor (HMP) of a QEMU machine over a unix socket: `info network`, `set_link p1 off` and the like.
// One command at a time: HMP has no request numbers, an answer ends where the next prompt begins.
import type { Socket } from 'node:net';
import { withDeadline } from './deadline.ts';

const PROMPT = '(qemu) ';

/** Sends commands to a QEMU monitor in the mode "readline". */
export class Monitor {
  readonly #socket: Socket;
  #received = '';
  #onText = (): void => {};
  #last: Promise<unknown>;

  constructor(socket: Socket) {
    this.#socket = socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      this.#received += text;
      this.#onText();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#onText());
    // The banner ends in the first prompt.
    this.#last = this.#answer();
    this.#last.catch(() => {});
  }

  /** Runs a monitor command and resolves to what it printed. */
  run(command: string, deadlineMs = 60_000): Promise<string> {
    const answer = this.#last.then(() => {
      this.#socket.write(`${command}\n`);
      return this.#answer();
    });
    this.#last = answer;
    answer.catch(() => {});
    return withDeadline(answer, deadlineMs, `the monitor's answer to "${command}"`);
  }

  async #answer(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#onText = () => {
        if (this.#received.endsWith(PROMPT)) resolve();
        else if (this.#socket.destroyed) reject(new Error('The machine has ended, its monitor is gone'));
      };
      this.#onText();
    });
    const text = this.#received.slice(0, -PROMPT.length);
    this.#received = '';
    // The first line is the command, echoed with the escape sequences of QEMU's line editor (util/readline.c).
    return text
      .slice(text.indexOf('\n') + 1)
      .replaceAll('\r', '')
      .trimEnd();
  }
}
