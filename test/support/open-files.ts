// A process that may open no more files, and how many it has open: this test process itself, so that the state is exact.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';

/** More than a test process has open, and soon used up. */
const FEW_FILES = 256;

/** Runs something while not one more file can be opened. */
export function withoutFreeFiles(run: () => void): void {
  const [, before = 'unlimited'] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  setLimit(FEW_FILES);
  const files: number[] = [];
  try {
    assert.throws(() => {
      for (;;) files.push(openSync('/dev/null', 'r'));
    }, /EMFILE/);
    run();
  } finally {
    for (const file of files) closeSync(file);
    setLimit(before);
  }
}

/** How many descriptors this process has open. */
export function countOpenFiles(): number {
  return readdirSync('/proc/self/fd').length;
}

// The soft limit only: it can be raised again.
function setLimit(files: number | string): void {
  execFileSync('prlimit', ['--pid', String(process.pid), `--nofile=${files}:`]);
}
