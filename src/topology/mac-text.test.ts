// Addresses in every form that is read, and some that are not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMac } from './mac-text.ts';

test('readMac() reads the usual forms, in any case', () => {
  for (const text of ['02:00:5e:00:0a:bc', '02-00-5E-00-0A-BC', '0200.5E00.0abc', '02:00:5E:00:0A:bc']) {
    assert.equal(readMac(text), '02:00:5e:00:0a:bc', text);
  }
});

test('readMac() refuses everything else', () => {
  for (const text of [
    '',
    '02:00',
    '02:00-5e:00:0a:bc',
    '02005e000abc',
    '0200.5e00.0abc.',
    '02:00:5e:00:0a:bg',
    ' 02:00',
  ]) {
    assert.throws(() => readMac(text), { code: 'option_invalid', message: /write an address such as/ }, text);
  }
});
