// Decides which command a command line is and leaves with its exit code. What begins with an option is the ancestor's
// command line; everything else is a sub-command. Neither loads the parser of the other.

import type { Bridge } from '../control/bridge.ts';
import { SIGNAL_EXIT_CODES } from './end-signal.ts';
import { EXTCAP_WORD } from './extcap/script.ts';
import { readVersion } from './version.ts';
import { processWorld, writeOut } from './world.ts';

const EXIT_DRAIN_MS = 1000;

/** Runs the command line; ends the process itself. */
export async function main(argv: readonly string[]): Promise<void> {
  const [first] = argv;
  if (first === '__complete') {
    const { complete } = await import('./completion/complete.ts');
    await complete(argv.slice(1), process.env);
    process.exit(0);
  }
  if (first === EXTCAP_WORD) {
    const { answerExtcap } = await import('./extcap/answer.ts');
    const { out, note } = processWorld();
    const code = await answerExtcap(argv.slice(1), { env: process.env, out, note });
    return await leave(code, '', '');
  }
  if (first === '-h' || first === '--help') {
    const { fullHelp } = await import('./program.ts');
    return await leave(0, fullHelp(processWorld()), '');
  }
  if (first === '--version') return await leave(0, `tcpbridge ${readVersion()}`, '');
  if (first === undefined) {
    const { fullHelp } = await import('./program.ts');
    return await leave(2, '', fullHelp(processWorld()));
  }
  if (first.startsWith('-')) return await runCompat(argv);
  // A running bridge says goodbye first.
  if (first !== 'run') leaveOnSignals();
  const { runProgram } = await import('./program.ts');
  const code = await runProgram(argv, processWorld());
  // Whoever reads slowly gets everything all the same.
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))));
  process.exit(code);
}

async function runCompat(argv: readonly string[]): Promise<void> {
  const { run } = await import('./run.ts');
  const bridge = await startEarly(argv);
  const { parseCompat } = await import('./compat.ts');
  const parsed = parseCompat(argv);
  if (parsed.kind !== 'run') return await leave(parsed.code, parsed.stdout, parsed.stderr);
  await run({ topology: parsed.topology, whole: parsed.wholeTopology, ...parsed.options }, bridge);
}

/** A forwarding thread loads while the parser of the command line does, unless that may ask for another kind of one. */
async function startEarly(argv: readonly string[]): Promise<Bridge | undefined> {
  const isLink = argv.some((word) => /^--(p|hu)/.test(word));
  const asksForThreads = argv.some((word) => /^--[wd]/.test(word));
  if (!isLink || asksForThreads) return undefined;
  const { Bridge } = await import('../control/bridge.ts');
  return new Bridge();
}

async function leave(code: number, stdout: string, stderr: string): Promise<never> {
  await writeOut(1, stdout, EXIT_DRAIN_MS);
  await writeOut(2, stderr, EXIT_DRAIN_MS);
  process.exit(code);
}

function leaveOnSignals(): void {
  for (const [signal, code] of Object.entries(SIGNAL_EXIT_CODES)) process.once(signal, () => process.exit(code));
}
