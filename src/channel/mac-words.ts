// Addresses on their way through the door: four numbers each, because a full table as objects would hold up the frames of a
// forwarding thread for tens of milliseconds.
//
//   VLAN (upper half) and address bytes 0, 1 | address bytes 2 to 5 | end id | age in seconds

import type { MacEntry } from './messages.ts';

/** Numbers of an entry. */
export const MAC_WORDS = 4;

/** The VLAN in the first word. */
export function vlanOf(high: number): number {
  return high >>> 16;
}

/** "02:00:00:00:00:01" */
export function formatMac(high: number, low: number): string {
  const digits = (high & 0xffff).toString(16).padStart(4, '0') + (low >>> 0).toString(16).padStart(8, '0');
  return digits.replace(/..(?=.)/g, '$&:');
}

/** Bytes 0 and 1 of an address, and the others, whatever stands between the digits; undefined when it is none. */
export function parseMac(text: string): { readonly top: number; readonly low: number } | undefined {
  const digits = text.replace(/[-:.]/g, '');
  if (!/^[\da-f]{12}$/i.test(digits)) return undefined;
  return { top: Number.parseInt(digits.slice(0, 4), 16), low: Number.parseInt(digits.slice(4), 16) | 0 };
}

/** The entries for people. */
export function unpackMacs(words: Int32Array): MacEntry[] {
  return Array.from({ length: words.length / MAC_WORDS }, (_, index) => {
    const [high, low, endId, ageSeconds] = words.subarray(MAC_WORDS * index) as unknown as [
      number,
      number,
      number,
      number,
    ];
    return { mac: formatMac(high, low), vlan: vlanOf(high), endId, ageSeconds };
  });
}
