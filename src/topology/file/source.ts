// A topology document with its places: YAML (and thus JSON) text -> plain value, and from a path in the value back to a
// line and column of the text as it was written. Guards against what a hostile text can do before anything walks the
// value: mistakes of syntax, keys written twice, aliases without anchor, alias bombs, nesting without end.

import assert from 'node:assert/strict';
import {
  type Alias,
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  type Pair,
  Parser,
  YAMLParseError,
} from 'yaml';
import { TcpbridgeError, type TopologyProblem } from '../../errors.ts';
import { formatPath, type Path, unsetMessage } from './findings.ts';
import { type Environment, type Expansion, expandVariables, lastAtMost } from './variables.ts';

/** A line and column, both from 1; 0 where there is no text. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A document, and where its parts stand. */
export interface Source {
  readonly file: string;
  readonly value: unknown;
  /** Texts with a variable that has neither value nor default. */
  readonly unsetVariables: readonly { readonly path: Path; readonly name: string }[];
  readonly locate: (path: Path, place: 'value' | 'key') => Position;
}

interface Walk {
  readonly faults: { readonly offset: number; readonly path: Path; readonly message: string }[];
  readonly anchors: Map<string, Node>;
  readonly unset: { readonly path: Path; readonly name: string }[];
  nextUnset: number;
}

// The product of uses and nesting of aliases. A thousand links that share a default by alias stay below it.
const MAX_ALIAS_COUNT = 50_000;
const ALIAS_BOMB = 'Aliases stand for too much data; write it out instead';
const MAX_DEPTH = 100;
const MAX_SYNTAX_PROBLEMS = 20;
// Such a key changes what an object is; schemas do not look at it.
const PROTO = '__proto__';
const PROTO_MESSAGE = 'Key "__proto__" cannot be used; choose another name';
const GO_TEMPLATE = /\{\{-?\s*(?:range|if|else|define|end|with|template|block|\$|\.)/;

const ADVICE: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'Indented with a tab; indent with spaces',
  MULTIPLE_DOCS: 'A second document starts here; write one topology per file',
};

/** A source without text: a value that came from a program. */
export function valueSource(value: unknown, file: string): Source {
  const position = { line: 0, column: 0 };
  const fail = (message: string): never => {
    throw new TcpbridgeError('topology_invalid', { problems: [{ file, ...position, path: '', message }] });
  };
  let hasProto = false;
  let text: string | undefined;
  try {
    text = JSON.stringify(value, (key, inner: unknown) => {
      hasProto ||= key === PROTO;
      return inner;
    });
  } catch {
    fail('Not plain data; give maps, lists and texts that JSON can hold');
  }
  if (hasProto) fail(PROTO_MESSAGE);
  const plain: unknown = text === undefined ? undefined : JSON.parse(text);
  return { file, value: plain, unsetVariables: [], locate: () => position };
}

/** Reads YAML or JSON; throws with all mistakes of syntax. */
export function yamlSource(original: string, file: string, env: Environment | undefined): Source {
  const expansion = expandVariables(original, env);
  const starts = lineStarts(original);
  const position = (offset: number): Position => {
    const at = expansion.toOriginal(offset);
    const line = lastAtMost(starts, at);
    return { line: line + 1, column: at - starts[line]! + 1 };
  };
  const fail = (faults: readonly { offset: number; path: Path; message: string }[]): never => {
    const problems: TopologyProblem[] = faults.map(({ offset, path, message }) => ({
      file,
      ...position(offset),
      path: formatPath(path),
      message,
    }));
    throw new TcpbridgeError('topology_invalid', { problems });
  };
  const tokens = parseTokens(expansion.text);
  if (!Array.isArray(tokens)) {
    return fail([{ offset: tokens.offset, path: [], message: `Nested too deeply; ${MAX_DEPTH} levels are enough` }]);
  }
  const document = composeDocument(tokens, expansion.text.length);
  if (document.errors.length > 0) fail(syntaxFaults(document, expansion));
  const walk = walkDocument(document.contents, expansion.unset);
  if (walk.faults.length > 0) fail(walk.faults);
  const value = toValue(document) ?? fail([{ offset: 0, path: [], message: ALIAS_BOMB }]);
  const index = new PairIndex(walk.anchors);
  return {
    file,
    value: value.value,
    unsetVariables: walk.unset,
    locate: (path, place) => position(index.offsetOf(document.contents, path, place)),
  };
}

// Stops at deep nesting before the composer, which calls itself for each level, gets to see it: V8 ends the whole
// process when a regular expression is compiled at the end of the stack, so there is nothing to catch.
function parseTokens(text: string): CST.Token[] | { readonly offset: number } {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > MAX_DEPTH) return { offset: parser.offset };
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

function composeDocument(tokens: readonly CST.Token[], length: number): Document.Parsed {
  const composer = new Composer({ merge: true, uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  const [document, second] = composer.compose(tokens, true, length);
  assert(document !== undefined);
  if (second !== undefined) {
    const start = second.range[0];
    document.errors.push(new YAMLParseError([start, start + 1], 'MULTIPLE_DOCS', 'A second document'));
  }
  return document;
}

// Undefined when aliases would make too much of it.
function toValue(document: Document.Parsed): { readonly value: unknown } | undefined {
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIAS_COUNT }) };
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}

function syntaxFaults(document: Document.Parsed, { text, unset }: Expansion) {
  const faults = document.errors.slice(0, MAX_SYNTAX_PROBLEMS).map(({ code, message, pos }) => ({
    offset: pos[0],
    path: [],
    message: ADVICE[code] ?? `Not valid YAML: ${message}`,
  }));
  // The braces of an unset variable break lists and maps in the short form, and the message of YAML is no help then.
  faults.unshift(...unset.map(({ name, offset }) => ({ offset, path: [], message: unsetMessage(name) })));
  const template = GO_TEMPLATE.exec(text);
  if (template !== null) {
    const message = 'Go templates are not read; render the template first, and give the result';
    faults.unshift({ offset: template.index, path: [], message });
  }
  return faults;
}

// Goes through all nodes in the order of the text.
function walkDocument(root: Node | null, unset: Expansion['unset']): Walk {
  const walk: Walk = { faults: [], anchors: new Map(), unset: [], nextUnset: 0 };
  const stack: { node: Node; path: Path }[] = root === null ? [] : [{ node: root, path: [] }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node, path } = next;
    if (isAlias(node)) checkAlias(walk, node, path);
    else if (node.anchor !== undefined) walk.anchors.set(node.anchor, node);
    const children: { node: Node; path: Path }[] = [];
    if (isMap(node)) {
      checkKeys(walk, node.items as Pair<Node, Node | null>[], path);
      for (const { key, value } of node.items as Pair<Node, Node | null>[]) {
        if (value !== null) children.push({ node: value, path: [...path, keyText(key)] });
      }
    } else if (isSeq(node)) {
      for (const [i, item] of (node.items as Node[]).entries()) children.push({ node: item, path: [...path, i] });
    } else if (unset.length > 0) {
      noteUnset(walk, node, path, unset);
    }
    for (const child of children.reverse()) stack.push(child);
  }
  return walk;
}

function checkAlias(walk: Walk, alias: Alias, path: Path): void {
  const anchored = walk.anchors.get(alias.source);
  const end = anchored?.range?.[2] ?? 0;
  if (anchored !== undefined && offsetOf(alias) >= end) return;
  const message = anchored
    ? `Alias "*${alias.source}" stands inside what it stands for; write out what is meant`
    : `Alias "*${alias.source}" stands for nothing; write "&${alias.source}" before it at what it is to mean`;
  walk.faults.push({ offset: offsetOf(alias), path, message });
}

// Not left to the library, which compares every key with every other.
function checkKeys(walk: Walk, pairs: readonly Pair<Node, Node | null>[], path: Path): void {
  const seen = new Set<string>();
  for (const { key } of pairs) {
    const text = keyText(key);
    if (isScalar(key) && !isMergeKey(key.value) && seen.has(text)) {
      const message = 'Written twice in the same map; write each key once';
      walk.faults.push({ offset: offsetOf(key), path: [...path, text], message });
    }
    if (text === PROTO) walk.faults.push({ offset: offsetOf(key), path, message: PROTO_MESSAGE });
    if (!isScalar(key) && !isAlias(key)) {
      walk.faults.push({ offset: offsetOf(key), path, message: 'A key is a list or map; write text as key' });
    }
    seen.add(text);
  }
}

function noteUnset(walk: Walk, node: Node, path: Path, unset: Expansion['unset']): void {
  const [start, end] = node.range ?? [0, 0];
  // Nodes come in the order of the text, and so do the variables.
  while (walk.nextUnset < unset.length && unset[walk.nextUnset]!.offset < start) walk.nextUnset++;
  while (walk.nextUnset < unset.length && unset[walk.nextUnset]!.offset < end) {
    walk.unset.push({ path, name: unset[walk.nextUnset++]!.name });
  }
}

/** Finds the offsets of places, with each map indexed once. */
class PairIndex {
  readonly #anchors: ReadonlyMap<string, Node>;
  readonly #pairs = new WeakMap<Node, Map<string, Pair<Node, Node | null>>>();

  constructor(anchors: ReadonlyMap<string, Node>) {
    this.#anchors = anchors;
  }

  /** The offset of a place, or of the deepest part of the path that exists. */
  offsetOf(root: Node | null, path: Path, place: 'value' | 'key'): number {
    let offset = root === null ? 0 : offsetOf(root);
    let node = root;
    for (const [depth, step] of path.entries()) {
      const container = isAlias(node) ? this.#anchors.get(node.source) : node;
      if (isSeq(container) && typeof step === 'number') {
        node = (container.items[step] as Node | undefined) ?? null;
      } else if (isMap(container)) {
        const pair = this.#find(container as Node, String(step));
        if (pair === undefined) return offset;
        if (pair.value === null || (place === 'key' && depth === path.length - 1)) return offsetOf(pair.key);
        node = pair.value;
      } else {
        return offset;
      }
      if (node === null) return offset;
      offset = offsetOf(node);
    }
    return offset;
  }

  #find(map: Node, key: string): Pair<Node, Node | null> | undefined {
    let pairs = this.#pairs.get(map);
    if (pairs === undefined && isMap(map)) {
      pairs = new Map((map.items as Pair<Node, Node | null>[]).map((pair) => [keyText(pair.key), pair]));
      this.#pairs.set(map, pairs);
    }
    return pairs?.get(key);
  }
}

function offsetOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

function keyText(key: Node): string {
  if (!isScalar(key)) return key.toString();
  return isMergeKey(key.value) ? '<<' : String(key.value);
}

function isMergeKey(value: unknown): boolean {
  return value === '<<' || typeof value === 'symbol';
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
