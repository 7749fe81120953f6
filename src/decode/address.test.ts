// Addresses to text and back.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { formatIpv4, formatIpv6 } from './address.ts';
import { formatMac, parseMac } from './ethernet.ts';

test('parseMac() reads the usual forms', () => {
  const expected = Uint8Array.of(0x52, 0x54, 0x00, 0xab, 0xcd, 0xef);
  for (const text of ['52:54:00:ab:cd:ef', '52-54-00-AB-CD-EF', '5254.00ab.cdef', '525400abcdef']) {
    assert.deepEqual(parseMac(text), expected, text);
  }
});

test('parseMac() refuses what is no MAC address', () => {
  for (const text of [
    '',
    '52:54:00:ab:cd',
    '52:54:00:ab:cd:ef:00',
    '52:54-00:ab:cd:ef',
    '52:54:00:ab:cd:eg',
    ' 525400abcdef',
  ]) {
    assert.equal(parseMac(text), undefined, text);
  }
});

test('formatMac() writes what parseMac() reads', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), (bytes) => {
      assert.deepEqual(parseMac(formatMac(bytes, 0)), bytes);
    }),
  );
});

test('formatMac() says that an address is cut off', () => {
  assert.equal(formatMac(new Uint8Array(8), 2), '00:00:00:00:00:00');
  for (const offset of [3, 8, -1, Number.NaN]) assert.equal(formatMac(new Uint8Array(8), offset), '[short]');
  assert.equal(formatIpv4(new Uint8Array(3), 0), '[short]');
  assert.equal(formatIpv6(new Uint8Array(15), 0), '[short]');
});

test('formatIpv6() shortens as RFC 5952 asks', () => {
  const cases = {
    '00000000000000000000000000000000': '::',
    '00000000000000000000000000000001': '::1',
    fe800000000000000000000000000000: 'fe80::',
    '20010db8000000010001000100010001': '2001:db8:0:1:1:1:1:1',
    '20010000000000010000000000000001': '2001:0:0:1::1',
    '20010db8000000000001000000000001': '2001:db8::1:0:0:1',
    '00000000000000000000ffffc0000201': '::ffff:192.0.2.1',
  };
  for (const [hex, text] of Object.entries(cases)) assert.equal(formatIpv6(Buffer.from(hex, 'hex'), 0), text);
});

test('formatIpv6() writes what the platform reads back', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0, 0, 1, 0xffff, 0xab), { minLength: 8, maxLength: 8 }), (groups) => {
      const bytes = Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
      // The URL parser follows RFC 5952 too, but for IPv4-mapped addresses.
      fc.pre(!(groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)));
      assert.equal(
        new URL(`http://[${groups.map((group) => group.toString(16)).join(':')}]/`).hostname,
        `[${formatIpv6(bytes, 0)}]`,
      );
    }),
  );
});
