// One epoll set: file descriptors are registered with a token, and a wait fills a reused array of (token, events).

import { EPOLL_CLOEXEC, EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD } from './constants.ts';
import { close, epollCreate, epollCtl, epollWait } from './libc.ts';
import { NativeMemory } from './memory.ts';

// struct epoll_event is packed on x86-64 only (sys/epoll.h, __EPOLL_PACKED): 12 bytes there, 16 elsewhere.
const EVENT_SIZE = process.arch === 'x64' ? 12 : 16;
const DATA_OFFSET = process.arch === 'x64' ? 4 : 8;

/** An epoll set; every method returns 0 or a count, or -errno. */
export class Epoll {
  readonly fd: number;
  private readonly capacity: number;
  private readonly ready: NativeMemory;
  private readonly change = new NativeMemory(16);

  constructor(capacity: number) {
    this.fd = epollCreate(EPOLL_CLOEXEC);
    this.capacity = capacity;
    this.ready = new NativeMemory(capacity * EVENT_SIZE);
  }

  add(fd: number, events: number, token: number): number {
    return this.control(EPOLL_CTL_ADD, fd, events, token);
  }

  modify(fd: number, events: number, token: number): number {
    return this.control(EPOLL_CTL_MOD, fd, events, token);
  }

  remove(fd: number): number {
    return this.control(EPOLL_CTL_DEL, fd, 0, 0);
  }

  /** Blocks until something is ready or `timeoutMs` passed (-1: for ever); returns how many are ready. */
  wait(timeoutMs: number): number {
    return epollWait(this.fd, this.ready.address, this.capacity, timeoutMs);
  }

  readyEvents(index: number): number {
    return this.ready.view.getUint32(index * EVENT_SIZE, true);
  }

  readyToken(index: number): number {
    return this.ready.view.getUint32(index * EVENT_SIZE + DATA_OFFSET, true);
  }

  close(): void {
    close(this.fd);
  }

  private control(operation: number, fd: number, events: number, token: number): number {
    this.change.view.setInt32(0, events, true);
    this.change.view.setUint32(DATA_OFFSET, token, true);
    return epollCtl(this.fd, operation, fd, this.change.address);
  }
}
