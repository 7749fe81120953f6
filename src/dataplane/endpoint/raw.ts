// An interface of this host as it is, by a packet socket: every frame that comes in there comes in here, every frame that
// is written goes out there. In the order of a frame:
//
//  1. onReady: take up to 64 packets in one call, each into a slot of the batch's inbox (raw-reader.ts)
//  2. put VLAN tags back, finish checksums, cut up what the host left to its network card; now they are frames
//  3. the port decides where the frames go
//  4. write: many frames per call; what the interface does not take is counted, nothing is queued here
//
//            found, up, carrier                    set down, unplugged
//   absent ──────────────────▶ attached (isUsable) ◀──────────────────▶ waiting, with the socket
//      ▲   no such interface        │ removed
//      └────────────────────────────┘

import { DROP, FIELD } from '../../channel/counters.ts';
import type { EndpointState } from '../../channel/messages.ts';
import type { RawSpec } from '../../topology/interface-endpoint.ts';
import type { Measured } from '../census.ts';
import { HEADER_BYTES, MESSAGES_PER_CALL, PACKET_BUFFER_BYTES } from '../limits.ts';
import type { FdOwner, Loop } from '../loop/loop.ts';
import { Timer } from '../loop/timer.ts';
import { EPOLLERR, EPOLLHUP, EPOLLIN, MSG_DONTWAIT } from '../sys/constants.ts';
import {
  describeErrno,
  EAGAIN,
  EINVAL,
  EMSGSIZE,
  ENETDOWN,
  ENOBUFS,
  ENODEV,
  ENXIO,
  EPERM,
  isAgain,
} from '../sys/errno.ts';
import { close, sendmmsg } from '../sys/libc.ts';
import { findLink } from '../sys/network-interface.ts';
import { OutgoingPackets } from '../sys/packet-messages.ts';
import { droppedFrames, openPacketSocket, packetInterface } from '../sys/packet-socket.ts';
import type { LinkInfo } from '../sys/route-message.ts';
import type { FrameSet } from '../wire/frame-set.ts';
import type { Batch } from '../wire/framing.ts';
import type { Endpoint, EndpointReporter, Port } from './endpoint.ts';
import { Gauge } from './gauge.ts';
import { LinkWatch, type LinkWatcher } from './link-watch.ts';
import { RawReader } from './raw-reader.ts';
import { Retry } from './retry.ts';
import { explainTooBig } from './too-big.ts';

const ATTACHED = 1;
const RAW_NEEDS = 'needs CAP_NET_RAW (docker run --user root --cap-add NET_RAW)';
const NOTHING = new Uint8Array(0);
const NOTHING_QUEUED = { bytes: NOTHING, frames: 0, headLeft: 0, headPayload: 0 };

/** One per thread: it is filled and sent within one call. */
const outgoing = new OutgoingPackets(MESSAGES_PER_CALL);

/** An endpoint that is a network interface, as it is. */
export class RawEndpoint implements Endpoint, FdOwner, LinkWatcher, Measured {
  censusPlace = -1;
  readonly id: number;
  readonly queuedBytes = 0;
  readonly linkName: string;
  linkIndex = 0;
  /** Where this endpoint is plugged in. Set before `start()`. */
  port!: Port;
  private readonly loop: Loop;
  private readonly reporter: EndpointReporter;
  private readonly gauge: Gauge;
  private readonly reader: RawReader;
  private readonly retry: Retry;
  private readonly timer = new Timer(() => this.look());
  private fd = -1;
  private token = -1;
  private events = 0;
  private reading = true;
  private isUsable = false;
  private mtu = 0;
  private peer = '';
  private sentBytes = 0;
  private reasonTold = '';
  private dropsTold = false;
  /** The MTU for which it was said that frames are too big. */
  private tooBigTold = 0;

  constructor(
    id: number,
    spec: RawSpec,
    { loop, reporter, random }: { loop: Loop; reporter: EndpointReporter; random: () => number },
  ) {
    this.id = id;
    this.linkName = spec.name;
    this.loop = loop;
    this.reporter = reporter;
    this.retry = new Retry(random);
    this.gauge = new Gauge(id, loop);
    this.reader = new RawReader(loop.batch, this.gauge);
  }

  start(state: EndpointState | undefined): void {
    LinkWatch.of(this.loop).add(this);
    if (state !== undefined && state.fd >= 0) {
      this.fd = state.fd;
      this.peer = state.peer;
      this.linkIndex = packetInterface(state.fd).index;
      this.isUsable = state.peer !== '';
      this.port.counters[FIELD.state] = this.isUsable ? ATTACHED : 0;
      this.watch();
    }
    this.look();
  }

  onResolved(): void {}

  takenBytes(): number {
    return this.sentBytes;
  }

  setReading(on: boolean): void {
    this.reading = on;
    this.updateEvents();
  }

  release(): EndpointState {
    const { fd, isUsable, peer } = this;
    this.countDrops();
    this.leave();
    return { fd, listenFd: -1, peer: isUsable ? peer : '', kept: NOTHING, queue: NOTHING_QUEUED };
  }

  close(): void {
    const { fd } = this;
    this.countDrops();
    this.leave();
    if (fd >= 0) close(fd);
  }

  onReady(events: number): void {
    // An error shows in a read: the interface went down. What is merely readable may have been told to wait by now.
    const wanted = this.reading ? EPOLLIN | EPOLLERR | EPOLLHUP : EPOLLERR | EPOLLHUP;
    if ((events & wanted) === 0 || this.fd < 0) return;
    const result = this.reader.read(this.fd, this.port);
    if (result >= 0 || isAgain(result) || this.fd < 0) return;
    // A packet that the kernel cannot describe to us, such as one that is to be cut up for a protocol of its own.
    if (result === -EINVAL) this.port.counters[FIELD.drops + DROP.malformed]!++;
    else this.look();
  }

  write(batch: Batch): void {
    const { offsets, count, address } = batch;
    if (!this.isUsable) {
      this.port.counters[FIELD.drops + DROP.notConnected]! += count;
      return;
    }
    let filled = 0;
    for (let i = 0; i < count; i++) {
      const start = offsets[i]! + HEADER_BYTES;
      outgoing.set(filled++, address + start, offsets[i + 1]! - start);
      if (filled === outgoing.capacity || i + 1 === count) {
        this.sendFrames(filled);
        filled = 0;
      }
    }
  }

  writeSet(frames: FrameSet): void {
    const { starts, ends, count, memory } = frames;
    if (!this.isUsable) {
      this.port.counters[FIELD.drops + DROP.notConnected]! += count;
      return;
    }
    let filled = 0;
    for (let i = 0; i < count; i++) {
      const start = starts[i]! + HEADER_BYTES;
      outgoing.set(filled++, memory.address + start, ends[i]! - start);
      if (filled === outgoing.capacity || i + 1 === count) {
        this.sendFrames(filled);
        filled = 0;
      }
    }
  }

  measure(): void {
    this.countDrops();
  }

  onLinkChanged(): void {
    this.look();
  }

  private sendFrames(count: number): void {
    const { counters } = this.port;
    let next = 0;
    while (next < count) {
      if (!this.isUsable) {
        counters[FIELD.drops + DROP.notConnected]! += count - next;
        return;
      }
      const result = sendmmsg(this.fd, outgoing.addressOf(next), count - next, MSG_DONTWAIT);
      if (result > 0) {
        for (const end = next + result; next < end; next++) {
          const length = outgoing.length(next);
          this.sentBytes += length;
          counters[FIELD.txFrames]!++;
          counters[FIELD.txBytes]! += length;
        }
      } else if (result === -EAGAIN) {
        // The socket's buffer is full, for all that follow, too.
        counters[FIELD.drops + DROP.queueFull]! += count - next;
        return;
      } else {
        this.refused(result, outgoing.length(next));
        next++;
      }
    }
    this.gauge.onSent(counters);
  }

  private refused(result: number, length: number): void {
    const { counters } = this.port;
    if (result === -EMSGSIZE) {
      this.tooBig(length);
    } else if (result === -ENOBUFS) {
      // The interface's own queue is full.
      counters[FIELD.drops + DROP.queueFull]!++;
    } else if (result === -EINVAL) {
      counters[FIELD.drops + DROP.malformed]!++;
    } else {
      counters[FIELD.drops + DROP.notConnected]!++;
      if (result === -ENETDOWN || result === -ENXIO || result === -ENODEV) this.look();
    }
  }

  private tooBig(length: number): void {
    const { mtu, linkName } = this;
    this.port.counters[FIELD.drops + DROP.tooBig]!++;
    if (this.tooBigTold === mtu) return;
    this.tooBigTold = mtu;
    const text = explainTooBig(length, linkName, mtu, (least) => `an MTU of ${least} would do`);
    this.reporter.onNotice(this.id, 'too_big', text);
  }

  /** Compares the interface with what is known of it: the only place where the state changes. */
  private look(): void {
    this.loop.clearTimer(this.timer);
    const link = findLink(this.linkName);
    // One that was elsewhere for an instant may have its index again, but the kernel has taken the socket off it.
    const isOurs = link?.index === this.linkIndex && packetInterface(this.fd).index === this.linkIndex;
    if (this.fd >= 0 && !isOurs) this.drop();
    if (link === undefined) this.wait('no such interface');
    else if (this.fd < 0) this.open(link);
    else this.use(link);
  }

  private open(link: LinkInfo): void {
    const fd = openPacketSocket(link.index, PACKET_BUFFER_BYTES);
    if (fd < 0) {
      this.wait(fd === -EPERM ? RAW_NEEDS : describeErrno(fd));
      return;
    }
    if (!packetInterface(fd).isEthernet) {
      close(fd);
      this.wait('is no Ethernet interface');
      return;
    }
    this.fd = fd;
    this.linkIndex = link.index;
    this.watch();
    this.use(link);
  }

  private use(link: LinkInfo): void {
    this.mtu = link.mtu;
    if (!link.isUp) {
      this.wait(`interface is down (ip link set ${link.name} up)`);
    } else if (!link.hasCarrier) {
      this.wait('interface has no carrier');
    } else if (!this.isUsable) {
      this.isUsable = true;
      this.reasonTold = '';
      this.retry.reset();
      this.peer = `interface ${link.name}, MTU ${link.mtu}`;
      this.port.counters[FIELD.state] = ATTACHED;
      this.port.counters[FIELD.attaches]!++;
      this.reporter.onAttached(this.id, this.peer);
    }
  }

  private wait(reason: string): void {
    const wasUsable = this.isUsable;
    this.isUsable = false;
    this.port.counters[FIELD.state] = 0;
    // Whatever the kernel tells of in time is told; the rest is looked for.
    this.loop.setTimer(this.timer, this.loop.nowNs + this.retry.nextNs(false));
    if (this.reasonTold === reason) return;
    this.reasonTold = reason;
    if (!wasUsable) {
      this.reporter.onWaiting(this.id, reason);
      return;
    }
    this.reporter.onDetached(this.id, reason);
    this.port.onDetached();
  }

  /** Counts what the kernel had to drop because it was not read in time. */
  private countDrops(): void {
    const dropped = this.fd < 0 ? 0 : droppedFrames(this.fd);
    if (dropped === 0) return;
    this.port.counters[FIELD.drops + DROP.queueFull]! += dropped;
    if (this.dropsTold) return;
    this.dropsTold = true;
    const text = `${dropped} packets came faster than they could be taken from ${this.linkName}: the kernel dropped them`;
    this.reporter.onNotice(this.id, 'degraded', text);
  }

  private drop(): void {
    this.countDrops();
    this.loop.census.remove(this);
    this.loop.unregister(this.fd, this.token);
    close(this.fd);
    this.fd = -1;
    this.linkIndex = 0;
  }

  private leave(): void {
    this.loop.clearTimer(this.timer);
    LinkWatch.of(this.loop).remove(this);
    this.loop.census.remove(this);
    if (this.fd >= 0) this.loop.unregister(this.fd, this.token);
    this.fd = -1;
    this.isUsable = false;
    this.port.counters[FIELD.state] = 0;
  }

  private watch(): void {
    this.events = this.reading ? EPOLLIN : 0;
    this.token = this.loop.register(this.fd, this.events, this);
    this.loop.census.add(this);
  }

  private updateEvents(): void {
    const events = this.reading ? EPOLLIN : 0;
    if (this.fd < 0 || events === this.events) return;
    this.events = events;
    this.loop.watch(this.fd, events, this.token);
  }
}
