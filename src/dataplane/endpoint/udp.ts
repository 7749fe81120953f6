// A machine behind UDP, one frame in each datagram: QEMU's "socket,udp=" and "dgram" (net/socket.c, net/dgram.c), or
// another tcpbridge. The socket is bound to our own port and connected, so that the kernel keeps everybody else out.
//
//  1. onReady: up to 64 datagrams in one recvmmsg, each into a slot; those that are frames are put together as a batch
//  2. the port decides where they go; what comes from there leaves by the outbox, 64 in one sendmmsg
//
//            address known            nobody listens there (ICMP)
//   waiting ───────────────▶ attached ───────────────────────────▶ waiting, but frames are sent on
//                               ▲                                       │ a frame comes
//                               └───────────────────────────────────────┘

import { DROP, FIELD } from '../../channel/counters.ts';
import type { EndpointState } from '../../channel/messages.ts';
import type { Measured } from '../census.ts';
import { SOCKET_BUFFER_BYTES } from '../limits.ts';
import type { FdOwner } from '../loop/loop.ts';
import { AF_INET, EPOLLERR, EPOLLIN, EPOLLOUT } from '../sys/constants.ts';
import { aimDatagramSocket, droppedDatagrams, maxDatagramBytes, openDatagramSocket } from '../sys/datagram-socket.ts';
import { describeErrno, ECONNREFUSED, EMSGSIZE, isAgain } from '../sys/errno.ts';
import { close } from '../sys/libc.ts';
import type { Envelope } from '../sys/message-list.ts';
import { socketError } from '../sys/socket.ts';
import { peerAddress, SocketAddress } from '../sys/socket-address.ts';
import { describeBindFailure } from './bind-failure.ts';
import { DatagramEndpoint } from './datagram.ts';
import { Appetite, inboxOf } from './inbox.ts';

const CONNECTED: Envelope = { headerAddress: 0, headerBytes: 0, nameAddress: 0, nameBytes: 0 };

/** An endpoint of kind "udp". */
export class UdpEndpoint extends DatagramEndpoint implements FdOwner, Measured {
  censusPlace = -1;
  /** Whom the socket is connected to; of no family while it is to nobody. */
  private remote = new SocketAddress();
  /** The addresses of the host, and which of them is in use. */
  private addresses: readonly string[] = [];
  private place = 0;
  /** Nobody answers at this address: if the host has another one, that is tried. */
  private isDoubtful = false;
  private fd = -1;
  private token = -1;
  private events = 0;
  private dropsSeen = 0;
  private readonly appetite = new Appetite();

  start(state: EndpointState | undefined): void {
    if (state === undefined) {
      this.watch.start(false);
      return;
    }
    this.takeUp(state);
    if (state.fd >= 0) {
      this.register(state.fd);
      this.remote = peerAddress(state.fd);
      if (this.remote.family !== 0) this.aimOutbox();
      // What was in the queue waits for room.
      this.onQueueChanged();
    }
    this.watch.start(this.remote.family !== 0);
  }

  release(): EndpointState {
    const { fd } = this;
    if (fd >= 0) {
      this.countDropped();
      this.unregister();
    }
    return this.letGo(fd, this.remote.toString());
  }

  onHost(addresses: readonly string[]): void {
    this.addresses = addresses;
    const inUse = addresses.findIndex((text) => this.remote.toString() === this.resolve(text)?.toString());
    if (inUse >= 0 && !this.isDoubtful) return;
    this.isDoubtful = false;
    // The next one, if there are several; the first one if the host has moved.
    for (let i = 1; i <= addresses.length; i++) {
      this.place = (inUse + i) % addresses.length;
      if (this.resolve(addresses[this.place]!) !== undefined) break;
    }
    if (this.place !== inUse) this.open();
  }

  onReady(events: number): void {
    if ((events & EPOLLOUT) !== 0) this.outbox.flush();
    if ((events & EPOLLERR) !== 0) this.onSendError(socketError(this.fd));
    if ((events & EPOLLIN) !== 0 && this.isReading) this.receive();
  }

  onSendError(result: number): void {
    if (result === 0 || result === -EMSGSIZE) return;
    this.detach(describeErrno(result));
    this.isDoubtful = true;
    this.watch.doubt();
    // Our own address may be gone, or the way there: connecting again finds another.
    if (result !== -ECONNREFUSED) this.retryLater();
  }

  onSendRecovered(): void {
    this.attach(this.remote.toString());
  }

  onQueueChanged(): void {
    this.updateEvents();
  }

  protected onReadingChanged(): void {
    this.updateEvents();
  }

  protected closeSocket(): void {
    const { fd } = this;
    if (fd < 0) return;
    this.countDropped();
    this.unregister();
    close(fd);
  }

  protected retryOpening(): void {
    if (this.fd >= 0 && this.remote.family !== 0) aimDatagramSocket(this.fd, this.remote);
    else this.open();
  }

  protected describeLimit(): string {
    const { family } = this.remote;
    return `a UDP datagram over ${family === AF_INET ? 'IPv4' : 'IPv6'} carries ${maxDatagramBytes(family)} bytes`;
  }

  private open(): void {
    const text = this.addresses[this.place]!;
    const remote = this.resolve(text);
    if (remote === undefined) {
      this.wait(this.explainUnusable(text));
      return;
    }
    if (this.remote.family !== 0) this.detach(`the host has the address ${text} now`);
    if (this.fd >= 0 && this.remote.family !== remote.family) this.closeSocket();
    if (this.fd < 0 && !this.bind(remote.family)) return;
    const result = aimDatagramSocket(this.fd, remote);
    if (result < 0) {
      this.remote = new SocketAddress();
      this.waitAndRetry(describeErrno(result));
      return;
    }
    this.remote = remote;
    this.aimOutbox();
    this.attach(remote.toString());
  }

  private bind(family: number): boolean {
    const { localAddress, localPort } = this.spec;
    const local = new SocketAddress();
    local.setInternet(localAddress ?? (family === AF_INET ? '0.0.0.0' : '::'), localPort);
    const fd = openDatagramSocket(local, SOCKET_BUFFER_BYTES);
    if (fd < 0) {
      this.waitAndRetry(`cannot use ${local.toString()}: ${describeBindFailure(fd, localPort)}`);
      return false;
    }
    this.register(fd);
    return true;
  }

  private aimOutbox(): void {
    this.outbox.use(this.fd, CONNECTED, maxDatagramBytes(this.remote.family));
  }

  private receive(): void {
    const { batch } = this.loop;
    const { bytes } = batch;
    const inbox = inboxOf(this.loop);
    const { most } = this.appetite;
    const result = inbox.receive(this.fd, most);
    if (result < 0) {
      if (!isAgain(result)) this.onSendError(result);
      return;
    }
    const { counters } = this.port;
    const peer = this.remote;
    batch.clear();
    for (let i = 0; i < result; i++) {
      const size = inbox.size(i);
      // The kernel lets nobody else in, except before the socket was connected, and between two hosts.
      if (!inbox.isFrom(i, peer)) {
        counters[FIELD.drops + DROP.foreign]!++;
      } else if (size === 0) {
        counters[FIELD.drops + DROP.empty]!++;
      } else {
        this.appetite.note(size);
        this.isDoubtful = false;
        if (!batch.hasRoom(size)) {
          this.deliver(batch, peer);
          batch.clear();
        }
        const start = inbox.start(i);
        bytes.copyWithin(batch.next, start, start + size);
        batch.commit(size);
      }
    }
    this.deliver(batch, peer);
  }

  /** Looks how many datagrams the kernel had to drop because they were not taken in time. */
  measure(): void {
    this.countDropped();
  }

  private countDropped(): void {
    const drops = droppedDatagrams(this.fd);
    this.port.counters[FIELD.drops + DROP.queueFull]! += (drops - this.dropsSeen) >>> 0;
    this.dropsSeen = drops;
  }

  private register(fd: number): void {
    this.fd = fd;
    this.dropsSeen = droppedDatagrams(fd);
    this.events = this.wantedEvents();
    this.token = this.loop.register(fd, this.events, this);
    this.loop.census.add(this);
  }

  private unregister(): void {
    this.loop.unregister(this.fd, this.token);
    this.loop.census.remove(this);
    this.fd = -1;
    this.outbox.use(-1);
  }

  private wantedEvents(): number {
    return (this.isReading ? EPOLLIN : 0) | (this.outbox.queuedBytes > 0 ? EPOLLOUT : 0);
  }

  private updateEvents(): void {
    if (this.fd < 0) return;
    const events = this.wantedEvents();
    if (events === this.events) return;
    this.events = events;
    this.loop.watch(this.fd, events, this.token);
  }
}
