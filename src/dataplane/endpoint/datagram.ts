// What all endpoints that send each frame as a datagram have in common (udp.ts, vxlan.ts): frames go out by an outbox, come
// in through the loop's batch, and are held while the endpoint is not read. There is no connection: "attached" means that
// the socket is open and the host's address known, until something says that nobody is there.

import { DROP, FIELD } from '../../channel/counters.ts';
import type { EndpointState } from '../../channel/messages.ts';
import type { UdpSpec, VxlanSpec } from '../../topology/datagram-endpoint.ts';
import type { Loop } from '../loop/loop.ts';
import { Timer } from '../loop/timer.ts';
import { AF_INET } from '../sys/constants.ts';
import { SocketAddress } from '../sys/socket-address.ts';
import type { FrameSet } from '../wire/frame-set.ts';
import type { Batch } from '../wire/framing.ts';
import type { Endpoint, EndpointReporter, Port } from './endpoint.ts';
import { Gauge } from './gauge.ts';
import { HeldFrames } from './held-frames.ts';
import { type HostUser, HostWatch } from './host-watch.ts';
import { Outbox, type OutboxOwner } from './outbox.ts';
import { Retry } from './retry.ts';

const ATTACHED = 1;

/** What an endpoint of datagrams is made with. */
export interface DatagramContext {
  readonly loop: Loop;
  readonly reporter: EndpointReporter;
  readonly random: () => number;
}

/** An endpoint whose frames are datagrams. */
export abstract class DatagramEndpoint implements Endpoint, OutboxOwner, HostUser {
  readonly id: number;
  /** Where this endpoint is plugged in. Set before `start()`. */
  port!: Port;
  readonly gauge: Gauge;
  protected readonly spec: UdpSpec | VxlanSpec;
  protected readonly loop: Loop;
  protected readonly reporter: EndpointReporter;
  protected readonly outbox: Outbox;
  protected readonly watch: HostWatch;
  /** Whether the segment wants frames now. */
  isReading = true;
  private readonly held: HeldFrames;
  private isHeard = false;
  private waitingReason = '';
  private isTooBigTold = false;
  private readonly retry: Retry;
  private readonly retryTimer = new Timer(() => this.retryOpening());
  /** Held frames go on at the end of a round: whoever lets them go may be in the middle of a batch. */
  private readonly heldTimer = new Timer(() => this.deliverHeld());
  private readonly handOver = (batch: Batch) => this.port.onFrames(batch);
  private readonly mayGoOn = () => this.isReading;

  constructor(id: number, spec: UdpSpec | VxlanSpec, context: DatagramContext) {
    this.id = id;
    this.spec = spec;
    this.loop = context.loop;
    this.reporter = context.reporter;
    this.gauge = new Gauge(id, context.loop);
    this.outbox = new Outbox(this, context.loop);
    this.held = new HeldFrames(context.loop.chunks);
    this.watch = new HostWatch(this, spec.host, context);
    this.retry = new Retry(context.random);
  }

  abstract start(state: EndpointState | undefined): void;
  abstract release(): EndpointState;
  abstract onHost(addresses: readonly string[]): void;
  abstract onSendError(result: number): void;
  abstract onSendRecovered(): void;
  abstract onQueueChanged(): void;
  /** Closes what is open. */
  protected abstract closeSocket(): void;
  /** What could not be opened is tried once more. */
  protected abstract retryOpening(): void;
  /** Reading was stopped or resumed. */
  protected abstract onReadingChanged(): void;
  /** Most bytes of a frame, and what carries it, in words. */
  protected abstract describeLimit(): string;

  get queuedBytes(): number {
    return this.outbox.queuedBytes;
  }

  get isAttached(): boolean {
    return this.port.counters[FIELD.state] === ATTACHED;
  }

  takenBytes(): number {
    return this.outbox.takenBytes;
  }

  write(batch: Batch): void {
    this.outbox.write(batch);
  }

  writeSet(frames: FrameSet): void {
    this.outbox.writeSet(frames);
  }

  setReading(on: boolean): void {
    if (on === this.isReading) return;
    this.isReading = on;
    if (on && this.held.count > 0) this.loop.setTimer(this.heldTimer, this.loop.nowNs);
    this.onReadingChanged();
  }

  onResolved(addresses: readonly string[], error: string | undefined): void {
    this.watch.onResolved(addresses, error);
  }

  onHostUnknown(reason: string): void {
    this.wait(reason);
  }

  wasHeard(): boolean {
    const { isHeard } = this;
    this.isHeard = false;
    return isHeard;
  }

  onTooBig(bytes: number): void {
    if (this.isTooBigTold) return;
    this.isTooBigTold = true;
    const text = `a frame of ${bytes} bytes was dropped: ${this.describeLimit()}; others as large are dropped too, and counted`;
    this.reporter.onNotice(this.id, 'too_big', text);
  }

  close(dropReason: number): void {
    this.outbox.flush(Number.POSITIVE_INFINITY);
    this.stopTimers();
    this.closeSocket();
    this.outbox.use(-1);
    this.outbox.clear(dropReason);
    if (this.held.count > 0) this.port.counters[FIELD.drops + dropReason]! += this.held.count;
    this.held.release();
    this.gauge.onDetached();
    this.port.counters[FIELD.state] = 0;
  }

  /** The part of `release()` that is the same for all. */
  protected letGo(fd: number, peer: string): EndpointState {
    this.stopTimers();
    const state = {
      fd,
      listenFd: -1,
      peer: this.isAttached ? peer : '',
      kept: this.held.release(),
      queue: this.outbox.release(),
    };
    this.gauge.onDetached();
    this.port.counters[FIELD.state] = 0;
    return state;
  }

  /** The part of `start()` that is the same for all that go on from a state. */
  protected takeUp({ kept, queue, peer }: EndpointState): void {
    this.held.restore(kept);
    this.outbox.restore(queue);
    if (kept.length > 0 && this.isReading) this.loop.setTimer(this.heldTimer, this.loop.nowNs);
    if (peer === '') return;
    this.port.counters[FIELD.state] = ATTACHED;
    this.gauge.onAttached(-1, this.port.counters);
  }

  /** The address with the port of the other end; undefined when our own end is of another family. */
  protected resolve(text: string): SocketAddress | undefined {
    const address = new SocketAddress();
    if (!address.setInternet(text, this.spec.port) || !address.isOneHost) return undefined;
    const { localAddress } = this.spec;
    const isUsable = localAddress === undefined || localAddress.includes(':') === (address.family !== AF_INET);
    return isUsable ? address : undefined;
  }

  /** Why an address that the host's name has cannot be resolved to one that datagrams can be sent to. */
  protected explainUnusable(text: string): string {
    const { host, localAddress } = this.spec;
    const address = new SocketAddress();
    if (address.setInternet(text, 0) && !address.isOneHost) {
      return `"${host}" has the address ${text}, which is not that of one host`;
    }
    return `"${text}" and the local address "${localAddress}" are not of the same family`;
  }

  /** Socket open, address known, or a frame came after all. */
  protected attach(peer: string): void {
    this.waitingReason = '';
    this.retry.reset();
    this.loop.clearTimer(this.retryTimer);
    if (this.isAttached) return;
    const { counters } = this.port;
    counters[FIELD.state] = ATTACHED;
    counters[FIELD.attaches]!++;
    this.gauge.onAttached(-1, counters);
    this.reporter.onAttached(this.id, peer);
  }

  /** Nobody is there. Frames may still be sent. */
  protected detach(reason: string): void {
    if (!this.isAttached) return;
    this.port.counters[FIELD.state] = 0;
    this.gauge.onDetached();
    this.waitingReason = reason;
    this.reporter.onDetached(this.id, reason);
  }

  /** Why frames cannot be sent at all; said once. */
  protected wait(reason: string): void {
    if (this.waitingReason === reason) return;
    this.detach(reason);
    this.waitingReason = reason;
    this.reporter.onWaiting(this.id, reason);
  }

  /** Opening failed: says why, and tries again after a pause. */
  protected waitAndRetry(reason: string): void {
    this.wait(reason);
    this.retryLater();
  }

  protected retryLater(): void {
    if (!this.retryTimer.isSet) this.loop.setTimer(this.retryTimer, this.loop.nowNs + this.retry.nextNs(false));
  }

  /** Hands on what was received into the loop's batch. */
  protected deliver(batch: Batch, peer: SocketAddress): void {
    if (batch.count === 0) return;
    const { counters } = this.port;
    this.isHeard = true;
    counters[FIELD.rxFrames]! += batch.count;
    counters[FIELD.rxBytes]! += batch.payloadBytes;
    if (!this.isAttached) this.attach(peer.toString());
    this.gauge.onRead(batch);
    if (this.isReading && this.held.count === 0) this.port.onFrames(batch);
    else counters[FIELD.drops + DROP.queueFull]! += this.held.hold(batch);
  }

  private deliverHeld(): void {
    this.held.deliver(this.loop.batch, this.handOver, this.mayGoOn);
  }

  private stopTimers(): void {
    this.watch.close();
    this.loop.clearTimer(this.retryTimer);
    this.loop.clearTimer(this.heldTimer);
  }
}
