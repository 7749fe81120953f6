// The grammar of a filter, after pcap-filter(7): primitives joined by and, or, not and parentheses. "and" and "or" bind
// equally and from left to right, as in libpcap. `vlan` and `mpls` move on what the primitives behind them look at.
import { beginsArithmetic, parseRelation } from './arithmetic.ts';
import { both, either, type Layers, NO, not, OUTERMOST, type Test, YES } from './condition.ts';
import { LAB_WORDS } from './lab-words.ts';
import * as link from './link-layer.ts';
import { IP_PROTOCOLS, ISIS_TYPES, OSI_PROTOCOLS, parseNumber } from './names.ts';
import { ipCarries, ipv4Carries, ipv6Carries, type Way } from './network.ts';
import { known, parseIdentifier, type Qualifiers } from './primitive.ts';
import { FilterProblem } from './problem.ts';
import { Scanner, type Token, unexpected } from './scanner.ts';

const AND = ['and', '&&'];
const OR = ['or', '||'];
const NOT = ['not', '!'];
const KINDS = ['host', 'net', 'port', 'portrange', 'proto'] as const;
const IPV4_PROTOCOLS = ['icmp', 'igmp', 'igrp', 'vrrp', 'carp'];
const IP_WORDS = ['tcp', 'udp', 'sctp', 'pim', 'ah', 'esp', ...IPV4_PROTOCOLS];
const NOT_HERE = ['gateway', 'protochain', 'inbound', 'outbound', 'ifname', 'on', 'rnr', 'rulenum', 'geneve', 'pppoes'];
const MAX_DEPTH = 100;
const MAX_VLAN = 0x0fff;
const MAX_LABEL = 0xfffff;

/** Reads a whole filter; a blank one means every frame. */
export function parseFilter(text: string): Test {
  const scanner = new Scanner(text);
  if (scanner.next.kind === 'end') return () => YES;
  const parser = new Parser(scanner);
  const test = parser.parseExpression(0);
  const rest = scanner.take();
  if (rest.kind !== 'end') throw unexpected(rest, '"and", "or" or the end');
  return test;
}

class Parser {
  private readonly scanner: Scanner;
  private layers: Layers = OUTERMOST;
  /** Of the last identifier, for one without. */
  private qualifiers: Qualifiers | undefined;

  constructor(scanner: Scanner) {
    this.scanner = scanner;
  }

  parseExpression(depth: number): Test {
    if (depth > MAX_DEPTH) throw new FilterProblem(this.scanner.next.column, 'Too many parentheses');
    let test = this.parseTerm(depth);
    for (;;) {
      if (this.scanner.takeIf(...AND)) test = both(test, this.parseTerm(depth));
      else if (this.scanner.takeIf(...OR)) test = either(test, this.parseTerm(depth));
      else return test;
    }
  }

  private parseTerm(depth: number): Test {
    let isNegated = false;
    while (this.scanner.takeIf(...NOT)) isNegated = !isNegated;
    const test = this.parsePrimitive(depth);
    return isNegated ? not(test) : test;
  }

  private parsePrimitive(depth: number): Test {
    const { scanner } = this;
    if (scanner.next.text === '(' && scanner.next.kind === 'sign') return this.parseParentheses(depth);
    if (beginsArithmetic(scanner)) return parseRelation(scanner, this.layers);
    const { next } = scanner;
    if (next.kind === 'mac' || next.kind === 'ipv6' || next.isEscaped) return this.parseBare();
    if (next.kind !== 'word') throw unexpected(next, 'a primitive such as "tcp port 179"');
    return this.parseWord();
  }

  /** Parentheses hold a filter, or a number: "(tcp[12] >> 2) > 20". */
  private parseParentheses(depth: number): Test {
    const { scanner } = this;
    const { at } = scanner;
    try {
      return parseRelation(scanner, this.layers);
    } catch (problem) {
      if (!(problem instanceof FilterProblem)) throw problem;
      scanner.at = at;
    }
    scanner.expect('(');
    const test = this.parseExpression(depth + 1);
    scanner.expect(')');
    return test;
  }

  private parseWord(): Test {
    const { scanner } = this;
    const token = scanner.next;
    const { text } = token;
    const way = this.takeWay();
    if (way !== undefined) return this.parseQualified(undefined, way);
    if (KINDS.some((kind) => kind === text)) return this.parseQualified(undefined, 'either');
    if (text === 'ether' || text === 'link' || text === 'ip' || text === 'ip6') return this.parseProtocol();
    const special = this.parseSpecial(token);
    if (special !== undefined) return special;
    if (NOT_HERE.includes(text)) throw new FilterProblem(token.column, `"${text}" is not supported`);
    const isProtocol =
      Object.hasOwn(link.ETHERTYPES, text) || Object.hasOwn(link.SAPS, text) || IP_WORDS.includes(text);
    if (isProtocol || text === 'icmp6' || Object.hasOwn(OSI_PROTOCOLS, text)) return this.parseProtocol();
    if (Object.hasOwn(ISIS_TYPES, text)) {
      scanner.take();
      return known(link.isisIs(this.layers, ISIS_TYPES[text]!), token);
    }
    return LAB_WORDS.has(text) ? this.parseLabWord() : this.parseBare();
  }

  /** Words that stand for themselves. */
  private parseSpecial(token: Token): Test | undefined {
    const { scanner } = this;
    switch (token.text) {
      case 'broadcast':
        scanner.take();
        return link.IS_BROADCAST;
      case 'multicast':
        scanner.take();
        return link.IS_MULTICAST;
      case 'less':
      case 'greater':
        scanner.take();
        return this.lengthTest(token.text === 'less');
      case 'vlan':
        return this.parseVlan();
      case 'mpls':
        return this.parseMpls();
      default:
        return undefined;
    }
  }

  private lengthTest(isLess: boolean): Test {
    const token = this.scanner.take();
    const bytes = parseNumber(token.text);
    if (bytes === undefined) throw unexpected(token, 'a length in bytes');
    if (isLess) return (_bytes, start, end) => (end - start <= bytes ? YES : NO);
    return (_bytes, start, end) => (end - start >= bytes ? YES : NO);
  }

  private parseVlan(): Test {
    const token = this.scanner.take();
    const vlan = this.takeNumber('VLAN', MAX_VLAN);
    if (this.layers.labels > 0) throw new FilterProblem(token.column, 'There is no VLAN tag behind an MPLS label');
    const test = link.vlanIs(this.layers, vlan);
    this.layers = link.behindTag(this.layers);
    return test;
  }

  private parseMpls(): Test {
    this.scanner.take();
    const test = link.mplsIs(this.layers, this.takeNumber('label', MAX_LABEL));
    this.layers = link.behindLabel(this.layers);
    return test;
  }

  /** A number that may follow. */
  private takeNumber(what: string, most: number): number | undefined {
    const { next } = this.scanner;
    const number = next.kind === 'word' ? parseNumber(next.text) : undefined;
    if (number === undefined) return undefined;
    if (number > most) throw unexpected(next, `a ${what} from 0 to ${most}`);
    this.scanner.take();
    return number;
  }

  /** A protocol, alone or as a qualifier. */
  private parseProtocol(): Test {
    const { scanner } = this;
    const token = scanner.take();
    const name = token.text === 'link' ? 'ether' : token.text;
    const way = this.takeWay();
    if (way !== undefined || KINDS.some((kind) => kind === scanner.next.text)) {
      return this.parseQualified(name, way ?? 'either');
    }
    if (name === 'ether' && scanner.takeIf('broadcast')) return link.IS_BROADCAST;
    if (name === 'ether' && scanner.takeIf('multicast')) return link.IS_MULTICAST;
    if (name === 'ip' && scanner.takeIf('multicast')) return link.ipMulticast(this.layers, 4);
    if (name === 'ip6' && scanner.takeIf('multicast')) return link.ipMulticast(this.layers, 6);
    const { next } = scanner;
    if (next.text === 'broadcast' || next.text === 'multicast') {
      throw new FilterProblem(next.column, `"${name} ${next.text}" is not supported`);
    }
    // Only an address can follow a protocol directly.
    if (next.kind === 'mac' || next.kind === 'ipv6' || /^\d+\.\d/.test(next.text)) {
      return this.parseQualified(name, 'either');
    }
    if (name === 'ether') throw unexpected(next, '"host", "src", "dst", "proto", "broadcast" or "multicast"');
    return known(this.protocolTest(name), token);
  }

  private protocolTest(name: string): Test | undefined {
    const { layers } = this;
    if (Object.hasOwn(OSI_PROTOCOLS, name)) return link.osiIs(layers, OSI_PROTOCOLS[name]!);
    const type = link.ETHERTYPES[name] ?? link.SAPS[name];
    if (type !== undefined) return link.linkTypeIs(layers, type);
    const number = IP_PROTOCOLS.get(name)!;
    if (name === 'icmp6') return ipv6Carries(layers, number);
    return IPV4_PROTOCOLS.includes(name) ? ipv4Carries(layers, number) : ipCarries(layers, number);
  }

  /** Which address or port: "src", "dst", "src or dst", "src and dst". */
  private takeWay(): Way | undefined {
    const { scanner } = this;
    const first = scanner.next.text;
    if (!scanner.takeIf('src', 'dst')) return undefined;
    const other = first === 'src' ? 'dst' : 'src';
    const isPair = scanner.second.kind === 'word' && scanner.second.text === other;
    if (isPair && scanner.takeIf(...OR)) return scanner.takeIf(other) ? 'either' : undefined;
    if (isPair && scanner.takeIf(...AND)) return scanner.takeIf(other) ? 'both' : undefined;
    return first === 'src' ? 'src' : 'dst';
  }

  private parseQualified(protocol: string | undefined, way: Way): Test {
    const { scanner } = this;
    const { text } = scanner.next;
    const kind = KINDS.find((known) => known === text);
    if (kind !== undefined) scanner.take();
    this.qualifiers = { protocol, way, kind: kind ?? 'host' };
    return parseIdentifier(scanner, this.layers, this.qualifiers);
  }

  /** An identifier without qualifiers: those of the one before it, or a host. */
  private parseBare(): Test {
    const { next } = this.scanner;
    const isAddress = next.kind !== 'word' || /^\d+\.\d/.test(next.text);
    if (this.qualifiers === undefined && !isAddress) throw unexpected(next, 'a primitive such as "tcp port 179"');
    return parseIdentifier(
      this.scanner,
      this.layers,
      this.qualifiers ?? { protocol: undefined, way: 'either', kind: 'host' },
    );
  }

  private parseLabWord(): Test {
    const { text } = this.scanner.take();
    const { test, kinds = {} } = LAB_WORDS.get(text)!;
    const { next } = this.scanner;
    if (!Object.hasOwn(kinds, next.text)) return test(this.layers, undefined);
    this.scanner.take();
    return test(this.layers, kinds[next.text]);
  }
}
