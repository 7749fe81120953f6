// The checksums of the Internet: ones' complement sums (RFC 1071) and SCTP's CRC32c (RFC 9260, appendix A).

// Reflected polynomial of CRC32c.
const CRC32C = 0x82f6_3b78;
const crcTable = new Int32Array(256);
for (let i = 0; i < 256; i++) {
  let value = i;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ CRC32C : value >>> 1;
  crcTable[i] = value;
}

/**
 * The sum of the 16-bit words in `view[from, to)`, not yet folded: 32 bits at a time, which is the same because 2^16 and
 * 2^32 both leave 1 when divided by 65,535. Exact for everything below 8 MB, and sums may be added to one another.
 */
export function sumWords(view: DataView, from: number, to: number): number {
  let sum = 0;
  let at = from;
  for (; at + 4 <= to; at += 4) sum += view.getUint32(at, false);
  if (at + 2 <= to) {
    sum += view.getUint16(at, false);
    at += 2;
  }
  if (at < to) sum += view.getUint8(at) * 256;
  return sum;
}

/** What is written into a packet for a sum: its complement in 16 bits. */
export function checksumOf(sum: number): number {
  // A sum of anything but zeros folds to 65,535 where the remainder is 0.
  const folded = sum % 0xffff;
  return 0xffff - (folded === 0 && sum > 0 ? 0xffff : folded);
}

/** CRC32c of `bytes[from, to)`. */
export function crc32c(bytes: Uint8Array, from: number, to: number): number {
  let crc = -1;
  for (let at = from; at < to; at++) crc = crcTable[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
