// A signal that comes while the program still loads ends the bridge, too.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withDeadline } from '../../test/support/deadline.ts';
import { onEndSignal } from './end-signal.ts';

const DEADLINE_MS = 60_000;

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`onEndSignal() gets a ${signal} that came before it was called`, async (t) => {
    t.after(() => process.removeAllListeners('SIGTERM').removeAllListeners('SIGINT'));
    let early = 0;
    process.on(signal, () => early++);
    const got = new Promise<string>((resolve) => {
      // Both in one turn of the event loop, as it is while modules load.
      process.kill(process.pid, signal);
      onEndSignal(resolve);
    });
    assert.equal(await withDeadline(got, DEADLINE_MS, 'the signal'), signal);
    assert.equal(early, 0);
  });
}
