// Byte expressions: `ether[12:2] = 0x0800`, `tcp[tcpflags] & tcp-syn != 0`, `len > 100`. Numbers are unsigned and of 32
// bits, as in libpcap's machine; between the pieces they travel as signed ones, which are never allocated.

import { all, byteIs, type Layers, NO, readWord, SHORT, type Test, YES } from './condition.ts';
import { ETHERTYPES, linkTypeIs } from './link-layer.ts';
import { CONSTANTS, IP_PROTOCOLS, parseNumber } from './names.ts';
import { ipCarries, ipv4Carries, isFirstFragment } from './network.ts';
import { FilterProblem } from './problem.ts';
import { type Scanner, type Token, unexpected } from './scanner.ts';

type Value = (bytes: Uint8Array, start: number, end: number) => number;

/** A value, and what a frame must be to have it. */
interface Operand {
  readonly value: Value;
  readonly needs: readonly Test[];
  /** Known before any frame. */
  readonly constant: number | undefined;
}

const RELATIONS = ['=', '==', '!=', '<', '>', '<=', '>='];
/** From the loosest to the tightest; each level associates to the left. */
const LEVELS: readonly (readonly string[])[] = [['|'], ['^'], ['&'], ['<<', '>>'], ['+', '-'], ['*', '/', '%']];
const LINK = ['ether', 'link'];
const NETWORK = ['ip', 'arp', 'rarp', 'ip6'];
const TRANSPORT = ['tcp', 'udp', 'sctp', 'icmp', 'igmp', 'igrp', 'pim', 'vrrp', 'carp'];
const IPV4_ONLY = ['icmp', 'igmp', 'igrp', 'vrrp', 'carp'];
const IPV6_HEADER_BYTES = 40;
const SIGN_BIT = -0x8000_0000;
const MAX_DEPTH = 100;

// Set when a value lies behind the end of the frame or has no meaning: the relation asks once both sides are computed.
const reading = { isShort: false };

/** Tells whether an expression begins here; the protocols that have bytes are known by the bracket behind them. */
export function beginsArithmetic(scanner: Scanner): boolean {
  const { next, second } = scanner;
  if (next.kind === 'sign') return next.text === '-';
  if (next.kind !== 'word' || next.isEscaped) return false;
  if (second.kind === 'sign' && second.text === '[') return true;
  if (next.text === 'len' || CONSTANTS.has(next.text)) return true;
  return parseNumber(next.text) !== undefined && second.kind === 'sign' && isOperator(second.text);
}

function isOperator(sign: string): boolean {
  return RELATIONS.includes(sign) || LEVELS.some((level) => level.includes(sign));
}

/** Reads "EXPRESSION RELATION EXPRESSION". */
export function parseRelation(scanner: Scanner, layers: Layers): Test {
  const left = parseLevel(scanner, layers, 0, 0);
  const sign = scanner.take();
  if (sign.kind !== 'sign' || !RELATIONS.includes(sign.text)) throw unexpected(sign, 'a comparison');
  const right = parseLevel(scanner, layers, 0, 0);
  return all(...left.needs, ...right.needs, compare(sign.text, left.value, right.value));
}

function compare(sign: string, left: Value, right: Value): Test {
  const answer = COMPARISONS[sign]!;
  return (bytes, start, end) => {
    reading.isShort = false;
    const a = left(bytes, start, end);
    const b = right(bytes, start, end);
    if (reading.isShort) return SHORT;
    // With the sign bit turned, signed numbers compare as the unsigned ones they stand for.
    return answer(a ^ SIGN_BIT, b ^ SIGN_BIT) ? YES : NO;
  };
}

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
};

const OPERATIONS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '&': (a, b) => a & b,
  // Of 32 and more places nothing is left, unlike in JavaScript.
  '<<': (a, b) => (b >>> 0 > 31 ? 0 : a << b),
  '>>': (a, b) => (b >>> 0 > 31 ? 0 : (a >>> b) | 0),
  '+': (a, b) => (a + b) | 0,
  '-': (a, b) => (a - b) | 0,
  '*': (a, b) => Math.imul(a, b),
  '/': (a, b) => (b === 0 ? noAnswer() : ((a >>> 0) / (b >>> 0)) | 0),
  '%': (a, b) => (b === 0 ? noAnswer() : ((a >>> 0) % (b >>> 0)) | 0),
};

/** A division by zero ends libpcap's machine with a no. */
function noAnswer(): number {
  reading.isShort = true;
  return 0;
}

function parseLevel(scanner: Scanner, layers: Layers, level: number, depth: number): Operand {
  if (depth > MAX_DEPTH) throw new FilterProblem(scanner.next.column, 'Too many parentheses');
  const signs = LEVELS[level];
  if (signs === undefined) return parseOperand(scanner, layers, depth);
  let left = parseLevel(scanner, layers, level + 1, depth);
  while (scanner.next.kind === 'sign' && signs.includes(scanner.next.text)) {
    const sign = scanner.take();
    left = combine(sign, left, parseLevel(scanner, layers, level + 1, depth));
  }
  return left;
}

function combine(sign: Token, left: Operand, right: Operand): Operand {
  const operate = OPERATIONS[sign.text]!;
  if ((sign.text === '/' || sign.text === '%') && right.constant === 0) {
    throw new FilterProblem(sign.column, 'Division by zero');
  }
  if (left.constant !== undefined && right.constant !== undefined) return known(operate(left.constant, right.constant));
  const { value: a } = left;
  const { value: b } = right;
  return {
    value: (bytes, start, end) => operate(a(bytes, start, end), b(bytes, start, end)),
    needs: [...left.needs, ...right.needs],
    constant: undefined,
  };
}

function known(value: number): Operand {
  const signed = value | 0;
  return { value: () => signed, needs: [], constant: signed };
}

function parseOperand(scanner: Scanner, layers: Layers, depth: number): Operand {
  if (scanner.takeIf('(')) {
    const inner = parseLevel(scanner, layers, 0, depth + 1);
    scanner.expect(')');
    return inner;
  }
  if (scanner.takeIf('-')) {
    const inner = parseLevel(scanner, layers, LEVELS.length, depth + 1);
    return combine({ ...scanner.next, text: '-' }, known(0), inner);
  }
  const token = scanner.take();
  if (token.kind !== 'word') throw unexpected(token, 'a number or bytes such as ip[9]');
  if (token.text === 'len') {
    return { value: (_bytes, start, end) => (end > start ? end - start : 0), needs: [], constant: undefined };
  }
  const number = parseNumber(token.text) ?? CONSTANTS.get(token.text);
  if (number !== undefined) return known(number);
  if (scanner.next.text !== '[') throw unexpected(token, 'a number or bytes such as ip[9]');
  return parseBytes(scanner, layers, token, depth);
}

/** Reads "PROTOCOL[OFFSET:SIZE]". */
function parseBytes(scanner: Scanner, layers: Layers, protocol: Token, depth: number): Operand {
  scanner.expect('[');
  const index = parseLevel(scanner, layers, 0, depth + 1);
  let size = 1;
  if (scanner.takeIf(':')) {
    const token = scanner.take();
    size = parseNumber(token.text) ?? 0;
    if (![1, 2, 4].includes(size)) throw unexpected(token, 'a size of 1, 2 or 4');
  }
  scanner.expect(']');
  const { base, needs } = placeOf(protocol, layers);
  const { value: offset } = index;
  const value: Value = (bytes, start, end) => {
    const from = base(bytes, start, end);
    const skipped = offset(bytes, start, end);
    const position = from + skipped;
    // A negative offset is a very large one; the base may itself lie behind the end.
    if (skipped < 0 || position + size > end) return noAnswer();
    if (size === 1) return bytes[position]!;
    return size === 2 ? (bytes[position]! << 8) | bytes[position + 1]! : readWord(bytes, position);
  };
  return { value, needs: [...index.needs, ...needs], constant: undefined };
}

function placeOf(protocol: Token, layers: Layers): { base: Value; needs: readonly Test[] } {
  const { text } = protocol;
  const { payloadAt } = layers;
  if (LINK.includes(text)) return { base: (_bytes, start) => start, needs: [] };
  if (NETWORK.includes(text)) {
    const needs = linkTypeIs(layers, ETHERTYPES[text]!);
    if (needs === undefined)
      throw new FilterProblem(protocol.column, `MPLS labels do not tell whether "${text}" follows`);
    return { base: (_bytes, start) => start + payloadAt, needs: [needs] };
  }
  if (text === 'icmp6') {
    const needs = [linkTypeIs(layers, ETHERTYPES.ip6!)!, byteIs(payloadAt + 6, IP_PROTOCOLS.get('icmp6')!)];
    return { base: (_bytes, start) => start + payloadAt + IPV6_HEADER_BYTES, needs };
  }
  if (TRANSPORT.includes(text)) {
    const number = IP_PROTOCOLS.get(text)!;
    const carries = IPV4_ONLY.includes(text) ? ipv4Carries(layers, number) : ipCarries(layers, number);
    // Behind IPv6 libpcap does not find a header's bytes; these are of IPv4 only.
    return {
      base: (bytes, start, end) => {
        const header = start + payloadAt;
        return header >= end ? end : header + (bytes[header]! & 0x0f) * 4;
      },
      needs: [carries, linkTypeIs(layers, ETHERTYPES.ip!)!, isFirstFragment(layers)],
    };
  }
  throw new FilterProblem(
    protocol.column,
    `"${text}" has no bytes to look at; use ether, ip, ip6, arp, tcp, udp or icmp`,
  );
}
