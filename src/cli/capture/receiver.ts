// Receives a capture and writes it where the user wants it: a file, a series of files, or the standard output. Reads no
// faster than that can be written, and writes whole blocks only: a capture that is cut off is a file that can be read.
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { TcpbridgeError } from '../../errors.ts';
import { BlockJoiner } from '../../pcapng/block-joiner.ts';
import { type Block, BlockSplitter } from '../../pcapng/block-splitter.ts';
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
  write(blocks: readonly Block[]): Promise<void>;
  close(): Promise<void>;
}

/** Writes streams of pcapng that follow each other to one target. */
export class CaptureReceiver {
  readonly #target: CaptureTarget;
  readonly #joiner = new BlockJoiner();
  readonly #files: FileRing | undefined;
  #sink: Sink | undefined;
  #frames = 0;
  #missing = 0;

  constructor(target: CaptureTarget) {
    this.#target = target;
    this.#files = target.ring === undefined ? undefined : new FileRing(target.path, target.ring);
    this.#sink = this.#files;
  }

  /** What has come until now. */
  get received(): Received {
    const { path } = this.#target;
    return {
      frames: this.#frames,
      missing: this.#missing,
      files: this.#files?.paths ?? (path === '-' ? [] : [path]),
    };
  }

  /** The latest time that the capture tells, in milliseconds since 1970. */
  get lastMs(): number | undefined {
    return this.#joiner.lastMs;
  }

  /** Writes all of a stream. */
  async take(stream: Readable): Promise<void> {
    const sink = await this.#open();
    this.#joiner.beginStream();
    const splitter = new BlockSplitter();
    for await (const piece of stream as AsyncIterable<Buffer>) {
      const whole = splitter.push(piece);
      if (whole === undefined) throw this.cut('what came is no capture');
      const blocks = this.#joiner.join(whole);
      if (blocks.length > 0) await this.#write(sink, blocks);
      for (const block of blocks) {
        if (block.type === BLOCK.packet) this.#frames++;
        this.#missing += missingFrames(block);
      }
    }
  }

  /** The error of a capture that ends before its end. */
  cut(reason: string, cause?: unknown): TcpbridgeError<'capture_cut'> {
    return new TcpbridgeError('capture_cut', { frames: this.#frames, reason }, { cause });
  }

  async #open(): Promise<Sink> {
    const { path, ring } = this.#target;
    try {
      // The files of a series come with the frames; whether they can come is told now.
      if (ring !== undefined) await access(dirname(path), constants.W_OK | constants.X_OK);
      this.#sink ??= await openSink(path);
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      throw new TcpbridgeError('capture_file_unusable', { path, reason: code ?? message }, { cause });
    }
    return this.#sink;
  }

  async #write(sink: Sink, blocks: readonly Block[]): Promise<void> {
    try {
      await sink.write(blocks);
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      // Whoever reads may leave at any time.
      if (code === 'EPIPE') throw cause;
      const { path } = this.#target;
      throw new TcpbridgeError(
        'capture_write_failed',
        { path, frames: this.#frames, reason: code ?? message },
        { cause },
      );
    }
  }

  /** Ends the file. */
  async close(): Promise<void> {
    await this.#sink?.close();
  }
}

async function openSink(path: string): Promise<Sink> {
  if (path === '-') {
    const { stdout } = process;
    return {
      write: async (blocks) => {
        if (!stdout.write(spanOf(blocks))) await once(stdout, 'drain');
      },
      close: async () => {
        await new Promise((resolve) => stdout.write('', resolve));
      },
    };
  }
  const file = await open(path, 'w');
  return { write: async (blocks) => await file.writeFile(spanOf(blocks)), close: async () => await file.close() };
}

/** The bytes of blocks that lie behind each other in one piece of a stream. */
function spanOf(blocks: readonly Block[]): Uint8Array {
  const [first, last] = [blocks[0]!.bytes, blocks.at(-1)!.bytes];
  return new Uint8Array(first.buffer, first.byteOffset, last.byteOffset + last.length - first.byteOffset);
}
