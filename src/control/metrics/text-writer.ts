// Text put together as bytes: a hundred thousand lines of metrics cost a quarter of what they cost as strings.

const FIRST_BYTES = 64 * 1024;
/** Longer than any number. */
const NUMBER_BYTES = 32;
/** Whole numbers below this are written digit by digit, as 32-bit numbers. */
const SMALL = 1e9;
const ZERO = 0x30;
const NEWLINE = 0x0a;

const encoder = new TextEncoder();

/** Bytes of a text, to be written many times. */
export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** A text that grows. */
export class TextWriter {
  #bytes = new Uint8Array(FIRST_BYTES);
  #size = 0;

  /** Begins a new text in the same memory. */
  clear(): void {
    this.#size = 0;
  }

  /** Adds text that was encoded before. */
  add(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#size);
    this.#size += bytes.length;
  }

  /** Adds text. */
  addText(text: string): void {
    this.add(encoder.encode(text));
  }

  /** Adds a number and ends the line. */
  endLine(value: number): void {
    this.#reserve(NUMBER_BYTES);
    if (Number.isInteger(value) && value >= 0 && value < SMALL) this.#addDigits(value);
    else this.addText(String(value));
    this.#bytes[this.#size++] = NEWLINE;
  }

  /** A copy of the text so far. */
  copy(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#size);
  }

  #addDigits(value: number): void {
    let end = this.#size + 1;
    for (let rest = value; rest >= 10; rest = (rest / 10) | 0) end++;
    let rest = value | 0;
    for (let at = end - 1; at >= this.#size; at--) {
      this.#bytes[at] = ZERO + (rest % 10);
      rest = (rest / 10) | 0;
    }
    this.#size = end;
  }

  #reserve(more: number): void {
    const needed = this.#size + more + NUMBER_BYTES;
    if (needed <= this.#bytes.length) return;
    let capacity = this.#bytes.length;
    while (capacity < needed) capacity *= 2;
    const grown = new Uint8Array(capacity);
    grown.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = grown;
  }
}
