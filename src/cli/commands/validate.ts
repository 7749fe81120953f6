// tcpbridge validate: everything that is wrong with topology files, and what is left out of them. Needs no running bridge.

import { type Command, Option } from 'commander';
import { formatProblem, TcpbridgeError, type TopologyProblem } from '../../errors.ts';
import { countKinds, formatKinds, type KindCounts } from '../format.ts';
import type { World } from '../world.ts';

interface Verdict extends KindCounts {
  readonly file: string;
  readonly valid: boolean;
  readonly errors: readonly TopologyProblem[];
  readonly notes: readonly TopologyProblem[];
}

const INVALID_EXIT_CODE = 2;

/** Adds the command. */
export function addValidate(program: Command, world: World): void {
  program
    .command('validate')
    .description('check topology files; exit code 2 when one is wrong')
    .argument('<FILE...>', 'topology files, or "-" for standard input')
    .addOption(new Option('-o, --output <FORMAT>', 'how to write the result').choices(['text', 'json']).default('text'))
    .action(async (files: string[], { output }: { output: 'text' | 'json' }) => {
      const verdicts: Verdict[] = [];
      for (const file of files) verdicts.push(await judge(file));
      if (verdicts.some(({ valid }) => !valid)) world.exitCode = INVALID_EXIT_CODE;
      if (output === 'json') world.out(`${JSON.stringify({ files: verdicts }, undefined, 2)}\n`);
      else for (const verdict of verdicts) world.out(describe(verdict));
    });
}

async function judge(file: string): Promise<Verdict> {
  const { readTopologyFile } = await import('../../topology/file/read.ts');
  try {
    const { topology, notes } = await readTopologyFile(file);
    return { file, valid: true, ...countKinds(topology.segments), errors: [], notes };
  } catch (error) {
    if (!(error instanceof TcpbridgeError)) throw error;
    const problem = { file, line: 0, column: 0, path: '', message: error.message };
    const errors = isInvalid(error) ? error.details.problems : [problem];
    return { file, valid: false, ...countKinds([]), errors, notes: [] };
  }
}

function isInvalid(error: TcpbridgeError): error is TcpbridgeError<'topology_invalid'> {
  return error.code === 'topology_invalid';
}

function describe({ file, valid, errors, notes, ...counts }: Verdict): string {
  const lines = [
    ...errors.map((error) => formatProblem(error)),
    ...notes.map((note) => `${formatProblem(note)} (note)`),
  ];
  if (valid) lines.push(`${file}: valid, ${formatKinds(counts)}`);
  return lines.map((line) => `${line}\n`).join('');
}
