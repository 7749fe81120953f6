// Cuts the text of a filter into tokens that know their column, and holds the place at which the parser reads.
import { quote } from '../errors.ts';
import { parseIpv6, parseMac } from './address.ts';
import { FilterProblem } from './problem.ts';

/** A piece of a filter. */
export interface Token {
  /** What it is: a name or number, an address with colons, a sign, the end. */
  readonly kind: 'word' | 'mac' | 'ipv6' | 'sign' | 'end';
  /** In lower case. */
  readonly text: string;
  /** Counted from 1. */
  readonly column: number;
  /** Written with a backslash in front, which says that a keyword is meant as a name. */
  readonly isEscaped: boolean;
}

const MAX_CHARACTERS = 16_384;
const SPACE = /\s*/y;
const COLONS = /[0-9a-f]*:[0-9a-f:.]*:[0-9a-f.]*/iy;
const DASHES = /[0-9a-f]{1,2}(-[0-9a-f]{1,2}){5}(?![-_.a-z0-9])/iy;
// As in libpcap's scanner a name may have dashes and dots inside, but not at its end.
const WORD = /\\?[a-z0-9_](?:[-_.a-z0-9]*[a-z0-9_])?/iy;
const SIGN = /<<|>>|<=|>=|==|!=|&&|\|\||[-()[\]!<>=+*/%&|^:]/y;

/** The tokens of one filter, read from left to right; `at` may be set back. */
export class Scanner {
  /** Index of the next token. */
  at = 0;
  private readonly tokens: readonly Token[];

  constructor(text: string) {
    if (text.length > MAX_CHARACTERS) {
      throw new FilterProblem(MAX_CHARACTERS + 1, `A filter has at most ${MAX_CHARACTERS} characters`);
    }
    this.tokens = [...tokensOf(text)];
  }

  /** The next token, which stays. */
  get next(): Token {
    return this.tokens[this.at]!;
  }

  /** The token after the next. */
  get second(): Token {
    return this.tokens[Math.min(this.at + 1, this.tokens.length - 1)]!;
  }

  /** Takes the next token. */
  take(): Token {
    const token = this.next;
    if (token.kind !== 'end') this.at++;
    return token;
  }

  /** Takes the next token if it reads like this. */
  takeIf(...texts: readonly string[]): boolean {
    const { kind, text, isEscaped } = this.next;
    if (isEscaped || (kind !== 'word' && kind !== 'sign') || !texts.includes(text)) return false;
    this.at++;
    return true;
  }

  /** Takes a sign that must be there. */
  expect(sign: string): void {
    if (!this.takeIf(sign)) throw unexpected(this.next, `"${sign}"`);
  }
}

/** What to say when something else was expected. */
export function unexpected(token: Token, wanted: string): FilterProblem {
  const found = token.kind === 'end' ? 'the end' : `"${token.text}"`;
  return new FilterProblem(token.column, `Expected ${wanted}, found ${found}`);
}

function* tokensOf(text: string): Generator<Token> {
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  for (;;) {
    at += match(SPACE)!.length;
    const column = at + 1;
    if (at >= text.length) {
      yield { kind: 'end', text: '', column, isEscaped: false };
      return;
    }
    const colons = match(COLONS) ?? match(DASHES);
    const address = colons === undefined ? undefined : addressToken(colons, column);
    const found = address ?? wordOrSign(match(WORD), match(SIGN), column);
    if (found === undefined) throw new FilterProblem(column, `${quote(text[at]!)} has no meaning here`);
    at += found.isEscaped ? found.text.length + 1 : found.text.length;
    yield found;
  }
}

function addressToken(text: string, column: number): Token | undefined {
  if (parseMac(text) !== undefined) return { kind: 'mac', text: text.toLowerCase(), column, isEscaped: false };
  if (parseIpv6(text) !== undefined) return { kind: 'ipv6', text: text.toLowerCase(), column, isEscaped: false };
  return undefined;
}

function wordOrSign(word: string | undefined, sign: string | undefined, column: number): Token | undefined {
  if (word !== undefined) {
    const isEscaped = word.startsWith('\\');
    return { kind: 'word', text: word.slice(isEscaped ? 1 : 0).toLowerCase(), column, isEscaped };
  }
  return sign === undefined ? undefined : { kind: 'sign', text: sign, column, isEscaped: false };
}
