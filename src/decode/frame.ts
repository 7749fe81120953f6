// The door of this folder: one Ethernet frame in, one line of text out, for --debug and whoever else shows frames to
// people. Pure and total: any bytes give a line, nothing throws, nothing outside the given bytes is read.
import { decodeEthernet } from './ethernet.ts';
import { TABLES } from './tables.ts';
import { View } from './view.ts';

const MAX_LINE = 600;

/** Describes a frame in one line; `bytes` may be only the first part of it, `length` is its true length. */
export function decodeFrame(bytes: Uint8Array, length: number = bytes.length): string {
  const line = decodeEthernet(new View(bytes, 0, Math.min(bytes.length, length), length), {
    tables: TABLES,
    tunnels: 0,
  });
  return line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line;
}
