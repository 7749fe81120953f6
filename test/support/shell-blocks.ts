// The commands that a page tells people to type: fenced blocks of Markdown, cut into commands and words as a shell would,
// as far as documentation goes. No expansion: "$NAME" stays as written, and the text of a here-document is left out.

/** One simple command. */
export interface ShellCommand {
  readonly line: number;
  /** Assignments in front of it: REGISTRY=… make. */
  readonly assignments: readonly string[];
  /** The command and its arguments, without redirections. */
  readonly words: readonly string[];
}

/** One fenced block. */
export interface FencedBlock {
  readonly language: string;
  /** Line of the page on which the text begins, from 1. */
  readonly line: number;
  readonly text: string;
}

const HERE_DOCUMENT = /(<<-?[ \t]*['"]?(\w+)['"]?[^\n]*\n)([\s\S]*?^[ \t]*\2)$/gm;

// Comment, quoted or escaped part of a word, operator, redirection, or blanks: whatever a shell tells apart.
const TOKEN =
  /(?<comment>(?<=^|\s)#[^\n]*)|(?<blank>(?:[ \t]|\\\n)+)|(?<redirection>\d*(?:>>|>&?|<)[ \t]*&?[^\s;|&]+)|(?<operator>&&|\|\||[;|&\n()])|(?<part>'[^']*'|"(?:[^"\\]|\\[\s\S])*"|\$\([^)]*\)|\\[\s\S]|[^\s'"\\;|&()<>]+)/y;

/** The fenced blocks of a page. */
export function fencedBlocks(markdown: string): FencedBlock[] {
  return [...markdown.matchAll(/^( *)(```+|~~~+) *(\S*)[^\n]*\n([\s\S]*?)^ *\2 *$/gm)].map((match) => {
    const [, indent = '', , language = '', text = ''] = match;
    return {
      language,
      line: markdown.slice(0, match.index).split('\n').length + 1,
      text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    };
  });
}

/** The commands of a shell script; throws where it is none. */
export function shellCommands(text: string, firstLine = 1): ShellCommand[] {
  const script = text.replaceAll(
    HERE_DOCUMENT,
    (_, head: string, _name, body: string) => head + body.replace(/[^\n]/g, ''),
  );
  const commands: ShellCommand[] = [];
  let words: string[] = [];
  let word: string | undefined;
  let line = firstLine;
  let startLine = line;
  const endWord = (): void => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  const endCommand = (): void => {
    endWord();
    const first = words.findIndex((text) => !/^[A-Za-z_]\w*=/.test(text));
    const split = first < 0 ? words.length : first;
    if (words.length > 0) {
      commands.push({ line: startLine, assignments: words.slice(0, split), words: words.slice(split) });
    }
    words = [];
  };
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < script.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(script);
    if (match === null) throw new Error(`Line ${line} is not for a shell: ${script.slice(at).split('\n')[0]}`);
    const { part, operator } = match.groups!;
    if (part !== undefined) {
      if (words.length === 0 && word === undefined) startLine = line;
      word = (word ?? '') + unquote(part);
    } else if (operator !== undefined) endCommand();
    else endWord();
    line += match[0].split('\n').length - 1;
  }
  endCommand();
  return commands;
}

function unquote(part: string): string {
  if (part.startsWith("'")) return part.slice(1, -1);
  if (part.startsWith('"')) return part.slice(1, -1).replace(/\\([\s\S])/g, '$1');
  return part.startsWith('\\') ? part.slice(1) : part;
}
