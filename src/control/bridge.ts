// The facade behind the command line and the library: a topology goes in, threads are started, links are placed on
// them, and what happens comes out as events. Counters are read straight from shared memory.

import { EventEmitter } from 'node:events';
import { type CounterBlock, type EndCounters, makeCounterBlock, readCounters } from '../channel/counters.ts';
import type { EndSetup, Report } from '../channel/messages.ts';
import type { TapRing } from '../channel/tap-ring.ts';
import type { SegmentSpec, Topology } from '../topology/topology.ts';
import type { BridgeEvents, EndEvent } from './events.ts';
import { ForwardingThread } from './forwarding-thread.ts';
import { Resolver } from './resolver.ts';

/** How to run a bridge. */
export interface BridgeOptions {
  /** Forwarding threads; one is enough for two cores. */
  readonly workers?: number;
  /** Whether copies of frames are made for a per-frame log. */
  readonly tapped?: boolean;
}

/** One end of a link or hub: who, and how it fares. */
export interface EndStatus extends EndCounters {
  readonly endpoint: string;
  /** Why it waits, or who it is attached to. */
  readonly detail: string;
}

/** A link or hub as it is now. */
export interface SegmentStatus {
  readonly name: string;
  readonly kind: 'link' | 'hub';
  readonly ends: readonly EndStatus[];
}

interface EndRecord {
  readonly segment: SegmentRecord;
  readonly text: string;
  readonly counters: CounterBlock;
  detail: string;
}

interface SegmentRecord {
  readonly id: number;
  readonly spec: SegmentSpec;
  readonly thread: ForwardingThread;
  readonly ends: EndRecord[];
}

/** A running bridge. */
export class Bridge extends EventEmitter<BridgeEvents> {
  readonly #threads: ForwardingThread[] = [];
  readonly #segments = new Map<number, SegmentRecord>();
  readonly #ends = new Map<number, EndRecord>();
  readonly #resolver = new Resolver();
  #nextSegmentId = 1;
  #nextEndpointId = 1;
  // A thread that sits in epoll_wait would keep process.exit() from ever returning.
  readonly #onExit = () => {
    for (const thread of this.#threads) thread.stopNow();
  };

  constructor(options: BridgeOptions = {}) {
    super();
    for (let i = 0; i < (options.workers ?? 1); i++) {
      const thread: ForwardingThread = new ForwardingThread(
        {
          onReport: (report) => this.#onReport(thread, report),
          onEnd: (error) => this.emit('threadDied', error ?? new Error('Forwarding thread ended unexpectedly')),
        },
        { tapped: options.tapped ?? false },
      );
      this.#threads.push(thread);
    }
    process.on('exit', this.#onExit);
  }

  /** Starts threads and everything that `topology` names. Machines need not be there yet. */
  static start(topology: Topology, options: BridgeOptions = {}): Bridge {
    const bridge = new Bridge(options);
    for (const segment of topology.segments) bridge.#add(segment);
    return bridge;
  }

  /** The rings that hold copies of frames, one per thread; empty when not tapped. */
  get tapRings(): TapRing[] {
    return this.#threads.flatMap((thread) => thread.tapRing ?? []);
  }

  /** Every link and hub as it is now. */
  status(): SegmentStatus[] {
    return [...this.#segments.values()].map(({ spec, ends }) => ({
      name: spec.name,
      kind: spec.kind,
      ends: ends.map((end) => ({ endpoint: end.text, detail: end.detail, ...readCounters(end.counters) })),
    }));
  }

  /** The endpoints that are not attached, as written. */
  waiting(): string[] {
    return [...this.#ends.values()]
      .filter((end) => readCounters(end.counters).state !== 'attached')
      .map((end) => end.text);
  }

  /** Names for what a tap record's numbers stand for. */
  describeTap(segmentId: number, end: number): { link: string; from: string; to: string } {
    const segment = this.#segments.get(segmentId);
    const ends = segment?.ends ?? [];
    return {
      link: segment?.spec.name ?? '?',
      from: ends[end]?.text ?? '?',
      to: ends.length === 2 ? (ends[1 - end]?.text ?? '?') : '*',
    };
  }

  /** Closes every connection, so that the machines listen again, and ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.stop()));
    process.off('exit', this.#onExit);
  }

  #add(spec: SegmentSpec): void {
    const thread = this.#threads.reduce((least, other) => (other.load < least.load ? other : least));
    thread.load += spec.endpoints.length;
    const segment: SegmentRecord = { id: this.#nextSegmentId++, spec, thread, ends: [] };
    this.#segments.set(segment.id, segment);
    const ends = spec.endpoints.map((endpoint): EndSetup => {
      const endpointId = this.#nextEndpointId++;
      const counters = makeCounterBlock();
      const end: EndRecord = { segment, text: endpoint.text, counters, detail: 'starting' };
      segment.ends.push(end);
      this.#ends.set(endpointId, end);
      return { endpointId, spec: endpoint, counters };
    });
    thread.post({ type: 'addSegment', segmentId: segment.id, kind: spec.kind, ends });
  }

  #onReport(thread: ForwardingThread, report: Report): void {
    if (report.type === 'ready' || report.type === 'stopped') return;
    if (report.type === 'tapped') {
      this.emit('tapped');
      return;
    }
    const end = this.#ends.get(report.endpointId);
    if (end === undefined) return;
    const who: EndEvent = { link: end.segment.spec.name, endpoint: end.text };
    switch (report.type) {
      case 'resolve':
        this.#resolver.resolve(report.host, (addresses, error) =>
          thread.post({ type: 'resolved', endpointId: report.endpointId, addresses, error }),
        );
        break;
      case 'listening':
        end.detail = `listening on ${report.address}`;
        this.emit('listening', { ...who, address: report.address });
        break;
      case 'waiting':
        end.detail = report.reason;
        this.emit('waiting', { ...who, reason: report.reason });
        break;
      case 'attached':
        end.detail = report.peer;
        this.emit('attached', { ...who, peer: report.peer });
        break;
      case 'detached':
        end.detail = report.reason;
        this.emit('detached', { ...who, reason: report.reason });
        break;
      case 'streamBroken':
        this.emit('streamBroken', { ...who, length: report.length });
        break;
      case 'busy':
        this.emit('busy', who);
        break;
    }
  }
}
