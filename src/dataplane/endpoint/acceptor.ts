// Finds a stream endpoint's socket by listening. One client is served, as QEMU does; others wait in the kernel until it
// leaves, and the user is told that somebody knocks. A client whose host died is noticed by keep-alive or
// by the gauge (gauge.ts).

import { LISTEN_BACKLOG } from '../limits.ts';
import type { FdOwner, Loop } from '../loop/loop.ts';
import { Timer } from '../loop/timer.ts';
import { EPOLLET, EPOLLIN } from '../sys/constants.ts';
import { describeErrno, EADDRINUSE, ECONNREFUSED, isAgain } from '../sys/errno.ts';
import { close } from '../sys/libc.ts';
import { acceptWaiting, openConnecting, openListening, tuneTcp } from '../sys/socket.ts';
import { localAddress, peerAddress, SocketAddress } from '../sys/socket-address.ts';
import { identifySocketFile, removeSocketFile } from '../sys/socket-file.ts';
import { describeBindFailure } from './bind-failure.ts';
import { WATCH } from './dialer.ts';
import type { EndpointReporter } from './endpoint.ts';
import { Retry } from './retry.ts';
import type { Attacher, StreamEndpoint } from './stream.ts';

/** Where to listen. No address: on all of them. */
export type ListenTarget =
  | { readonly kind: 'listen'; readonly address?: string | undefined; readonly port: number }
  | { readonly kind: 'unix-listen'; readonly path: string };

/** Listens, and serves one client at a time. */
export class Acceptor implements Attacher, FdOwner {
  private readonly endpoint: StreamEndpoint;
  private readonly target: ListenTarget;
  private readonly loop: Loop;
  private readonly reporter: EndpointReporter;
  private readonly retry: Retry;
  /** Until the next attempt to listen, or to accept. */
  private readonly timer = new Timer(() => (this.fd < 0 ? this.open() : this.accept()));
  private fd = -1;
  private token = -1;
  /** Which socket file is ours, while we listen on a path. */
  private fileIdentity: string | undefined;
  private waitingTold = false;
  private busyTold = false;

  constructor(
    endpoint: StreamEndpoint,
    target: ListenTarget,
    { loop, reporter, random }: { loop: Loop; reporter: EndpointReporter; random: () => number },
  ) {
    this.endpoint = endpoint;
    this.target = target;
    this.loop = loop;
    this.reporter = reporter;
    this.retry = new Retry(random);
  }

  start(): void {
    if (this.target.kind === 'listen' && this.target.address !== undefined) {
      const probe = new SocketAddress();
      if (!probe.setInternet(this.target.address, this.target.port)) {
        this.reporter.resolve(this.endpoint.id, this.target.address);
        return;
      }
    }
    this.open();
  }

  /** The answer to `reporter.resolve` for a listening address written as a name. */
  onResolved(addresses: readonly string[], error: string | undefined): void {
    if (this.fd >= 0) return;
    this.open(addresses[0], error);
  }

  onLost(): void {
    this.busyTold = false;
    this.accept();
  }

  release(): number {
    const { fd } = this;
    this.loop.clearTimer(this.timer);
    if (fd >= 0) this.loop.unregister(fd, this.token);
    this.fd = -1;
    return fd;
  }

  resume(listenFd: number): void {
    if (listenFd < 0) return;
    this.fd = listenFd;
    if (this.target.kind === 'unix-listen') this.fileIdentity = identifySocketFile(this.target.path);
    // Edge-triggered, yet a client that waits already is reported once by the registration itself (epoll(7)).
    this.token = this.loop.register(listenFd, EPOLLIN | EPOLLET, this);
  }

  close(): void {
    const fd = this.release();
    if (fd < 0) return;
    close(fd);
    if (this.target.kind === 'unix-listen') removeSocketFile(this.target.path, this.fileIdentity);
  }

  onReady(): void {
    // Edge-triggered: once per client that arrives.
    if (!this.endpoint.isAttached) {
      this.accept();
    } else if (!this.busyTold) {
      this.busyTold = true;
      this.reporter.onBusy(this.endpoint.id);
    }
  }

  private open(resolved?: string, error?: string): void {
    const { target } = this;
    const address = new SocketAddress();
    let result = -1;
    if (target.kind === 'unix-listen') {
      address.setUnix(target.path);
      result = openListening(address, LISTEN_BACKLOG);
      if (result === -EADDRINUSE) {
        const identity = identifySocketFile(target.path);
        if (identity === undefined) {
          this.fail('cannot listen: there is a file of this name that is not a socket');
          return;
        }
        if (isStale(address)) {
          removeSocketFile(target.path, identity);
          result = openListening(address, LISTEN_BACKLOG);
        }
      }
    } else if (error !== undefined) {
      this.fail(`cannot listen: ${error}`);
      return;
    } else {
      address.setInternet(resolved ?? target.address ?? '::', target.port);
      result = openListening(address, LISTEN_BACKLOG);
      if (result < 0 && target.address === undefined && result !== -EADDRINUSE) {
        // A host without IPv6.
        address.setInternet('0.0.0.0', target.port);
        result = openListening(address, LISTEN_BACKLOG);
      }
    }
    if (result < 0) {
      const words = target.kind === 'listen' ? describeBindFailure(result, target.port) : describeErrno(result);
      this.fail(`cannot listen: ${words}`);
      return;
    }
    this.fine();
    this.fd = result;
    if (target.kind === 'unix-listen') this.fileIdentity = identifySocketFile(target.path);
    this.token = this.loop.register(this.fd, EPOLLIN | EPOLLET, this);
    this.tellListening();
    this.accept();
  }

  private tellListening(): void {
    const { target } = this;
    const where = target.kind === 'unix-listen' ? target.path : localAddress(this.fd).toString();
    this.reporter.onListening(this.endpoint.id, where);
  }

  private fine(): void {
    this.waitingTold = false;
    this.retry.reset();
  }

  private fail(reason: string): void {
    if (!this.waitingTold) {
      this.waitingTold = true;
      this.reporter.onWaiting(this.endpoint.id, reason);
    }
    this.loop.setTimer(this.timer, this.loop.nowNs + this.retry.nextNs(true));
  }

  private accept(): void {
    if (this.fd < 0 || this.endpoint.isAttached) return;
    const fd = acceptWaiting(this.fd);
    if (fd < 0) {
      // Nobody tells again of a client that could not be taken, as when there are too many open files (accept(2)).
      if (!isAgain(fd)) {
        this.fail(`cannot accept: ${describeErrno(fd)}`);
      } else if (this.waitingTold) {
        // It has left meanwhile.
        this.fine();
        this.tellListening();
      }
      return;
    }
    this.fine();
    const isTcp = this.target.kind === 'listen';
    if (isTcp) tuneTcp(fd, WATCH);
    const peer = this.target.kind === 'unix-listen' ? this.target.path : peerAddress(fd).toString();
    this.endpoint.attach(fd, peer);
  }
}

/** Whether a unix socket file has nobody behind it any more. */
function isStale(address: SocketAddress): boolean {
  const { fd, result } = openConnecting(address);
  if (fd >= 0) close(fd);
  return result === -ECONNREFUSED;
}
