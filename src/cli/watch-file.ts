// Notices that a file was saved. The folder is watched, not the file: many editors write a new file and rename it over
// the old one, and a ConfigMap's file is a link that changes.

import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';

// Editors write in several steps; a reader in between would see half a file.
const QUIET_MS = 100;

/** Calls back after each change of a file's content. */
export class WatchedFile {
  readonly #path: string;
  readonly #onChange: () => void;
  readonly #watcher: FSWatcher;
  #timer: NodeJS.Timeout | undefined;
  #seen: string;

  constructor(path: string, onChange: () => void) {
    this.#path = path;
    this.#onChange = onChange;
    this.#seen = describe(path);
    this.#watcher = watch(dirname(path), () => this.#look());
    this.#watcher.on('error', () => {});
  }

  close(): void {
    this.#watcher.close();
    clearTimeout(this.#timer);
  }

  #look(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const now = describe(this.#path);
      if (now === this.#seen) return;
      this.#seen = now;
      // Between being removed and written again there is nothing to apply.
      if (now !== '') this.#onChange();
    }, QUIET_MS);
  }
}

function describe(path: string): string {
  try {
    const { ino, mtimeNs, size } = statSync(path, { bigint: true });
    return `${ino} ${mtimeNs} ${size}`;
  } catch {
    return '';
  }
}
