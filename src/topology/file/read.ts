// Reads topology files from disk or standard input: bytes -> text, within limits -> parse.ts.

import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { TcpbridgeError } from '../../errors.ts';
import { fileFault } from './file-fault.ts';
import { type ParsedTopology, type ParseOptions, parseTopologyText } from './parse.ts';

// Ten thousand links with settings take about 1 MB.
const MAX_FILE_BYTES = 4 * 1024 * 1024;
// A table of 16,384 samples of 7 characters takes an eighth of it.
const MAX_TABLE_BYTES = 1024 * 1024;
const STDIN_NAME = 'stdin';

/** Reads a topology file, or standard input for "-"; variables come from the environment unless options say otherwise. */
export async function readTopologyFile(path: string, options: ParseOptions = {}): Promise<ParsedTopology> {
  const { text, file } = await readText(path);
  const folder = resolve(path === '-' ? '.' : dirname(path));
  return parseTopologyText(text, file, {
    env: process.env,
    folder,
    readFile: (name) => readSmall(resolve(folder, name)),
    ...options,
  });
}

/** Reads the text of a file, or of standard input for "-"; `file` is its name for messages. */
export async function readText(path: string): Promise<{ text: string; file: string }> {
  const file = path === '-' ? STDIN_NAME : path;
  return { text: decodeUtf8(await readBytes(path, file), file), file };
}

function readSmall(path: string): string {
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(MAX_TABLE_BYTES);
    let length = 0;
    for (let count = 1; count > 0 && length < MAX_TABLE_BYTES; length += count) {
      count = readSync(fd, bytes, length, MAX_TABLE_BYTES - length, null);
    }
    return bytes.toString('utf8', 0, length);
  } finally {
    closeSync(fd);
  }
}

async function readBytes(path: string, file: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of path === '-' ? process.stdin : createReadStream(path)) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length > MAX_FILE_BYTES) break;
    }
  } catch (cause) {
    throw new TcpbridgeError('topology_unreadable', { file, reason: fileFault(cause) }, { cause });
  }
  if (length > MAX_FILE_BYTES) {
    const reason = `it is larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB`;
    throw new TcpbridgeError('topology_unreadable', { file, reason });
  }
  return Buffer.concat(chunks);
}

function decodeUtf8(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const valid = validLength(bytes);
    const before = bytes.subarray(0, valid).toString('utf8');
    const line = before.split('\n').length;
    const column = before.length - before.lastIndexOf('\n');
    const message = 'Not UTF-8 text here; save the file in UTF-8';
    throw new TcpbridgeError('topology_invalid', { problems: [{ file, line, column, path: '', message }] });
  }
}

// The number of bytes before the first that is not UTF-8: halving works because every longer piece is wrong too, once a
// piece that may end inside a character is decoded as a stream.
function validLength(bytes: Buffer): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isUtf8(bytes.subarray(0, middle), true)) low = middle;
    else high = middle - 1;
  }
  // The last character may have begun well and gone on wrongly.
  while (!isUtf8(bytes.subarray(0, low), false)) low--;
  return low;
}

function isUtf8(bytes: Buffer, isStart: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isStart });
    return true;
  } catch {
    return false;
  }
}
