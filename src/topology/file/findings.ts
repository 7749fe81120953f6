// What the readers of topology files find: problems, which make the file invalid, and notes. All of them are collected,
// so that one run shows every mistake; what hangs on a broken part is not looked at, so that one mistake is one problem.

import { quote, TcpbridgeError, type TopologyProblem } from '../../errors.ts';
import type { Source } from './source.ts';

/** A place in a document: keys of maps and indices of lists. */
export type Path = readonly (string | number)[];

/** Something that the user should know about a file that is valid. */
export type Note = TopologyProblem;

/** What a document may refer to. */
export interface Surroundings {
  /** Reads a file that the document names; without it, a document may name none. */
  readonly readFile?: ((path: string) => string) | undefined;
  /** Where relative paths of sockets begin; without it they stay as they are. */
  readonly folder?: string | undefined;
}

/** Collects problems and notes about one source. */
export class Findings {
  readonly source: Source;
  /** Reads a file that the document names; undefined where documents may not. */
  readonly readFile: ((path: string) => string) | undefined;
  /** Where relative paths of sockets begin; undefined leaves them as they are. */
  readonly folder: string | undefined;
  readonly problems: TopologyProblem[] = [];
  readonly notes: Note[] = [];
  readonly #broken = new Set<string>();

  constructor(source: Source, surroundings: Surroundings = {}) {
    this.source = source;
    this.readFile = surroundings.readFile;
    this.folder = surroundings.folder;
  }

  /** Says what is wrong at a value, or at the key of an entry. */
  problem(path: Path, message: string, place: 'value' | 'key' = 'value'): void {
    this.#markBroken(path);
    this.problems.push(this.#finding(path, message, place));
  }

  /** Says what is worth knowing. */
  note(path: Path, message: string): void {
    this.notes.push(this.#finding(path, message, 'key'));
  }

  /** Whether there is a problem at this place or below it. */
  isBroken(path: Path): boolean {
    return this.#broken.has(pathKey(path));
  }

  /**
   * Reports variables without a value in the places for which `isRead` holds. To be called first: what such a text
   * would be is not known, so nothing else is said about it.
   */
  reportUnset(isRead: (path: Path) => boolean): void {
    for (const { path, name } of this.source.unsetVariables) {
      if (isRead(path)) this.problem(path, unsetMessage(name));
    }
  }

  /** Runs a reader of texts; its error becomes a problem at `path`. */
  attempt<T>(path: Path, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof TcpbridgeError)) throw error;
      this.problem(path, error.message);
      return undefined;
    }
  }

  /** Throws all problems as one error, if there are any. */
  throwProblems(): void {
    if (this.problems.length === 0) return;
    const problems = this.problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
    throw new TcpbridgeError('topology_invalid', { problems });
  }

  #finding(path: Path, message: string, place: 'value' | 'key'): TopologyProblem {
    return { file: this.source.file, ...this.source.locate(path, place), path: formatPath(path), message };
  }

  #markBroken(path: Path): void {
    for (let depth = 0; depth <= path.length; depth++) this.#broken.add(pathKey(path.slice(0, depth)));
  }
}

/** The text for a variable that has neither value nor default. */
export function unsetMessage(name: string): string {
  return `Environment variable "${name}" is not set; set it, or give it a default, such as "\${${name}:-vr1}"`;
}

/** Writes a place as people write it: "links[0].endpoints". */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (!/^[\w-]+$/.test(step)) text += `[${quote(step)}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** Whether a value of a document is a map. */
export function isPlainMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function pathKey(path: Path): string {
  return JSON.stringify(path);
}
