// Pipes whose reading end does what a bad terminal or a bad consumer does: it never reads, or it goes away.
// Node connects a child with socket pairs; a shell uses pipes, which Node writes to synchronously. Hence real pipes here.
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Condition } from './condition.ts';

/** A pipe: give `writeFd` to a process, then close it here. */
export interface Pipe {
  writeFd: number;
  closeWrite(): void;
  closeRead(): void;
  /** Begins to read. */
  read(onChunk: (chunk: Buffer) => void): void;
  /** Waits until everything has been read and every writer has gone. */
  ended(): Promise<void>;
}

/** Opens a pipe of the kernel's usual capacity (64 KiB) that nobody reads. */
export function openPipe(t: TestContext): Pipe {
  const folder = makeTempFolder(t);
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  // The reading end first and without blocking, since opening the other end waits for it (fifo(7)).
  const readFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writeFd = openSync(path, constants.O_WRONLY);
  const closeWrite = closeOnce(writeFd);
  let closeRead = closeOnce(readFd);
  const done = new Condition();
  let isDone = false;
  const read = (onChunk: (chunk: Buffer) => void): void => {
    const stream = new Socket({ fd: readFd, readable: true, writable: false });
    closeRead = () => stream.destroy();
    stream.on('data', onChunk);
    stream.on('end', () => {
      isDone = true;
      done.changed();
    });
  };
  const ended = (): Promise<void> =>
    done.until(
      () => isDone,
      () => 'the end of the pipe',
    );
  t.after(() => {
    closeRead();
    closeWrite();
  });
  return { writeFd, closeWrite, closeRead: () => closeRead(), read, ended };
}

/** Makes a folder that goes when the test ends. */
export function makeTempFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function closeOnce(fd: number): () => void {
  let isOpen = true;
  return () => {
    if (isOpen) closeSync(fd);
    isOpen = false;
  };
}
