// The outbox over unix datagram sockets, which push back when nobody reads, as UDP over loopback never does: frames in any
// portions stay whole and in order, and what finds no room is counted.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DROP, makeCounterBlock, readCounters } from '../../channel/counters.ts';
import { LINK_QUEUE_BYTES } from '../limits.ts';
import { Loop } from '../loop/loop.ts';
import { openDatagramPair } from '../sys/datagram-socket.ts';
import { isAgain } from '../sys/errno.ts';
import { close, recv } from '../sys/libc.ts';
import { NativeMemory } from '../sys/memory.ts';
import { FrameSet } from '../wire/frame-set.ts';
import { Gauge } from './gauge.ts';
import { Outbox } from './outbox.ts';

const SEED = Date.now() % 2 ** 31;
console.log(`fast-check seed ${SEED}`);

const memory = new NativeMemory(128 * 1024);
const ENVELOPE_BYTES = 8;
const header = new NativeMemory(ENVELOPE_BYTES);
header.bytes.fill(0xee);

function makeTable(queueLimitBytes = LINK_QUEUE_BYTES) {
  const loop = new Loop(() => {});
  const [near, far] = openDatagramPair();
  const counters = makeCounterBlock();
  const progress = { count: 0 };
  const port = {
    counters,
    queueLimitBytes,
    takesBatches: true,
    onFrames: () => {},
    onProgress: () => {
      progress.count++;
    },
    onDetached: () => {},
  };
  const outbox = new Outbox(
    {
      port,
      gauge: new Gauge(1, loop),
      onSendError: () => {},
      onSendRecovered: () => {},
      onTooBig: () => {},
      onQueueChanged: () => {},
    },
    loop,
  );
  outbox.use(near, {
    headerAddress: header.address,
    headerBytes: ENVELOPE_BYTES,
    nameAddress: 0,
    nameBytes: 0,
  });
  const read = () => {
    const result = recv(far, memory.address, memory.bytes.length, 0);
    return isAgain(result) ? undefined : memory.bytes.slice(0, result);
  };
  const end = () => {
    outbox.clear(DROP.stopped);
    close(near);
    close(far);
    loop.close();
  };
  return { loop, outbox, counters, progress, read, end };
}

/** Frames of these sizes as one set, apart from each other in memory; each filled with its number. */
function makeSet(sizes: readonly number[], first: number): FrameSet {
  const set = new FrameSet(new NativeMemory(sizes.reduce((sum, size) => sum + size + 16, 0)), sizes.length);
  let at = 5;
  for (const [index, size] of sizes.entries()) {
    set.memory.view.setUint32(at, size, false);
    set.memory.bytes.fill((first + index) % 251, at + 4, at + 4 + size);
    set.add(at, at + 4 + size);
    at += 4 + size + 7;
  }
  return set;
}

test('Outbox sends and queues any frames whole and in order, each in its envelope', () => {
  const size = fc.oneof(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 30_000, max: 65_507 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.array(size, { maxLength: 40 }), fc.nat(60)), { maxLength: 12 }), (steps) => {
      const { outbox, counters, read, end } = makeTable();
      const wanted: string[] = [];
      const got: string[] = [];
      let first = 0;
      const take = (most: number) => {
        for (let i = 0; i < most; i++) {
          const datagram = read();
          if (datagram === undefined) return;
          assert.ok(datagram.subarray(0, ENVELOPE_BYTES).every((byte) => byte === 0xee));
          got.push(`${datagram.length - ENVELOPE_BYTES} of ${datagram[ENVELOPE_BYTES]}, ${datagram.at(-1)}`);
        }
      };
      for (const [sizes, reads] of steps) {
        const queuedBefore = readCounters(counters).drops.queue_full ?? 0;
        outbox.writeSet(makeSet(sizes, first));
        // A frame without room is left out, and so is none before it.
        const dropped = (readCounters(counters).drops.queue_full ?? 0) - queuedBefore;
        if (dropped > 0) break;
        wanted.push(...sizes.map((bytes, i) => `${bytes} of ${(first + i) % 251}, ${(first + i) % 251}`));
        first += sizes.length;
        take(reads);
        outbox.flush();
      }
      while (got.length < wanted.length) {
        take(1000);
        outbox.flush();
      }
      assert.deepEqual(got.slice(0, wanted.length), wanted);
      end();
    }),
    { seed: SEED, numRuns: 60 },
  );
});

test('Outbox counts every frame: sent, queued up to the limit, or dropped', () => {
  const { outbox, counters, progress, read, end } = makeTable(100_000);
  outbox.writeSet(makeSet(new Array(2000).fill(1000), 0));
  const { txFrames, queueFrames, queueBytes, drops } = readCounters(counters);
  assert.ok(txFrames > 0 && queueFrames > 0);
  assert.ok(queueBytes <= 100_000 && queueBytes > 98_000);
  assert.equal(txFrames + queueFrames + drops.queue_full!, 2000);
  assert.equal(outbox.queuedBytes, queueBytes);
  const takenBefore = outbox.takenBytes;
  read();
  outbox.flush();
  assert.equal(progress.count, 1);
  assert.equal(outbox.takenBytes - takenBefore, 1000);
  end();
  assert.equal(readCounters(counters).drops.stopped, queueFrames - 1);
});

test('Outbox sends no more from its queue at a time than it is told to', () => {
  const { outbox, counters, read, end } = makeTable();
  outbox.writeSet(makeSet(new Array(300).fill(1000), 0));
  const { txFrames, queueFrames } = readCounters(counters);
  while (read() !== undefined);
  outbox.flush(2);
  const after = readCounters(counters);
  assert.deepEqual([after.txFrames, after.queueFrames], [txFrames + 2, queueFrames - 2]);
  end();
});

test('Outbox never sends what is empty, and counts what nobody can have', () => {
  const { outbox, counters, read, end } = makeTable();
  outbox.writeSet(makeSet([10, 0, 20], 1));
  assert.deepEqual([read()?.length, read()?.length, read()], [10 + ENVELOPE_BYTES, 20 + ENVELOPE_BYTES, undefined]);
  outbox.use(-1);
  outbox.writeSet(makeSet([10], 1));
  assert.deepEqual(readCounters(counters).drops, { empty: 1, not_connected: 1 });
  end();
});

test('Outbox lets another go on with its queue', () => {
  const table = makeTable();
  table.outbox.writeSet(makeSet(new Array(600).fill(700), 0));
  const { txFrames, queueFrames } = readCounters(table.counters);
  assert.equal(txFrames + queueFrames, 600);
  const state = table.outbox.release();
  assert.equal(state.frames, queueFrames);
  const next = makeTable();
  next.outbox.restore(state);
  next.outbox.flush();
  let count = 0;
  for (; ; count++) {
    const datagram = next.read();
    next.outbox.flush();
    if (datagram === undefined) break;
    assert.equal(datagram[ENVELOPE_BYTES], (txFrames + count) % 251);
  }
  assert.equal(count, queueFrames);
  table.end();
  next.end();
});
