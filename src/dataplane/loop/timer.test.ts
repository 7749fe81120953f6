// The heap of timers against a sorted list.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Timer, TimerHeap } from './timer.ts';

const SEED = Date.now() % 2 ** 31;
console.log(`fast-check seed ${SEED}`);

test('TimerHeap fires in order whatever was set, moved and cleared', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ timer: fc.nat({ max: 9 }), dueNs: fc.option(fc.nat({ max: 50 })) }), { maxLength: 60 }),
      (steps) => {
        const heap = new TimerHeap();
        const fired: number[] = [];
        const timers = Array.from({ length: 10 }, (_, index) => new Timer(() => fired.push(index)));
        const model = new Map<number, number>();
        for (const { timer, dueNs } of steps) {
          if (dueNs === null) {
            heap.clear(timers[timer]!);
            model.delete(timer);
          } else {
            heap.set(timers[timer]!, dueNs);
            model.set(timer, dueNs);
          }
          assert.equal(heap.nextDueNs, Math.min(...model.values()));
        }
        heap.runDue(25);
        const due = [...model].filter(([, dueNs]) => dueNs <= 25);
        assert.deepEqual(
          fired.map((index) => model.get(index)),
          due.map(([, dueNs]) => dueNs).sort((a, b) => a - b),
        );
        for (const timer of timers) assert.equal(timer.isSet && timer.dueNs <= 25, false);
      },
    ),
    { seed: SEED },
  );
});
