// Tells endpoints that are network interfaces when anything happens to theirs: it is set down or up, removed, made again,
// its MTU is another one. One socket per thread for all of them; who is told asks the kernel what is new.

import type { FdOwner, Loop } from '../loop/loop.ts';
import { EPOLLIN } from '../sys/constants.ts';
import { ENOBUFS } from '../sys/errno.ts';
import { close, recv } from '../sys/libc.ts';
import { NativeMemory } from '../sys/memory.ts';
import { openLinkEvents } from '../sys/netlink.ts';
import { readLinkEvents } from '../sys/route-message.ts';

/** An endpoint that is a network interface. */
export interface LinkWatcher {
  /** The interface that it wants or has. */
  readonly linkName: string;
  /** The interface that it has, 0 when it has none: names can change. */
  readonly linkIndex: number;
  /**
   * Something happened to the interface; possibly nothing that matters.
   * @param wasDown it was down or gone for an instant at least, whatever it is by now
   */
  onLinkChanged(wasDown: boolean): void;
}

const watches = new WeakMap<Loop, LinkWatch>();
const EVENT_BYTES = 32 * 1024;

/** All watchers of one thread. */
export class LinkWatch implements FdOwner {
  private readonly loop: Loop;
  private readonly watchers = new Set<LinkWatcher>();
  private readonly memory = new NativeMemory(EVENT_BYTES);
  private fd = -1;
  private token = -1;

  private constructor(loop: Loop) {
    this.loop = loop;
  }

  /** That of the thread with this loop. */
  static of(loop: Loop): LinkWatch {
    let watch = watches.get(loop);
    if (watch === undefined) {
      watch = new LinkWatch(loop);
      watches.set(loop, watch);
    }
    return watch;
  }

  add(watcher: LinkWatcher): void {
    this.watchers.add(watcher);
    if (this.fd >= 0) return;
    this.fd = openLinkEvents();
    // Without it, endpoints look by themselves now and then.
    if (this.fd >= 0) this.token = this.loop.register(this.fd, EPOLLIN, this);
  }

  remove(watcher: LinkWatcher): void {
    this.watchers.delete(watcher);
    if (this.watchers.size > 0 || this.fd < 0) return;
    this.loop.unregister(this.fd, this.token);
    close(this.fd);
    this.fd = -1;
  }

  onReady(): void {
    const told = new Map<LinkWatcher, boolean>();
    for (;;) {
      const size = recv(this.fd, this.memory.address, EVENT_BYTES, 0);
      if (size > 0) {
        readLinkEvents(this.memory.bytes.subarray(0, size), (index, name, isUp) => {
          for (const watcher of this.watchers) {
            const isMeant = watcher.linkIndex === index || watcher.linkName === name;
            if (isMeant) told.set(watcher, told.get(watcher) === true || !isUp);
          }
        });
        continue;
      }
      // More happened than the socket could keep (ENOBUFS): then it may concern anyone.
      if (size === -ENOBUFS) for (const watcher of this.watchers) told.set(watcher, true);
      else break;
    }
    for (const [watcher, wasDown] of told) if (this.watchers.has(watcher)) watcher.onLinkChanged(wasDown);
  }
}
