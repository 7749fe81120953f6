// The tree of sub-commands, and what happens around each: help, errors, exit codes. The only file that runs commander.
//
// Exit codes: 0 done, 1 failed, 2 typed wrong, 3 no such bridge or link, 130 and 143 ended by SIGINT and SIGTERM.

import { type Command, CommanderError, type Option } from 'commander';
import { TcpbridgeError } from '../errors.ts';
import { addCommands } from './commands/all.ts';
import { parseCompat } from './compat.ts';
import { dropUnsetVariables, VariableCommand } from './options.ts';
import { exitCodeOf } from './remote.ts';
import { readVersion } from './version.ts';
import type { World } from './world.ts';

const USAGE_EXIT_CODE = 2;

const ENDING = `
A command line that begins with an option is that of the ancestor, xcon:

`;

/** The tree, with everything that commander would print or do itself turned into values and errors. */
export function makeProgram(world: World): Command {
  const program = new VariableCommand('tcpbridge')
    .description('The patch panel for virtual network labs: links, hubs and switches between virtual machines.')
    .usage('COMMAND [options]\n       tcpbridge --p2p LINK... [--hub ENDPOINT...] [--switch ENDPOINT...] [options]')
    .version(`tcpbridge ${readVersion()}`, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [COMMAND]', 'print help for a command')
    .showSuggestionAfterError()
    .enablePositionalOptions();
  addCommands(program, world);
  forEachCommand(program, (command) => {
    command
      .exitOverride()
      .configureHelp({ helpWidth: Math.min(world.columns, 120), optionDescription: describeOption })
      .configureOutput({
        writeOut: world.out,
        writeErr: world.note,
        // Written once, by whoever catches it.
        outputError: () => {},
        getOutHasColors: () => false,
        getErrHasColors: () => false,
      });
    if (command !== program) command.helpOption('-h, --help', 'print help');
  });
  return program;
}

/** What "tcpbridge --help" prints: the sub-commands, and the ancestor's options with their examples. */
export function fullHelp(world: World): string {
  const compat = parseCompat(['--help'], { columns: Math.min(world.columns, 120) });
  return makeProgram(world).helpInformation() + ENDING + (compat.kind === 'exit' ? compat.stdout : '');
}

/** Runs a command line that begins with a sub-command; resolves to the exit code. */
export async function runProgram(argv: readonly string[], world: World): Promise<number> {
  const program = makeProgram(world);
  dropUnsetVariables(program, process.env);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return world.exitCode;
  } catch (error) {
    return report(error, argv, world);
  }
}

function report(error: unknown, argv: readonly string[], world: World): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    // Help instead of a missing sub-command is all there is to say.
    if (error.code !== 'commander.help') world.note(`tcpbridge: error: ${sayUsage(error.message, argv)}\n`);
    return USAGE_EXIT_CODE;
  }
  const code = exitCodeOf(error);
  if (code === undefined) throw error;
  const { message } = error as Error;
  // Places in files stand at the beginning of the line, where editors look for them.
  const isPlaced =
    error instanceof TcpbridgeError && (error.code === 'topology_invalid' || error.code === 'scenario_invalid');
  world.note(`${isPlaced ? '' : 'tcpbridge: error: '}${message}\n`);
  return world.exitCode === 0 ? code : world.exitCode;
}

// "error: unknown option '--x'\n(Did you mean --y?)" -> 'Unknown option "--x"; perhaps you mean "--y"'
function sayUsage(message: string, argv: readonly string[]): string {
  const [first = '', hint = ''] = message.replace(/^error: /, '').split('\n');
  const text = `${first.charAt(0).toUpperCase()}${first.slice(1)}`.replaceAll("'", '"').replace(/\.$/, '');
  const suggestion = /^\(Did you mean (?:one of )?(.+)\?\)$/.exec(hint)?.[1];
  if (suggestion !== undefined) return `${text}; perhaps you mean "${suggestion}"`;
  const [command = ''] = argv;
  if (text.startsWith('Unknown command') && argv.length > 0 && command.includes('--')) {
    return `${text}; links are written with "--p2p ${command}"`;
  }
  return text;
}

// Every option has a variable: one sentence in the manual says so.
function describeOption({ description, argChoices, defaultValue, defaultValueDescription }: Option): string {
  const choices = argChoices === undefined ? '' : `: ${argChoices.join(', ')}`;
  const preset = defaultValueDescription ?? (typeof defaultValue === 'boolean' ? undefined : defaultValue);
  return `${description}${choices}${preset === undefined ? '' : ` (default ${preset})`}`;
}

function forEachCommand(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const child of command.commands) forEachCommand(child, visit);
}
