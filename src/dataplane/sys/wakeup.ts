// An eventfd by which another thread wakes a loop that sits in epoll_wait. The other thread needs no FFI:
// writing eight bytes with node:fs does it.

import { EFD_CLOEXEC, EFD_NONBLOCK } from './constants.ts';
import { close, eventfd, read } from './libc.ts';
import { NativeMemory } from './memory.ts';

/** The receiving end of a wake-up. */
export class Wakeup {
  readonly fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  private readonly count = new NativeMemory(8);

  /** Takes all wake-ups so far. */
  clear(): void {
    read(this.fd, this.count.address, 8);
  }

  close(): void {
    close(this.fd);
  }
}
