// Tags put in and recognized.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insertTag, isTagged, TAG_TYPE } from './vlan-tag.ts';

test('insertTag() moves the addresses forward and leaves the rest where it is', () => {
  const bytes = Uint8Array.from({ length: 24 }, (_, i) => i);
  const start = insertTag(bytes, 6, TAG_TYPE * 0x1_0000 + 0x6064);
  assert.equal(start, 2);
  assert.deepEqual([...bytes.subarray(2, 14)], [6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]);
  assert.deepEqual([...bytes.subarray(14, 20)], [0x81, 0x00, 0x60, 0x64, 18, 19]);
  assert.deepEqual([...bytes.subarray(0, 2)], [0, 1]);
});

test('insertTag() writes types above 0x8000 as they are', () => {
  const bytes = new Uint8Array(20);
  insertTag(bytes, 4, 0x88a8 * 0x1_0000 + 0xefff);
  assert.deepEqual([...bytes.subarray(12, 16)], [0x88, 0xa8, 0xef, 0xff]);
});

test('isTagged() looks at the number of the VLAN only, whatever its priority', () => {
  const frame = Uint8Array.of(...Array<number>(12).fill(2), 0x81, 0x00, 0xe0, 0x64, 8, 0);
  assert.equal(isTagged(frame, 0, frame.length, 100), true);
  assert.equal(isTagged(frame, 0, frame.length, 101), false);
  assert.equal(isTagged(frame, 0, 15, 100), false);
  frame[12] = 0x88;
  assert.equal(isTagged(frame, 0, frame.length, 100), false);
});
