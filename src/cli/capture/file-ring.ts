// A capture spread over files: a new one when the last is large or old enough, and of too many the oldest is removed. Each
// is whole: it begins with the section and the interfaces that the stream had until then.
import { type FileHandle, open, rm } from 'node:fs/promises';
import { parse } from 'node:path';
import type { Block } from '../../pcapng/block-splitter.ts';
import { BLOCK } from '../../pcapng/pcapng-writer.ts';

/** When a new file is begun. */
export interface RingLimits {
  readonly bytes: number | undefined;
  readonly durationMs: number | undefined;
  /** How many are kept; undefined: all. */
  readonly files: number | undefined;
}

/** Writes blocks into files that follow each other. */
export class FileRing {
  /** Files that are there now. */
  readonly paths: string[] = [];
  readonly #path: string;
  readonly #limits: RingLimits;
  readonly #now: () => Date;
  /** What each file begins with. */
  readonly #head: Uint8Array[] = [];
  #file: FileHandle | undefined;
  #number = 0;
  #size = 0;
  #frames = 0;
  #begunMs = 0;

  /** @param path "trace.pcapng" for "trace_00001_20260131235959.pcapng" and so on */
  constructor(path: string, limits: RingLimits, now: () => Date = () => new Date()) {
    this.#path = path;
    this.#limits = limits;
    this.#now = now;
  }

  /** Writes blocks, in as many files as it takes. */
  async write(blocks: readonly Block[]): Promise<void> {
    let waiting: Uint8Array[] = [];
    for (const block of blocks) {
      const { type, bytes } = block;
      if (type === BLOCK.section || type === BLOCK.interface) this.#head.push(bytes.slice());
      if (this.#file === undefined && type === BLOCK.packet) await this.#begin();
      else if (type === BLOCK.packet && this.#isFull(bytes.length)) {
        await this.#append(waiting);
        waiting = [];
        await this.#begin();
      }
      // Until there is a file, the head waits for it.
      if (this.#file === undefined) continue;
      if (type === BLOCK.packet) this.#frames++;
      this.#size += bytes.length;
      waiting.push(bytes);
    }
    await this.#append(waiting);
  }

  /** Ends the last file; there is one even if there was no frame. */
  async close(): Promise<void> {
    if (this.#file === undefined && this.#head.length > 0) await this.#begin();
    await this.#file?.close();
    this.#file = undefined;
  }

  #isFull(more: number): boolean {
    // A file has at least one frame.
    if (this.#frames === 0) return false;
    const { bytes, durationMs } = this.#limits;
    if (bytes !== undefined && this.#size + more > bytes) return true;
    return durationMs !== undefined && this.#now().getTime() - this.#begunMs >= durationMs;
  }

  async #begin(): Promise<void> {
    await this.#file?.close();
    const { dir, name, ext } = parse(this.#path);
    const begun = this.#now();
    const stamp = begun.toISOString().replace(/\D/g, '').slice(0, 14);
    const number = String(++this.#number).padStart(5, '0');
    const path = `${dir === '' ? '' : `${dir === '/' ? '' : dir}/`}${name}_${number}_${stamp}${ext}`;
    this.#file = await open(path, 'w');
    this.paths.push(path);
    this.#begunMs = begun.getTime();
    this.#size = this.#head.reduce((sum, { length }) => sum + length, 0);
    this.#frames = 0;
    await this.#append(this.#head);
    const { files } = this.#limits;
    // Somebody else may have removed it.
    while (files !== undefined && this.paths.length > files) await rm(this.paths.shift()!, { force: true });
  }

  async #append(pieces: readonly Uint8Array[]): Promise<void> {
    if (pieces.length > 0) await this.#file?.writeFile(Buffer.concat(pieces));
  }
}
