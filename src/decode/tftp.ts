// TFTP (RFC 1350, options RFC 2347), UDP port 69: the request that names the file. Data moves between other ports.
import { dataBytes } from './context.ts';
import type { View } from './view.ts';
import { nameOf } from './wording.ts';

const OPERATIONS: Readonly<Record<number, string>> = {
  1: 'read',
  2: 'write',
  3: 'data',
  4: 'ack',
  5: 'error',
  6: 'option ack',
};
const MAX_NAME = 255;

/** Decodes a TFTP packet. */
export function decodeTftp(view: View): string {
  if (!view.has(4)) return view.short('TFTP', 4);
  const operation = view.u16(0);
  const name = `TFTP ${nameOf(OPERATIONS, operation, 'operation')}`;
  switch (operation) {
    case 1:
    case 2:
      return `${name} "${readString(view.at(2))}"`;
    case 3:
      return `${name} block ${view.u16(2)} ${dataBytes(view.at(4))}`;
    case 4:
      return `${name} block ${view.u16(2)}`;
    case 5:
      return `${name} ${view.u16(2)} "${readString(view.at(4))}"`;
    default:
      return name;
  }
}

function readString(view: View): string {
  const bytes = view.copy(0, MAX_NAME);
  const end = bytes.indexOf(0);
  return view.text(0, end < 0 ? bytes.length : end);
}
