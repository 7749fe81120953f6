// What all files of commands/ build upon: the frame around an action, and what several actions do alike.

import { styleText } from 'node:util';
import type { ChangeReply } from '../control/http/schemas.ts';
import { formatProblem } from '../errors.ts';
import type { ParsedTopology } from '../topology/file/parse.ts';
import type { OutputOptions } from './options.ts';
import { harmless, styleOf, writeResult } from './output.ts';
import { changeResult, describeStep, stepColour, summarizeChange } from './step-lines.ts';
import type { World } from './world.ts';

const CLEAR = '\x1b[H\x1b[2J\x1b[3J';

/** Reads a topology and tells about what was left out. */
export async function readTopology(file: string, world: World): Promise<ParsedTopology> {
  const { readTopologyFile } = await import('../topology/file/read.ts');
  const parsed = await readTopologyFile(file);
  for (const note of parsed.notes) world.note(`${formatProblem(note)}\n`);
  return parsed;
}

/** Writes what a change did or would do. */
export async function writeChange(
  change: ChangeReply,
  options: OutputOptions & { readonly dryRun?: boolean },
  world: World,
): Promise<void> {
  const style = styleOf(options, world);
  if (style.format !== 'table') return await writeResult(changeResult(change), style, world);
  for (const step of change.steps) {
    const line = harmless(describeStep(step));
    world.out(`${style.colour ? styleText(stepColour(step), line, { validateStream: false }) : line}\n`);
  }
  world.note(`${summarizeChange(change, options.dryRun === true)}\n`);
}

/** Runs `write` once, or with an interval again and again; on a terminal each time on a clean screen. */
export async function repeat(
  intervalMs: number | undefined,
  world: World,
  write: (turn: number) => Promise<void>,
): Promise<void> {
  for (let turn = 0; ; turn++) {
    if (intervalMs !== undefined && world.isTerminal) world.out(CLEAR);
    await write(turn);
    if (intervalMs === undefined) return;
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}
