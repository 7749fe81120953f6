// The loop counts what its waits bring, and nothing for a wait that fails.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeThreadBlock, THREAD_FIELD } from '../../channel/thread-counters.ts';
import { Loop } from './loop.ts';

test('a wait that returns an error does not take ready descriptors off the count', () => {
  const loop = new Loop(() => {});
  const block = makeThreadBlock();
  loop.threadBlock = block;
  // Stands for an interruption: on a closed set each wait fails.
  loop.close();
  assert.equal(loop.poll(), 0);
  loop.stop();
  // Writes the counters, and returns because it was stopped.
  loop.run();
  assert.deepEqual([block[THREAD_FIELD.wakeups], block[THREAD_FIELD.ready]], [1, 0]);
});
