// What an impaired direction does, against arithmetic, with a clock that jumps.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ImpairmentSpec } from '../../topology/impairment.ts';
import { ethernetFrame, TestWire } from './test-wire.ts';

const MS = 1e6;

test('delay holds each frame for exactly its time, and frames of one batch leave together', () => {
  const wire = new TestWire({ delayMs: 20 });
  wire.send(60, 60, 60);
  assert.deepEqual([wire.counts.delayedFrames, wire.counts.delayedBytes], [3, 180]);
  wire.run(5 * MS);
  wire.send(60);
  wire.run(15 * MS - 1);
  assert.deepEqual(wire.numbers, []);
  wire.run(1);
  assert.deepEqual(wire.numbers, [0, 1, 2]);
  assert.deepEqual(wire.departures, [3]);
  wire.run(100 * MS);
  assert.deepEqual(
    wire.out.map(({ atNs }) => atNs - 1e9),
    [20, 20, 20, 25].map((ms) => ms * MS),
  );
  assert.deepEqual([wire.counts.delayedFrames, wire.counts.delayedBytes], [0, 0]);
});

test('without delay frames leave at once, in one departure', () => {
  const wire = new TestWire({ loss: { model: 'random', percent: 0 } });
  wire.send(60, 1514, 60);
  assert.deepEqual(wire.numbers, [0, 1, 2]);
  assert.deepEqual(wire.departures, [3]);
});

test('jitter reorders frames, keepOrder does not, and both stay within its bounds', () => {
  for (const keepOrder of [false, true]) {
    const wire = new TestWire({ delayMs: 10, jitterMs: 5, keepOrder });
    wire.sendMany(2000, 60, 0.1 * MS);
    wire.run(100 * MS);
    const numbers = wire.numbers;
    assert.deepEqual(
      numbers.toSorted((a, b) => a - b),
      Array.from({ length: 2000 }, (_, index) => index),
    );
    const isOrdered = numbers.every((number, index) => number === index);
    assert.equal(isOrdered, keepOrder);
    assert.equal(wire.counts.reordered > 0, !keepOrder);
    for (const { number, atNs } of wire.out) {
      const heldNs = atNs - 1e9 - number * 0.1 * MS;
      assert.ok(heldNs >= 5 * MS && heldNs <= 15 * MS + 1, `${heldNs}`);
    }
  }
});

test('loss of 0 % loses nothing, of 100 % everything', () => {
  for (const percent of [0, 100]) {
    const wire = new TestWire({ loss: { model: 'random', percent } });
    wire.sendMany(1000, 60, 0);
    assert.equal(wire.out.length, percent === 0 ? 1000 : 0);
    assert.equal(wire.counts.drops.loss ?? 0, percent * 10);
  }
});

test('duplicates are counted, identical, and next to each other', () => {
  const wire = new TestWire({ duplicate: { percent: 100 } });
  wire.send(60, 61);
  assert.deepEqual(wire.numbers, [0, 0, 1, 1]);
  assert.equal(wire.counts.duplicated, 2);
});

test('a frame that is to be lost and to be duplicated goes on once, as in netem', () => {
  const wire = new TestWire({ duplicate: { percent: 100 }, loss: { model: 'random', percent: 100 } });
  wire.sendMany(10, 60, 0);
  assert.equal(wire.out.length, 10);
  assert.deepEqual([wire.counts.duplicated, wire.counts.drops.loss], [0, undefined]);
});

test('corruption flips exactly one bit anywhere in the frame, of each copy a different one', () => {
  for (const delayMs of [0, 1]) {
    const wire = new TestWire({ delayMs, corrupt: { percent: 100 }, duplicate: { percent: 100 } });
    const frame = Buffer.alloc(64, 0x55);
    const seen = new Set<number>();
    for (let i = 0; i < 2000; i++) wire.sendFrames([frame]);
    wire.run(MS);
    assert.equal(wire.out.length, 4000);
    assert.equal(wire.counts.corrupted, 4000);
    for (const { bytes } of wire.out) {
      const flipped = [...bytes].flatMap((byte, index) =>
        [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => ((byte ^ 0x55) >> bit) & 1).map((bit) => index * 8 + bit),
      );
      assert.equal(flipped.length, 1);
      seen.add(flipped[0]!);
    }
    assert.equal(seen.size, 512, 'every bit of 64 bytes was hit by 4000 frames');
  }
});

test('corruption of a frame leaves its copy as it was', () => {
  const wire = new TestWire({ corrupt: { percent: 50 }, duplicate: { percent: 100 } });
  const frame = Buffer.alloc(64, 0xaa);
  for (let i = 0; i < 1000; i++) wire.sendFrames([frame, frame]);
  const damaged = wire.out.filter(({ bytes }) => !bytes.equals(frame)).length;
  assert.equal(damaged, wire.counts.corrupted);
  assert.ok(damaged > 1800 && damaged < 2200, `${damaged}`);
});

test('reorder with a gap sends every so many-th frame at once', () => {
  const wire = new TestWire({ delayMs: 10, reorder: { percent: 100 }, gap: 5 });
  wire.sendMany(20, 60, 1 * MS);
  wire.run(100 * MS);
  const ahead = wire.out.filter(({ number, atNs }) => atNs === 1e9 + number * MS).map(({ number }) => number);
  assert.deepEqual(ahead, [4, 9, 14, 19]);
  assert.equal(wire.counts.reordered, 4);
});

test('a gap alone means 100 %', () => {
  const wire = new TestWire({ delayMs: 10, gap: 3 });
  wire.send(60, 60, 60, 60);
  assert.deepEqual(wire.numbers, [2]);
});

test('a rate spaces frames by their size, and holds to it whenever it is woken', () => {
  const wire = new TestWire({ rate: { bitsPerSecond: 8_000_000 } });
  // 1000 bytes at 1 MB/s are a millisecond.
  wire.send(1000, 1000, 500);
  wire.run(0.3 * MS);
  wire.send(1000);
  wire.run(10 * MS);
  assert.deepEqual(
    wire.out.map(({ atNs }) => (atNs - 1e9) / MS),
    [1, 2, 2.5, 3.5],
  );
  wire.send(1000);
  wire.run(2 * MS);
  assert.equal((wire.out.at(-1)!.atNs - 1e9) / MS, 11.3, 'an idle wire starts at once');
});

test('overhead and cells count as in netem', () => {
  // ATM: 48 bytes of each cell of 53 carry; 2 bytes of overhead in front.
  const rate = { bitsPerSecond: 8_000_000, overheadBytes: 2, cellBytes: 48, cellOverheadBytes: 5 };
  const wire = new TestWire({ rate });
  wire.send(100);
  wire.run(MS);
  assert.equal(wire.out[0]!.atNs - 1e9, Math.ceil(102 / 48) * 53 * 1000);
  const less = new TestWire({ rate: { bitsPerSecond: 8_000_000, overheadBytes: -14 } });
  less.send(114);
  less.run(MS);
  assert.equal(less.out[0]!.atNs - 1e9, 100_000);
});

test('rate and delay together: propagation in parallel, serialisation in turn', () => {
  const wire = new TestWire({ delayMs: 20, rate: { bitsPerSecond: 8_000_000 } });
  wire.send(1000, 1000, 1000);
  wire.run(100 * MS);
  assert.deepEqual(
    wire.out.map(({ atNs }) => (atNs - 1e9) / MS),
    [21, 22, 23],
  );
});

test('a limit drops what comes when the queue is full, and counts it', () => {
  const frames = new TestWire({ delayMs: 10, limitFrames: 3 });
  frames.send(60, 60, 60, 60, 60);
  assert.equal(frames.counts.drops.limit, 2);
  frames.run(10 * MS);
  assert.deepEqual(frames.numbers, [0, 1, 2]);
  const bytes = new TestWire({ delayMs: 10, limitBytes: 150 });
  bytes.send(60, 60, 60, 30);
  bytes.run(10 * MS);
  assert.deepEqual(bytes.numbers, [0, 1, 3]);
});

test('without a limit a delay holds everything, and a rate a thousand full frames and what is on its way', () => {
  const delayed = new TestWire({ delayMs: 200 });
  delayed.sendMany(5000, 60, 0);
  assert.equal(delayed.counts.delayedFrames, 5000);
  const limited = new TestWire({ rate: { bitsPerSecond: 1_000_000 } });
  limited.sendMany(1500, 1514, 0);
  assert.deepEqual([limited.counts.delayedFrames, limited.counts.drops.limit], [1000, 500]);
});

test('an MTU counts without the Ethernet header and VLAN tags', () => {
  const wire = new TestWire({ mtuBytes: 1500 });
  wire.sendFrames([
    ethernetFrame([0x0800], 1514),
    ethernetFrame([0x0800], 1515),
    ethernetFrame([0x8100, 0x0800], 1518),
    ethernetFrame([0x8100, 0x0800], 1519),
    ethernetFrame([0x88a8, 0x8100, 0x0800], 1522),
  ]);
  assert.deepEqual(
    wire.out.map(({ bytes }) => bytes.length),
    [1514, 1518, 1522],
  );
  assert.equal(wire.counts.drops.mtu, 2);
});

test('a slot lets frames out together, as many as it holds', () => {
  const wire = new TestWire({ slot: { minMs: 5, maxMs: 5, frames: 3 } });
  wire.send(60, 60);
  wire.run(2 * MS);
  wire.send(60, 60);
  wire.run(100 * MS);
  assert.deepEqual(
    wire.out.map(({ atNs }) => (atNs - 1e9) / MS),
    [5, 5, 5, 10],
  );
  const bytes = new TestWire({ slot: { minMs: 5, maxMs: 5, bytes: 100 } });
  bytes.send(60, 60, 60);
  bytes.run(100 * MS);
  assert.deepEqual(
    bytes.out.map(({ atNs }) => (atNs - 1e9) / MS),
    [5, 5, 10],
  );
});

test('only frames that match are impaired; others overtake them unless order is kept', () => {
  for (const keepOrder of [false, true]) {
    const wire = new TestWire({ delayMs: 10, match: 'arp', keepOrder });
    wire.sendFrames([ethernetFrame([0x0806], 60), ethernetFrame([0x0800], 61)]);
    wire.run(50 * MS);
    assert.deepEqual(
      wire.out.map(({ bytes }) => bytes.length),
      keepOrder ? [60, 61] : [61, 60],
    );
  }
});

test('keepOrder keeps frames that do not match behind those that wait for a rate or a slot', () => {
  const specs: ImpairmentSpec[] = [
    { rate: { bitsPerSecond: 48_000 } },
    { slot: { minMs: 5, maxMs: 5, frames: 1 } },
    { delayMs: 1, slot: { minMs: 5, maxMs: 5 } },
  ];
  for (const spec of specs) {
    for (const keepOrder of [false, true]) {
      const wire = new TestWire({ ...spec, match: 'arp', keepOrder });
      wire.sendFrames([ethernetFrame([0x0806], 60)]);
      wire.run(3 * MS);
      wire.sendFrames([ethernetFrame([0x0800], 61), ethernetFrame([0x0806], 62)]);
      wire.run(100 * MS);
      const lengths = wire.out.map(({ bytes }) => bytes.length);
      assert.deepEqual(lengths, keepOrder ? [60, 61, 62] : [61, 60, 62], JSON.stringify(spec));
    }
  }
});

test('only every so many-th frame is impaired', () => {
  const wire = new TestWire({ loss: { model: 'random', percent: 100 }, every: 3 });
  wire.send(...new Array<number>(9).fill(60));
  assert.deepEqual(wire.numbers, [0, 1, 3, 4, 6, 7]);
});

test('what may not leave waits in order, and nothing is lost', () => {
  const wire = new TestWire({ delayMs: 1 });
  wire.send(60, 60);
  wire.isOpen = false;
  wire.run(5 * MS);
  wire.send(60);
  assert.deepEqual(wire.numbers, []);
  wire.isOpen = true;
  wire.run(5 * MS);
  assert.deepEqual(wire.numbers, [0, 1, 2]);
});

test('a receiver that has enough stops the departure after a quarter of a megabyte', () => {
  const wire = new TestWire({ delayMs: 1 });
  for (let i = 0; i < 10; i++) wire.send(...new Array<number>(100).fill(1514));
  wire.onDeparture = () => {
    wire.isOpen = false;
  };
  wire.run(5 * MS);
  assert.deepEqual(wire.departures.length, 1);
  assert.ok(wire.out.length >= 173 && wire.out.length <= 174, `${wire.out.length}`);
  wire.onDeparture = undefined;
  wire.isOpen = true;
  wire.run(0);
  assert.deepEqual(
    wire.numbers,
    Array.from({ length: 1000 }, (_, index) => index),
  );
});

test('a change leaves frames on their way alone; new ones have the new delay', () => {
  const wire = new TestWire({ delayMs: 20 });
  wire.send(60);
  wire.impairment.configure({ seed: 1, delayMs: 5 }, wire.nowNs);
  wire.send(60);
  wire.run(6 * MS);
  wire.impairment.configure(undefined, wire.nowNs);
  wire.send(60);
  assert.equal(wire.impairment.isOver, false);
  wire.run(100 * MS);
  assert.deepEqual(
    wire.out.map(({ number, atNs }) => [number, (atNs - 1e9) / MS]),
    [
      [1, 5],
      [2, 6],
      [0, 20],
    ],
  );
  assert.equal(wire.impairment.isOver, true);
});

test('a duration has an end, which saying the same again does not move', () => {
  const wire = new TestWire({ delayMs: 5, durationMs: 1000 });
  assert.equal(wire.impairment.healNs, 2e9);
  wire.run(100 * MS);
  wire.impairment.configure({ seed: 1, delayMs: 5, durationMs: 1000 }, wire.nowNs);
  assert.equal(wire.impairment.healNs, 2e9);
  wire.impairment.configure({ seed: 1, delayMs: 6, durationMs: 1000 }, wire.nowNs);
  assert.equal(wire.impairment.healNs, 2.1e9);
});
