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
import { LINK_QUEUE_BYTES, PUSHBACK_CHECK_NS, PUSHBACK_NS } from '../limits.ts';
import type { Loop } from '../loop/loop.ts';
import { Timer } from '../loop/timer.ts';
import type { Tap } from '../tap.ts';
import type { Batch } from '../wire/framing.ts';
import type { Segment } from './segment.ts';

class LinkPort implements Port {
  readonly counters: CounterBlock;
  readonly queueLimitBytes = LINK_QUEUE_BYTES;
  endpoint: Endpoint | null = null;
  peer: LinkPort | null = null;
  private readonly link: Link;
  private readonly endId: number;
  private readonly loop: Loop;
  /** The peer is not read because of our queue. */
  private holding = false;
  private dropping = false;
  private takenBytesSeen = 0;
  /** When it was last seen to take something. */
  private progressNs = 0;
  private readonly patience = new Timer((nowNs) => this.onImpatient(nowNs));

  constructor(link: Link, endId: number, counters: CounterBlock, loop: Loop) {
    this.link = link;
    this.endId = endId;
    this.counters = counters;
    this.loop = loop;
  }

  onFrames(batch: Batch): void {
    const { link, peer } = this;
    if (link.tap !== null) link.tap.onFrames(link.id, this.endId, batch);
    if (peer !== null) peer.deliver(batch);
  }

  onProgress(): void {
    if (this.endpoint!.queuedBytes === 0) this.release();
    else if (this.dropping) this.hold();
  }

  onDetached(): void {
    this.release();
  }

  plug(endpoint: Endpoint): void {
    this.endpoint = endpoint;
    this.updatePeerReading();
    this.peer?.updatePeerReading();
    // It may bring a queue from where it was plugged in before.
    if (endpoint.queuedBytes > 0) this.hold();
  }

  unplug(): void {
    this.dropping = false;
    this.holding = false;
    this.loop.clearTimer(this.patience);
    this.endpoint = null;
    this.updatePeerReading();
  }

  private deliver(batch: Batch): void {
    if (!this.link.isUp) {
      this.counters[FIELD.drops + DROP.linkDown]! += batch.count;
      return;
    }
    if (this.endpoint === null) {
      // Only a machine that hung up is still read while there is nobody at the other end.
      this.counters[FIELD.drops + DROP.notConnected]! += batch.count;
      return;
    }
    this.endpoint.write(batch);
    if (this.endpoint.queuedBytes > 0 && !this.holding && !this.dropping) this.hold();
  }

  private hold(): void {
    this.holding = true;
    this.dropping = false;
    this.counters[FIELD.pushbacks]!++;
    this.takenBytesSeen = this.endpoint!.takenBytes();
    this.progressNs = this.loop.nowNs;
    this.loop.setTimer(this.patience, this.loop.nowNs + PUSHBACK_CHECK_NS);
    this.updatePeerReading();
  }

  private onImpatient(nowNs: number): void {
    const takenBytes = this.endpoint!.takenBytes();
    if (takenBytes !== this.takenBytesSeen) {
      this.takenBytesSeen = takenBytes;
      this.progressNs = nowNs;
    }
    if (nowNs - this.progressNs < PUSHBACK_NS) {
      this.loop.setTimer(this.patience, nowNs + PUSHBACK_CHECK_NS);
      return;
    }
    this.holding = false;
    this.dropping = true;
    this.updatePeerReading();
  }

  private release(): void {
    this.dropping = false;
    if (!this.holding) return;
    this.holding = false;
    this.loop.clearTimer(this.patience);
    this.updatePeerReading();
  }

  private updatePeerReading(): void {
    this.peer?.endpoint?.setReading(!this.holding && this.endpoint !== null);
  }
}

/** A point-to-point link. */
export class Link implements Segment {
  readonly id: number;
  isUp = true;
  tap: Tap | null = null;
  private readonly loop: Loop;
  private readonly ports: LinkPort[] = [];

  constructor(id: number, loop: Loop) {
    this.id = id;
    this.loop = loop;
  }

  addPort(endId: number, counters: CounterBlock): LinkPort {
    const port = new LinkPort(this, endId, counters, this.loop);
    const [other] = this.ports;
    this.ports.push(port);
    if (other !== undefined) {
      port.peer = other;
      other.peer = port;
    }
    return port;
  }

  plug(port: LinkPort, endpoint: Endpoint): void {
    port.plug(endpoint);
  }

  unplug(port: LinkPort): void {
    port.unplug();
  }

  removePort(port: LinkPort): void {
    this.ports.splice(this.ports.indexOf(port), 1);
    if (port.peer !== null) port.peer.peer = null;
    port.peer = null;
  }
}
