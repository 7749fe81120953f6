// Watches of frames: counted per watch and end, over as soon as the frame is there, and nothing is kept from the tap.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameWatches } from './frame-watch.ts';
import type { FrameTap } from './tap.ts';
import type { Batch } from './wire/framing.ts';

const HEADER = 4;

/** A batch of frames of one byte each. */
function batchOf(...frames: number[]): Batch {
  const bytes = new Uint8Array(frames.length * (HEADER + 1));
  const offsets = new Uint32Array(frames.length + 1);
  for (const [index, byte] of frames.entries()) {
    offsets[index] = index * (HEADER + 1);
    bytes[index * (HEADER + 1) + HEADER] = byte;
  }
  offsets[frames.length] = bytes.length;
  return { bytes, offsets, count: frames.length } as unknown as Batch;
}

const matching = (wanted: number) => ({
  matches: (bytes: Uint8Array, start: number, end: number) => end - start === 1 && bytes[start] === wanted,
});

test('FrameWatches tells the so many-th frame of each watch, once', () => {
  const seen: number[] = [];
  const tapped: number[] = [];
  const tap: FrameTap = { onFrames: (_id, from, { count }) => tapped.push(from, count) };
  const watches = new FrameWatches(tap, (watchId) => seen.push(watchId));
  watches.add({ watchId: 1, matcher: matching(7), endId: undefined, left: 3 });
  watches.add({ watchId: 2, matcher: matching(7), endId: 11, left: 2 });
  watches.add({ watchId: 3, matcher: matching(8), endId: undefined, left: 1 });
  watches.onFrames(1, 10, batchOf(7, 9, 7));
  assert.deepEqual(seen, []);
  watches.onFrames(1, 11, batchOf(9, 7, 7, 7));
  assert.deepEqual(seen.toSorted(), [1, 2]);
  watches.onFrames(1, 11, batchOf(7, 7, 7));
  assert.deepEqual([seen.length, watches.isEmpty], [2, false]);
  watches.remove(3);
  watches.remove(3);
  assert.equal(watches.isEmpty, true);
  watches.onFrames(1, 10, batchOf(8));
  assert.deepEqual([seen.length, tapped], [2, [10, 3, 11, 4, 11, 3, 10, 1]]);
});
