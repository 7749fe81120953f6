// Addresses as they are written in a filter: IPv4 with or without all four numbers, IPv6, MAC. Nothing is looked up.

/** An IPv4 address; `bits` is 8 for each number that was written. */
export interface Ipv4Address {
  readonly value: number;
  readonly bits: number;
}

/** Reads "10.1.2.3", "10.1" or "10". */
export function parseIpv4(text: string): Ipv4Address | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){0,3}$/.test(text)) return undefined;
  const numbers = text.split('.').map(Number);
  if (numbers.some((number) => number > 255)) return undefined;
  const value = [0, 1, 2, 3].reduce((sum, index) => (sum << 8) | (numbers[index] ?? 0), 0);
  return { value, bits: numbers.length * 8 };
}

/** Reads an IPv6 address into four words. */
export function parseIpv6(text: string): number[] | undefined {
  const [head = '', tail, more] = text.split('::');
  if (more !== undefined) return undefined;
  const front = parseGroups(head, tail === undefined);
  const back = tail === undefined ? [] : parseGroups(tail, true);
  if (front === undefined || back === undefined) return undefined;
  const missing = 8 - front.length - back.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...front, ...new Array<number>(missing).fill(0), ...back];
  return [0, 2, 4, 6].map((index) => (groups[index]! << 16) | groups[index + 1]!);
}

/** Groups of 16 bits; the last one may be an IPv4 address. */
function parseGroups(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const embedded = mayEndInIpv4 && index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (embedded?.bits !== 32) return undefined;
    groups.push(embedded.value >>> 16, embedded.value & 0xffff);
  }
  return groups;
}

/** Reads "52:54:00:0a:00:01", with colons or dashes, and "5254.000a.0001", into its six bytes. */
export function parseMac(text: string): number[] | undefined {
  const separated = /^[0-9a-f]{1,2}([:-][0-9a-f]{1,2}){5}$/i.test(text);
  const dotted = /^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$/i.test(text);
  if (!separated && !dotted) return undefined;
  const parts = separated ? text.split(/[:-]/) : text.replaceAll('.', '').match(/../g)!;
  return parts.map((part) => Number.parseInt(part, 16));
}

/** The mask of the first `bits` bits of a word. */
export function prefixMask(bits: number): number {
  return bits <= 0 ? 0 : bits >= 32 ? -1 : ~(-1 >>> bits);
}
