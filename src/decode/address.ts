// Addresses as text: MAC (IEEE 802, colon form), IPv4 (dotted) and IPv6 (RFC 5952). Reads outside the given bytes are
// never made: an address that is cut off is written "[short]". Used by every decoder of this folder through view.ts.

const HEX = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'));

/** Text of an address that does not fit into the bytes at hand. */
export const SHORT_ADDRESS = '[short]';

/** Writes the six bytes at `offset` as a MAC address, `52:54:00:00:00:01`. */
export function formatMac(bytes: Uint8Array, offset: number): string {
  if (!(offset >= 0 && offset + 6 <= bytes.length)) return SHORT_ADDRESS;
  let text = HEX[bytes[offset]!]!;
  for (let index = 1; index < 6; index += 1) text += `:${HEX[bytes[offset + index]!]!}`;
  return text;
}

const MAC_FORMS = [
  /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i,
  /^[0-9a-f]{2}(-[0-9a-f]{2}){5}$/i,
  /^[0-9a-f]{4}(\.[0-9a-f]{4}){2}$/i,
  /^[0-9a-f]{12}$/i,
];

/** Reads a MAC address with colons, dashes, three dotted groups or just its digits; undefined if it is none. */
export function parseMac(text: string): Uint8Array | undefined {
  if (!MAC_FORMS.some((form) => form.test(text))) return undefined;
  const digits = text.replace(/[^0-9a-f]/gi, '');
  return Uint8Array.from({ length: 6 }, (_, index) => Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16));
}

/** Writes the four bytes at `offset` as a dotted IPv4 address. */
export function formatIpv4(bytes: Uint8Array, offset: number): string {
  if (!(offset >= 0 && offset + 4 <= bytes.length)) return SHORT_ADDRESS;
  return `${bytes[offset]!}.${bytes[offset + 1]!}.${bytes[offset + 2]!}.${bytes[offset + 3]!}`;
}

/** Writes the sixteen bytes at `offset` as RFC 5952 asks: lower case, the first longest run of zero groups as "::". */
export function formatIpv6(bytes: Uint8Array, offset: number): string {
  if (!(offset >= 0 && offset + 16 <= bytes.length)) return SHORT_ADDRESS;
  const groups: number[] = [];
  for (let index = 0; index < 16; index += 2) groups.push((bytes[offset + index]! << 8) | bytes[offset + index + 1]!);
  // RFC 5952 section 5: an IPv4-mapped address keeps its dotted form.
  if (groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)) {
    return `::ffff:${formatIpv4(bytes, offset + 12)}`;
  }
  const run = longestZeroRun(groups);
  const text = (part: number[]): string => part.map((group) => group.toString(16)).join(':');
  if (run.length < 2) return text(groups);
  return `${text(groups.slice(0, run.start))}::${text(groups.slice(run.start + run.length))}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (let index = 0; index < groups.length; index += 1) {
    if (groups[index] !== 0) start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  }
  return best;
}
