// The warm-up of a thread leaves nothing behind, and is left out where no more files can be opened.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countOpenFiles, withoutFreeFiles } from '../../../test/support/open-files.ts';
import { WARM_UP_PAUSE_NS } from '../limits.ts';
import { Loop } from './loop.ts';
import { warmUp } from './warm-up.ts';

const DEADLINE_MS = 60_000;
const ROUNDS = 8;

function pollUntil(loop: Loop, holds: () => boolean): void {
  const deadlineMs = performance.now() + DEADLINE_MS;
  while (!holds()) {
    assert.ok(performance.now() < deadlineMs, 'The warm-up does not end');
    loop.poll();
  }
}

test('warmUp() closes all that it opens', () => {
  const loop = new Loop(() => {});
  const before = countOpenFiles();
  warmUp(loop);
  assert.ok(countOpenFiles() > before);
  pollUntil(loop, () => countOpenFiles() <= before);
  loop.close();
});

test('warmUp() does without practice where no more files can be opened', () => {
  const [atOnce, later] = [new Loop(() => {}), new Loop(() => {})];
  const before = countOpenFiles();
  warmUp(later);
  withoutFreeFiles(() => {
    warmUp(atOnce);
    // Past the moments at which it would practise.
    const endNs = later.nowNs + ROUNDS * WARM_UP_PAUSE_NS;
    pollUntil(later, () => later.nowNs > endNs);
  });
  pollUntil(later, () => countOpenFiles() <= before);
  for (const loop of [atOnce, later]) loop.close();
});
