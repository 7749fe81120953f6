// Type-length-value lists, which half of the control protocols are made of. One reader for the shapes that occur; a
// list that is cut off or lies about its lengths yields the elements up to there.
import type { View } from './view.ts';

/** One element of a list; its value may be cut, but never longer than the list. */
export interface Tlv {
  readonly type: number;
  readonly value: View;
}

/** How a list is laid out. */
export interface TlvShape {
  readonly typeBytes: 1 | 2;
  readonly lengthBytes: 1 | 2;
  /** Whether the length counts type and length too. */
  readonly whole?: boolean;
  /** Bytes that one step of the length stands for. */
  readonly unitBytes?: number;
  /** A type that is a single byte without length. */
  readonly padType?: number;
  /** A type that ends the list. */
  readonly endType?: number;
}

const MAX_ELEMENTS = 128;

/** Reads the elements of a list in their order. */
export function readTlvs(view: View, shape: TlvShape): Tlv[] {
  const headerBytes = shape.typeBytes + shape.lengthBytes;
  const elements: Tlv[] = [];
  let offset = 0;
  for (let step = 0; step < MAX_ELEMENTS && view.has(offset + shape.typeBytes); step += 1) {
    const type = shape.typeBytes === 1 ? view.u8(offset) : view.u16(offset);
    if (type === shape.endType) break;
    if (type === shape.padType) {
      offset += 1;
      continue;
    }
    if (!view.has(offset + headerBytes)) break;
    const lengthOffset = offset + shape.typeBytes;
    const count = (shape.lengthBytes === 1 ? view.u8(lengthOffset) : view.u16(lengthOffset)) * (shape.unitBytes ?? 1);
    const valueBytes = shape.whole ? count - headerBytes : count;
    if (valueBytes < 0) break;
    elements.push({ type, value: view.at(offset + headerBytes, valueBytes) });
    offset += headerBytes + valueBytes;
  }
  return elements;
}

/** The value of the first element of a type. */
export function findTlv(elements: readonly Tlv[], type: number): View | undefined {
  return elements.find((element) => element.type === type)?.value;
}
