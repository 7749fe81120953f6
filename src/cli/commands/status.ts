// tcpbridge status: the running bridge in one row.

import type { Command } from 'commander';
import { repeat } from '../command.ts';
import { FINDING_COLUMNS, STATUS_COLUMNS } from '../link-columns.ts';
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

/** Adds the command. */
export function addStatus(program: Command, world: World): void {
  const command = program.command('status').description('show the running tcpbridge');
  withControl(withWatch(withOutput(command))).action(async (options: Options) => {
    const client = connect(options, world);
    const intervalMs = watchIntervalMs(options.watch);
    await repeat(intervalMs, world, async (turn) => {
      const status = await client.status();
      const style = styleOf(options, world, intervalMs !== undefined);
      const headers = style.headers && (turn === 0 || world.isTerminal);
      const result = { document: status, columns: STATUS_COLUMNS, rows: [status], names: [status.name ?? 'tcpbridge'] };
      await writeResult(result, { ...style, headers }, world);
      const { findings = [] } = status;
      // For people; a document has them inside, and CSV has one kind of row.
      if (findings.length === 0 || (style.format !== 'table' && style.format !== 'wide')) return;
      world.out('\n');
      await writeResult({ document: [], columns: FINDING_COLUMNS, rows: findings, names: [] }, style, world);
    });
  });
}
