// Leaving without an orderly farewell.

import koffi from 'koffi';

const exit = koffi.load(null).func('void _exit(int)') as (code: number) => void;

/** _exit(2): ends the process at once, though a write of its thread pool may be stuck for ever. */
export function exitNow(code: number): void {
  exit(code);
}
