// Listening while the process may not open more files: the client that nobody could take is served when it may again.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { withoutFreeFiles } from '../../../test/support/open-files.ts';
import { DROP, makeCounterBlock } from '../../channel/counters.ts';
import { parseEndpoint } from '../../topology/endpoint-spec.ts';
import { Loop } from '../loop/loop.ts';
import { Link } from '../segment/link.ts';
import { monotonicNs } from '../sys/clock.ts';
import { close } from '../sys/libc.ts';
import { openConnecting } from '../sys/socket.ts';
import { SocketAddress } from '../sys/socket-address.ts';
import { buildEndpoint } from './registry.ts';
import { Notes, settle } from './test-bench.ts';

const DEADLINE_NS = 60e9;

test('a client that came while too many files were open is served once some are closed', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-acceptor-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'socket');
  const loop = new Loop(() => {});
  const notes = new Notes();
  const endpoint = buildEndpoint(1, parseEndpoint(`unix-listen:${path}`), { loop, reporter: notes, random: () => 0.5 });
  endpoint.port = new Link(1, loop).addPort(0, makeCounterBlock());
  endpoint.start(undefined);
  const address = new SocketAddress();
  address.setUnix(path);
  const { fd, result } = openConnecting(address);
  assert.equal(result, 0);
  withoutFreeFiles(() => settle(loop));
  assert.deepEqual(notes.all, [`1 listening ${path}`, '1 waiting cannot accept: too many open files']);
  const untilNs = monotonicNs() + DEADLINE_NS;
  while (notes.all.length < 3) {
    assert.ok(monotonicNs() < untilNs, 'the client was never served');
    loop.poll();
  }
  assert.equal(notes.all.at(-1), `1 attached ${path}`);
  endpoint.close(DROP.stopped);
  close(fd);
  loop.close();
});
