// The tree of commands -> a completion script for fish.

import { allCommands, type CommandWords, type OptionWords, type Source } from './words.ts';

/** Writes the script. */
export function fishScript(root: CommandWords): string {
  return `# fish completion for tcpbridge
# To be read by: tcpbridge completion fish | source

# Whether the words before the cursor are this command: all of its names, options left out.
function __tcpbridge_is
    set -l words
    for word in (commandline -opc)[2..-1]
        string match -q -- '-*' $word; or set -a words $word
    end
    set -l count (count $argv)
    test $count -eq 0; and return
    test (count $words) -ge $count; or return 1
    test "$words[1..$count]" = "$argv"
end

# Whether exactly the words of this command stand there, so that the name of one below it may follow.
function __tcpbridge_at
    set -l words
    for word in (commandline -opc)[2..-1]
        string match -q -- '-*' $word; or set -a words $word
    end
    test "$words" = "$argv"
end

function __tcpbridge_ask
    tcpbridge __complete $argv[1] (commandline -opc) 2>/dev/null
end

complete -c tcpbridge -f
${allCommands(root).flatMap(linesOf).join('\n')}
`;
}

function linesOf(command: CommandWords): string[] {
  const words = command.path.join(' ');
  const children = command.children.flatMap((child) =>
    [child.path.at(-1)!, ...child.aliases].map((name) =>
      line(`__tcpbridge_at ${words}`, `-a ${name} -d ${quote(child.description)}`),
    ),
  );
  const places = [...new Set(command.places.map(candidates))].map((text) => line(`__tcpbridge_is ${words}`, text));
  // Those of the program itself are for command lines without a command.
  const place = words === '' ? '__tcpbridge_at' : `__tcpbridge_is ${words}`;
  const options = command.options.map((option) => line(place, optionText(option)));
  return [...children, ...places.filter((text) => !text.endsWith(' ')), ...options];
}

function line(condition: string, rest: string): string {
  return `complete -c tcpbridge -n '${condition.trimEnd()}' ${rest}`;
}

function optionText({ short, long, description, value }: OptionWords): string {
  const names = `${short === undefined ? '' : `-s ${short.slice(1)} `}-l ${long.slice(2)}`;
  const rest = value === undefined ? '' : ` ${value.kind === 'files' ? '-r' : '-x'} ${candidates(value)}`.trimEnd();
  return `${names}${rest} -d ${quote(description)}`;
}

function candidates(source: Source): string {
  switch (source.kind) {
    case 'words':
      return `-a ${quote(source.words.join(' '))}`;
    case 'files':
      return '-F';
    case 'nothing':
      return '';
    default:
      return `-a '(__tcpbridge_ask ${source.kind})'`;
  }
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
