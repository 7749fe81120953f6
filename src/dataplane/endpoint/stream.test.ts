// Streams and links on socket pairs, driven by a real loop: frames in any chunks, any bytes, queues that fill.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DROP } from '../../channel/counters.ts';
import { HEADER_BYTES, LINK_QUEUE_BYTES, MAX_FRAME_BYTES } from '../limits.ts';
import { Loop } from '../loop/loop.ts';
import { Link } from '../segment/link.ts';
import { encodeFrame, join, Machine, Notes, settle } from './test-bench.ts';

const SEED = Date.now() % 2 ** 31;
console.log(`fast-check seed ${SEED}`);

function makeLink() {
  const loop = new Loop(() => {});
  const notes = new Notes();
  const a = new Machine(1, loop, notes);
  const b = new Machine(2, loop, notes);
  const link = new Link(1, loop);
  const ports = [a, b].map((machine, index) => {
    const port = link.addPort(index, machine.counters);
    machine.endpoint.port = port;
    return port;
  });
  a.attach();
  b.attach();
  link.plug(ports[0]!, a.endpoint);
  link.plug(ports[1]!, b.endpoint);
  const end = () => {
    for (const machine of [a, b]) {
      machine.endpoint.close(DROP.stopped);
      if (machine.fd >= 0) machine.leave();
    }
    loop.close();
  };
  return { loop, notes, a, b, link, end };
}

/** Sends everything from `a` in the given pieces and returns what `b` gets. */
function carry(bytes: Uint8Array, cuts: readonly number[], { loop, a, b }: ReturnType<typeof makeLink>): Uint8Array {
  const got: Uint8Array[] = [];
  const edges = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((x, y) => x - y);
  let at = 0;
  for (const edge of edges) {
    while (at < edge) {
      at += a.write(bytes.subarray(at, edge));
      settle(loop);
      got.push(b.read() ?? new Uint8Array(0));
      settle(loop);
    }
  }
  for (let piece = b.read(); piece !== undefined && piece.length > 0; piece = b.read()) {
    got.push(piece);
    settle(loop);
  }
  return join(got);
}

const frameSizes = fc.oneof(
  fc.integer({ min: 1, max: 64 }),
  fc.integer({ min: 1, max: 1514 }),
  fc.integer({ min: 60_000, max: MAX_FRAME_BYTES }),
);

test('StreamEndpoint carries any frames in any chunks whole and in order', () => {
  fc.assert(
    fc.property(
      fc.array(frameSizes, { minLength: 1, maxLength: 30 }),
      fc.array(fc.nat(), { maxLength: 40 }),
      (sizes, cuts) => {
        const table = makeLink();
        const frames = sizes.map((size, index) => encodeFrame(new Uint8Array(size).fill(index + 1)));
        const sent = join(frames);
        const got = carry(sent, cuts, table);
        assert.deepEqual(Buffer.compare(got, sent), 0);
        assert.equal(table.a.counts.rxFrames, sizes.length);
        assert.equal(table.b.counts.txFrames, sizes.length);
        assert.equal(
          table.b.counts.txBytes,
          sizes.reduce((x, y) => x + y, 0),
        );
        table.end();
      },
    ),
    { seed: SEED, numRuns: 60 },
  );
});

test('StreamEndpoint leaves out empty frames and counts them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 300 })), { minLength: 1, maxLength: 50 }),
      fc.array(fc.nat(), { maxLength: 20 }),
      (sizes, cuts) => {
        const table = makeLink();
        const frames = sizes.map((size, index) => encodeFrame(new Uint8Array(size).fill(index + 1)));
        const got = carry(join(frames), cuts, table);
        assert.equal(Buffer.compare(got, join(frames.filter((frame) => frame.length > HEADER_BYTES))), 0);
        assert.equal(table.a.counts.drops.empty ?? 0, sizes.filter((size) => size === 0).length);
        table.end();
      },
    ),
    { seed: SEED, numRuns: 60 },
  );
});

test('StreamEndpoint survives any bytes and resets only itself', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 4000 }),
      fc.array(fc.nat(), { maxLength: 20 }),
      (bytes, cuts) => {
        const table = makeLink();
        const { loop, a, b, notes } = table;
        const edges = [...new Set([...cuts.map((cut) => cut % bytes.length), bytes.length])].sort((x, y) => x - y);
        let at = 0;
        for (const edge of edges) {
          if (!a.endpoint.isAttached) break;
          a.write(bytes.subarray(at, edge));
          at = edge;
          settle(loop);
        }
        assert.equal(b.endpoint.isAttached, true);
        assert.equal(
          notes.all.some((note) => note.startsWith('2 detached')),
          false,
        );
        // Whatever came through is a sequence of whole frames.
        const got = b.read() ?? new Uint8Array(0);
        let end = 0;
        while (end < got.length) end += 4 + new DataView(got.buffer, end).getUint32(0, false);
        assert.equal(end, got.length);
        table.end();
      },
    ),
    { seed: SEED, numRuns: 300 },
  );
});

test('StreamEndpoint delivers the frames before a broken length, then resets', () => {
  for (const length of [MAX_FRAME_BYTES + 1, 0xffff_ffff]) {
    const table = makeLink();
    const { loop, a, b, notes } = table;
    const good = encodeFrame(new Uint8Array(100).fill(7));
    const bad = new Uint8Array(8);
    new DataView(bad.buffer).setUint32(0, length, false);
    a.write(join([good, bad, good]));
    settle(loop);
    assert.equal(Buffer.compare(b.read()!, good), 0);
    assert.equal(a.endpoint.isAttached, false);
    assert.equal(a.counts.drops.oversize, 1);
    assert.ok(notes.all.includes(`1 broken ${length}`));
    table.end();
  }
});

test('StreamEndpoint starts a new connection at a frame boundary in both directions', () => {
  const table = makeLink();
  const { loop, a, b } = table;
  const frame = encodeFrame(new Uint8Array(1000).fill(3));
  // Half a frame from a, then it is gone.
  a.write(frame.subarray(0, 500));
  settle(loop);
  a.leave();
  settle(loop);
  assert.equal(a.counts.drops.truncated, 1);
  a.attach();
  a.write(frame);
  settle(loop);
  assert.equal(Buffer.compare(b.read()!, frame), 0);

  // b stops reading until a frame is half sent, then it is gone; the next b must not see the other half.
  for (let i = 0; i < 3000 && b.endpoint.queuedBytes === 0; i++) {
    a.write(frame);
    settle(loop);
  }
  assert.ok(b.endpoint.queuedBytes > 0);
  b.leave();
  settle(loop);
  assert.ok((b.counts.drops.not_connected ?? 0) > 0);
  b.attach();
  const mark = encodeFrame(new Uint8Array(77).fill(9));
  a.write(mark);
  settle(loop);
  const got = b.read()!;
  assert.equal(got.length % frame.length, mark.length);
  assert.equal(Buffer.compare(got.subarray(got.length - mark.length), mark), 0);
  table.end();
});

test('StreamEndpoint counts frames for an absent machine and goes on draining', () => {
  const table = makeLink();
  const { loop, a, b } = table;
  b.leave();
  settle(loop);
  const frame = encodeFrame(new Uint8Array(1000));
  for (let i = 0; i < 500; i++) {
    assert.equal(a.write(frame), frame.length);
    settle(loop);
  }
  assert.equal(b.counts.drops.not_connected, 500);
  table.end();
});

test('Link pushes back without loss, and a machine that takes nothing costs frames only after a while', () => {
  const table = makeLink();
  const { loop, a, b } = table;
  const frame = encodeFrame(new Uint8Array(1500).fill(1));
  let sent = 0;
  // Held: the kernel's buffers fill, then a itself is pushed back and nothing is dropped.
  for (let result = 1; result > 0; sent += result) {
    result = a.write(frame);
    settle(loop);
  }
  assert.equal(b.counts.pushbacks, 1);
  assert.deepEqual(b.counts.drops, {});
  assert.ok(b.counts.queueBytes <= LINK_QUEUE_BYTES);
  // Time passes, nothing moves: the link gives up on b's pace, a is read again, frames are dropped and counted.
  const deadlineMs = Date.now() + 60_000;
  while (b.counts.drops.queue_full === undefined && Date.now() < deadlineMs) {
    const result = a.write(frame);
    sent += Math.max(result, 0);
    loop.poll();
  }
  assert.ok(b.counts.drops.queue_full! > 0);
  assert.ok(b.counts.queueBytes <= LINK_QUEUE_BYTES);
  // b reads again: whole frames, and the books balance.
  let got = 0;
  for (let piece = b.read(); piece!.length > 0; piece = b.read()) {
    got += piece!.length;
    settle(loop);
  }
  // a's last write may have been cut inside a frame by a full socket.
  const { rxFrames } = a.counts;
  const { txFrames, drops } = b.counts;
  assert.equal(rxFrames, txFrames + (drops.queue_full ?? 0));
  assert.equal(got, txFrames * frame.length);
  assert.ok(sent - rxFrames * frame.length < frame.length);
  table.end();
});
