// One forwarding thread as the main thread sees it: commands go in by port and wake-up, reports come out.

import { closeSync, writeSync } from 'node:fs';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { Command, MacFilter, Report, WorkerSetup } from '../channel/messages.ts';
import { TapRing } from '../channel/tap-ring.ts';
import { makeThreadBlock } from '../channel/thread-counters.ts';
import { workerUrl } from './worker-url.ts';

// Any number but zero wakes an eventfd; the kernel adds them up (eventfd(2)).
const WAKE = new Uint8Array(new BigUint64Array([1n]).buffer);
const NO_MACS = new Int32Array(0);
const TAP_RING_BYTES = 1024 * 1024;
const LOOK_RING_BYTES = 256 * 1024;

/** How many frames a capture misses behind the last of an end. */
export type MissingFrames = readonly (readonly [endId: number, frames: number])[];

/** A report that answers nothing: the others are taken here. */
export type Announcement = Exclude<
  Report,
  { type: 'ready' | 'synced' | 'macs' | 'watched' | 'uncaptured' | 'stopped' }
>;

/** What a thread tells its owner. */
export interface ThreadEvents {
  onReport(report: Announcement): void;
  /** The thread ended, with an error unless it was told to stop. */
  onEnd(error: Error | undefined): void;
}

/** Starts a thread and talks to it. */
export class ForwardingThread {
  /** Frame copies, when a per-frame log was asked for. */
  readonly tapRing: TapRing | undefined;
  /** Copies of a few frames of each endpoint, for whoever judges the wire. */
  readonly lookRing = TapRing.ofSize(LOOK_RING_BYTES);
  /** What the thread says about itself. */
  readonly counters = makeThreadBlock();
  /** Ends of segments placed here so far. */
  load = 0;
  /** Resolves when the thread has loaded and waits for frames. */
  readonly ready: Promise<void>;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  #wakeupFd = -1;
  #nextSyncId = 1;
  readonly #syncing = new Map<number, () => void>();
  readonly #askedMacs = new Map<number, (words: Int32Array) => void>();
  readonly #watching = new Map<number, (atNs: number) => void>();
  readonly #uncapturing = new Map<number, (missing: MissingFrames) => void>();
  #stopping = false;
  #ended = false;
  #stopped: (() => void) | undefined;

  constructor(events: ThreadEvents, options: { tapped: boolean }) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.tapRing = options.tapped ? TapRing.ofSize(TAP_RING_BYTES) : undefined;
    const setup: WorkerSetup = {
      port: port2,
      tapShared: this.tapRing?.shared,
      looksShared: this.lookRing.shared,
      threadBlock: this.counters,
    };
    this.#worker = new Worker(workerUrl, { workerData: setup, transferList: [port2], name: 'tcpbridge' });
    let failure: Error | undefined;
    let onReady: (() => void) | undefined;
    this.ready = new Promise((resolve) => {
      onReady = resolve;
    });
    this.#worker.on('message', (report: Report) => {
      if (report.type === 'ready') {
        this.#wakeupFd = report.wakeupFd;
        this.#wake();
        onReady?.();
      } else if (report.type === 'synced') {
        this.#syncing.get(report.syncId)?.();
        this.#syncing.delete(report.syncId);
      } else if (report.type === 'macs') {
        this.#askedMacs.get(report.requestId)?.(report.words);
        this.#askedMacs.delete(report.requestId);
      } else if (report.type === 'watched') {
        const onSeen = this.#watching.get(report.watchId);
        this.#watching.delete(report.watchId);
        onSeen?.(report.atNs);
      } else if (report.type === 'uncaptured') {
        this.#uncapturing.get(report.captureId)?.(report.missing);
        this.#uncapturing.delete(report.captureId);
      } else if (report.type === 'stopped') {
        this.#markEnded();
        this.#stopped?.();
      } else events.onReport(report);
    });
    this.#worker.on('error', (error) => {
      failure = error instanceof Error ? error : new Error(String(error));
    });
    this.#worker.on('exit', () => {
      this.#markEnded();
      // Ours to close: only we know when nobody will write to it any more, and its number may mean something else then.
      if (this.#wakeupFd >= 0) closeSync(this.#wakeupFd);
      this.#wakeupFd = -1;
      this.#stopped?.();
      if (!this.#stopping || failure !== undefined) events.onEnd(failure);
    });
  }

  /** Hands a command to the thread, which takes it between two rounds of frames. */
  post(command: Command): void {
    this.#port.postMessage(command);
    this.#wake();
  }

  /** Resolves when everything posted so far is carried out. */
  async sync(): Promise<void> {
    if (this.#ended) return;
    const syncId = this.#nextSyncId++;
    await new Promise<void>((resolve) => {
      this.#syncing.set(syncId, resolve);
      this.post({ type: 'sync', syncId });
    });
  }

  /** Asks for the addresses of a switch that fit, in the words of channel/mac-words.ts, or makes it forget them, too. */
  async macs(type: 'readMacs' | 'flushMacs', segmentId: number, filter: MacFilter): Promise<Int32Array> {
    if (this.#ended) return NO_MACS;
    const requestId = this.#nextSyncId++;
    return await new Promise((resolve) => {
      this.#askedMacs.set(requestId, resolve);
      this.post({ type, segmentId, requestId, ...filter });
    });
  }

  /** Calls back once when so many frames have come, with the time of the last; the returned function ends the wait. */
  watch(
    { segmentId, ...what }: { segmentId: number; match: string; count: number; endId: number | undefined },
    onSeen: (atNs: number) => void,
  ): () => void {
    const watchId = this.#nextSyncId++;
    this.#watching.set(watchId, onSeen);
    this.post({ type: 'watch', watchId, segmentId, ...what });
    return () => {
      if (this.#watching.delete(watchId)) this.post({ type: 'unwatch', watchId, segmentId });
    };
  }

  /** Ends a capture; resolves, when no frame of it can come any more, with what is missing behind the last. */
  async uncapture(captureId: number): Promise<MissingFrames> {
    if (this.#ended) return [];
    return await new Promise((resolve) => {
      this.#uncapturing.set(captureId, resolve);
      this.post({ type: 'uncapture', captureId });
    });
  }

  /** Closes every connection of the thread; resolves when that is done. */
  async stop(): Promise<void> {
    await this.#end('stop');
  }

  /** Lets go of every connection, each with a report; resolves when that is done. */
  async handOver(): Promise<void> {
    await this.#end('handOver');
  }

  /** Tells the thread to stop without waiting: also good inside an `exit` handler, where nothing can be awaited. */
  stopNow(): void {
    if (this.#ended || this.#stopping) return;
    this.#stopping = true;
    this.post({ type: 'stop' });
  }

  async #end(type: 'stop' | 'handOver'): Promise<void> {
    if (this.#ended) return;
    const stopped = new Promise<void>((resolve) => {
      this.#stopped = resolve;
    });
    if (!this.#stopping) {
      this.#stopping = true;
      this.post({ type });
    }
    await stopped;
  }

  /** Lets the process end while the thread still runs. */
  unref(): void {
    this.#worker.unref();
  }

  #markEnded(): void {
    this.#ended = true;
    for (const resolve of this.#uncapturing.values()) resolve([]);
    this.#uncapturing.clear();
    for (const resolve of this.#syncing.values()) resolve();
    this.#syncing.clear();
    for (const resolve of this.#askedMacs.values()) resolve(NO_MACS);
    this.#askedMacs.clear();
  }

  #wake(): void {
    // Until the thread has reported its descriptor it has not looked for commands either.
    if (this.#wakeupFd >= 0) writeSync(this.#wakeupFd, WAKE);
  }
}
