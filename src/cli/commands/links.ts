// tcpbridge links: all links, hubs and switches, one row each; with -o wide and -o csv one row for each of their ends.

import { type Command, Option } from 'commander';
import type { LinkStatus } from '../../control/http/schemas.ts';
import { repeat } from '../command.ts';
import { endColumns, endRows, LINK_COLUMNS, stateOf } from '../link-columns.ts';
import {
  type ControlOptions,
  type OutputOptions,
  watchIntervalMs,
  withControl,
  withOutput,
  withWatch,
} from '../options.ts';
import { type Style, styleOf, writeResult } from '../output.ts';
import { connect } from '../remote.ts';
import type { World } from '../world.ts';

interface Options extends ControlOptions, OutputOptions {
  readonly watch?: number | true;
  readonly state?: string;
}

/** Adds the command. */
export function addLinks(program: Command, world: World): void {
  const command = program
    .command('links')
    .alias('ls')
    .description('list links, hubs and switches')
    .addOption(new Option('--state <STATE>', 'only those in this state').choices(['up', 'waiting', 'down']));
  withControl(withWatch(withOutput(command))).action(async (options: Options) => {
    const client = connect(options, world);
    const intervalMs = watchIntervalMs(options.watch);
    await repeat(intervalMs, world, async (turn) => {
      const { links } = await client.request<{ links: LinkStatus[] }>('GET', '/v1/links');
      const shown = options.state === undefined ? links : links.filter((link) => stateOf(link) === options.state);
      const style = styleOf(options, world, intervalMs !== undefined);
      const headers = style.headers && (style.format !== 'csv' || turn === 0);
      await writeLinks(shown, { links: shown }, { ...style, headers }, world);
    });
  });
}

/** Writes links, hubs and switches; `document` is what JSON and YAML say. */
export async function writeLinks(
  links: readonly LinkStatus[],
  document: unknown,
  style: Style,
  world: World,
): Promise<void> {
  const names = links.map(({ name }) => name);
  if (style.format === 'wide' || style.format === 'csv') {
    await writeResult(
      { document, columns: endColumns(links, style.format), rows: endRows(links), names },
      style,
      world,
    );
  } else {
    await writeResult({ document, columns: LINK_COLUMNS, rows: links, names }, style, world);
  }
}
