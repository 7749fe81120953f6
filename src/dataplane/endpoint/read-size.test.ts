// Short frames for a receiver to whom each is a system call are taken few at a time, so that others have their turn soon.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DROP, makeCounterBlock } from '../../channel/counters.ts';
import { CapturedEnd } from '../capture/captured-end.ts';
import { TURN_FRAMES, TURN_LEAST_BYTES, TURN_MOST_BYTES } from '../limits.ts';
import { Loop } from '../loop/loop.ts';
import { Hub } from '../segment/hub.ts';
import { Link } from '../segment/link.ts';
import type { PluggablePort, Segment } from '../segment/segment.ts';
import { Switch } from '../segment/switch.ts';
import { encodeFrame, join, Machine, Notes, settle } from './test-bench.ts';
import { DatagramLink, findPort, Host } from './test-datagrams.ts';

const FLOOD_BYTES = 100_000;

function flood(length: number): Uint8Array {
  // To everybody, and to a multicast group where there is room for no more.
  const frame = encodeFrame(new Uint8Array(length).fill(0xff));
  return join(Array.from({ length: Math.floor(FLOOD_BYTES / frame.length) }, () => frame));
}

/** The most frames that came in one round of the loop, and all of them. */
function takeAll(loop: Loop, machine: Machine): { most: number; all: number } {
  let most = 0;
  let before = machine.counts.rxFrames;
  while (loop.poll() > 0) {
    const { rxFrames } = machine.counts;
    most = Math.max(most, rxFrames - before);
    before = rxFrames;
  }
  return { most, all: before };
}

for (const length of [1, 14, 60, 1514]) {
  test(`frames of ${length} bytes for datagrams come few at a time, and all of them`, () => {
    const host = new Host();
    const table = new DatagramLink(`udp:127.0.0.1:${host.port},local=127.0.0.1:${findPort()}`);
    table.settle();
    // The size of the frames is known from here on.
    table.machine.write(flood(length).subarray(0, 10 * (4 + length)));
    table.settle();
    const bytes = flood(length);
    assert.equal(table.machine.write(bytes), bytes.length);
    const { most, all } = takeAll(table.loop, table.machine);
    assert.equal(all, 10 + bytes.length / (4 + length));
    const bound = Math.max(TURN_FRAMES, TURN_LEAST_BYTES / (4 + length));
    assert.ok(most <= 1 + Math.ceil(bound), `${most} frames in one round`);
    assert.ok(most * (4 + length) <= TURN_MOST_BYTES + length);
    host.close();
    table.end();
    table.loop.close();
  });
}

test('frames for streams come as many as there are', () => {
  const loop = new Loop(() => {});
  const notes = new Notes();
  const segments: Segment[] = [new Link(1, loop), new Hub(2), new Switch(3, loop, { onNotice: () => {} }, Math.random)];
  for (const segment of segments) {
    const machines = [1, 2].map((id) => {
      const machine = new Machine(id, loop, notes);
      const port = segment.addPort(id, machine.counters);
      machine.endpoint.port = port;
      machine.attach();
      segment.plug(port, machine.endpoint);
      return machine;
    }) as [Machine, Machine];
    settle(loop);
    const bytes = flood(60);
    assert.equal(machines[0].write(bytes), bytes.length);
    const { most } = takeAll(loop, machines[0]);
    assert.equal(most, bytes.length / 64);
    for (const machine of machines) {
      machine.endpoint.close(DROP.stopped);
      machine.leave();
    }
  }
  loop.close();
});

test('each kind of segment, captured or not, knows whether somebody takes frames one by one', () => {
  const table = new DatagramLink(`udp:127.0.0.1:${findPort()},local=127.0.0.1:${findPort()}`);
  const { loop, endpoint } = table;
  const segments: Segment[] = [new Link(1, loop), new Hub(2), new Switch(3, loop, { onNotice: () => {} }, Math.random)];
  for (const segment of segments) {
    const [port, other] = [1, 2].map((id) => segment.addPort(id, makeCounterBlock())) as [PluggablePort, PluggablePort];
    assert.equal(port.takesBatches, true);
    segment.plug(other, endpoint);
    assert.equal(port.takesBatches, false);
    const context = { clock: () => 0, marks: new Uint16Array(1) };
    const ends = [port, other].map((one) => ({ endId: 1, segment, port: one, endpoint, watch: null }));
    const [captured, capturedOther] = ends.map((end) => new CapturedEnd(end, context));
    assert.deepEqual([captured!.takesBatches, capturedOther!.sendsBatches], [false, false]);
  }
  table.end();
  loop.close();
});
