// Connecting is over for good once the endpoint is closed.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DROP, FIELD, makeCounterBlock } from '../../channel/counters.ts';
import { parseEndpoint } from '../../topology/endpoint-spec.ts';
import { RETRY_REFUSED_NS } from '../limits.ts';
import { Loop } from '../loop/loop.ts';
import { Timer } from '../loop/timer.ts';
import { Link } from '../segment/link.ts';
import { close } from '../sys/libc.ts';
import { acceptWaiting, openListening } from '../sys/socket.ts';
import { SocketAddress } from '../sys/socket-address.ts';
import { buildEndpoint } from './registry.ts';
import { encodeFrame, Machine, Notes } from './test-bench.ts';

test('an endpoint whose last bytes find the connection broken does not connect again after it was closed', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-dialer-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'socket');
  const address = new SocketAddress();
  address.setUnix(path);
  const listening = openListening(address, 1);
  const loop = new Loop(() => {});
  const notes = new Notes();
  const link = new Link(1, loop);
  const sender = new Machine(1, loop, notes);
  const counters = makeCounterBlock();
  const ports = [sender.counters, counters].map((block, index) => link.addPort(index, block)) as [
    ReturnType<Link['addPort']>,
    ReturnType<Link['addPort']>,
  ];
  sender.endpoint.port = ports[0];
  sender.attach();
  link.plug(ports[0], sender.endpoint);
  const endpoint = buildEndpoint(2, parseEndpoint(`unix:${path}`), { loop, reporter: notes, random: () => 0.5 });
  endpoint.port = ports[1];
  endpoint.start(undefined);
  link.plug(ports[1], endpoint);
  const machine = acceptWaiting(listening);
  while (endpoint.queuedBytes === 0) {
    sender.write(encodeFrame(new Uint8Array(1500)));
    loop.poll();
  }
  close(machine);
  // Before the loop has heard of it.
  endpoint.close(DROP.notConnected);
  link.unplug(ports[1]);
  assert.ok(counters[FIELD.drops + DROP.notConnected]! > 0);
  let isOver = false;
  // Whatever was to happen before then has happened then.
  loop.setTimer(new Timer(() => (isOver = true)), loop.nowNs + RETRY_REFUSED_NS);
  while (!isOver) loop.poll();
  assert.equal(counters[FIELD.attempts], 1);
  assert.ok(acceptWaiting(listening) < 0, 'it connected again');
  sender.endpoint.close(DROP.stopped);
  sender.leave();
  close(listening);
  loop.close();
});
