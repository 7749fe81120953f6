// The endpoints that are network interfaces of this host: "tap:NAME" and "raw:NAME" with their options. Pure.

import { isIP } from 'node:net';
import { TcpbridgeError } from '../errors.ts';
import { numberOption, splitOptions, wrongOption } from './endpoint-options.ts';
import { isSameAddress, manyHosts, networkOf } from './ip-address.ts';

/** A TAP interface, made if it is missing, and how it is to be set up. */
export interface TapSpec {
  readonly kind: 'tap';
  readonly text: string;
  readonly name: string;
  /** "198.18.0.1/24", "2001:db8::1/64" */
  readonly addresses: readonly string[];
  readonly routes: readonly RouteSpec[];
  readonly mtu?: number;
  /** Frames on the wire have this 802.1Q tag; the addresses are those of the VLAN's interface. */
  readonly vlan?: number;
  /** "02:00:00:00:00:01" */
  readonly mac?: string;
}

/** A route by way of the interface. */
export interface RouteSpec {
  /** "198.18.1.0/24", "default" written as "0.0.0.0/0" or "::/0". */
  readonly destination: string;
  readonly via?: string;
}

/** An interface that exists. */
export interface RawSpec {
  readonly kind: 'raw';
  readonly text: string;
  readonly name: string;
}

// IFNAMSIZ, linux/if.h: 16 with the closing zero.
const MAX_NAME_BYTES = 15;
// The least and most that the kernel takes for a TAP: ETH_MIN_MTU, and MAX_MTU of drivers/net/tun.c less its header.
const MTU = { min: 68, max: 65_521 };
const VLAN = { min: 1, max: 4094 };

/** Reads what follows "tap:". */
export function parseTap(rest: string, text: string): TapSpec {
  const known = { address: true, route: true, mtu: false, vlan: false, mac: false };
  const { target, options } = splitOptions(rest, text, known);
  const mtu = numberOption(options, 'mtu', text, MTU);
  const vlan = numberOption(options, 'vlan', text, VLAN);
  const [mac] = options.get('mac') ?? [];
  return {
    kind: 'tap',
    text,
    name: parseInterfaceName('tap', target, text),
    addresses: (options.get('address') ?? []).map((value) => parseAddress(value, text)),
    routes: (options.get('route') ?? []).map((value) => parseRoute(value, text)),
    ...(mtu === undefined ? {} : { mtu }),
    ...(vlan === undefined ? {} : { vlan }),
    ...(mac === undefined ? {} : { mac: parseMac(mac, text) }),
  };
}

/** Reads what follows "raw:". */
export function parseRaw(rest: string, text: string): RawSpec {
  const { target } = splitOptions(rest, text, {});
  return { kind: 'raw', text, name: parseInterfaceName('raw', target, text) };
}

/** Reads the name of a network interface: what the kernel takes, dev_valid_name() in net/core/dev.c. */
function parseInterfaceName(kind: string, name: string, text: string): string {
  const isValid = Buffer.byteLength(name) <= MAX_NAME_BYTES && /^[^\s/:%,]+$/.test(name) && !/^\.{1,2}$/.test(name);
  if (isValid) return name;
  throw new TcpbridgeError('interface_name_invalid', { text, name, kind, maxBytes: MAX_NAME_BYTES });
}

function parseAddress(value: string, text: string): string {
  if (!isPrefix(value)) {
    wrongOption(text, 'address', value, 'write an address with its prefix length, such as address=198.18.0.1/24');
  }
  const many = manyHosts(value.split('/')[0]!);
  if (many === undefined) return value;
  return wrongOption(text, 'address', value, 'write the address of one host, such as address=198.18.0.1/24');
}

/** Reads a route such as "198.18.1.0/24", "default@198.18.0.1" or "2001:db8:1::/48@2001:db8::1". */
export function parseRoute(value: string, text: string): RouteSpec {
  const [to = '', via] = value.split('@', 2);
  const isVia6 = via !== undefined && isIP(via) === 6;
  const destination = to === 'default' ? (isVia6 ? '::/0' : '0.0.0.0/0') : to;
  const family = isIP(destination.split('/')[0]!);
  const full = destination.includes('/') ? destination : `${destination}/${family === 6 ? 128 : 32}`;
  if (!isPrefix(full) || (via !== undefined && isIP(via) !== family)) {
    wrongOption(
      text,
      'route',
      value,
      'write NETWORK/LENGTH or NETWORK/LENGTH@GATEWAY, such as route=default@198.18.0.1',
    );
  }
  const [address = '', length = ''] = full.split('/');
  const network = networkOf(address, Number(length));
  if (!isSameAddress(address, network)) {
    const by = via === undefined ? '' : `@${via}`;
    const either = `route=${network}/${length}${by} or route=${address}${by}`;
    wrongOption(text, 'route', value, `there are bits behind the ${length} of the network: write ${either}`);
  }
  if (via !== undefined && manyHosts(via) !== undefined) {
    wrongOption(text, 'route', value, 'the gateway is the address of one host, such as route=default@198.18.0.1');
  }
  return { destination: full, ...(via === undefined ? {} : { via }) };
}

function isPrefix(value: string): boolean {
  const [, address = '', length = ''] = /^([0-9a-fA-F:.]+)\/(\d{1,3})$/.exec(value) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(length) <= (family === 6 ? 128 : 32);
}

function parseMac(value: string, text: string): string {
  const isUnicast = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(value) && (Number.parseInt(value.slice(0, 2), 16) & 1) === 0;
  if (isUnicast && /[^0:]/.test(value)) return value.toLowerCase();
  return wrongOption(text, 'mac', value, 'write the address of one interface, such as mac=02:00:00:00:00:01');
}
