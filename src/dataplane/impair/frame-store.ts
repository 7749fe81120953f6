// The memory of frames that are held back: one block of pages that grows by doubling. Frames lie one behind the other in
// the page that is being filled, so what came together is copied and leaves as one piece; a page is free again when the last
// of its frames has left, in whatever order that happens.

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
  /** What is still to be copied: bytes that lie one behind the other there and here. */
  private copyFrom = 0;
  private copyTo = 0;
  private copyBytes = 0;

  constructor(mostPages = MOST_PAGES) {
    this.mostPages = mostPages;
    for (let page = FIRST_PAGES - 1; page > 0; page--) this.free.push(page);
  }

  /**
   * Keeps the `size` bytes at `address`, which must not change before `settle()`; returns where they are then, -1 when there
   * is no room. A frame fits in a page.
   */
  put(address: number, size: number): number {
    if (this.at + size > DELAYED_PAGE_BYTES && !this.turnPage()) return -1;
    const place = this.page * DELAYED_PAGE_BYTES + this.at;
    if (address !== this.copyFrom + this.copyBytes || place !== this.copyTo + this.copyBytes) {
      this.settle();
      this.copyFrom = address;
      this.copyTo = place;
    }
    this.copyBytes += size;
    this.at += size;
    this.frames[this.page]!++;
    return place;
  }

  /** Copies what was put since the last time. A call costs as much as the copy of a hundred bytes. */
  settle(): void {
    if (this.copyBytes === 0) return;
    memcpy(this.memory.address + this.copyTo, this.copyFrom, this.copyBytes);
    this.copyBytes = 0;
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
    this.settle();
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
