// tcpbridge mac: the addresses that switches have learned, and how to make them forget.

import { type Command, InvalidArgumentError } from 'commander';
import type { ControlClient, MacFilter } from '../../control/http/client.ts';
import type { LinkStatus } from '../../control/http/schemas.ts';
import type { Macs } from '../../control/http/switch-schemas.ts';
import { readMac } from '../../topology/mac-text.ts';
import { MAX_VLAN } from '../../topology/port-words.ts';
import { repeat } from '../command.ts';
import { formatDuration } from '../format.ts';
import {
  asArgument,
  type ControlOptions,
  type OutputOptions,
  watchIntervalMs,
  withControl,
  withOutput,
  withWatch,
} from '../options.ts';
import { type Column, styleOf, writeResult } from '../output.ts';
import { connect } from '../remote.ts';
import type { World } from '../world.ts';

type Options = ControlOptions & OutputOptions & MacFilter;

interface MacRow {
  readonly link: string;
  readonly mac: string;
  readonly vlan: number;
  readonly endpoint: string;
  readonly ageSeconds: number;
}

const COLUMNS: readonly Column<MacRow>[] = [
  { title: 'SWITCH', value: ({ link }) => link },
  { title: 'MAC', value: ({ mac }) => mac },
  { title: 'VLAN', value: ({ vlan }) => vlan, text: ({ vlan }) => (vlan === 0 ? '-' : String(vlan)) },
  { title: 'ENDPOINT', value: ({ endpoint }) => endpoint },
  { title: 'AGE', value: ({ ageSeconds }) => ageSeconds, text: ({ ageSeconds }) => formatDuration(ageSeconds) },
];

/** Adds the command and the one below it. */
export function addMac(program: Command, world: World): void {
  const command = program
    .command('mac')
    .description('show the addresses that switches have learned')
    .argument('[SWITCH]', 'only of this one');
  withControl(withWatch(withOutput(withFilter(command)))).action(
    async (name: string | undefined, options: Options & { readonly watch?: number | true }) => {
      const client = connect(options, world);
      const intervalMs = watchIntervalMs(options.watch);
      await repeat(intervalMs, world, async (turn) => {
        const names = name === undefined ? await switchesWith(client, options.endpoint) : [name];
        const rows: MacRow[] = [];
        for (const link of names) rows.push(...rowsOf(link, await client.macs(link, options)));
        const style = styleOf(options, world, intervalMs !== undefined);
        const headers = style.headers && (style.format !== 'csv' || turn === 0);
        await writeMacs(rows, { ...options, headers }, world, intervalMs !== undefined);
      });
    },
  );
  addFlush(command, world);
}

function addFlush(parent: Command, world: World): void {
  const command = parent
    .command('flush')
    .description('make a switch forget addresses: all, or those that fit; prints what it knew')
    .argument('<SWITCH>');
  withControl(withOutput(withFilter(command))).action(async (name: string, options: Options) => {
    const rows = rowsOf(name, await connect(options, world).flushMacs(name, options));
    await writeMacs(rows, options, world, false);
    world.note(`${rows.length === 1 ? 'One address' : `${rows.length} addresses`} forgotten\n`);
  });
}

function withFilter(command: Command): Command {
  return command
    .option('--mac <MAC>', 'only this address, such as 02:00:00:00:00:01 or 0200.0000.0001', (text) =>
      asArgument(() => readMac(text)),
    )
    .option('--vlan <N>', 'only those of this VLAN; 0: of none', readVlan)
    .option('--endpoint <ENDPOINT>', 'only those behind this endpoint');
}

async function writeMacs(rows: readonly MacRow[], options: OutputOptions, world: World, isStream: boolean) {
  const style = styleOf(options, world, isStream);
  const macs = rows.map(({ link, ...rest }) => ({ switch: link, ...rest }));
  const names = rows.map(({ mac }) => mac);
  await writeResult({ document: { macs }, columns: COLUMNS, rows, names }, style, world);
}

// All switches; with an endpoint the one that it is a port of, as it is written there.
async function switchesWith(client: ControlClient, endpoint: string | undefined): Promise<string[]> {
  const { links } = await client.request<{ links: LinkStatus[] }>('GET', '/v1/links');
  const switches = links.filter(({ kind }) => kind === 'switch');
  if (endpoint === undefined) return switches.map(({ name }) => name);
  const { endpointKey, parseEndpoint } = await import('../../topology/endpoint-spec.ts');
  const wanted = endpointKey(parseEndpoint(endpoint));
  return switches
    .filter(({ ends }) => ends.some((end) => endpointKey(parseEndpoint(end.endpoint)) === wanted))
    .map(({ name }) => name);
}

function rowsOf(link: string, { macs }: Macs): MacRow[] {
  return macs.map((entry) => ({ link, ...entry }));
}

function readVlan(text: string): number {
  const vlan = /^\d{1,4}$/.test(text) ? Number(text) : -1;
  if (vlan >= 0 && vlan <= MAX_VLAN) return vlan;
  throw new InvalidArgumentError(`Cannot use "${text}": write a VLAN from 1 to ${MAX_VLAN}, or 0 for none`);
}
