// How many datagrams an endpoint reads at once, from the sizes that came.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MESSAGES_PER_CALL, READ_BYTES } from '../limits.ts';
import { Appetite } from './inbox.ts';

const JUMBO_BYTES = 9014;

test('Appetite reads as many as fit of the largest, and recovers when only small ones come', () => {
  const appetite = new Appetite();
  assert.equal(appetite.most, MESSAGES_PER_CALL);
  appetite.note(JUMBO_BYTES * 7);
  assert.equal(appetite.most, Math.floor(READ_BYTES / (JUMBO_BYTES * 7)));
  for (let i = 0; i < 10; i++) appetite.note(60);
  assert.ok(appetite.most < MESSAGES_PER_CALL);
  for (let i = 0; i < 1000; i++) appetite.note(60);
  assert.equal(appetite.most, MESSAGES_PER_CALL);
});
