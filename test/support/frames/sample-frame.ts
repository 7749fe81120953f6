// The form of the sample frames beside this file. They were built field by field, with correct checksums, and checked
// with tshark; test/tools/decode-tshark.test.ts does so again.

/** A frame whose meaning is known. */
export interface SampleFrame {
  readonly name: string;
  /** The bytes in hex; white space does not count. */
  readonly hex: string;
  /** What decodeFrame() says about it. */
  readonly line: string;
  /** Parts of the line, with tshark's fields in braces; the test that reads them explains the form. */
  readonly tshark: readonly string[];
}

/** The bytes of a sample frame. */
export function sampleBytes(frame: SampleFrame): Uint8Array {
  return Uint8Array.from(frame.hex.replace(/\s/g, '').match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}
