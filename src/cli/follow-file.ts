// Applies a topology file anew: on SIGHUP, and, when asked, whenever it is saved. A file that cannot be used is
// reported, and nothing changes.

import type { Changes } from '../control/changes.ts';
import type { Logger } from '../log/logger.ts';
import { takeShard } from '../topology/shard.ts';
import type { RunRequest } from './run-request.ts';
import { WatchedFile } from './watch-file.ts';

/** Follows the file of a run. */
export class FileFollower {
  readonly #changes: Changes;
  readonly #request: RunRequest;
  readonly #log: Logger;
  readonly #file: WatchedFile | undefined;
  readonly #onHangUp = () => void this.#apply();

  constructor(changes: Changes, request: RunRequest, log: Logger) {
    this.#changes = changes;
    this.#request = request;
    this.#log = log;
    process.on('SIGHUP', this.#onHangUp);
    if (request.watch) this.#file = new WatchedFile(request.topologyFile!, () => void this.#apply());
  }

  close(): void {
    process.off('SIGHUP', this.#onHangUp);
    this.#file?.close();
  }

  async #apply(): Promise<void> {
    const path = this.#request.topologyFile!;
    try {
      const { readTopologyFile } = await import('../topology/file/read.ts');
      const { topology } = await readTopologyFile(path);
      const { steps } = await this.#changes.apply(takeShard(topology, this.#request.shard));
      this.#log.record(
        'info',
        'applied',
        `"${path}" applied: ${steps.length || 'no'} ${steps.length === 1 ? 'change' : 'changes'}`,
        { path, steps },
      );
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#log.record('error', 'apply_failed', `Cannot apply "${path}", nothing is changed: ${message}`, { path });
    }
  }
}
