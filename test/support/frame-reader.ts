// Cuts the stream that a bridge sends into frames again, as a machine would: the tests' own reading of the format,
// which shares no code with the product. A length that QEMU would choke on is the bridge's fault and fails the test.
import { LONGEST_FRAME } from './frame-source.ts';

/** Reads the stream of one connection. */
export class FrameReader {
  #kept: Buffer = Buffer.alloc(0);

  /** The bytes of a frame that has not arrived whole. */
  get keptBytes(): number {
    return this.#kept.length;
  }

  /** Takes what arrived and returns the frames that it completes. */
  push(chunk: Buffer): Buffer[] {
    const bytes = this.#kept.length === 0 ? chunk : Buffer.concat([this.#kept, chunk]);
    const frames: Buffer[] = [];
    let offset = 0;
    while (bytes.length - offset >= 4) {
      const length = bytes.readUInt32BE(offset);
      if (length === 0 || length > LONGEST_FRAME) throw new Error(`The bridge sent a frame length of ${length}`);
      if (bytes.length - offset - 4 < length) break;
      frames.push(bytes.subarray(offset + 4, offset + 4 + length));
      offset += 4 + length;
    }
    this.#kept = bytes.subarray(offset);
    return frames;
  }
}
