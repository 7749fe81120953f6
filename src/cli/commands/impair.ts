// tcpbridge impair …: what links do to frames: say it, show it, take it back.

import type { Command } from 'commander';
import type { ControlClient } from '../../control/http/client.ts';
import type { AllImpairments, LinkImpairments } from '../../control/http/impairment-schemas.ts';
import type { ChangeReply } from '../../control/http/schemas.ts';
import { TcpbridgeError } from '../../errors.ts';
import { PRESETS } from '../../topology/impairment-presets.ts';
import { writeChange } from '../command.ts';
import { DIRECTION_COLUMNS, directionRows, PRESET_COLUMNS, tcLines } from '../impairment-columns.ts';
import {
  type ImpairmentOptions,
  isOneWay,
  readImpairmentOptions,
  withImpairmentOptions,
} from '../impairment-options.ts';
import { type ControlOptions, type OutputOptions, withControl, withDryRun, withOutput } from '../options.ts';
import { harmless, styleOf, writeResult } from '../output.ts';
import { connect } from '../remote.ts';
import { mergeChanges } from '../step-lines.ts';
import type { World } from '../world.ts';

type ChangeOptions = ControlOptions & OutputOptions & { readonly dryRun?: boolean };
type Options = ChangeOptions &
  ImpairmentOptions & {
    readonly show?: boolean;
    readonly tc?: boolean;
    readonly presets?: boolean;
    readonly replace?: boolean;
  };

/** Adds the command and the one below it. */
export function addImpair(program: Command, world: World): void {
  const command = program
    .command('impair')
    .description('make links delay, lose, damage and slow down frames; all delays are one-way')
    .argument('[LINK...]', 'which links; without one, those that are impaired are shown')
    .option('--show', 'only show what the links do')
    .option('--tc', 'show it as commands of tc')
    .option('--presets', 'list the presets')
    .option('--replace', 'this and nothing else, instead of changing what is named');
  withControl(withOutput(withDryRun(withImpairmentOptions(command)))).action(
    async (names: string[], options: Options) => {
      if (options.presets === true) return await showPresets(options, world);
      const wanted = readImpairmentOptions(options, options.replace === true);
      const isShow = options.show === true || options.tc === true;
      if (wanted === undefined && !isShow && (options.replace || options.aToB || options.bToA)) {
        throw new TcpbridgeError('option_invalid', {
          text: 'impair',
          expected: 'what the link shall do, such as --delay 20ms',
        });
      }
      if (wanted === undefined) return await show(names, options, world);
      if (isShow) {
        const text = options.show === true ? '--show' : '--tc';
        throw new TcpbridgeError('option_invalid', { text, expected: 'either that or what the link shall do' });
      }
      if (names.length === 0) throw new TcpbridgeError('option_invalid', { text: 'impair', expected: 'LINK, too' });
      const client = connect(options, world);
      // With --replace for one direction only, the other one stays.
      const isWhole = options.replace === true && !isOneWay(options);
      const distinct = await lookUp(names, client);
      await changeEach(distinct, options, world, async (name) =>
        isWhole
          ? await client.putImpairments(name, wanted, options)
          : await client.patchImpairments(name, wanted, options),
      );
      if (options.dryRun !== true) for (const name of distinct) world.note(seedLine(await client.impairments(name)));
    },
  );
  addReset(command, world);
}

function addReset(parent: Command, world: World): void {
  const command = parent
    .command('reset')
    .description('make links do nothing to frames')
    .argument('[LINK...]')
    .option('--all', 'all links')
    .option('--a-to-b', 'only from the first end to the second')
    .option('--b-to-a', 'only from the second end to the first');
  withControl(withOutput(withDryRun(command))).action(
    async (names: string[], options: ChangeOptions & ImpairmentOptions & { readonly all?: boolean }) => {
      if ((options.all === true) === names.length > 0) {
        throw new TcpbridgeError('option_invalid', { text: 'impair reset', expected: 'either LINK or --all' });
      }
      const client = connect(options, world);
      if (isOneWay(options)) {
        if (options.all)
          throw new TcpbridgeError('option_invalid', { text: '--all', expected: 'LINK with one direction' });
        const patch = options.aToB === true ? { 'a-to-b': null } : { 'b-to-a': null };
        const links = await lookUp(names, client);
        return await changeEach(
          links,
          options,
          world,
          async (name) => await client.patchImpairments(name, patch, options),
        );
      }
      const distinct = options.all === true ? [undefined] : await lookUp(names, client);
      await changeEach(distinct, options, world, async (name) => await client.resetImpairments(name, options));
    },
  );
}

// With one wrong name nothing is changed.
async function lookUp(names: readonly string[], client: ControlClient): Promise<string[]> {
  const distinct = [...new Set(names)];
  for (const name of distinct) await client.impairments(name);
  return distinct;
}

async function changeEach<T>(
  items: readonly T[],
  options: ChangeOptions,
  world: World,
  change: (item: T) => Promise<ChangeReply>,
): Promise<void> {
  const changes: ChangeReply[] = [];
  try {
    for (const item of items) changes.push(await change(item));
  } finally {
    // What was done before a failure is done.
    if (changes.length > 0) await writeChange(mergeChanges(changes), options, world);
  }
}

function seedLine({ link, impairments }: LinkImpairments): string {
  const seeds = Object.entries(impairments).map(([direction, words]) => `${direction} ${words?.seed}`);
  return seeds.length === 0 ? '' : harmless(`Seeds of ${link}: ${seeds.join(', ')}`).concat('\n');
}

async function show(names: readonly string[], options: Options, world: World): Promise<void> {
  const client = connect(options, world);
  const links = names.length === 0 ? await readAll(client) : await readSome(names, client);
  const { segments } = await client.status();
  const endsOf = new Map(segments.map(({ name, ends }) => [name, ends.map(({ endpoint }) => endpoint)]));
  const rows = directionRows(links, endsOf, names.length > 0);
  if (options.tc === true) {
    world.out(
      rows
        .flatMap(tcLines)
        .map((line) => `${harmless(line)}\n`)
        .join(''),
    );
    return;
  }
  const style = styleOf(options, world);
  if (rows.length === 0 && style.format === 'table') world.note('No link is impaired\n');
  const result = { document: { links }, columns: DIRECTION_COLUMNS, rows, names: links.map(({ link }) => link) };
  if (rows.length > 0 || style.format !== 'table') await writeResult(result, style, world);
}

async function readAll(client: ControlClient): Promise<LinkImpairments[]> {
  return (await client.request<AllImpairments>('GET', '/v1/impairments')).links;
}

async function readSome(names: readonly string[], client: ControlClient): Promise<LinkImpairments[]> {
  const links: LinkImpairments[] = [];
  for (const name of new Set(names)) links.push(await client.impairments(name));
  return links;
}

async function showPresets(options: Options, world: World): Promise<void> {
  const names = PRESETS.map(({ name }) => name);
  const result = { document: { presets: PRESETS }, columns: PRESET_COLUMNS, rows: PRESETS, names };
  await writeResult(result, styleOf(options, world), world);
}
