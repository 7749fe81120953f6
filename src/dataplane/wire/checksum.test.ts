// Checksums against the plain algorithms of the standards.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checksumOf, crc32c, sumWords } from './checksum.ts';

const SEED = 20_261_122;

/** RFC 1071 as it is written: 16 bits at a time, the carry added at once. */
function plainChecksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) {
    sum += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return ~sum & 0xffff;
}

function checksum(bytes: Uint8Array): number {
  return checksumOf(sumWords(new DataView(bytes.buffer), bytes.byteOffset, bytes.byteOffset + bytes.length));
}

test('checksumOf() agrees with RFC 1071 on its own example', () => {
  assert.equal(checksum(Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7)), ~0xddf2 & 0xffff);
});

test('checksumOf() of nothing but zeros and of nothing but ones', () => {
  assert.equal(checksum(new Uint8Array(20)), 0xffff);
  assert.equal(checksum(new Uint8Array(20).fill(0xff)), 0);
  assert.equal(checksum(new Uint8Array(0)), 0xffff);
});

test('checksumOf() is the plain sum, for any bytes at any place', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(9), (bytes, shift) => {
      const moved = new Uint8Array(bytes.length + shift).subarray(shift);
      moved.set(bytes);
      assert.equal(checksum(moved), plainChecksum(bytes));
    }),
    { seed: SEED },
  );
});

test('checksumOf() is exact for 64 KiB of ones', () => {
  const bytes = new Uint8Array(65_536).fill(0xff);
  bytes[0] = 0xfe;
  assert.equal(checksum(bytes), plainChecksum(bytes));
});

test('crc32c() gives the check value of its polynomial', () => {
  // "123456789": RFC 3720, B.4 has others of the same function.
  const bytes = new TextEncoder().encode('x123456789x');
  assert.equal(crc32c(bytes, 1, 10), 0xe306_9283);
  assert.equal(crc32c(new Uint8Array(32), 0, 32), 0x8a91_36aa);
});
