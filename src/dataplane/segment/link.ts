// A cable between two endpoints. What comes from one end goes to the other, whole batches at a time, by way of an
// impairment where one is set.
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
//
// An impairment stands in front of this: while its sink is held, frames that are due wait in its line. It never holds the
// source up itself: whatever it has no room for is dropped and counted, as on the wire it stands for.

import { FATE } from '../../channel/capture-ring.ts';
import { type CounterBlock, DROP, FIELD } from '../../channel/counters.ts';
import type { ImpairmentState, ImpairmentStates } from '../../channel/messages.ts';
import { DIRECTIONS, type Direction, type ImpairmentSpec, type Impairments } from '../../topology/impairment.ts';
import { type Endpoint, type Port, takesBatches } from '../endpoint/endpoint.ts';
import { type Departures, Impairment } from '../impair/impairment.ts';
import { LINK_QUEUE_BYTES, PUSHBACK_CHECK_NS, PUSHBACK_NS } from '../limits.ts';
import type { Loop } from '../loop/loop.ts';
import { Timer } from '../loop/timer.ts';
import type { FrameTap } from '../tap.ts';
import type { FrameSet } from '../wire/frame-set.ts';
import type { Batch } from '../wire/framing.ts';
import type { Segment } from './segment.ts';

/** What a link needs beside its loop. */
export interface LinkOptions {
  /** The time now, in nanoseconds of the monotonic clock; that of the loop's round is too old to delay a frame by. */
  readonly clock?: () => number;
  /** The time of an impairment is over. */
  readonly onHealed?: (segmentId: number, direction: Direction, spec: ImpairmentSpec) => void;
}

class LinkPort implements Port, Departures {
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
  /** What is done to frames that leave at this end. */
  private impairment: Impairment | null = null;
  private readonly departure = new Timer((nowNs) => this.onDeparture(nowNs));

  constructor(link: Link, endId: number, counters: CounterBlock, loop: Loop) {
    this.link = link;
    this.endId = endId;
    this.counters = counters;
    this.loop = loop;
  }

  get takesBatches(): boolean {
    return takesBatches(this.peer?.endpoint);
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
    this.letDepart();
  }

  unplug(): void {
    this.dropping = false;
    this.holding = false;
    this.loop.clearTimer(this.patience);
    this.endpoint = null;
    this.updatePeerReading();
    this.setDeparture();
  }

  get isOpen(): boolean {
    return this.endpoint !== null && !this.holding;
  }

  depart(frames: FrameSet): void {
    this.endpoint!.writeSet(frames);
    this.holdIfQueued();
  }

  impair(spec: ImpairmentSpec | undefined, state: ImpairmentState | undefined): void {
    if (spec === undefined && this.impairment === null) return;
    const { batch } = this.loop;
    this.impairment ??= new Impairment(this.link.directionTo(this), batch.memory, this);
    this.impairment.configure(spec, this.link.clock());
    if (state !== undefined) this.impairment.restore(state, batch.memory);
    this.letDepart();
  }

  /** What its impairment holds, to go on elsewhere. */
  saveImpairment(): ImpairmentState | undefined {
    return this.impairment?.save();
  }

  /** Throws away what its impairment holds. */
  dropDelayed(dropReason: number): void {
    this.impairment?.drop(dropReason);
    this.setDeparture();
  }

  private deliver(batch: Batch): void {
    if (!this.link.isUp) {
      this.counters[FIELD.drops + DROP.linkDown]! += batch.count;
      return;
    }
    const { impairment } = this;
    if (impairment !== null) {
      const nowNs = this.link.clock();
      impairment.release(nowNs);
      impairment.take(batch, nowNs, this.link.marks);
      this.setDeparture();
      return;
    }
    if (this.endpoint === null) {
      // Only a machine that hung up is still read while there is nobody at the other end.
      this.counters[FIELD.drops + DROP.notConnected]! += batch.count;
      this.link.marks?.fill(FATE.notConnected, 0, batch.count);
      return;
    }
    this.endpoint.write(batch);
    this.holdIfQueued();
  }

  private letDepart(): void {
    if (this.impairment === null) return;
    this.impairment.release(this.link.clock());
    this.setDeparture();
  }

  private onDeparture(nowNs: number): void {
    const { impairment, link } = this;
    if (impairment === null) return;
    impairment.release(nowNs);
    if (impairment.healNs <= nowNs) {
      const { spec } = impairment;
      impairment.configure(undefined, nowNs);
      if (spec !== undefined) link.onHealed(link.id, link.directionTo(this), spec);
    }
    this.setDeparture();
  }

  private setDeparture(): void {
    const { impairment } = this;
    if (impairment === null) return;
    if (impairment.isOver) this.impairment = null;
    const dueNs = Math.min(impairment.healNs, this.isOpen ? impairment.nextNs : Number.POSITIVE_INFINITY);
    if (dueNs === Number.POSITIVE_INFINITY) this.loop.clearTimer(this.departure);
    else if (!this.departure.isSet || this.departure.dueNs !== dueNs) this.loop.setTimer(this.departure, dueNs);
  }

  private holdIfQueued(): void {
    if (this.endpoint!.queuedBytes > 0 && !this.holding && !this.dropping) this.hold();
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
    this.letDepart();
    this.updatePeerReading();
  }

  private release(): void {
    this.dropping = false;
    if (!this.holding) return;
    this.holding = false;
    this.loop.clearTimer(this.patience);
    this.letDepart();
    this.updatePeerReading();
  }

  private updatePeerReading(): void {
    this.peer?.endpoint?.setReading(!this.holding && this.endpoint !== null);
  }
}

/** A point-to-point link. */
export class Link implements Segment {
  readonly id: number;
  tap: FrameTap | null = null;
  marks: Uint16Array | null = null;
  readonly clock: () => number;
  readonly onHealed: NonNullable<LinkOptions['onHealed']>;
  private readonly loop: Loop;
  private readonly ports: LinkPort[] = [];
  private up = true;

  constructor(id: number, loop: Loop, { clock = () => loop.nowNs, onHealed = () => {} }: LinkOptions = {}) {
    this.id = id;
    this.loop = loop;
    this.clock = clock;
    this.onHealed = onHealed;
  }

  get isUp(): boolean {
    return this.up;
  }

  /** What is on its way when a cable is cut is lost with it. */
  set isUp(up: boolean) {
    this.up = up;
    if (!up) this.dropDelayed(DROP.linkDown);
  }

  /** Sets what both directions do to frames, with what they held elsewhere. Both ports are there. */
  impair(impairments: Impairments, states: ImpairmentStates = {}): void {
    for (const port of this.ports) {
      const direction = this.directionTo(port);
      port.impair(impairments[direction], states[direction]);
    }
  }

  /** What its impairments hold, to go on elsewhere; undefined when it has none. */
  saveImpairments(): ImpairmentStates | undefined {
    const states: Partial<Record<Direction, ImpairmentState>> = {};
    for (const port of this.ports) {
      const state = port.saveImpairment();
      if (state !== undefined) states[this.directionTo(port)] = state;
    }
    return Object.keys(states).length === 0 ? undefined : states;
  }

  /** Throws away what its impairments hold. */
  dropDelayed(dropReason: number): void {
    for (const port of this.ports) port.dropDelayed(dropReason);
  }

  /** The direction whose frames leave at this port. */
  directionTo(port: LinkPort): Direction {
    return DIRECTIONS[port === this.ports[0] ? 1 : 0];
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
    port.dropDelayed(DROP.notConnected);
    port.impair(undefined, undefined);
    this.ports.splice(this.ports.indexOf(port), 1);
    if (port.peer !== null) port.peer.peer = null;
    port.peer = null;
  }
}
