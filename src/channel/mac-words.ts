// Addresses on their way through the door: four numbers each, because a full table as objects would hold up the frames of a
// forwarding thread for tens of milliseconds.
//
//   VLAN (upper half) and address bytes 0, 1 | address bytes 2 to 5 | end id | age in seconds

import type { MacEntry, MacFilter } from './messages.ts';

/** Numbers of an entry. */
export const MAC_WORDS = 4;

/** Fits every address. */
export const ALL_MACS: MacFilter = { endId: undefined, mac: undefined, vlan: undefined };

// The halves of the second word, then those of the first: a pass of the radix sort for each.
const DIGITS = [
  { word: 1, shift: 0 },
  { word: 1, shift: 16 },
  { word: 0, shift: 0 },
  { word: 0, shift: 16 },
] as const;
const DIGIT = 0xffff;

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

/**
 * The numbers of the entries in the order of VLANs and addresses. Sorts digit by digit: a full table takes milliseconds,
 * where comparing takes a hundred, in which no request is answered.
 */
export function sortMacs(words: Int32Array): Uint32Array {
  const count = words.length / MAC_WORDS;
  let order = Uint32Array.from({ length: count }, (_, index) => index);
  let sorted = new Uint32Array(count);
  for (const { word, shift } of DIGITS) {
    const starts = new Uint32Array(DIGIT + 2);
    for (let i = 0; i < count; i++) starts[((words[MAC_WORDS * i + word]! >>> shift) & DIGIT) + 1]!++;
    for (let digit = 0; digit <= DIGIT; digit++) starts[digit + 1]! += starts[digit]!;
    for (const entry of order) sorted[starts[(words[MAC_WORDS * entry + word]! >>> shift) & DIGIT]!++] = entry;
    [order, sorted] = [sorted, order];
  }
  return order;
}

/** Whether entry number `entry` stands behind an address of a VLAN in the order of `sortMacs`. */
export function isBehind(words: Int32Array, entry: number, high: number, low: number): boolean {
  const itsHigh = words[MAC_WORDS * entry]! >>> 0;
  if (itsHigh !== high >>> 0) return itsHigh > high >>> 0;
  return words[MAC_WORDS * entry + 1]! >>> 0 > low >>> 0;
}

/** Entries for people: all, or those with the numbers in `entries`. */
export function unpackMacs(
  words: Int32Array,
  entries: Iterable<number> = Array.from({ length: words.length / MAC_WORDS }, (_, index) => index),
): MacEntry[] {
  return Array.from(entries, (entry) => {
    const at = MAC_WORDS * entry;
    const high = words[at]!;
    return {
      mac: formatMac(high, words[at + 1]!),
      vlan: vlanOf(high),
      endId: words[at + 2]!,
      ageSeconds: words[at + 3]!,
    };
  });
}
