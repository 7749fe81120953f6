// Memory that both JavaScript and the kernel see: an ArrayBuffer outside the garbage collector's moving heap,
// with its address as a plain number, so that a system call per frame batch allocates nothing.

import koffi from 'koffi';

/** A fixed block of bytes with a stable address. */
export class NativeMemory {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly address: number;

  constructor(size: number) {
    // An explicit ArrayBuffer: V8 may keep small typed arrays on its own heap, where they move.
    const buffer = new ArrayBuffer(size);
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    // User-space addresses are below 2^47 (2^52 with five-level tables on request only): exact in a double.
    this.address = Number(koffi.address(this.bytes));
  }
}

/** Where the bytes of a large block are, such as those that threads share; nothing moves them while they are in use. */
export function addressOf(bytes: Uint8Array): number {
  return Number(koffi.address(bytes));
}
