// Addresses as words and as text.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMac, isBehind, parseMac, sortMacs, unpackMacs } from './mac-words.ts';

test("formatMac() and parseMac() are each other's way back", () => {
  assert.equal(formatMac((10 << 16) | 0x02ff, 0x80000001 | 0), '02:ff:80:00:00:01');
  assert.deepEqual(parseMac('02:FF:80:00:00:01'), { top: 0x02ff, low: 0x80000001 | 0 });
  assert.deepEqual(parseMac('02ff.8000.0001'), { top: 0x02ff, low: 0x80000001 | 0 });
  for (const text of ['', '02:ff:80:00:00', '02:ff:80:00:00:0g', '02:ff:80:00:00:01:02']) {
    assert.equal(parseMac(text), undefined);
  }
});

test('unpackMacs() reads entries', () => {
  assert.deepEqual(unpackMacs(new Int32Array(0)), []);
  assert.deepEqual(unpackMacs(Int32Array.of((10 << 16) | 0x0200, 1, 7, 20, (4094 << 16) | 0xfeff, -1, 8, 0)), [
    { mac: '02:00:00:00:00:01', vlan: 10, endId: 7, ageSeconds: 20 },
    { mac: 'fe:ff:ff:ff:ff:ff', vlan: 4094, endId: 8, ageSeconds: 0 },
  ]);
});

test('sortMacs() puts VLANs and addresses in order, and isBehind() knows it', () => {
  const keys = [
    [(10 << 16) | 0x0200, 1],
    [(9 << 16) | 0xfeff, -1],
    [(10 << 16) | 0x0200, -1],
    [0x0200, 0x7fff0000],
    [(10 << 16) | 0x0100, 5],
    [(4094 << 16) | 0xfeff, 0],
    [0x0200, 0x00010000],
  ] as const;
  const words = Int32Array.from(keys.flatMap(([high, low]) => [high, low, 1, 0]));
  const order = [...sortMacs(words)];
  const right = unpackMacs(words).map(({ vlan, mac }, entry) => ({ entry, key: `${String(vlan).padStart(4)} ${mac}` }));
  assert.deepEqual(
    order,
    right.toSorted((one, other) => (one.key < other.key ? -1 : 1)).map(({ entry }) => entry),
  );
  for (const [place, entry] of order.entries()) {
    for (const [other, [high, low]] of order.map((one) => keys[one]!).entries()) {
      assert.equal(isBehind(words, entry, high, low), place > other);
    }
  }
  assert.equal(sortMacs(new Int32Array(0)).length, 0);
});
