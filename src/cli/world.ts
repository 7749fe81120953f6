// What a sub-command knows of the world around it: environment, output, terminal. Tests pass their own.

import { LineWriter } from '../log/line-writer.ts';

/** Where a command reads its environment and writes its results. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a person reads the results as they come. */
  readonly isTerminal: boolean;
  /** Whether results may have colours. */
  readonly hasColour: boolean;
  readonly columns: number;
  readonly rows: number;
  /** Writes results. */
  readonly out: (text: string) => void;
  /** Writes what is not a result: notes and errors. */
  readonly note: (text: string) => void;
  /** Ends the command with this code once it is done; the default is 0. */
  exitCode: number;
}

const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

/** The world of this process. */
export function processWorld(): World {
  const { stdout, stderr, env } = process;
  // Whoever reads may leave at any time, as head(1) does.
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  };
  stdout.on('error', onError);
  stderr.on('error', onError);
  return {
    env,
    isTerminal: stdout.isTTY === true,
    hasColour: stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
    get columns() {
      return stdout.columns ?? DEFAULT_COLUMNS;
    },
    get rows() {
      return stdout.rows ?? DEFAULT_ROWS;
    },
    out: (text) => stdout.write(text),
    note: (text) => stderr.write(text),
    exitCode: 0,
  };
}

/** Writes a text to a descriptor as a whole, and waits for it no longer than `deadlineMs`. */
export async function writeOut(fd: number, text: string, deadlineMs: number): Promise<void> {
  const writer = new LineWriter(fd, () => '');
  if (text !== '') writer.line(text.trimEnd());
  await writer.drain(deadlineMs);
}
