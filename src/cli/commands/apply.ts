// tcpbridge apply and tcpbridge diff: a topology file against the running bridge.

import type { Command } from 'commander';
import type { ChangeReply } from '../../control/http/schemas.ts';
import { readTopology, writeChange } from '../command.ts';
import { type ControlOptions, type OutputOptions, withControl, withDryRun, withOutput } from '../options.ts';
import { connect, exitCodeOf } from '../remote.ts';
import type { World } from '../world.ts';

interface Options extends ControlOptions, OutputOptions {
  readonly topology: string;
  readonly dryRun?: boolean;
}

const DIFFERENT_EXIT_CODE = 1;
const TROUBLE_EXIT_CODE = 2;

/** Adds both commands. */
export function addApply(program: Command, world: World): void {
  const apply = program
    .command('apply')
    .description('make the running topology the one of a file; links that both have are not touched')
    .requiredOption('-t, --topology <FILE>', 'topology file, or "-" for standard input');
  withControl(withOutput(withDryRun(apply))).action(async (options: Options) => {
    await writeChange(await send(options, world, options.dryRun === true), options, world);
  });

  const diff = program
    .command('diff')
    .description('compare the running topology with a file; exit code 1 when they differ')
    .requiredOption('-t, --topology <FILE>', 'topology file, or "-" for standard input');
  withControl(withOutput(diff)).action(async (options: Options) => {
    let change: ChangeReply;
    try {
      change = await send(options, world, true);
    } catch (error) {
      // As with diff(1), 1 means only one thing.
      if (exitCodeOf(error) === DIFFERENT_EXIT_CODE) world.exitCode = TROUBLE_EXIT_CODE;
      throw error;
    }
    await writeChange(change, { ...options, dryRun: true }, world);
    if (change.changed) world.exitCode = DIFFERENT_EXIT_CODE;
  });
}

async function send(options: Options, world: World, dryRun: boolean): Promise<ChangeReply> {
  const client = connect(options, world);
  const { topology } = await readTopology(options.topology, world);
  const { topologyToDocument } = await import('../../topology/file/document.ts');
  const text = JSON.stringify(topologyToDocument(topology));
  return await client.putTopology({ text, type: 'application/json' }, { dryRun });
}
