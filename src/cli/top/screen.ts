// A terminal as a screen of lines: alternate screen, hidden cursor, keys one by one. However the process ends, short of
// SIGKILL, the terminal is put back as it was. Sequences: xterm's ctlseqs, "DEC Private Mode Set".

import { emitKeypressEvents } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';

const ENTER = '\x1b[?1049h\x1b[?25l\x1b[H\x1b[2J';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** What the owner of a screen wants to know. */
export interface ScreenEvents {
  /** A key was pressed, such as "q" or "up". */
  readonly onKey: (key: string) => void;
  /** All must be drawn again: other size, or back from the background. */
  readonly onRedraw: () => void;
}

interface Key {
  readonly name?: string;
  readonly ctrl?: boolean;
  readonly sequence?: string;
}

/** A full screen on this process's terminal. */
export class Screen {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #events: ScreenEvents;
  #shown: string[] = [];
  #isOpen = false;

  constructor(events: ScreenEvents, input: ReadStream = process.stdin, output: WriteStream = process.stdout) {
    this.#events = events;
    this.#input = input;
    this.#output = output;
    // Also after an error that nobody caught.
    process.on('exit', this.#onExit);
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
    process.on('SIGTSTP', this.#onStop);
    process.on('SIGCONT', this.#onContinue);
    output.on('resize', this.#onResize);
    if (input.isTTY) {
      emitKeypressEvents(input);
      input.on('keypress', this.#onKeypress);
    }
    this.#enter();
  }

  /** Shows these lines: writes only those that are different from what is there. */
  draw(lines: readonly string[]): void {
    if (!this.#isOpen) return;
    let text = '';
    lines.forEach((line, index) => {
      if (this.#shown[index] !== line) text += `\x1b[${index + 1};1H\x1b[2K${line}`;
    });
    this.#shown = [...lines];
    if (text !== '') this.#output.write(text);
  }

  /** Puts the terminal back. */
  close(): void {
    this.#leave();
    process.off('exit', this.#onExit);
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
    process.off('SIGTSTP', this.#onStop);
    process.off('SIGCONT', this.#onContinue);
    this.#output.off('resize', this.#onResize);
    this.#input.off('keypress', this.#onKeypress);
    this.#input.pause();
  }

  #enter(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#shown = [];
    if (this.#input.isTTY) this.#input.setRawMode(true).resume();
    this.#output.write(ENTER);
  }

  #leave(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (this.#input.isTTY) this.#input.setRawMode(false);
    this.#output.write(LEAVE);
  }

  readonly #onExit = (): void => this.#leave();

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    this.#leave();
    process.exit(EXIT_CODES[signal as keyof typeof EXIT_CODES]);
  };

  readonly #onStop = (): void => {
    this.#leave();
    process.kill(process.pid, 'SIGSTOP');
  };

  readonly #onContinue = (): void => {
    this.#enter();
    this.#events.onRedraw();
  };

  readonly #onResize = (): void => {
    this.#shown = [];
    this.#output.write('\x1b[2J');
    this.#events.onRedraw();
  };

  readonly #onKeypress = (_text: string | undefined, { name, ctrl, sequence }: Key): void => {
    if (ctrl && name === 'c') this.#onSignal('SIGINT');
    else if (ctrl && name === 'z') this.#onStop();
    else this.#events.onKey(name ?? sequence ?? '');
  };
}
