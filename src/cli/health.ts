// The state of all endpoints in one line of one file, in the form of vrnetlab's /health, for health checks of Docker and
// Kubernetes: an exit code, a space, a text. The image's /healthcheck reads it.

import { readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Bridge } from '../control/bridge.ts';
import { healthLine } from '../control/health-line.ts';
import type { Logger } from '../log/logger.ts';

/** A file that holds the newest line, never half of one. */
export class HealthFile {
  readonly #path: string;
  readonly #onError: (error: Error) => void;
  #line = '';
  #failed = false;

  /** `onError` hears of the first failure; the bridge goes on without the file. */
  constructor(path: string, onError: (error: Error) => void) {
    this.#path = followLink(path);
    this.#onError = onError;
  }

  /** Writes the line for these endpoints, if it has changed. */
  set(waiting: readonly string[]): void {
    const line = healthLine(waiting);
    if (line === this.#line) return;
    const fresh = `${this.#path}.${process.pid}`;
    try {
      writeFileSync(fresh, `${line}\n`);
      // Readers see the old file or the new one (rename(2)).
      renameSync(fresh, this.#path);
      this.#line = line;
    } catch (error) {
      if (this.#failed) return;
      this.#failed = true;
      this.#onError(error as Error);
    }
  }

  /** Removes the file: nothing is healthy that does not run. */
  close(): void {
    try {
      rmSync(this.#path, { force: true });
    } catch {
      // Whoever could not write it was told so.
    }
  }
}

/**
 * Keeps the file at `path` up to date from the first event of `bridge` on. Whoever starts the bridge writes the first line, for
 * until it has endpoints none of them is waiting.
 */
export function keepHealth(bridge: Bridge, path: string, log: Logger): HealthFile {
  const file = new HealthFile(path, (error) =>
    log.record(
      'warn',
      'health_file_unwritable',
      `Cannot write health file "${path}": ${(error as NodeJS.ErrnoException).code ?? error.message}`,
      { path },
    ),
  );
  const update = (): void => file.set(bridge.waiting());
  // "changed" comes when the threads have carried a change out: moved connections are attached again by then.
  for (const event of ['listening', 'waiting', 'attached', 'detached', 'changed'] as const) bridge.on(event, update);
  return file;
}

// A rename would replace a symbolic link instead of what it points at, such as the image's /health.
function followLink(path: string): string {
  try {
    return resolve(dirname(path), readlinkSync(path));
  } catch {
    return path;
  }
}
