// The file of a listening unix socket: whose it is. A path may hold something else, or somebody else's socket by now;
// only what we know to be ours, or left behind by nobody, is ever removed.

import { lstatSync, unlinkSync } from 'node:fs';

/** Identifies the socket at `path`; undefined when there is none, or something that is no socket. */
export function identifySocketFile(path: string): string | undefined {
  try {
    const { dev, ino, isSocket } = describe(path);
    return isSocket ? `${dev}:${ino}` : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the socket at `path` if it still is the one that was identified. */
export function removeSocketFile(path: string, identity: string | undefined): void {
  if (identity === undefined || identifySocketFile(path) !== identity) return;
  try {
    unlinkSync(path);
  } catch {
    // Somebody was faster, or the folder is no longer ours to write: it does no harm there.
  }
}

function describe(path: string): { dev: bigint; ino: bigint; isSocket: boolean } {
  const stat = lstatSync(path, { bigint: true });
  return { dev: stat.dev, ino: stat.ino, isSocket: stat.isSocket() };
}
