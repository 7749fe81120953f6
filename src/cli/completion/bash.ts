// The tree of commands -> a completion script for bash 4.4 and later, which needs no other package. Everything that is
// known beforehand stands in the script; only names of links and endpoints are asked for, from the running bridge.

import { allCommands, type CommandWords, type OptionWords, type Source } from './words.ts';

/** Writes the script. */
export function bashScript(root: CommandWords): string {
  const commands = allCommands(root);
  return `# bash completion for tcpbridge
# To be read by: source <(tcpbridge completion bash)

_tcpbridge_files() {
  local file
  compopt -o filenames 2>/dev/null
  while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$cur")
}

# Offers the lines of standard input that begin like the word that is being typed.
_tcpbridge_offer() {
  local word quoted
  while IFS= read -r word; do
    [[ $word == "$cur"* ]] || continue
    printf -v quoted %q "$word"
    COMPREPLY+=("$quoted")
  done
}

_tcpbridge_source() {
  case $1 in
    files) _tcpbridge_files ;;
    links | switches | endpoints) _tcpbridge_offer < <(tcpbridge __complete "$1" "\${words[@]}" 2>/dev/null) ;;
    words:*) _tcpbridge_offer < <(tr ' ' '\\n' <<<"\${1#words:}") ;;
  esac
}

_tcpbridge_children() {
  case $1 in
${caseLines(
  commands.filter(({ children }) => children.length > 0),
  ({ children }) => children.flatMap((child) => [child.path.at(-1)!, ...child.aliases]).join(' '),
)}
  esac
}

_tcpbridge_options() {
  case $1 in
${caseLines(commands, ({ options }) => options.flatMap(names).join(' '))}
  esac
}

# What follows an option.
_tcpbridge_value() {
  case $1 in
${commands
  .flatMap((command) => command.options.filter(({ value }) => value !== undefined).map((o) => valueLine(command, o)))
  .join('\n')}
  esac
}

# What stands in place number $2 of a command.
_tcpbridge_place() {
  case "$1 $2" in
${commands.flatMap(placeLines).join('\n')}
  esac
}

_tcpbridge() {
  # Of our own: bash cuts words at ":" and "=", of which endpoints have some.
  local line=\${COMP_LINE:0:COMP_POINT} cur prev path= place=0 word source= i
  local -a words
  read -r -a words <<<"$line"
  if [[ $line == *[[:space:]] ]]; then cur=; else cur=\${words[-1]}; unset 'words[-1]'; fi
  COMPREPLY=()
  prev=
  for ((i = 1; i < \${#words[@]}; i++)); do
    word=\${words[i]}
    if [[ -n $(_tcpbridge_value "$path $prev") ]]; then prev=; continue; fi
    prev=$word
    [[ $word == -* ]] && continue
    if [[ " $(_tcpbridge_children "$path") " == *" $word "* ]]; then path=\${path:+$path }$(_tcpbridge_name "$path" "$word")
    else place=$((place + 1)); fi
  done
  [[ $prev == -* ]] && source=$(_tcpbridge_value "$path $prev")
  if [[ $cur == --*=* ]]; then source=$(_tcpbridge_value "$path \${cur%%=*}") cur=\${cur#*=}; fi
  # The ancestor's command line has no names that anybody could know, only options.
  if [[ \${words[1]-} == -* ]]; then
    [[ $cur == -* ]] && _tcpbridge_offer < <(_tcpbridge_options '' | tr ' ' '\\n')
    return
  fi
  if [[ -n $source ]]; then _tcpbridge_source "$source"
  elif [[ $cur == -* ]]; then _tcpbridge_offer < <(_tcpbridge_options "$path" | tr ' ' '\\n')
  else
    _tcpbridge_offer < <(_tcpbridge_children "$path" | tr ' ' '\\n')
    _tcpbridge_source "$(_tcpbridge_place "$path" "$place")"
  fi
  # Readline replaces only what follows the last ":" or "=".
  local rest=\${cur##*[:=]}
  local before=\${cur%"$rest"} at
  if [[ -n $before && $COMP_WORDBREAKS == *[:=]* ]]; then
    for at in "\${!COMPREPLY[@]}"; do COMPREPLY[at]=\${COMPREPLY[at]#"$before"}; done
  fi
}

# The name of a command that may be written in another way.
_tcpbridge_name() {
  case "$1 $2" in
${commands.flatMap(aliasLines).join('\n')}
    *) echo "$2" ;;
  esac
}

complete -F _tcpbridge tcpbridge
`;
}

function caseLines(commands: readonly CommandWords[], text: (command: CommandWords) => string): string {
  return commands.map((command) => `    '${command.path.join(' ')}') echo '${text(command)}' ;;`).join('\n');
}

function aliasLines({ path, aliases }: CommandWords): string[] {
  const parent = path.slice(0, -1).join(' ');
  return aliases.map((alias) => `    '${parent} ${alias}') echo ${path.at(-1)} ;;`);
}

function valueLine({ path }: CommandWords, option: OptionWords): string {
  const patterns = names(option).map((name) => `'${path.join(' ')} ${name}'`);
  // Also a value that cannot be guessed is no name of a command.
  return `    ${patterns.join(' | ')}) echo '${sourceText(option.value!)}' ;;`;
}

function placeLines({ path, places, isVariadic }: CommandWords): string[] {
  return places.map((source, index) => {
    const number = isVariadic && index === places.length - 1 ? '*' : String(index);
    return `    '${path.join(' ')} '${number}) echo '${sourceText(source)}' ;;`;
  });
}

function sourceText(source: Source): string {
  return source.kind === 'words' ? `words:${source.words.join(' ')}` : source.kind;
}

function names({ short, long }: OptionWords): string[] {
  return short === undefined ? [long] : [short, long];
}
