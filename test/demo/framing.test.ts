// The simulated routers' own framing: frames come out whole and in order however the stream is cut.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeFrame, FrameSplitter, MAX_FRAME_BYTES } from '../../demo/framing.ts';

test('FrameSplitter.push() returns every frame, wherever the chunks end', () => {
  const frames = fc.array(fc.uint8Array({ minLength: 1, maxLength: 100 }), { maxLength: 20 });
  const cuts = fc.array(fc.nat(2200), { maxLength: 30 });
  fc.assert(
    fc.property(frames, cuts, (frames, cuts) => {
      const wanted = frames.map((frame) => Buffer.from(frame));
      const stream = Buffer.concat(wanted.map(encodeFrame));
      const ends = [...cuts.toSorted((a, b) => a - b), stream.length];
      const splitter = new FrameSplitter();
      const got = ends.flatMap((end, index) => splitter.push(stream.subarray(ends[index - 1] ?? 0, end)));
      assert.deepEqual(got, wanted);
    }),
  );
});

test('FrameSplitter.push() takes the longest frame of QEMU', () => {
  const frame = Buffer.alloc(MAX_FRAME_BYTES, 7);
  assert.deepEqual(new FrameSplitter().push(encodeFrame(frame)), [frame]);
});

test('FrameSplitter.push() refuses the lengths that QEMU cannot take', () => {
  for (const length of [0, MAX_FRAME_BYTES + 1, 0xffff_ffff]) {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(length, 0);
    assert.throws(() => new FrameSplitter().push(head), { message: new RegExp(`"${length}"`) });
  }
});
