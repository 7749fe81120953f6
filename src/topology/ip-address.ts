// What an IP address in the text of an endpoint means beyond its form: one host or many, and which network it is in. Pure.

import { isIPv4, isIPv6 } from 'node:net';
import { canonicalHost } from './host-port.ts';

/** What an address is that is not the address of one host. */
export type ManyHosts = 'multicast' | 'broadcast' | 'unspecified';

const IPV6_BITS = 128;
const IPV4_BITS = 32;

/** What is wrong with an address as that of one host; undefined for all others, and for names. */
export function manyHosts(host: string): ManyHosts | undefined {
  const address = canonicalHost(host).replace(/^\[|\]$/g, '');
  if (address === '255.255.255.255') return 'broadcast';
  if (address === '0.0.0.0' || address === '::') return 'unspecified';
  const isMulticast = isIPv4(address) ? /^(22[4-9]|23\d)\./.test(address) : isIPv6(address) && /^ff/.test(address);
  return isMulticast ? 'multicast' : undefined;
}

/** Whether an address leads back to this machine whoever asks (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3). */
export function isLoopback(host: string): boolean {
  const address = canonicalHost(host);
  return address === '[::1]' || (isIPv4(address) && address.startsWith('127.'));
}

/** The network of an address: "10.0.0.5" and 8 -> "10.0.0.0". */
export function networkOf(address: string, length: number): string {
  const isIpv4 = isIPv4(address);
  const below = BigInt((isIpv4 ? IPV4_BITS : IPV6_BITS) - length);
  const bits = (bitsOf(address) >> below) << below;
  if (isIpv4) return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 0xffn).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((bits >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}

/** Whether two addresses are the same, however they are written. */
export function isSameAddress(one: string, other: string): boolean {
  return canonicalHost(one) === canonicalHost(other);
}

function bitsOf(address: string): bigint {
  if (isIPv4(address)) return address.split('.').reduce((bits, byte) => bits * 256n + BigInt(byte), 0n);
  // Compressed by RFC 5952, with hexadecimal groups only.
  const [head = '', tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::', 2);
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
  return groups.reduce((bits, group) => bits * 0x1_0000n + BigInt(`0x${group}`), 0n);
}
