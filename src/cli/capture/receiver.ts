// Receives a capture and writes it where the user wants it: a file, a series of files, or the standard output. Reads no
// faster than that can be written.
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { TcpbridgeError } from '../../errors.ts';
import { BlockSplitter } from '../../pcapng/block-splitter.ts';
import { BLOCK } from '../../pcapng/pcapng-writer.ts';
import { missingFrames } from '../../pcapng/read-statistics.ts';
import { FileRing, type RingLimits } from './file-ring.ts';

/** Where a capture goes. */
export interface CaptureTarget {
  /** "-" for the standard output. */
  readonly path: string;
  /** Of a series of files. */
  readonly ring: RingLimits | undefined;
}

/** What has come. */
export interface Received {
  readonly frames: number;
  readonly missing: number;
  readonly files: readonly string[];
}

interface Sink {
  write(piece: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Writes all of a stream of pcapng to its target. */
export async function receiveCapture(
  stream: Readable,
  { path, ring }: CaptureTarget,
  onFrames: (frames: number) => void = () => {},
): Promise<Received> {
  const splitter = new BlockSplitter();
  const files = ring === undefined ? undefined : new FileRing(path, ring);
  const sink = files === undefined ? await openSink(path) : undefined;
  let frames = 0;
  let missing = 0;
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      const blocks = splitter.push(piece) ?? [];
      for (const block of blocks) {
        if (block.type === BLOCK.packet) frames++;
        missing += missingFrames(block);
      }
      await sink?.write(piece);
      await files?.write(blocks);
      onFrames(frames);
    }
  } finally {
    await sink?.close();
    await files?.close();
  }
  return { frames, missing, files: files?.paths ?? (path === '-' ? [] : [path]) };
}

async function openSink(path: string): Promise<Sink> {
  if (path === '-') {
    const { stdout } = process;
    return {
      write: async (piece) => {
        if (!stdout.write(piece)) await once(stdout, 'drain');
      },
      close: async () => {
        await new Promise((resolve) => stdout.write('', resolve));
      },
    };
  }
  try {
    const file = await open(path, 'w');
    return { write: async (piece) => await file.writeFile(piece), close: async () => await file.close() };
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new TcpbridgeError('capture_file_unusable', { path, reason: code ?? message }, { cause });
  }
}
