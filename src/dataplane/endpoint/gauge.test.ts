// What an endpoint measures while frames pass: times in the counters of the end that took them, and copies of some frames.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DROP, makeCounterBlock } from '../../channel/counters.ts';
import { LATENCY, readHistogram } from '../../channel/latency.ts';
import { type TapRecord, TapRing } from '../../channel/tap-ring.ts';
import { LATENCY_SAMPLE_BATCHES, LOOK_ANNOUNCEMENT_BYTES, LOOK_BURST, LOOK_BYTES } from '../limits.ts';
import { Looks } from '../looks.ts';
import { Loop } from '../loop/loop.ts';
import { Link } from '../segment/link.ts';
import { monotonicNs } from '../sys/clock.ts';
import { close } from '../sys/libc.ts';
import { acceptWaiting, openConnecting, openListening } from '../sys/socket.ts';
import { localAddress, peerAddress, SocketAddress } from '../sys/socket-address.ts';
import { TcpInfo } from '../sys/tcp-info.ts';
import { StreamEndpoint } from './stream.ts';
import { encodeFrame, join, Machine, Notes, settle } from './test-bench.ts';

const DEADLINE_NS = 60e9;

function setUp() {
  const loop = new Loop(() => {});
  const ring = TapRing.ofSize(1 << 16);
  loop.looks = new Looks(ring);
  const link = new Link(1, loop);
  const notes = new Notes();
  const machines = [1, 2].map((id) => {
    const machine = new Machine(id, loop, notes);
    const port = link.addPort(id, machine.counters);
    machine.endpoint.port = port;
    link.plug(port, machine.endpoint);
    machine.attach();
    return machine;
  }) as [Machine, Machine];
  const looks = (): TapRecord[] => {
    const records: TapRecord[] = [];
    ring.take(1000, (record) => records.push({ ...record, bytes: record.bytes.slice() }));
    return records;
  };
  return { loop, machines, looks };
}

function frame(first: number, length: number): Uint8Array {
  return encodeFrame(Uint8Array.from({ length }, (_, index) => (index === 0 ? first : index)));
}

test('the time to the receiving kernel is counted at the receiving end, for some batches', () => {
  const { loop, machines } = setUp();
  const [one, other] = machines;
  const batches = 4 * LATENCY_SAMPLE_BATCHES;
  for (let i = 0; i < batches; i++) {
    one.write(frame(2, 60));
    settle(loop);
  }
  const { count } = readHistogram(other.counters, LATENCY.forwarding);
  assert.ok(count >= batches / LATENCY_SAMPLE_BATCHES && count <= batches, String(count));
  assert.equal(readHistogram(one.counters, LATENCY.forwarding).count, 0);
  loop.close();
});

test('frames that wait for a machine are counted as one wait', () => {
  const { loop, machines } = setUp();
  const [one, other] = machines;
  const big = join(Array.from({ length: 40 }, () => frame(2, 60_000)));
  for (let at = 0; at < big.length; ) {
    const wrote = one.write(big.subarray(at, at + 500_000));
    at += wrote;
    settle(loop);
    if (wrote === 0) break;
  }
  assert.ok(other.counts.queueBytes > 0);
  assert.equal(other.counters[LATENCY.queueWaits], 0);
  while (other.counts.queueBytes > 0) {
    other.read();
    settle(loop);
  }
  assert.ok(other.counters[LATENCY.queueWaits]! >= 1);
  assert.ok(other.counters[LATENCY.queueWaitUs]! > 0);
  loop.close();
});

test('the beginning of some frames is copied, of announcements all', () => {
  const { loop, machines, looks } = setUp();
  const [one, other] = machines;
  const lldp = encodeFrame(Uint8Array.from([0x01, 0x80, 0xc2, 0, 0, 0x0e, ...new Uint8Array(300)]));
  one.write(join([frame(2, 200), lldp]));
  settle(loop);
  assert.deepEqual(
    looks().map(({ end, length, bytes }) => [end, length, bytes.length]),
    [
      [1, 200, LOOK_BYTES],
      [1, 306, 306],
    ],
  );
  assert.ok(LOOK_ANNOUNCEMENT_BYTES > 306);
  for (let i = 0; i < 10 * LOOK_BURST; i++) {
    one.write(frame(2, 60));
    settle(loop);
    other.read();
  }
  assert.ok(looks().length >= LOOK_BURST - 1);
  one.write(frame(2, 60));
  settle(loop);
  one.write(lldp);
  settle(loop);
  assert.ok(looks().some(({ length }) => length === 306));
  loop.close();
});

/** A connection of which something was sent again: its first packet found no room behind others, which nobody accepted. */
function connectLate(): { fd: number; others: number[] } {
  const address = new SocketAddress();
  address.setInternet('127.0.0.1', 0);
  const listening = openListening(address, 0);
  address.setInternet('127.0.0.1', Number(localAddress(listening).toString().split(':').at(-1)));
  const others = [openConnecting(address).fd];
  const untilNs = monotonicNs() + DEADLINE_NS;
  const info = new TcpInfo();
  while (peerAddress(others[0]!).family === 0) assert.ok(monotonicNs() < untilNs, 'not connected');
  const { fd } = openConnecting(address);
  while (!info.read(fd) || info.retransmits === 0) assert.ok(monotonicNs() < untilNs, 'nothing was sent again');
  while (peerAddress(fd).family === 0) {
    assert.ok(monotonicNs() < untilNs, 'not connected in the end');
    const accepted = acceptWaiting(listening);
    if (accepted >= 0) others.push(accepted);
  }
  return { fd, others: [...others, listening] };
}

test('what was sent again before a connection was taken up from elsewhere is not counted once more', () => {
  const { fd, others } = connectLate();
  const loop = new Loop(() => {});
  const link = new Link(1, loop);
  const make = () => {
    const counters = makeCounterBlock();
    const endpoint = new StreamEndpoint(1, true, { loop, reporter: new Notes() });
    endpoint.attacher = new Machine(1, loop, new Notes()).endpoint.attacher;
    endpoint.port = link.addPort(0, counters);
    return { endpoint, counters };
  };
  const first = make();
  first.endpoint.attach(fd, 'late');
  const state = first.endpoint.release();
  const counted = first.counters[LATENCY.retransmits]!;
  assert.ok(counted > 0, 'what was sent again until it was released is counted');
  const second = make();
  second.counters[LATENCY.retransmits] = counted;
  second.endpoint.start(state);
  loop.census.turn();
  assert.equal(second.counters[LATENCY.retransmits], counted);
  second.endpoint.close(DROP.stopped);
  for (const other of others) close(other);
  loop.close();
});
