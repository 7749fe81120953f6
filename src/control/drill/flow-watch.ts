// Sees the frames of a flow on links for as long as a run of a drill takes: a capture of the first bytes of each, as they
// come from the machines and as they are handed to them, read at short intervals. Links that come meanwhile are watched, too.

import { type CaptureRecord, CaptureRing, makeCaptureMemory } from '../../channel/capture-ring.ts';
import { type CounterBlock, readCounters } from '../../channel/counters.ts';
import type { Lane } from '../../drill/result.ts';
import { Sightings } from '../../drill/sightings.ts';
import type { EndpointSpec } from '../../topology/endpoint-spec.ts';
import { canonicalHost } from '../../topology/host-port.ts';
import type { Bridge } from '../bridge.ts';
import { commentsOf } from '../capture/capture-file.ts';
import { byThread, RingSet } from '../capture/ring-set.ts';
import type { ForwardingThread } from '../forwarding-thread.ts';
import type { EndRecord, SegmentRecord } from '../segment-record.ts';

const RING_BYTES = 8 * 1024 * 1024;
// Headers of the link with tags and labels, of IPv6, and enough of what follows to tell frames apart.
const SNAP_BYTES = 160;
const INTERVAL_MS = 10;
const EVERYBODY = '*';

/** Captures are numbered from 1 on by those who ask for files. */
let nextCaptureId = -1;

interface Ends {
  /** The lane of frames that come in at the end, and of those that are handed out there. */
  readonly laneIn: number;
  readonly laneOut: number;
}

/** The counters of the end that frames of a lane are for, and what they said at first. */
interface LaneCounters {
  readonly block: CounterBlock;
  readonly first: Readonly<Record<string, number>>;
}

/** Which frames, and where. */
export interface Watched {
  readonly filter: string;
  /** Names of links; none: all. */
  readonly links: readonly string[];
}

/** A flow that is being watched. */
export class FlowWatch {
  readonly sightings = new Sightings();
  readonly lanes: Lane[] = [];
  /** By number of the lane: the host that its frames are handed to, '' where nobody knows. */
  readonly hosts: string[] = [];
  readonly #bridge: Bridge;
  readonly #watched: Watched;
  readonly #captureId = nextCaptureId--;
  readonly #rings = new RingSet();
  readonly #threads = new Set<ForwardingThread>();
  readonly #segments = new Set<SegmentRecord>();
  readonly #ends = new Map<number, Ends>();
  readonly #laneNumbers = new Map<string, number>();
  /** By number of the lane. */
  readonly #counters = new Map<number, LaneCounters>();
  readonly #timer: NodeJS.Timeout;
  readonly #onWired = () => this.#update();
  #missed = 0;

  /** Begins to watch. */
  constructor(bridge: Bridge, watched: Watched) {
    this.#bridge = bridge;
    this.#watched = watched;
    bridge.on('wired', this.#onWired);
    this.#update();
    this.#timer = setInterval(() => this.read(), INTERVAL_MS);
  }

  /** Frames that were not seen, because there was no room for them. */
  get missed(): number {
    return this.#missed + this.sightings.refused;
  }

  /** By number of the lane: what was dropped for each reason since it is watched, of all flows. Of links only. */
  get dropped(): Readonly<Record<string, number>>[] {
    return this.lanes.map((_, number) => {
      const counters = this.#counters.get(number);
      if (counters === undefined) return {};
      const { block, first } = counters;
      const { drops } = readCounters(block);
      return Object.fromEntries(Object.entries(drops).map(([reason, count]) => [reason, count - (first[reason] ?? 0)]));
    });
  }

  /** Takes what has been seen so far. */
  read(): void {
    while (this.#rings.takeFirst((record) => this.#take(record))) {}
  }

  /** Watches no more; afterwards all is known. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#bridge.off('wired', this.#onWired);
    const missing = await Promise.all([...this.#threads].map((thread) => thread.uncapture(this.#captureId)));
    this.read();
    for (const [, frames] of missing.flat()) this.#missed += frames;
  }

  #take({ endId, ns, isOutbound, fate, bytes, missingBefore }: CaptureRecord): void {
    this.#missed += missingBefore;
    const ends = this.#ends.get(endId);
    if (ends === undefined) return;
    const drop = fate === 0 ? '' : dropOf(fate);
    this.sightings.add({ lane: isOutbound ? ends.laneOut : ends.laneIn, isOut: isOutbound, ns, drop, bytes });
  }

  #update(): void {
    const { links, filter } = this.#watched;
    const segments = [...this.#bridge.records].filter(({ spec }) => links.length === 0 || links.includes(spec.name));
    for (const segment of segments) this.#nameEnds(segment);
    const added = segments.filter((segment) => !this.#segments.has(segment));
    for (const segment of added) this.#segments.add(segment);
    for (const [thread, its] of byThread(added)) {
      const captureId = this.#captureId;
      const segmentIds = its.map(({ id }) => id);
      if (this.#threads.has(thread)) {
        thread.post({ type: 'extendCapture', captureId, segmentIds });
        continue;
      }
      const shared = makeCaptureMemory(RING_BYTES);
      this.#threads.add(thread);
      this.#rings.add(new CaptureRing(shared));
      const choice = { filter, snapBytes: SNAP_BYTES, takes: 'both', overwrites: false } as const;
      thread.post({ type: 'capture', captureId, segmentIds, shared, ...choice });
    }
  }

  #nameEnds({ spec, ends }: SegmentRecord): void {
    const { name: link, kind } = spec;
    for (const [index, { endId, endpoint }] of ends.entries()) {
      if (kind !== 'link') {
        const laneIn = this.#laneNumber({
          link,
          direction: `from ${endpoint.text}`,
          from: endpoint.text,
          to: EVERYBODY,
        });
        const laneOut = this.#laneNumber({
          link,
          direction: `to ${endpoint.text}`,
          from: EVERYBODY,
          to: endpoint.text,
        });
        this.#ends.set(endId, { laneIn, laneOut });
        continue;
      }
      const [a, b] = [ends[0]!.endpoint.text, ends[1]!.endpoint.text];
      const aToB = this.#laneNumber({ link, direction: 'a-to-b', from: a, to: b });
      const bToA = this.#laneNumber({ link, direction: 'b-to-a', from: b, to: a });
      this.#noteEnd(aToB, ends[1]!);
      this.#noteEnd(bToA, ends[0]!);
      this.#ends.set(endId, index === 0 ? { laneIn: aToB, laneOut: bToA } : { laneIn: bToA, laneOut: aToB });
    }
  }

  #noteEnd(number: number, { endpoint, counters }: EndRecord): void {
    this.hosts[number] = hostOf(endpoint);
    if (!this.#counters.has(number)) {
      this.#counters.set(number, { block: counters, first: readCounters(counters).drops });
    }
  }

  #laneNumber(lane: Lane): number {
    const key = JSON.stringify([lane.link, lane.direction]);
    let number = this.#laneNumbers.get(key);
    if (number === undefined) {
      number = this.lanes.push(lane) - 1;
      this.#laneNumbers.set(key, number);
    }
    return number;
  }
}

// "vr1/2" is an interface of vr1. Behind another port of a host may be another machine.
function hostOf(endpoint: EndpointSpec): string {
  return endpoint.kind === 'tcp' && /\/\d+$/.test(endpoint.text) ? canonicalHost(endpoint.host) : '';
}

const drops = new Map<number, string>();

/** The reason in the words of the counters; '' for a frame to which something else was done. */
function dropOf(fate: number): string {
  let word = drops.get(fate);
  if (word === undefined) {
    word =
      commentsOf(fate, 0)
        .find((comment) => comment.startsWith('dropped: '))
        ?.slice('dropped: '.length) ?? '';
    drops.set(fate, word);
  }
  return word;
}
