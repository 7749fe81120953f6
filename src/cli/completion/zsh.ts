// The tree of commands -> a completion script for zsh.

import { allCommands, type CommandWords, type OptionWords, type Source } from './words.ts';

/** Writes the script. */
export function zshScript(root: CommandWords): string {
  const commands = allCommands(root);
  return `#compdef tcpbridge
# zsh completion for tcpbridge
# To be read by: source <(tcpbridge completion zsh), or to be kept as _tcpbridge in a folder of $fpath

__tcpbridge_ask() {
  local -a found
  found=("\${(@f)$(tcpbridge __complete $1 "\${(@Q)words}" 2>/dev/null)}")
  found=(\${found:#})
  (( \${#found} )) && compadd -a found
}
__tcpbridge_links() { __tcpbridge_ask links }
__tcpbridge_switches() { __tcpbridge_ask switches }
__tcpbridge_endpoints() { __tcpbridge_ask endpoints }

${commands.map(functionOf).join('\n')}
if [[ $funcstack[1] == _tcpbridge ]]; then _tcpbridge "$@"; else compdef _tcpbridge tcpbridge; fi
`;
}

function functionOf(command: CommandWords): string {
  const options = command.options.flatMap(optionSpecs);
  if (command.children.length === 0) {
    const places = command.places.map((source, index) => {
      const isLast = index === command.places.length - 1;
      return quote(`${command.isVariadic && isLast ? '*' : index + 1}:${source.kind}:${action(source)}`);
    });
    return `${functionName(command)}() {\n  _arguments -s ${[...options, ...places].join(' \\\n    ')}\n}\n`;
  }
  const children = command.children.flatMap((child) =>
    [child.path.at(-1)!, ...child.aliases].map((name) => quote(`${name}:${child.description.replaceAll(':', '\\:')}`)),
  );
  const branches = command.children.map(
    (child) => `      ${[child.path.at(-1)!, ...child.aliases].join('|')}) ${functionName(child)} ;;`,
  );
  // What may stand in the place of the name of a command.
  const [first] = command.places;
  const moreNames = first !== undefined && command.isVariadic ? [quote(`*:${first.kind}:${action(first)}`)] : [];
  return `${functionName(command)}() {
  local state line
  local -a commands
  commands=(${children.join(' ')})
  _arguments -C ${options.join(' \\\n    ')} '1: :->command' '*:: :->rest'
  case $state in
    command) _describe command commands${first === undefined ? '' : `; ${action(first)}`} ;;
    rest) case $line[1] in
${branches.join('\n')}${first === undefined ? '' : `\n      *) _arguments -s ${[...options, ...moreNames].join(' ')} ;;`}
    esac ;;
  esac
}
`;
}

function optionSpecs({ short, long, description, value }: OptionWords): string[] {
  const text = description.replace(/[[\]:\\]/g, '\\$&');
  const rest = `[${text}]${value === undefined ? '' : `:${value.kind}:${action(value)}`}`;
  return (short === undefined ? [long] : [short, long]).map((name) => quote(`${name}${rest}`));
}

function action(source: Source): string {
  switch (source.kind) {
    case 'words':
      return `(${source.words.join(' ')})`;
    case 'files':
      return '_files';
    case 'nothing':
      return ' ';
    default:
      // Two underscores: with one, it is the function of a command.
      return `__tcpbridge_${source.kind}`;
  }
}

function functionName({ path }: CommandWords): string {
  return ['_tcpbridge', ...path.map((name) => `_${name}`)].join('');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
