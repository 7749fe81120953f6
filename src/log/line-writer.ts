// Writes lines to a descriptor without ever waiting for whoever reads it. One write is under way at a time; what cannot
// be written meanwhile is kept up to a bound, and beyond that left out, counted, and said.

import { write } from 'node:fs';

const MAX_PENDING_BYTES = 1024 * 1024;
const AGAIN_DELAY_MS = 5;

/** A bounded, asynchronous writer of lines. */
export class LineWriter {
  /** True while the reader lags behind: who can leave lines out should. */
  isCongested = false;
  private readonly fd: number;
  private readonly describeLeftOut: (count: number) => string;
  private pending: string[] = [];
  private pendingBytes = 0;
  private writing = false;
  private broken = false;
  private leftOut = 0;
  private onIdle: (() => void)[] = [];

  /** @param describeLeftOut the line that tells how many lines are missing here */
  constructor(fd: number, describeLeftOut: (count: number) => string) {
    this.fd = fd;
    this.describeLeftOut = describeLeftOut;
  }

  /** True while a further line would be left out. */
  get isFull(): boolean {
    return this.pendingBytes > MAX_PENDING_BYTES;
  }

  /** Writes a line, now or later or, when the reader is too far behind, never. */
  line(text: string): void {
    if (this.broken) return;
    if (this.isFull) {
      this.leftOut++;
      return;
    }
    this.tellLeftOut();
    this.push(text);
    if (!this.writing) this.writeNext();
  }

  /** Counts lines that somebody else left out, to be said in their place. */
  addLeftOut(count: number): void {
    this.leftOut += count;
  }

  /** Resolves with true when everything is written, also how much is missing at the end; with false after `deadlineMs`. */
  async drain(deadlineMs: number): Promise<boolean> {
    if (!this.broken) this.tellLeftOut();
    if (!this.writing) this.writeNext();
    if (!this.writing) return true;
    return await new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), deadlineMs);
      this.onIdle.push(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  private tellLeftOut(): void {
    if (this.leftOut === 0) return;
    this.push(this.describeLeftOut(this.leftOut));
    this.leftOut = 0;
  }

  private push(text: string): void {
    this.pending.push(text);
    this.pendingBytes += text.length + 1;
    this.isCongested = this.pendingBytes > MAX_PENDING_BYTES / 4;
  }

  private writeNext(): void {
    if (this.pending.length === 0) {
      this.writing = false;
      for (const done of this.onIdle.splice(0)) done();
      return;
    }
    this.writing = true;
    const bytes = Buffer.from(`${this.pending.join('\n')}\n`);
    this.pending = [];
    this.pendingBytes = bytes.length;
    this.writeRest(bytes);
  }

  private writeRest(bytes: Buffer): void {
    write(this.fd, bytes, (error, written) => {
      if (error?.code === 'EAGAIN') {
        // Somebody else made the descriptor non-blocking.
        setTimeout(() => this.writeRest(bytes), AGAIN_DELAY_MS);
        return;
      }
      if (error !== null) {
        // Nobody reads any more (EPIPE), or there is nowhere to write: go on without.
        this.broken = true;
        this.pending = [];
        this.pendingBytes = 0;
        this.isCongested = false;
        this.writeNext();
        return;
      }
      this.pendingBytes -= written;
      this.isCongested = this.pendingBytes > MAX_PENDING_BYTES / 4;
      if (written < bytes.length) this.writeRest(bytes.subarray(written));
      else this.writeNext();
    });
  }
}
