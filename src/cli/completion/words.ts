// The tree of commands as completion needs it. Pure: what commander knows -> plain data, from which bash.ts, zsh.ts and
// fish.ts make their scripts.

import type { Command, Option } from 'commander';

/** What can stand in a place: words that are known, files, or names that the running bridge knows. */
export type Source =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'files' | 'links' | 'switches' | 'endpoints' | 'nothing' };

/** An option of a command. */
export interface OptionWords {
  readonly short: string | undefined;
  readonly long: string;
  readonly description: string;
  /** What its value can be; undefined for a switch. */
  readonly value: Source | undefined;
}

/** A command, and those below it. */
export interface CommandWords {
  /** With the names of the commands above it, without that of the program. */
  readonly path: readonly string[];
  readonly aliases: readonly string[];
  readonly description: string;
  readonly options: readonly OptionWords[];
  /** One per place; the last one counts for all places after it, too, if the command takes more. */
  readonly places: readonly Source[];
  readonly isVariadic: boolean;
  readonly children: readonly CommandWords[];
}

const NOTHING: Source = { kind: 'nothing' };
// The names of places and values in the help tell what they are.
const SOURCES: Readonly<Record<string, Source>> = {
  FILE: { kind: 'files' },
  OUT: { kind: 'files' },
  PATH: { kind: 'files' },
  TARGET: { kind: 'files' },
  LINK: { kind: 'links' },
  SWITCH: { kind: 'switches' },
  ENDPOINT: { kind: 'endpoints' },
};

/** What only the program knows: the types of events. */
export interface MoreWords {
  readonly eventTypes: readonly string[];
}

/** The words of a command. */
export function commandWords(command: Command, more: MoreWords, path: readonly string[] = []): CommandWords {
  const places = command.registeredArguments.map((place) => sourceOf(place.argChoices, place.name()));
  const children = command.commands.map((child) => commandWords(child, more, [...path, child.name()]));
  return {
    path,
    aliases: command.aliases(),
    description: command.description(),
    options: [
      ...command.options.filter(({ hidden }) => !hidden).map((option) => optionWords(option, more)),
      { short: '-h', long: '--help', description: 'print help', value: undefined },
    ],
    places,
    isVariadic: command.registeredArguments.at(-1)?.variadic ?? false,
    children,
  };
}

/** The program with the options of the ancestor's command line, which has no command. */
export function withOptions(
  root: CommandWords,
  options: readonly Pick<OptionWords, 'long' | 'description'>[],
): CommandWords {
  const own = new Set(root.options.map(({ long }) => long));
  const more = options
    .filter(({ long }) => !own.has(long))
    .map((option) => ({ ...option, short: undefined, value: NOTHING }));
  return { ...root, options: [...root.options, ...more] };
}

/** A command and all below it, from the top. */
export function allCommands(command: CommandWords): CommandWords[] {
  return [command, ...command.children.flatMap(allCommands)];
}

function optionWords(
  { short, long, description, argChoices, flags, required }: Option,
  { eventTypes }: MoreWords,
): OptionWords {
  const name = /<([^>.]+)/.exec(flags)?.[1] ?? '';
  if (name === 'TYPE') return { short, long: long ?? '', description, value: { kind: 'words', words: eventTypes } };
  // A value that may be missing is not asked for.
  return { short, long: long ?? '', description, value: required ? sourceOf(argChoices, name) : undefined };
}

function sourceOf(choices: readonly string[] | undefined, name: string): Source {
  return choices === undefined ? (SOURCES[name] ?? NOTHING) : { kind: 'words', words: choices };
}
