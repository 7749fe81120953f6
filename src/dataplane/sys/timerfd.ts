// The loop's alarm clock: a timerfd set to an absolute monotonic time. Unlike a timeout in milliseconds it is
// exact to tens of microseconds, and unlike epoll_pwait2 it exists on every kernel and libc.

import { CLOCK_MONOTONIC, TFD_CLOEXEC, TFD_NONBLOCK, TFD_TIMER_ABSTIME } from './constants.ts';
import { close, timerfdCreate, timerfdSettime } from './libc.ts';
import { NativeMemory } from './memory.ts';

/** A one-shot alarm. Register it edge-triggered: then an expiry needs no read. */
export class Alarm {
  readonly fd = timerfdCreate(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  // struct itimerspec: it_interval (zero), then it_value, two 64-bit words each.
  private readonly spec = new NativeMemory(32);
  private readonly words = new Uint32Array(this.spec.bytes.buffer);

  /** Rings once at `dueNs` of the monotonic clock; at once when that has passed. */
  set(dueNs: number): void {
    const seconds = Math.floor(dueNs / 1e9);
    this.words[4] = seconds;
    // Zero seconds and zero nanoseconds would disarm it (timerfd_settime(2)).
    this.words[6] = Math.max(seconds === 0 ? 1 : 0, Math.floor(dueNs - seconds * 1e9));
    timerfdSettime(this.fd, TFD_TIMER_ABSTIME, this.spec.address, 0);
  }

  close(): void {
    close(this.fd);
  }
}
