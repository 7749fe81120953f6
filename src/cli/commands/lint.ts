// tcpbridge lint: what is wrong with the wire, one row per finding.

import type { Command } from 'commander';
import type { FindingReply } from '../../control/http/schemas.ts';
import { repeat } from '../command.ts';
import { FINDING_COLUMNS } from '../link-columns.ts';
import {
  type ControlOptions,
  type OutputOptions,
  watchIntervalMs,
  withControl,
  withOutput,
  withWatch,
} from '../options.ts';
import { styleOf, writeResult } from '../output.ts';
import { connect } from '../remote.ts';
import type { World } from '../world.ts';

type Options = ControlOptions & OutputOptions & { readonly watch?: number | true };

const FOUND_EXIT_CODE = 1;

/** Adds the command. */
export function addLint(program: Command, world: World): void {
  const command = program
    .command('lint')
    .description('tell what is wrong with the wire; exit code 1 when something is');
  withControl(withWatch(withOutput(command))).action(async (options: Options) => {
    const client = connect(options, world);
    const intervalMs = watchIntervalMs(options.watch);
    await repeat(intervalMs, world, async (turn) => {
      const document = await client.request<{ findings: FindingReply[] }>('GET', '/v1/lint');
      const { findings } = document;
      world.exitCode = findings.length === 0 ? 0 : FOUND_EXIT_CODE;
      const style = styleOf(options, world, intervalMs !== undefined);
      const headers = style.headers && (style.format !== 'csv' || turn === 0);
      const names = findings.map(({ link }) => link);
      await writeResult({ document, columns: FINDING_COLUMNS, rows: findings, names }, { ...style, headers }, world);
    });
  });
}
