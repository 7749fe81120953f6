// Environment variables in a topology file: "${NAME}", "${NAME:-default}" and "${NAME:=default}", put in before YAML is
// read, as containerlab does. Keeps a map of offsets, so that messages speak of the file as it was written. A variable
// without value and default stays as it stands, because a comment or a part that nobody reads may well have one.

/** Where a variable comes from. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A text with its variables put in. */
export interface Expansion {
  readonly text: string;
  /** Variables that have neither value nor default, with their offsets in `text`, ascending. */
  readonly unset: readonly { readonly name: string; readonly offset: number }[];
  /** From an offset in `text` to the offset in the original. */
  readonly toOriginal: (offset: number) => number;
}

// A default ends at its line, and is short: without these bounds a file of many "${A:-" costs quadratic time.
const VARIABLE = /\$\$\{|\$\{([A-Za-z_]\w*)(?:(:?)[-=]([^}\n]{0,256}))?\}/g;

/** Puts variables in; "$${" stands for a plain "${". Without an environment the text stays as it is. */
export function expandVariables(original: string, env: Environment | undefined): Expansion {
  const unset: { name: string; offset: number }[] = [];
  // Behind expandedEnds[i], the original goes on at originalEnds[i].
  const expandedEnds = [0];
  const originalEnds = [0];
  if (env === undefined || !original.includes('${')) return { text: original, unset, toOriginal: (offset) => offset };
  const parts: string[] = [];
  let length = 0;
  let read = 0;
  for (const match of original.matchAll(VARIABLE)) {
    const value = lookUp(match, env);
    const before = original.slice(read, match.index);
    if (value === undefined) unset.push({ name: match[1]!, offset: length + before.length });
    parts.push(before, value ?? match[0]);
    length += before.length + (value ?? match[0]).length;
    read = match.index + match[0].length;
    expandedEnds.push(length);
    originalEnds.push(read);
  }
  parts.push(original.slice(read));
  const toOriginal = (offset: number): number => {
    const i = lastAtMost(expandedEnds, offset);
    const position = originalEnds[i]! + offset - expandedEnds[i]!;
    // Inside what a variable gave: the place is the variable.
    return Math.min(position, i + 1 < originalEnds.length ? originalEnds[i + 1]! - 1 : original.length);
  };
  return { text: parts.join(''), unset, toOriginal };
}

/** Writes a text so that expandVariables() gives it back. */
export function escapeVariables(text: string): string {
  return text.replaceAll('${', () => '$${');
}

/** The last index whose value is at most `wanted`, in a list that ascends and starts at most there. */
export function lastAtMost(ascending: readonly number[], wanted: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (ascending[middle]! <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}

function lookUp(match: RegExpExecArray, env: Environment): string | undefined {
  const [all, name, colon, fallback] = match;
  if (all === '$${') return '${';
  const value = Object.hasOwn(env, name!) ? env[name!] : undefined;
  // With a colon an empty variable counts as unset: POSIX, Shell Command Language, 2.6.2.
  if (value !== undefined && !(colon === ':' && value === '')) return value;
  return fallback;
}
