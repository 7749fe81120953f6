// A real terminal: a tmux server of the test's own, whose screen can be read and to which keys can be sent.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { runCommand, tryCommand } from './command.ts';
import { DEADLINE_MS } from './condition.ts';

const LOOK_AGAIN_MS = 50;

/** A terminal with a shell in it. */
export class Terminal {
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  /** Opens a terminal in which this command runs. */
  static async open(
    t: TestContext,
    command: string,
    { columns = 110, rows = 20, env = {} }: { columns?: number; rows?: number; env?: Record<string, string> } = {},
  ): Promise<Terminal> {
    const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-tmux-'));
    const terminal = new Terminal(join(folder, 'socket'));
    t.after(async () => {
      await terminal.#tmux('kill-server').catch(() => {});
      rmSync(folder, { recursive: true, force: true });
    });
    const variables = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    const size = ['-x', String(columns), '-y', String(rows)];
    await terminal.#tmux('-f', '/dev/null', 'new-session', '-d', ...size, ...variables, command);
    return terminal;
  }

  /** What is on the screen, without white space at the ends of lines. */
  async screen(): Promise<string> {
    const { stdout } = await tryCommand('tmux', ['-S', this.#socket, 'capture-pane', '-p']);
    return stdout;
  }

  /** What the terminal is in: "1" when it shows the alternate screen, and "1" when it shows the cursor. */
  async modes(): Promise<{ isAlternate: boolean; hasCursor: boolean }> {
    const text = await this.#tmux('display-message', '-p', '#{alternate_on} #{cursor_flag}');
    const [alternate, cursor] = text.split(' ');
    return { isAlternate: alternate === '1', hasCursor: cursor === '1' };
  }

  /** Types keys; names such as "Enter", "C-c" and "Tab" are keys, everything else is text. */
  async type(...keys: string[]): Promise<void> {
    await this.#tmux('send-keys', ...keys);
  }

  /** Changes the size of the terminal. */
  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** Waits until the screen shows this, and returns the screen. */
  async shows(pattern: RegExp): Promise<string> {
    const deadlineMs = performance.now() + DEADLINE_MS;
    for (;;) {
      const screen = await this.screen();
      if (pattern.test(screen)) return screen;
      if (performance.now() > deadlineMs) throw new Error(`Waited for ${pattern} on the screen:\n${screen}`);
      await pause(LOOK_AGAIN_MS);
    }
  }

  async #tmux(...args: string[]): Promise<string> {
    return await runCommand('tmux', ['-S', this.#socket, ...args]);
  }
}
