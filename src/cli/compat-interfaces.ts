// The ancestor's modes for applications and network cards: "--tap-listen N" and "--raw-listen N" listen on TCP port
// 10000 + N, as a machine's interface does, and attach whoever connects to an interface of this host. Options, defaults
// and what they mean are the ancestor's; what comes of them is an ordinary link.

import { BlockList, isIP, isIPv4 } from 'node:net';
import { TcpbridgeError } from '../errors.ts';
import { parseEndpoint } from '../topology/endpoint-spec.ts';
import type { SegmentSpec } from '../topology/topology.ts';

/** The options of these modes as argparse leaves them. */
export interface InterfaceFlags {
  readonly tap_listen?: string;
  readonly tap_if?: string;
  readonly ipv4_address?: string;
  readonly ipv4_route?: string;
  readonly ipv6_address?: string;
  readonly ipv6_route?: string;
  readonly vlan?: number;
  readonly raw_listen?: string;
  readonly raw_if?: string;
}

/** Options that belong to a mode, and the mode. */
export interface UnusedOptions {
  readonly mode: string;
  readonly names: readonly string[];
}

/** Adds an option to a parser; `type` makes a value of what is typed. */
export type AddOption = (name: string, metavar: string, help: string, type?: (text: string) => number) => void;

/** Runs a check of a value, whose error is then told with the name of the option. */
export type CheckOption = <T>(place: string, read: () => T) => T;

const TAP_OPTIONS = ['tap_if', 'ipv4_address', 'ipv4_route', 'ipv6_address', 'ipv6_route', 'vlan'] as const;
const BASE_PORT = 10_000;
const MAX_INTERFACE = 65_535 - BASE_PORT;
const DEFAULT_TAP = 'tap0';
const DEFAULT_RAW = 'eth1';
const VLAN = { min: 1, max: 4094 };
const FULL_LENGTH = { 4: 32, 6: 128 };
const EXAMPLES = { 4: '198.18.0.1/24', 6: '2001:db8::1/64' };

/** Adds the options. */
export function addInterfaceOptions(add: AddOption): void {
  add(
    '--tap-listen',
    'N',
    'attach whoever connects to TCP port 10000 + N to a TAP interface, which is made if missing',
  );
  add('--tap-if', 'NAME', `name of the TAP interface (default ${DEFAULT_TAP})`);
  add('--ipv4-address', 'ADDRESS/LENGTH', 'IPv4 address of the TAP interface');
  add('--ipv4-route', 'GATEWAY', 'IPv4 default route, by way of the TAP interface');
  add('--ipv6-address', 'ADDRESS/LENGTH', 'IPv6 address of the TAP interface');
  add('--ipv6-route', 'GATEWAY', 'IPv6 default route, by way of the TAP interface');
  add('--vlan', 'ID', 'VLAN of the TAP interface: frames on the wire are tagged', int);
  add('--raw-listen', 'N', 'attach whoever connects to TCP port 10000 + N to an interface that exists');
  add('--raw-if', 'NAME', `name of that interface (default ${DEFAULT_RAW})`);
}

/** The links that these options ask for. */
export function readInterfaceLinks(flags: InterfaceFlags, check: CheckOption): SegmentSpec[] {
  const links: SegmentSpec[] = [];
  const { tap_listen, tap_if = DEFAULT_TAP, raw_listen, raw_if = DEFAULT_RAW } = flags;
  if (tap_listen !== undefined) {
    const port = check('argument --tap-listen', () => readPort(tap_listen));
    check('argument --tap-if', () => parseEndpoint(`tap:${tap_if}`));
    links.push(makeLink(port, `tap:${tap_if}`, readTapOptions(flags, check)));
  }
  if (raw_listen !== undefined) {
    const port = check('argument --raw-listen', () => readPort(raw_listen));
    check('argument --raw-if', () => parseEndpoint(`raw:${raw_if}`));
    links.push(makeLink(port, `raw:${raw_if}`, ''));
  }
  return links;
}

/** The options of a mode that is not asked for: the ancestor ignores them, and so do we, but not without a word. */
export function unusedInterfaceOptions(flags: InterfaceFlags): UnusedOptions[] {
  return [
    { mode: '--tap-listen', names: flags.tap_listen === undefined ? given(flags, TAP_OPTIONS) : [] },
    { mode: '--raw-listen', names: flags.raw_listen === undefined ? given(flags, ['raw_if']) : [] },
  ].filter(({ names }) => names.length > 0);
}

function given(flags: InterfaceFlags, names: readonly (keyof InterfaceFlags)[]): string[] {
  return names.filter((name) => flags[name] !== undefined).map((name) => `--${name.replaceAll('_', '-')}`);
}

// Python's int(); its name stands in argparse's message about what is none.
function int(text: string): number {
  if (/^\s*[+-]?\d+(_\d+)*\s*$/.test(text)) return Number(text.replaceAll('_', '')) + 0;
  throw new TypeError();
}

function makeLink(port: number, name: string, options: string): SegmentSpec {
  const listen = `listen:${port}`;
  const endpoints = [parseEndpoint(listen), parseEndpoint(`${name}${options}`)];
  return { name: `${listen}--${name}`, kind: 'link', endpoints, isUp: true };
}

function readTapOptions(flags: InterfaceFlags, check: CheckOption): string {
  const options = [...readFamily(flags, 4, check), ...readFamily(flags, 6, check)];
  const { vlan } = flags;
  // As with the ancestor, 0 is no VLAN.
  if (vlan !== undefined && vlan !== 0) {
    check('argument --vlan', () => {
      if (vlan >= VLAN.min && vlan <= VLAN.max) return;
      throw new TcpbridgeError('option_invalid', {
        text: String(vlan),
        expected: `a number from ${VLAN.min} to ${VLAN.max}`,
      });
    });
    options.push(`vlan=${vlan}`);
  }
  return options.map((option) => `,${option}`).join('');
}

function readFamily(flags: InterfaceFlags, family: 4 | 6, check: CheckOption): string[] {
  const text = family === 4 ? flags.ipv4_address : flags.ipv6_address;
  const route = family === 4 ? flags.ipv4_route : flags.ipv6_route;
  const place = `argument --ipv${family}`;
  if (text === undefined) {
    if (route === undefined) return [];
    return check(`${place}-route`, () => {
      throw new TcpbridgeError('option_invalid', { text: route, expected: `--ipv${family}-address with it` });
    });
  }
  const { address, length } = check(`${place}-address`, () => readAddress(text, family));
  if (route === undefined) return [`address=${address}/${length}`];
  check(`${place}-route`, () => checkGateway(route, address, length, family));
  return [`address=${address}/${length}`, `route=default@${route}`];
}

function readPort(text: string): number {
  const number = /^\s*\+?\d{1,9}\s*$/.test(text) ? Number(text) : Number.NaN;
  if (number <= MAX_INTERFACE) return BASE_PORT + number;
  throw new TcpbridgeError('option_invalid', { text, expected: `a number from 0 to ${MAX_INTERFACE}` });
}

// As Python's ip_interface() has it: without a length, all bits; for IPv4, a netmask will do.
function readAddress(text: string, family: 4 | 6): { address: string; length: number } {
  const [address = '', suffix, ...rest] = text.split('/');
  const full = FULL_LENGTH[family];
  const length = suffix === undefined ? full : readLength(suffix, family);
  if (isIP(address) === family && !address.includes('%') && rest.length === 0 && length <= full) {
    return { address, length };
  }
  throw new TcpbridgeError('option_invalid', {
    text,
    expected: `an IPv${family} address with its prefix length, such as "${EXAMPLES[family]}"`,
  });
}

function readLength(text: string, family: 4 | 6): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  if (family === 6 || !isIPv4(text)) return Number.NaN;
  const mask = text.split('.').reduce((bits, byte) => bits * 256 + Number(byte), 0);
  const length = 32 - Math.log2(2 ** 32 - mask);
  return Number.isInteger(length) ? length : Number.NaN;
}

function checkGateway(text: string, address: string, length: number, family: 4 | 6): void {
  const name = family === 4 ? 'ipv4' : 'ipv6';
  const network = new BlockList();
  network.addSubnet(address, length, name);
  if (family === 6) network.addSubnet('fe80::', 10, name);
  if (isIP(text) === family && !text.includes('%') && network.check(text, name)) return;
  throw new TcpbridgeError('option_invalid', {
    text,
    expected: `the IPv${family} address of a gateway in the network of "${address}/${length}"`,
  });
}
