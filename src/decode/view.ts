// A window on a captured frame: the only way in which the decoders touch bytes. A view knows how many bytes were
// captured (`length`) and how many there were on the wire (`size`); numbers past the captured end read as 0 and
// addresses as "[short]", so that no decoder can read outside or throw, whatever a length field claims.
import { formatIpv4, formatIpv6, formatMac, SHORT_ADDRESS } from './address.ts';
import { printable } from './wording.ts';

const MAX_TEXT_BYTES = 256;

/** A bounded window on the bytes of a frame. */
export class View {
  /** Captured bytes in this window. */
  readonly length: number;
  /** Bytes of this window on the wire; more than `length` if the capture was cut. */
  readonly size: number;
  readonly #bytes: Uint8Array;
  readonly #start: number;

  constructor(bytes: Uint8Array, start: number, length: number, size: number) {
    this.#start = clamp(start, bytes.length);
    this.length = clamp(length, bytes.length - this.#start);
    this.size = Math.max(this.length, clamp(size, Number.MAX_SAFE_INTEGER));
    this.#bytes = bytes;
  }

  /** Tells whether the first `count` bytes were captured. */
  has(count: number): boolean {
    return count <= this.length;
  }

  /** The part that starts at `offset`, at most `size` bytes of it. */
  at(offset: number, size: number = Number.MAX_SAFE_INTEGER): View {
    const skip = clamp(offset, this.size);
    const inside = Math.min(clamp(size, Number.MAX_SAFE_INTEGER), this.size - skip);
    const captured = Math.min(Math.max(0, this.length - skip), inside);
    return new View(this.#bytes, this.#start + skip, captured, inside);
  }

  /** `name` with the reason why its first `need` bytes are not there: a short frame, or a capture that was cut. */
  short(name: string, need: number): string {
    return `${name} ${need > this.size ? '[short]' : '[snapped]'}`;
  }

  u8(offset: number): number {
    return offset >= 0 && offset < this.length ? this.#bytes[this.#start + offset]! : 0;
  }

  u16(offset: number): number {
    return (this.u8(offset) << 8) | this.u8(offset + 1);
  }

  u24(offset: number): number {
    return (this.u16(offset) << 8) | this.u8(offset + 2);
  }

  u32(offset: number): number {
    return this.u16(offset) * 0x10000 + this.u16(offset + 2);
  }

  mac(offset: number): string {
    return this.#fits(offset, 6) ? formatMac(this.#bytes, this.#start + offset) : SHORT_ADDRESS;
  }

  ipv4(offset: number): string {
    return this.#fits(offset, 4) ? formatIpv4(this.#bytes, this.#start + offset) : SHORT_ADDRESS;
  }

  ipv6(offset: number): string {
    return this.#fits(offset, 16) ? formatIpv6(this.#bytes, this.#start + offset) : SHORT_ADDRESS;
  }

  /** Up to `length` bytes as lower-case hex digits. */
  hex(offset: number, length: number): string {
    return Array.from(this.copy(offset, length), (value) => value.toString(16).padStart(2, '0')).join('');
  }

  /** Up to `length` bytes as text that is safe to print, cut where nobody reads on. */
  text(offset: number, length: number): string {
    return printable(this.copy(offset, Math.min(length, MAX_TEXT_BYTES)));
  }

  /** A copy of up to `length` bytes. */
  copy(offset: number, length: number): Uint8Array {
    const part = this.at(offset, length);
    return Uint8Array.from({ length: part.length }, (_, index) => part.u8(index));
  }

  #fits(offset: number, count: number): boolean {
    return offset >= 0 && offset + count <= this.length;
  }
}

function clamp(value: number, limit: number): number {
  return value > 0 ? Math.min(Math.trunc(value), limit) : 0;
}
