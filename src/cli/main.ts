// Decides which command a command line is and leaves with its exit code.

import { LineWriter } from '../log/line-writer.ts';
import { parseCompat } from './compat.ts';
import { run } from './run.ts';

const EXIT_DRAIN_MS = 1000;

/** Runs the command line; ends the process itself. */
export async function main(argv: readonly string[]): Promise<void> {
  const parsed = parseCompat(argv);
  if (parsed.kind === 'run') {
    await run({ topology: parsed.topology, whole: parsed.wholeTopology, ...parsed.options });
    return;
  }
  for (const [fd, text] of [
    [1, parsed.stdout],
    [2, parsed.stderr],
  ] as const) {
    const writer = new LineWriter(fd, () => '');
    if (text !== '') writer.line(text.trimEnd());
    await writer.drain(EXIT_DRAIN_MS);
  }
  process.exit(parsed.code);
}
