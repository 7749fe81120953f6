// tcpbridge mac: the addresses that switches have learned, and how to make them forget.

import { type Command, InvalidArgumentError } from 'commander';
import type { ControlClient, MacFilter } from '../../control/http/client.ts';
import type { LinkStatus } from '../../control/http/schemas.ts';
import type { Macs } from '../../control/http/switch-schemas.ts';
import { TcpbridgeError } from '../../errors.ts';
import { withAbsolutePath } from '../../topology/absolute-path.ts';
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

/** Nobody reads more. */
const MOST_SHOWN = 10_000;
/** A page of this length may have another one behind it. */
const PAGE = 10_000;

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
        const style = styleOf(options, world, intervalMs !== undefined);
        const isForPeople = style.format === 'table' || style.format === 'wide';
        const { rows, total } = await readRows(client, names, options, isForPeople ? MOST_SHOWN : Infinity);
        const headers = style.headers && (style.format !== 'csv' || turn === 0);
        await writeMacs(rows, { ...options, headers }, world, intervalMs !== undefined);
        if (total > rows.length) {
          const how = 'filter with --vlan, --endpoint or --mac, or write all with -o csv or -o json';
          world.note(`… and ${count(total - rows.length)} more: ${how}\n`);
        }
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
    const flushed = await connect(options, world).flushMacs(name, filterOf(options));
    await writeMacs(rowsOf(name, flushed), options, world, false);
    const { macs, total } = flushed;
    const shown = macs.length < total ? `; the first ${count(macs.length)} are listed` : '';
    world.note(`${total === 1 ? 'One address' : `${count(total)} addresses`} forgotten${shown}\n`);
  });
}

function withFilter(command: Command): Command {
  return command
    .option('--mac <MAC>', 'only this address, such as 02:00:00:00:00:01 or 0200.0000.0001', (text) =>
      asArgument(() => readMac(text)),
    )
    .option('--vlan <N>', 'only those of this VLAN; 0: of none', readVlan)
    .option('--endpoint <ENDPOINT>', 'only those behind this endpoint', (text: string) =>
      withAbsolutePath(text, process.cwd()),
    );
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
  const found = switches.filter(({ ends }) => ends.some((end) => endpointKey(parseEndpoint(end.endpoint)) === wanted));
  if (found.length > 0) return found.map(({ name }) => name);
  throw new TcpbridgeError('option_invalid', { text: endpoint, expected: 'an endpoint that is a port of a switch' });
}

// The bridge tells some at a time, so that nobody else waits for it.
async function readRows(client: ControlClient, names: readonly string[], options: Options, most: number) {
  const rows: MacRow[] = [];
  let total = 0;
  for (const link of names) {
    let after: string | undefined;
    do {
      const page = await client.macs(link, { ...filterOf(options), after });
      const last = page.macs.at(-1);
      if (after === undefined) total += page.total;
      for (const row of rowsOf(link, page)) if (rows.length < most) rows.push(row);
      after = last === undefined || page.macs.length < PAGE ? undefined : `${last.vlan}/${last.mac}`;
    } while (after !== undefined && rows.length < most);
  }
  return { rows, total };
}

function filterOf({ mac, vlan, endpoint }: MacFilter): MacFilter {
  return { mac, vlan, endpoint };
}

function count(number: number): string {
  return number.toLocaleString('en');
}

function rowsOf(link: string, { macs }: Macs): MacRow[] {
  return macs.map((entry) => ({ link, ...entry }));
}

function readVlan(text: string): number {
  const vlan = /^\d{1,4}$/.test(text) ? Number(text) : -1;
  if (vlan >= 0 && vlan <= MAX_VLAN) return vlan;
  throw new InvalidArgumentError(`Cannot use "${text}": write a VLAN from 1 to ${MAX_VLAN}, or 0 for none`);
}
