// The map of the data plane: wait, hand each ready descriptor to its owner, run what is due, again. All of it is
// synchronous; nothing here allocates, throws or awaits while frames flow.

import { THREAD_FIELD, type ThreadBlock } from '../../channel/thread-counters.ts';
import { Census } from '../census.ts';
import { ChunkPool } from '../chunks.ts';
import { EVENTS_PER_WAIT } from '../limits.ts';
import type { Looks } from '../looks.ts';
import { monotonicNs, threadCpuNs } from '../sys/clock.ts';
import { EPOLLET, EPOLLIN } from '../sys/constants.ts';
import { Epoll } from '../sys/epoll.ts';
import { Alarm } from '../sys/timerfd.ts';
import { Wakeup } from '../sys/wakeup.ts';
import { Batch } from '../wire/framing.ts';
import { Timer, TimerHeap } from './timer.ts';

/** Who is told when a descriptor is ready. */
export interface FdOwner {
  /** `events` is the EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP bits that hold. */
  onReady(events: number): void;
}

/** One thread's loop. */
export class Loop {
  /** The time of this round, in nanoseconds of the monotonic clock. */
  nowNs = monotonicNs();
  /** The one batch into which every endpoint of this thread reads. */
  readonly batch = new Batch();
  readonly chunks = new ChunkPool();
  /** What is measured about once a second. */
  readonly census = new Census();
  /** Copies of a few frames go there, if anybody looks. */
  looks: Looks | null = null;
  /** Where the thread counts itself, if anybody reads that. */
  threadBlock: ThreadBlock | null = null;
  private wakeups = 0;
  private readyCount = 0;
  private readonly censusTimer = new Timer((nowNs) => this.onCensus(nowNs));
  private readonly epoll = new Epoll(EVENTS_PER_WAIT);
  private readonly alarm = new Alarm();
  private alarmDueNs = Number.POSITIVE_INFINITY;
  private readonly wakeup = new Wakeup();
  private readonly timers = new TimerHeap();
  private readonly owners: (FdOwner | null)[] = [];
  private freeTokens: number[] = [];
  /** Tokens given up during this round: an event of this round may still name them. */
  private releasedTokens: number[] = [];
  /** False once told to stop, which may be before `run()`. */
  private running = true;

  /** @param onWakeup called after another thread wrote to `wakeupFd` */
  constructor(onWakeup: () => void) {
    this.register(this.alarm.fd, EPOLLIN | EPOLLET, { onReady: () => {} });
    this.register(this.wakeup.fd, EPOLLIN, {
      onReady: () => {
        this.wakeup.clear();
        onWakeup();
      },
    });
  }

  /** The descriptor that wakes this loop when eight bytes are written to it. */
  get wakeupFd(): number {
    return this.wakeup.fd;
  }

  /** Watches `fd`; returns the token for the calls below. */
  register(fd: number, events: number, owner: FdOwner): number {
    const token = this.freeTokens.pop() ?? this.owners.length;
    this.owners[token] = owner;
    this.epoll.add(fd, events, token);
    return token;
  }

  watch(fd: number, events: number, token: number): void {
    this.epoll.modify(fd, events, token);
  }

  /** Stops watching. The caller closes `fd`. */
  unregister(fd: number, token: number): void {
    this.epoll.remove(fd);
    this.owners[token] = null;
    this.releasedTokens.push(token);
  }

  setTimer(timer: Timer, dueNs: number): void {
    this.timers.set(timer, dueNs);
  }

  clearTimer(timer: Timer): void {
    this.timers.clear(timer);
  }

  /** Runs until `stop()`. */
  run(): void {
    this.onCensus(this.nowNs);
    while (this.running) this.round(-1);
  }

  /** One round that waits for nothing: for whoever drives the loop by hand. Returns how many owners were called. */
  poll(): number {
    return this.round(0);
  }

  /** Ends `run()` after this round. */
  stop(): void {
    this.running = false;
  }

  /** Closes what is the loop's own. The wake-up descriptor is left to the thread that writes to it. */
  close(): void {
    this.epoll.close();
    this.alarm.close();
  }

  private onCensus(nowNs: number): void {
    const { threadBlock: block } = this;
    this.setTimer(this.censusTimer, nowNs + this.census.turn());
    if (block === null) return;
    block[THREAD_FIELD.wakeups] = this.wakeups;
    block[THREAD_FIELD.ready] = this.readyCount;
    block[THREAD_FIELD.cpuNs] = threadCpuNs();
  }

  private round(timeoutMs: number): number {
    const dueNs = this.timers.nextDueNs;
    if (dueNs !== this.alarmDueNs && dueNs !== Number.POSITIVE_INFINITY) {
      this.alarmDueNs = dueNs;
      this.alarm.set(dueNs);
    }
    // Interrupted, as when the process was stopped and goes on (signal(7)): then nothing is ready.
    const ready = Math.max(0, this.epoll.wait(timeoutMs));
    this.nowNs = monotonicNs();
    this.wakeups++;
    this.readyCount += ready;
    for (let i = 0; i < ready; i++) {
      const owner = this.owners[this.epoll.readyToken(i)];
      if (owner !== null && owner !== undefined) owner.onReady(this.epoll.readyEvents(i));
    }
    while (this.releasedTokens.length > 0) this.freeTokens.push(this.releasedTokens.pop()!);
    if (this.timers.nextDueNs <= this.nowNs) this.timers.runDue(this.nowNs);
    // An alarm that has rung is spent: whatever is due next must set it again.
    if (this.alarmDueNs <= this.nowNs) this.alarmDueNs = Number.POSITIVE_INFINITY;
    return ready;
  }
}
