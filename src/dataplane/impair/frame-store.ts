// The memory of frames that are held back: one block of pages that grows by doubling. Frames lie one behind the other in
// the page that is being filled, so what came together leaves as one piece; a page is free again when the last of its
// frames has left, in whatever order that happens.

import { DELAYED_BYTES, DELAYED_PAGE_BYTES } from '../limits.ts';
import { memcpy } from '../sys/libc.ts';
import { NativeMemory } from '../sys/memory.ts';

const FIRST_PAGES = 2;
const MOST_PAGES = DELAYED_BYTES / DELAYED_PAGE_BYTES;

/** Keeps copies of frames. */
export class FrameStore {
  /** Another one after it has grown; whoever holds places in it keeps them. */
  memory = new NativeMemory(FIRST_PAGES * DELAYED_PAGE_BYTES);
  private readonly mostPages: number;
  private pages = FIRST_PAGES;
  /** Frames that are in each page. */
  private frames = new Int32Array(FIRST_PAGES);
  private readonly free: number[] = [];
  private page = 0;
  private at = 0;

  constructor(mostPages = MOST_PAGES) {
    this.mostPages = mostPages;
    for (let page = FIRST_PAGES - 1; page > 0; page--) this.free.push(page);
  }

  /** Copies `size` bytes at `address`; returns where they are now, -1 when there is no room. A frame fits in a page. */
  put(address: number, size: number): number {
    if (this.at + size > DELAYED_PAGE_BYTES && !this.turnPage()) return -1;
    const place = this.page * DELAYED_PAGE_BYTES + this.at;
    memcpy(this.memory.address + place, address, size);
    this.at += size;
    this.frames[this.page]!++;
    return place;
  }

  /** The frame at `place` is not needed any more. Its bytes stay until the next `put()`. */
  drop(place: number): void {
    const page = Math.floor(place / DELAYED_PAGE_BYTES);
    if (--this.frames[page]! > 0) return;
    if (page === this.page) this.at = 0;
    else this.free.push(page);
  }

  private turnPage(): boolean {
    if (this.free.length === 0 && !this.grow()) return false;
    this.page = this.free.pop()!;
    this.at = 0;
    return true;
  }

  private grow(): boolean {
    const { pages } = this;
    const more = Math.min(this.mostPages, pages * 2);
    if (more === pages) return false;
    const memory = new NativeMemory(more * DELAYED_PAGE_BYTES);
    memcpy(memory.address, this.memory.address, pages * DELAYED_PAGE_BYTES);
    const frames = new Int32Array(more);
    frames.set(this.frames);
    for (let page = more - 1; page >= pages; page--) this.free.push(page);
    this.memory = memory;
    this.frames = frames;
    this.pages = more;
    return true;
  }
}
