// The window on a frame: what is inside, what is only on the wire, what is neither.
import assert from 'node:assert/strict';
import test from 'node:test';
import { View } from './view.ts';

const bytes = Uint8Array.of(0xee, 1, 2, 3, 4, 5, 0xee);

test('View reads numbers inside and zeros outside', () => {
  const view = new View(bytes, 1, 5, 5);
  assert.deepEqual([view.u8(0), view.u16(0), view.u24(0), view.u32(1)], [1, 0x0102, 0x010203, 0x02030405]);
  assert.deepEqual([view.u8(5), view.u8(-1), view.u16(4), view.u32(9)], [0, 0, 0x0500, 0]);
  assert.equal(new View(Uint8Array.of(0xff, 0xff, 0xff, 0xff), 0, 4, 4).u32(0), 0xffffffff);
});

test('View.at() never widens', () => {
  const view = new View(bytes, 1, 5, 5);
  const inner = view.at(2, 100);
  assert.deepEqual([inner.length, inner.size, inner.u8(0)], [3, 3, 3]);
  assert.deepEqual([view.at(9).length, view.at(0, -3).size, view.at(-2, 2).u8(0)], [0, 0, 1]);
  assert.deepEqual(view.at(1, 2).copy(0, 10), Uint8Array.of(2, 3));
});

test('View keeps apart what was captured and what was on the wire', () => {
  const view = new View(bytes, 1, 3, 40);
  assert.equal(view.short('IPv4', 20), 'IPv4 [snapped]');
  assert.equal(view.short('IPv4', 41), 'IPv4 [short]');
  const inner = view.at(2, 10);
  assert.deepEqual([inner.length, inner.size, inner.has(1), inner.has(2)], [1, 10, true, false]);
  assert.equal(view.at(5).length, 0);
  assert.equal(view.at(5).size, 35);
});

test('View does not believe in more bytes than there are', () => {
  const view = new View(bytes, 5, 100, 100);
  assert.deepEqual([view.length, view.size, view.u8(2)], [2, 100, 0]);
  assert.equal(view.mac(0), '[short]');
  assert.equal(view.ipv4(-1), '[short]');
});
