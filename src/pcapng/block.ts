// Bytes of pcapng blocks, little-endian (draft-ietf-opsawg-pcapng, section 3): a block is its type, its length, a body
// padded to 4 bytes, and its length again. Options are a code, a length and a value, padded likewise.

const FIRST_BYTES = 64 * 1024;
const BLOCK_HEADER_BYTES = 8;
const MAX_OPTION_BYTES = 0xffff;
const END_OF_OPTIONS = 0;

const encoder = new TextEncoder();

/** Grows as it is written to; `take()` hands out what was written so far. */
export class BlockBuffer {
  private bytes = new Uint8Array(FIRST_BYTES);
  private view = new DataView(this.bytes.buffer);
  private at = 0;
  private blockAt = 0;

  /** Bytes written since the last `take()`. */
  get size(): number {
    return this.at;
  }

  /** All that was written; what comes next is written elsewhere. */
  take(): Uint8Array {
    const taken = this.bytes.slice(0, this.at);
    this.at = 0;
    return taken;
  }

  /** Starts a block. */
  begin(type: number): void {
    this.blockAt = this.at;
    this.u32(type);
    this.u32(0);
  }

  /** Ends the block that was started. */
  end(): void {
    const length = this.at + 4 - this.blockAt;
    this.u32(length);
    this.view.setUint32(this.blockAt + 4, length, true);
  }

  /** A number of 16 bits. */
  u16(value: number): void {
    this.reserve(2);
    this.view.setUint16(this.at, value, true);
    this.at += 2;
  }

  /** A number of 32 bits. */
  u32(value: number): void {
    this.reserve(4);
    this.view.setUint32(this.at, value, true);
    this.at += 4;
  }

  /** Bytes, padded to a multiple of 4. */
  padded(source: Uint8Array): void {
    const padded = (source.length + 3) & ~3;
    this.reserve(padded);
    this.bytes.set(source, this.at);
    this.bytes.fill(0, this.at + source.length, this.at + padded);
    this.at += padded;
  }

  /** An option with bytes. */
  option(code: number, value: Uint8Array): void {
    const cut = value.subarray(0, MAX_OPTION_BYTES);
    this.u16(code);
    this.u16(cut.length);
    this.padded(cut);
  }

  /** An option with a text; none if there is no text. */
  textOption(code: number, text: string | undefined): void {
    if (text !== undefined && text !== '') this.option(code, encodeText(text));
  }

  /** An option with a number of 64 bits, which is written as it is in a double: exact to 2^53. */
  countOption(code: number, count: number): void {
    this.u16(code);
    this.u16(8);
    this.u32(count % 2 ** 32);
    this.u32(Math.floor(count / 2 ** 32));
  }

  /** Ends the options of a block. */
  endOptions(): void {
    this.u16(END_OF_OPTIONS);
    this.u16(0);
  }

  private reserve(more: number): void {
    if (this.at + more <= this.bytes.length) return;
    let size = this.bytes.length * 2;
    while (size < this.at + more) size *= 2;
    const bytes = new Uint8Array(size);
    bytes.set(this.bytes.subarray(0, this.at));
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }
}

/** A text, cut between two characters where it is too long for an option. */
function encodeText(text: string): Uint8Array {
  const bytes = encoder.encode(text);
  if (bytes.length <= MAX_OPTION_BYTES) return bytes;
  let end = MAX_OPTION_BYTES;
  // Bytes that go on with a character begin with the bits 10.
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}

/** What a block's header says. */
export interface BlockHeader {
  readonly type: number;
  readonly length: number;
}

/** Reads the header of the block at `at`; undefined when it is not there as a whole. */
export function readBlockHeader(bytes: Uint8Array, at: number): BlockHeader | undefined {
  if (at + BLOCK_HEADER_BYTES > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, BLOCK_HEADER_BYTES);
  return { type: view.getUint32(0, true), length: view.getUint32(4, true) };
}
