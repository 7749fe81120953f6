// Lists of type, length and value in the shapes that protocols use, and lists that lie.
import assert from 'node:assert/strict';
import test from 'node:test';
import { findTlv, readTlvs, type TlvShape } from './tlv.ts';
import { View } from './view.ts';

function read(hex: string, shape: TlvShape): [number, string][] {
  const bytes = Buffer.from(hex, 'hex');
  return readTlvs(new View(bytes, 0, bytes.length, bytes.length), shape).map(({ type, value }) => [
    type,
    value.hex(0, 99),
  ]);
}

test('readTlvs() reads lengths that count the value', () => {
  assert.deepEqual(read('0102aabb0300', { typeBytes: 1, lengthBytes: 1 }), [
    [1, 'aabb'],
    [3, ''],
  ]);
  assert.deepEqual(read('01000001cc', { typeBytes: 2, lengthBytes: 2 }), [[256, 'cc']]);
});

test('readTlvs() reads lengths that count the whole element, also in units', () => {
  assert.deepEqual(read('00010006aabb', { typeBytes: 2, lengthBytes: 2, whole: true }), [[1, 'aabb']]);
  assert.deepEqual(read('0101112233445566', { typeBytes: 1, lengthBytes: 1, whole: true, unitBytes: 8 }), [
    [1, '112233445566'],
  ]);
});

test('readTlvs() skips padding and stops at the end mark', () => {
  const shape = { typeBytes: 1, lengthBytes: 1, padType: 0, endType: 255 } as const;
  assert.deepEqual(read('00000101aaff0201bb', shape), [[1, 'aa']]);
});

test('readTlvs() stops at an element that cannot be', () => {
  assert.deepEqual(read('0201', { typeBytes: 1, lengthBytes: 1, whole: true }), []);
  assert.deepEqual(read('01', { typeBytes: 1, lengthBytes: 1 }), []);
  assert.deepEqual(read('0109aa', { typeBytes: 1, lengthBytes: 1 }), [[1, 'aa']]);
});

test('findTlv() finds the first of a type', () => {
  const bytes = Buffer.from('0101aa0101bb', 'hex');
  const list = readTlvs(new View(bytes, 0, 6, 6), { typeBytes: 1, lengthBytes: 1 });
  assert.equal(findTlv(list, 1)?.u8(0), 0xaa);
  assert.equal(findTlv(list, 2), undefined);
});
