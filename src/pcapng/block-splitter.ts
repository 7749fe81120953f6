// Cuts a stream of pcapng into its blocks, as it comes in pieces of any size, for whoever spreads a capture over files.
import { readBlockHeader } from './block.ts';

const MIN_BLOCK_BYTES = 12;
/** Longer than any block with a frame; what claims more is no capture. */
const MAX_BLOCK_BYTES = 16 * 1024 * 1024;

/** A whole block. */
export interface Block {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** Takes pieces, gives blocks. */
export class BlockSplitter {
  private rest = new Uint8Array(0);

  /** Bytes of a block that has begun. */
  get pending(): number {
    return this.rest.length;
  }

  /** The blocks that are whole with this piece; undefined when the stream is no pcapng. */
  push(piece: Uint8Array): Block[] | undefined {
    let bytes = piece;
    if (this.rest.length > 0) {
      bytes = new Uint8Array(this.rest.length + piece.length);
      bytes.set(this.rest);
      bytes.set(piece, this.rest.length);
    }
    const blocks: Block[] = [];
    let at = 0;
    for (;;) {
      const header = readBlockHeader(bytes, at);
      if (header === undefined) break;
      const { type, length } = header;
      if (length < MIN_BLOCK_BYTES || length > MAX_BLOCK_BYTES || length % 4 !== 0) return undefined;
      if (at + length > bytes.length) break;
      blocks.push({ type, bytes: bytes.subarray(at, at + length) });
      at += length;
    }
    this.rest = bytes.slice(at);
    return blocks;
  }
}
