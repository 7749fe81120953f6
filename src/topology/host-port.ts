// The two things that most endpoint forms are made of: a host (name, IPv4, IPv6 in brackets) and a port. Pure. Used by
// the parsers in endpoint-spec.ts. `text` is always the whole endpoint as typed, for the message.

import { isIPv4, isIPv6 } from 'node:net';
import { TcpbridgeError } from '../errors.ts';

// What Docker and DNS allow, and the underscore that Compose puts into names. At most 253 characters: RFC 1035, 2.3.4.
const HOST_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,252}$/;
const DOTTED_QUAD = /^\d+\.\d+\.\d+\.\d+$/;
const MAX_PORT = 65_535;

/** A host and a port as they stand in the text, not yet checked; the brackets of an IPv6 address stay. */
export interface HostPortText {
  readonly host: string;
  readonly port: string;
}

/** Cuts HOST:PORT at the colon that is not part of an IPv6 address; undefined when there is no such form. */
export function splitHostPort(rest: string): HostPortText | undefined {
  const match = /^(\[[^\]]*\]|[^:[\]]*):([^:]*)$/.exec(rest);
  return match === null ? undefined : { host: match[1]!, port: match[2]! };
}

/** Whether the text can be a host name or an IPv4 address. */
export function isHostName(host: string): boolean {
  return HOST_NAME.test(host) && (!DOTTED_QUAD.test(host) || isIPv4(host));
}

/** Checks a host and takes the brackets off an IPv6 address. */
export function parseHost(host: string, text: string): string {
  const address = unbracket(host);
  if (address !== undefined ? isIPv6(address) : isHostName(host)) return address ?? host;
  throw new TcpbridgeError('host_invalid', { text, host });
}

/** Checks an IP address of this machine to listen on and takes the brackets off an IPv6 address. */
export function parseListenAddress(address: string, text: string, example = 'listen:9000'): string {
  const ipv6 = unbracket(address);
  if (ipv6 !== undefined ? isIPv6(ipv6) : isIPv4(address)) return ipv6 ?? address;
  throw new TcpbridgeError('address_invalid', { text, address, example });
}

/** Checks a port number. */
export function parsePort(port: string, text: string): number {
  const number = /^\d+$/.test(port) ? Number(port) : 0;
  if (number < 1 || number > MAX_PORT) throw new TcpbridgeError('port_out_of_range', { text, port });
  return number;
}

/** The one way to write a host: names in lower case (RFC 4343), IPv6 compressed (RFC 5952) and in brackets. */
export function canonicalHost(host: string): string {
  if (!isIPv6(host)) return host.toLowerCase();
  // A zone names an interface of this machine, in which case matters (RFC 4007, 11.2); URLs do not take one.
  const [address, zone] = host.split('%');
  const compressed = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  // An IPv4 address in IPv6 clothes (RFC 4291, 2.5.5.2) is the same place: ::ffff:7f00:1 is 127.0.0.1.
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(compressed);
  if (mapped !== null) {
    const [high, low] = [Number.parseInt(mapped[1]!, 16), Number.parseInt(mapped[2]!, 16)];
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  }
  return zone === undefined ? `[${compressed}]` : `[${compressed}%${zone}]`;
}

/** Puts an IPv6 address into the brackets that it needs before a port or an interface. */
export function bracketHost(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

function unbracket(host: string): string | undefined {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : undefined;
}
