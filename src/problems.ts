// How errors put things: values that somebody typed in quotes, and mistakes in a document with their places.

const MAX_QUOTED_LENGTH = 120;
const MAX_SHOWN_PROBLEMS = 50;

/** Puts a value that someone typed in quotes, harmless on a terminal and not too long. */
export function quote(value: string): string {
  const short = value.length > MAX_QUOTED_LENGTH ? `${value.slice(0, MAX_QUOTED_LENGTH)}…` : value;
  // JSON leaves DEL, the C1 controls and the marks that turn the direction of writing as they are.
  return JSON.stringify(short).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** One thing that is wrong in a topology file, or worth a note, and where; line and column are 0 without a text. */
export interface TopologyProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The place in the document, such as "links[0].endpoints"; empty for the document as a whole. */
  readonly path: string;
  readonly message: string;
}

/** Writes a problem or note the way compilers do: "lab.yaml:10:16: links[0].endpoints: what is wrong". */
export function formatProblem(problem: TopologyProblem): string {
  const { file, line, column, path, message } = problem;
  const quoted = quote(file);
  const where = quoted === `"${file}"` ? file : quoted;
  const position = line === 0 ? '' : `:${line}:${column}`;
  return `${where}${position}: ${path === '' ? '' : `${path}: `}${message}`;
}

/** One thing that is wrong in a request; the path is empty for the request as a whole. */
export interface RequestProblem {
  readonly path: string;
  readonly message: string;
}

/** Writes problems one below the other; of very many only the first. */
export function formatProblems(problems: readonly TopologyProblem[]): string {
  const lines = problems.slice(0, MAX_SHOWN_PROBLEMS).map(formatProblem);
  const hidden = problems.length - lines.length;
  if (hidden > 0) lines.push(`and ${hidden} more`);
  return lines.join('\n');
}

/** Where an endpoint is written: the endpoint as typed, and the link, hub or switch around it. */
export interface EndpointPlace {
  readonly text: string;
  readonly kind: 'link' | 'hub' | 'switch';
  readonly segment: string;
}

/** Why an address is not that of one host. */
export const MANY_HOSTS = {
  multicast: 'which is a multicast address',
  broadcast: 'which is the broadcast address',
  unspecified: 'which is the address of no host',
} as const;

/** What follows a message when somebody may have meant something else. */
export function suggest(suggestion: string | undefined): string {
  return suggestion === undefined ? '' : `; perhaps you mean ${quote(suggestion)}`;
}

/** A text with a capital in front. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
