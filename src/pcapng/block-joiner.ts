// Makes one section of several streams of pcapng that follow each other: interfaces of a later stream get the next numbers,
// and its frames and statistics refer to those. Readers know sections with any number of interfaces; few know files with
// several sections.
import type { Block } from './block-splitter.ts';
import { BLOCK } from './pcapng-writer.ts';

// Where frames and statistics have the number of their interface and their time, the high word first
// (draft-ietf-opsawg-pcapng, sections 4.3 and 4.6: alike in both).
const INTERFACE_AT = 8;
const TIME_AT = 12;

/** Takes blocks of one stream after the other. */
export class BlockJoiner {
  /** The latest time in any block, in milliseconds since 1970; undefined until there is one. */
  lastMs: number | undefined;
  #streams = 0;
  #interfaces = 0;
  #interfacesBefore = 0;

  /** The blocks that come now are those of the next stream. */
  beginStream(): void {
    this.#streams++;
    this.#interfacesBefore = this.#interfaces;
  }

  /** The blocks as they are in the one section; changes them in place. */
  join(blocks: readonly Block[]): readonly Block[] {
    for (const { type, bytes } of blocks) {
      if (type === BLOCK.interface) this.#interfaces++;
      if (type !== BLOCK.packet && type !== BLOCK.statistics) continue;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      view.setUint32(INTERFACE_AT, view.getUint32(INTERFACE_AT, true) + this.#interfacesBefore, true);
      const ms = (view.getUint32(TIME_AT, true) * 2 ** 32 + view.getUint32(TIME_AT + 4, true)) / 1e6;
      this.lastMs = Math.max(this.lastMs ?? 0, ms);
    }
    return this.#streams < 2 ? blocks : blocks.filter(({ type }) => type !== BLOCK.section);
  }
}
