// Notices that a file was saved. Folders are watched, not the file: many editors write a new file and rename it over the
// old one, and a ConfigMap's file is a link to a link that changes. Where the kernel tells nothing (files of another
// machine, mounts of a virtual one), a look from time to time finds it.

import { type FSWatcher, realpathSync, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';

// Editors write in several steps; a reader in between would see half a file.
const QUIET_MS = 100;
const LOOK_INTERVAL_MS = 2000;

/** Calls back after each change of a file's content. */
export class WatchedFile {
  readonly #path: string;
  readonly #onChange: () => void;
  readonly #interval: NodeJS.Timeout;
  /** By folder: that of the path, and that of the file which it leads to. */
  #watchers = new Map<string, FSWatcher>();
  #timer: NodeJS.Timeout | undefined;
  /** The state that was told last, and the one that may still change. */
  #told: string;
  #seen: string;

  /** @param lookIntervalMs how often to look without being told */
  constructor(path: string, onChange: () => void, { lookIntervalMs = LOOK_INTERVAL_MS } = {}) {
    this.#path = path;
    this.#onChange = onChange;
    this.#told = describe(path);
    this.#seen = this.#told;
    this.#watchFolders();
    this.#interval = setInterval(() => this.#look(), lookIntervalMs).unref();
  }

  /** Calls back no more. */
  close(): void {
    clearInterval(this.#interval);
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #look(): void {
    this.#watchFolders();
    const now = describe(this.#path);
    // Between being removed and written again there is nothing to apply.
    if (now === '' || now === this.#told) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#seen = now;
      return;
    }
    if (now === this.#seen && this.#timer !== undefined) return;
    this.#seen = now;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#settle(), QUIET_MS);
  }

  #settle(): void {
    this.#timer = undefined;
    const now = describe(this.#path);
    if (now === '' || now !== this.#seen) {
      this.#look();
      return;
    }
    this.#told = now;
    this.#onChange();
  }

  #watchFolders(): void {
    const folders = foldersOf(this.#path);
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of folders) if (!this.#watchers.has(folder)) this.#watch(folder);
  }

  #watch(folder: string): void {
    try {
      const watcher = watch(folder, () => this.#look());
      // A folder that is removed: the next look finds out.
      watcher.on('error', () => {
        watcher.close();
        this.#watchers.delete(folder);
      });
      this.#watchers.set(folder, watcher);
    } catch {
      // Not there at the moment, or no more watches to be had (inotify(7), max_user_watches).
    }
  }
}

function foldersOf(path: string): Set<string> {
  const folders = new Set([dirname(path)]);
  try {
    folders.add(dirname(realpathSync(path)));
  } catch {
    // It leads nowhere at the moment.
  }
  return folders;
}

function describe(path: string): string {
  try {
    const { dev, ino, mtimeNs, size } = statSync(path, { bigint: true });
    return `${dev} ${ino} ${mtimeNs} ${size}`;
  } catch {
    return '';
  }
}
