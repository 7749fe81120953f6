// A cable between two endpoints. What comes from one end goes to the other, whole batches at a time.
//
// Pushback, per direction:
//
//              the sink's queue fills                 nothing taken for PUSHBACK_NS
//   flowing ──────────────────────────▶ held (source  ────────────────────────────▶ dropping (source is read,
//      ▲                                 not read)    ◀────────────────────────────  what has no room is counted)
//      └────────── queue empty ───────────┘                the sink takes something
//
// Held, nothing is lost: TCP slows the sending machine down, as a direct connection would. A machine that takes
// nothing at all must not keep its neighbour's transmit ring stuck, hence the third state.

import { type CounterBlock, DROP, FIELD } from '../../channel/counters.ts';
import type { Endpoint, Port } from '../endpoint/endpoint.ts';
import { LINK_QUEUE_BYTES, PUSHBACK_NS } from '../limits.ts';
import type { Loop } from '../loop/loop.ts';
import { Timer } from '../loop/timer.ts';
import type { Tap } from '../tap.ts';
import type { Batch } from '../wire/framing.ts';
import type { End, Segment } from './segment.ts';

class LinkPort implements Port {
  readonly counters: CounterBlock;
  readonly queueLimitBytes = LINK_QUEUE_BYTES;
  readonly endpoint: Endpoint;
  peer!: LinkPort;
  private readonly link: Link;
  private readonly index: number;
  /** Set while the peer is not read because of us. */
  private holding = false;
  private dropping = false;
  private sentBytesSeen = 0;
  private readonly loop: Loop;
  private readonly patience = new Timer((nowNs) => this.onImpatient(nowNs));

  constructor(link: Link, index: number, end: End, loop: Loop) {
    this.link = link;
    this.index = index;
    this.endpoint = end.endpoint;
    this.counters = end.counters;
    this.loop = loop;
  }

  onFrames(batch: Batch): void {
    const { link } = this;
    if (link.tap !== null) link.tap.onFrames(link.id, this.index, batch);
    this.peer.deliver(batch);
  }

  onProgress(): void {
    if (this.endpoint.queuedBytes === 0) this.release();
    else if (this.dropping) this.hold();
  }

  onDetached(): void {
    this.release();
  }

  close(): void {
    this.loop.clearTimer(this.patience);
  }

  private deliver(batch: Batch): void {
    if (!this.link.isUp) {
      this.counters[FIELD.drops + DROP.linkDown]! += batch.count;
      return;
    }
    this.endpoint.write(batch);
    if (this.endpoint.queuedBytes > 0 && !this.holding && !this.dropping) this.hold();
  }

  private hold(): void {
    this.holding = true;
    this.dropping = false;
    this.counters[FIELD.pushbacks]!++;
    this.sentBytesSeen = this.endpoint.sentBytes;
    this.loop.setTimer(this.patience, this.loop.nowNs + PUSHBACK_NS);
    this.peer.endpoint.setReading(false);
  }

  private onImpatient(nowNs: number): void {
    if (this.endpoint.sentBytes !== this.sentBytesSeen) {
      this.sentBytesSeen = this.endpoint.sentBytes;
      this.loop.setTimer(this.patience, nowNs + PUSHBACK_NS);
      return;
    }
    this.holding = false;
    this.dropping = true;
    this.peer.endpoint.setReading(true);
  }

  private release(): void {
    this.dropping = false;
    if (!this.holding) return;
    this.holding = false;
    this.loop.clearTimer(this.patience);
    this.peer.endpoint.setReading(true);
  }
}

/** A point-to-point link. */
export class Link implements Segment {
  readonly id: number;
  readonly endpoints: readonly Endpoint[];
  readonly ports: readonly Port[];
  tap: Tap | null = null;
  /** Down: both directions are cut and count `link_down`. */
  isUp = true;
  private readonly a: LinkPort;
  private readonly b: LinkPort;

  constructor(id: number, loop: Loop, endA: End, endB: End) {
    this.id = id;
    this.a = new LinkPort(this, 0, endA, loop);
    this.b = new LinkPort(this, 1, endB, loop);
    this.a.peer = this.b;
    this.b.peer = this.a;
    this.endpoints = [endA.endpoint, endB.endpoint];
    this.ports = [this.a, this.b];
  }

  setTap(tap: Tap | null): void {
    this.tap = tap;
  }

  close(): void {
    this.a.close();
    this.b.close();
  }
}
