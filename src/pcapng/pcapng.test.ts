// The writer of capture files: what it writes can be cut into its blocks again, whatever the frames and comments are. That
// Wireshark reads them is tested in test/capture/.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BlockSplitter } from './block-splitter.ts';
import { BLOCK, PcapngWriter } from './pcapng-writer.ts';
import { missingFrames } from './read-statistics.ts';

const START = { seconds: 1_700_000_000, nanoseconds: 999_999_999 };

const packets = fc.array(
  fc.record({
    bytes: fc.uint8Array({ maxLength: 300 }),
    extra: fc.nat(70_000),
    comments: fc.array(fc.string({ unit: 'binary', maxLength: 50 }), { maxLength: 3 }),
    missingBefore: fc.nat(2 ** 31 - 1),
    seconds: fc.integer({ min: 0, max: 2 ** 33 }),
    nanoseconds: fc.nat(999_999_999),
  }),
  { maxLength: 20 },
);

test('PcapngWriter writes whole blocks, and times exact to the nanosecond', () => {
  fc.assert(
    fc.property(packets, fc.nat(7), (frames, cut) => {
      const writer = new PcapngWriter();
      writer.writeSection({ application: 'test' });
      const interfaceId = writer.writeInterface({ name: 'x', snapBytes: 0, filter: 'tcp' });
      for (const { extra, ...frame } of frames) {
        writer.writePacket({ ...frame, interfaceId, way: 1, length: frame.bytes.length + extra });
      }
      const file = writer.take();
      assert.equal(writer.take().length, 0);
      const splitter = new BlockSplitter();
      // In pieces of any size.
      const blocks = [];
      for (let at = 0; at < file.length; at += cut * 100 + 1) {
        blocks.push(...splitter.push(file.subarray(at, at + cut * 100 + 1))!);
      }
      assert.equal(splitter.pending, 0);
      const found = blocks.filter(({ type }) => type === BLOCK.packet);
      assert.equal(blocks.length, frames.length + 2);
      for (const [index, { bytes }] of found.entries()) {
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
        const frame = frames[index]!;
        const ns = (BigInt(view.getUint32(12, true)) << 32n) | BigInt(view.getUint32(16, true));
        assert.equal(ns, BigInt(frame.seconds) * 1_000_000_000n + BigInt(frame.nanoseconds));
        assert.deepEqual(bytes.slice(28, 28 + frame.bytes.length), Uint8Array.from(frame.bytes));
        assert.equal(view.getUint32(24, true), frame.bytes.length + frame.extra);
        assert.equal(view.getUint32(bytes.length - 4, true), bytes.length);
      }
    }),
    { verbose: true },
  );
});

test('missingFrames() reads from statistics what the writer put there', () => {
  for (const missing of [0, 1, 2 ** 32 + 5]) {
    const writer = new PcapngWriter();
    writer.writeSection({ application: 'test', comment: 'x'.repeat(70_000) });
    const interfaceId = writer.writeInterface({ name: 'é'.repeat(40_000), snapBytes: 0 });
    const accepted = 10 + missing;
    const counts = { accepted, delivered: 10, isUnfiltered: true };
    writer.writeStatistics({ interfaceId, start: START, end: START, ...counts, comment: 'it was a comment' });
    const blocks = new BlockSplitter().push(writer.take())!;
    assert.deepEqual(blocks.map(missingFrames), [0, 0, missing]);
  }
});

test('BlockSplitter and missingFrames() take any bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 }), fc.nat(6), (pieces, type) => {
      const splitter = new BlockSplitter();
      for (const piece of pieces) if (splitter.push(piece) === undefined) break;
      for (const piece of pieces) if (piece.length >= 20) missingFrames({ type, bytes: piece });
    }),
    { numRuns: 2000, verbose: true },
  );
});
