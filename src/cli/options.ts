// Options that several sub-commands have, and the rule for their environment variables: TCPBRIDGE_<COMMAND>_<OPTION>,
// except for what says which bridge is meant, which is the same for all commands.

import { Command, InvalidArgumentError, Option } from 'commander';
import { TcpbridgeError } from '../errors.ts';
import { parseDurationMs } from '../topology/duration.ts';
import { OUTPUT_FORMATS, type OutputFormat } from './output.ts';

/** Which bridge is meant. */
export interface ControlOptions {
  readonly control?: string;
  readonly tokenFile?: string;
}

/** How results are written. */
export interface OutputOptions {
  readonly output?: OutputFormat;
  /** The same, by its other name. */
  readonly format?: OutputFormat;
  /** False with --no-headers. */
  readonly headers: boolean;
  /** False with --no-color. */
  readonly color: boolean;
}

const WATCH_LIMITS = { minMs: 100, maxMs: 24 * 3_600_000 };
const DEFAULT_WATCH_MS = 2000;
const COMMON_VARIABLES: Readonly<Record<string, string>> = {
  control: 'TCPBRIDGE_CONTROL',
  'token-file': 'TCPBRIDGE_TOKEN_FILE',
};
// Other names that switch something off are not worth a guess.
const OFF = /^(|0|no|false|off)$/i;

/** Adds --control and --token-file. */
export function withControl(command: Command): Command {
  return command
    .option('--control <TARGET>', 'the running tcpbridge: path of its control socket, or http://HOST:PORT')
    .option('--token-file <FILE>', 'file with the token that HTTP needs');
}

/** Adds -o, --no-headers and --no-color. */
export function withOutput(command: Command, formats: readonly OutputFormat[] = OUTPUT_FORMATS): Command {
  return command
    .addOption(
      new Option('-o, --output <FORMAT>', 'how to write the result').choices(formats).default(undefined, 'table'),
    )
    .addOption(new Option('-f, --format <FORMAT>', 'the same as --output').choices(formats).hideHelp())
    .option('--no-headers', 'leave out the line with the names of the columns')
    .option('--no-color', 'write without colours, as with NO_COLOR');
}

/** Adds -w. */
export function withWatch(command: Command): Command {
  return command.option('-w, --watch [INTERVAL]', 'write again at this interval (default 2s)', parseInterval);
}

/** Adds --dry-run. */
export function withDryRun(command: Command): Command {
  return command.option('--dry-run', 'only say what would be done');
}

/** The interval of --watch in milliseconds, if it was given. */
export function watchIntervalMs(value: number | true | undefined): number | undefined {
  return value === true ? DEFAULT_WATCH_MS : value;
}

/** Reads an interval such as "2s". */
export function parseInterval(text: string): number {
  return asArgument(() => parseDurationMs(text, WATCH_LIMITS));
}

/** Reads a number that counts something. */
export function parseNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`Cannot use "${text}": write a number from 1`);
}

/** Runs a check of a value; what it says becomes the message about the option. */
export function asArgument<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof TcpbridgeError ? new InvalidArgumentError(error.message) : error;
  }
}

/** A command whose options have variables; so have those of the commands below it. */
export class VariableCommand extends Command {
  override createCommand(name?: string): VariableCommand {
    return new VariableCommand(name);
  }

  // Commander listens to a variable only if the option has it by now.
  override addOption(option: Option): this {
    const name = option.long?.slice('--'.length) ?? '';
    const path = [...this.#path(), name].join('_').replaceAll('-', '_').toUpperCase();
    if (!option.negate && !option.hidden) option.env(COMMON_VARIABLES[name] ?? path);
    return super.addOption(option);
  }

  // The name of the program first.
  #path(): string[] {
    const path: string[] = [];
    for (let command: Command | null = this; command !== null; command = command.parent) path.unshift(command.name());
    return path;
  }
}

/** Takes out of the environment what stands for nothing: commander takes any value of a switch for "on". */
export function dropUnsetVariables(command: Command, env: Record<string, string | undefined>): void {
  for (const option of command.options) {
    const value = option.envVar === undefined ? undefined : env[option.envVar];
    if (
      option.envVar !== undefined &&
      value !== undefined &&
      (value === '' || (option.isBoolean() && OFF.test(value)))
    ) {
      delete env[option.envVar];
    }
  }
  for (const child of command.commands) dropUnsetVariables(child, env);
}
