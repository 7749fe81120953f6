// Frames in and out of a TAP interface's descriptor, one system call each; with a VLAN tag that the interface knows nothing
// of, where tcpbridge stands in for a VLAN interface of the kernel.

import { MAX_FRAME_BYTES, TAP_FRAMES_PER_ROUND } from '../limits.ts';
import { read, writev } from '../sys/libc.ts';
import { NativeMemory } from '../sys/memory.ts';
import type { Batch } from '../wire/framing.ts';
import { insertTag, TAG_AT, TAG_BYTES, TAG_TYPE } from '../wire/vlan-tag.ts';

const ETHERNET_HEADER_BYTES = 14;
// Two struct iovec (readv(2)): a frame in two pieces, without its tag.
const pieces = new NativeMemory(32);

/** Reads frames until there is none, and gives them the tag unless it is 0; returns the last answer of the kernel. */
export function readFrames(fd: number, tag: number, batch: Batch): number {
  const { bytes, address } = batch;
  let result = 1;
  batch.clear();
  while (result > 0 && batch.count < TAP_FRAMES_PER_ROUND && batch.hasRoom(MAX_FRAME_BYTES)) {
    const at = batch.next;
    if (tag === 0) {
      result = read(fd, address + at, MAX_FRAME_BYTES);
      if (result > 0) batch.commit(result);
    } else {
      result = read(fd, address + at + TAG_BYTES, MAX_FRAME_BYTES - TAG_BYTES);
      if (result < ETHERNET_HEADER_BYTES) continue;
      insertTag(bytes, at + TAG_BYTES, TAG_TYPE * 0x1_0000 + tag);
      batch.commit(result + TAG_BYTES);
    }
  }
  return result;
}

/** Writes the frame of `length` bytes that begins at `address` and has a tag, without it; returns what writev(2) does. */
export function writeUntagged(fd: number, address: number, length: number): number {
  setWord(0, address);
  setWord(8, TAG_AT);
  setWord(16, address + TAG_AT + TAG_BYTES);
  setWord(24, length - TAG_AT - TAG_BYTES);
  return writev(fd, pieces.address, 2);
}

function setWord(at: number, value: number): void {
  pieces.view.setUint32(at, value, true);
  pieces.view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
}
