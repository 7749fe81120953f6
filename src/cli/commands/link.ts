// tcpbridge link …: one link, hub or switch at a time, while frames flow on all others.

import { Argument, type Command } from 'commander';
import type { ChangeReply, LinkPatch, LinkStatus } from '../../control/http/schemas.ts';
import { withAbsolutePath } from '../../topology/absolute-path.ts';
import { readSwitch, switchTexts } from '../../topology/switch-words.ts';
import { writeChange } from '../command.ts';
import { endColumns, endRows } from '../link-columns.ts';
import { type ControlOptions, type OutputOptions, withControl, withDryRun, withOutput } from '../options.ts';
import { styleOf, writeResult } from '../output.ts';
import { connect } from '../remote.ts';
import { mergeChanges } from '../step-lines.ts';
import { type PortOptions, readPortOptions, withPortOptions } from '../switch-options.ts';
import type { World } from '../world.ts';
import { addLinkAdd } from './link-add.ts';
import { addLinkPort, addLinkSet } from './link-port.ts';

type Options = ControlOptions & OutputOptions & { readonly dryRun?: boolean };

/** Adds the command and those below it. */
export function addLink(program: Command, world: World): void {
  const link = program.command('link').description('show or change one link, hub or switch');
  addShow(link, world);
  addLinkAdd(link, world);
  addChange(link, world, 'remove', 'remove links, hubs and switches').alias('rm');
  addChange(link, world, 'up', 'let frames pass again');
  addChange(link, world, 'down', 'stop all frames, as if the cable were pulled');
  addRewire(link, world);
  addJoin(link, world);
  addLeave(link, world);
  addLinkPort(link, world);
  addLinkSet(link, world);
}

function addShow(parent: Command, world: World): void {
  const command = parent
    .command('show')
    .description('show one link, hub or switch with all its ends')
    .argument('<LINK>');
  withControl(withOutput(command)).action(async (name: string, options: Options) => {
    const link: LinkStatus = await connect(options, world).link(name);
    const style = styleOf(options, world);
    await writeResult(
      { document: link, columns: endColumns([link], style.format), rows: endRows([link]), names: [link.name] },
      style,
      world,
    );
    if (link.kind !== 'switch' || (style.format !== 'table' && style.format !== 'wide')) return;
    const settings = [...switchTexts(readSwitch(link.switch ?? {}))].map(([name, text]) => `${name} ${text}`);
    world.out(`\n${settings.join(', ')}\n`);
  });
}

function addChange(parent: Command, world: World, action: 'remove' | 'up' | 'down', description: string): Command {
  const command = parent.command(action).description(description).argument('<LINK...>');
  return withControl(withOutput(withDryRun(command))).action(async (names: string[], options: Options) => {
    const client = connect(options, world);
    const distinct = [...new Set(names)];
    // With one wrong name nothing is changed.
    for (const name of distinct) await client.link(name);
    const changes: ChangeReply[] = [];
    try {
      for (const name of distinct) {
        changes.push(
          action === 'remove'
            ? await client.deleteLink(name, options)
            : await client.patchLink(name, { state: action }, options),
        );
      }
    } finally {
      // What was done before a failure is done.
      if (changes.length > 0) await writeChange(mergeChanges(changes), options, world);
    }
  });
}

function addRewire(parent: Command, world: World): void {
  const command = parent
    .command('rewire')
    .description('move one end of a link to another endpoint, between two frames')
    .argument('<LINK>')
    .addArgument(new Argument('<END>', 'the end that moves').choices(['a', 'b']))
    .argument('<ENDPOINT>');
  withControl(withOutput(withDryRun(command))).action(
    async (name: string, end: 'a' | 'b', endpoint: string, options: Options) => {
      const patch: LinkPatch = { [end]: withAbsolutePath(endpoint, process.cwd()) };
      await writeChange(await connect(options, world).patchLink(name, patch, options), options, world);
    },
  );
}

function addJoin(parent: Command, world: World): void {
  const command = parent
    .command('join')
    .description('add a member to a hub or switch; of a switch with settings of its port')
    .argument('<LINK>')
    .argument('<ENDPOINT>');
  withControl(withOutput(withDryRun(withPortOptions(command)))).action(
    async (name: string, endpoint: string, options: Options & PortOptions) => {
      const port = readPortOptions(options);
      const change = await connect(options, world).addMember(name, withAbsolutePath(endpoint, process.cwd()), {
        ...options,
        port,
      });
      await writeChange(change, options, world);
    },
  );
}

function addLeave(parent: Command, world: World): void {
  const command = parent
    .command('leave')
    .description('remove a member from a hub or switch')
    .argument('<LINK>')
    .argument('<ENDPOINT>');
  withControl(withOutput(withDryRun(command))).action(async (name: string, endpoint: string, options: Options) => {
    const member = withAbsolutePath(endpoint, process.cwd());
    await writeChange(await connect(options, world).deleteMember(name, member, options), options, world);
  });
}
