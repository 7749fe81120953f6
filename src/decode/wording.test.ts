// Text out of frames must not get at the terminal.
import assert from 'node:assert/strict';
import test from 'node:test';
import { counted, flagNames, nameOf, printable, printableName, words } from './wording.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

test('printable() keeps readable text of any script', () => {
  assert.equal(printable(encode('r1.lab Zürich 東京')), 'r1.lab Zürich 東京');
  assert.equal(printable(encode('name\0\0\0')), 'name');
});

test('printable() replaces what steers a terminal', () => {
  assert.equal(printable(encode('a\x1b[2Jb\r\nc\u0085d\u202ee\u2028f')), 'a.[2Jb..c.d.e.f');
  assert.equal(printable(Uint8Array.of(0x61, 0xff, 0x62)), 'a\ufffdb');
});

test('printable() cuts long text', () => {
  assert.equal(printable(encode('x'.repeat(500))), `${'x'.repeat(48)}…`);
  assert.equal(printable(encode('😀'.repeat(49))), `${'😀'.repeat(48)}…`);
});

test('words() leaves out what is not there', () => {
  assert.equal(words('a', undefined, false, '', 'b'), 'a b');
});

test('flagNames(), nameOf(), counted() and printableName() word numbers', () => {
  assert.equal(flagNames(0b101, ['x', 'y', 'z']), '[x,z]');
  assert.equal(flagNames(0, ['x']), '[]');
  assert.equal(nameOf({ 1: 'one' }, 1, 'type'), 'one');
  assert.equal(nameOf({ 1: 'one' }, 2, 'type'), 'type 2');
  assert.equal(counted(1, 'route'), '1 route');
  assert.equal(counted(0, 'route'), '0 routes');
  assert.equal(printableName([]), '.');
});
