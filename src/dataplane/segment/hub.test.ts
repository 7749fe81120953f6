// A hub counts every copy that it does not deliver.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DROP, makeCounterBlock, readCounters } from '../../channel/counters.ts';
import { encodeFrame, join, Machine, Notes, settle } from '../endpoint/test-bench.ts';
import { Loop } from '../loop/loop.ts';
import { Hub } from './hub.ts';

test('copies for an end whose endpoint is on its way to another place are counted', () => {
  const loop = new Loop(() => {});
  const notes = new Notes();
  const hub = new Hub(1);
  const [sender, receiver] = [1, 2].map((id) => new Machine(id, loop, notes)) as [Machine, Machine];
  for (const machine of [sender, receiver]) {
    const port = hub.addPort(machine.endpoint.id, machine.counters);
    machine.endpoint.port = port;
    machine.attach();
    hub.plug(port, machine.endpoint);
  }
  const empty = makeCounterBlock();
  hub.addPort(3, empty);
  sender.write(join([encodeFrame(new Uint8Array(60)), encodeFrame(new Uint8Array(1514))]));
  settle(loop);
  assert.equal(receiver.counts.txFrames, 2);
  assert.deepEqual(readCounters(empty).drops, { not_connected: 2 });
  for (const machine of [sender, receiver]) {
    machine.endpoint.close(DROP.stopped);
    machine.leave();
  }
  loop.close();
});
