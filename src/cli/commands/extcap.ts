// tcpbridge extcap …: makes Wireshark list the links of the running bridge as interfaces.

import { chmodSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { TcpbridgeError } from '../../errors.ts';
import { findExtcapFolder } from '../extcap/folder.ts';
import { makeExtcapScript } from '../extcap/script.ts';
import type { World } from '../world.ts';

const NAME = 'tcpbridge';

interface ExtcapOptions {
  readonly dir?: string;
  readonly control?: string;
}

/** Adds the commands. */
export function addExtcap(program: Command, world: World): void {
  const command = program.command('extcap').description('make Wireshark list the links as interfaces');
  command
    .command('install')
    .description('put a program into the folder where Wireshark looks for interfaces')
    .option('--dir <PATH>', 'another folder than the one that the installed Wireshark names')
    .option('--control <TARGET>', 'the tcpbridge that is meant: path of its control socket')
    .action(({ dir, control }: ExtcapOptions) => {
      const path = install(resolve(dir ?? findExtcapFolder()), control);
      world.out(`${path}\n`);
      world.note('Wireshark and tshark list the links of a running tcpbridge when they start next\n');
    });
  command
    .command('uninstall')
    .description('take it away again')
    .option('--dir <PATH>', 'another folder than the one that the installed Wireshark names')
    .action(({ dir }: ExtcapOptions) => {
      rmSync(join(resolve(dir ?? findExtcapFolder()), NAME), { force: true });
    });
}

function install(folder: string, control: string | undefined): string {
  const path = join(folder, NAME);
  const where = control === undefined ? undefined : resolve(control);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, makeExtcapScript([process.execPath, realpathSync(process.argv[1]!)], where));
    chmodSync(path, 0o755);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new TcpbridgeError('capture_file_unusable', { path, reason: code ?? message }, { cause });
  }
  return path;
}
