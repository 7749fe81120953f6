// Finds a stream endpoint's socket by connecting. Names are resolved anew for every attempt, because containers come
// back with another address. It never gives up.
//
//            start, lost                    addresses                  connected
//   resting ─────────────▶ (pause) resolving ─────────▶ connecting ─────────────▶ attached
//      ▲                        │ no such name             │ refused, no answer: next address
//      └────────────────────────┴──────────────────────────┘ after the last one

import { FIELD } from '../../channel/counters.ts';
import { ATTEMPT_NS, KEEPALIVE_IDLE_S, KEEPALIVE_INTERVAL_S, KEEPALIVE_PROBES } from '../limits.ts';
import type { FdOwner, Loop } from '../loop/loop.ts';
import { Timer } from '../loop/timer.ts';
import { EPOLLOUT } from '../sys/constants.ts';
import { describeErrno, ECONNREFUSED, EINPROGRESS, ENOENT, ETIMEDOUT } from '../sys/errno.ts';
import { close } from '../sys/libc.ts';
import { openConnecting, socketError, tuneTcp } from '../sys/socket.ts';
import { localAddress, SocketAddress } from '../sys/socket-address.ts';
import type { EndpointReporter } from './endpoint.ts';
import { Retry } from './retry.ts';
import type { Attacher, StreamEndpoint } from './stream.ts';

/** How our TCP connections notice that the peer's host died while they are idle. */
export const WATCH = {
  idleSeconds: KEEPALIVE_IDLE_S,
  intervalSeconds: KEEPALIVE_INTERVAL_S,
  probes: KEEPALIVE_PROBES,
} as const;

/** Where to connect to. */
export type DialTarget =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** Connects, and connects again. */
export class Dialer implements Attacher, FdOwner {
  private readonly endpoint: StreamEndpoint;
  private readonly target: DialTarget;
  private readonly loop: Loop;
  private readonly reporter: EndpointReporter;
  private readonly retry: Retry;
  private readonly address = new SocketAddress();
  /** Pauses between attempts, and limits each of them. */
  private readonly timer = new Timer(() => this.onTimer());
  private addresses: readonly string[] = [];
  private nextAddress = 0;
  private fd = -1;
  private token = -1;
  private stage: 'idle' | 'pausing' | 'resolving' | 'connecting' | 'closed' = 'idle';
  private waitingTold = false;
  private lastErrno = 0;

  constructor(
    endpoint: StreamEndpoint,
    target: DialTarget,
    { loop, reporter, random }: { loop: Loop; reporter: EndpointReporter; random: () => number },
  ) {
    this.endpoint = endpoint;
    this.target = target;
    this.loop = loop;
    this.reporter = reporter;
    this.retry = new Retry(random);
  }

  start(): void {
    this.attempt();
  }

  onLost(settled: boolean): void {
    // The last bytes of an endpoint that is being closed may find the connection broken.
    if (this.stage === 'closed') return;
    if (settled) this.retry.reset();
    this.waitingTold = false;
    this.pause(true);
  }

  close(): void {
    this.stage = 'closed';
    this.loop.clearTimer(this.timer);
    this.abandon();
  }

  release(): number {
    // An attempt under way is not worth moving: the next one is milliseconds away.
    this.close();
    return -1;
  }

  resume(): void {}

  /** The answer to `reporter.resolve`: numeric addresses, or why there are none. */
  onResolved(addresses: readonly string[], error: string | undefined): void {
    const isFound = error === undefined && addresses.length > 0;
    // A late answer is as good as any, a late failure is none.
    if (this.stage !== 'resolving' && !(this.stage === 'pausing' && isFound)) return;
    this.loop.clearTimer(this.timer);
    if (!isFound) {
      this.fail(error ?? 'name has no address', false);
      return;
    }
    this.addresses = addresses;
    this.nextAddress = 0;
    this.lastErrno = 0;
    this.connectNext();
  }

  onReady(): void {
    this.decide(socketError(this.fd));
  }

  private onTimer(): void {
    if (this.stage === 'connecting') this.decide(-ETIMEDOUT);
    else if (this.stage === 'resolving') this.fail('name service does not answer', false);
    else this.attempt();
  }

  private pause(answered: boolean): void {
    this.stage = 'pausing';
    this.loop.setTimer(this.timer, this.loop.nowNs + this.retry.nextNs(answered));
  }

  private attempt(): void {
    const { target } = this;
    this.endpoint.port.counters[FIELD.attempts]!++;
    this.stage = 'resolving';
    if (target.kind === 'unix') {
      this.addresses = [target.path];
      this.nextAddress = 0;
      this.lastErrno = 0;
      this.connectNext();
    } else if (this.address.setInternet(target.host, target.port)) {
      this.onResolved([target.host], undefined);
    } else {
      this.loop.setTimer(this.timer, this.loop.nowNs + ATTEMPT_NS);
      this.reporter.resolve(this.endpoint.id, target.host);
    }
  }

  private connectNext(): void {
    const { target } = this;
    const text = this.addresses[this.nextAddress++];
    if (text === undefined) {
      const { lastErrno } = this;
      this.fail(describeErrno(lastErrno), lastErrno === -ECONNREFUSED || lastErrno === -ENOENT);
      return;
    }
    const usable = target.kind === 'unix' ? this.address.setUnix(text) : this.address.setInternet(text, target.port);
    if (!usable) {
      this.connectNext();
      return;
    }
    const { fd, result } = openConnecting(this.address);
    this.stage = 'connecting';
    this.fd = fd;
    if (result === 0) {
      this.succeed();
    } else if (result === -EINPROGRESS) {
      this.token = this.loop.register(fd, EPOLLOUT, this);
      this.loop.setTimer(this.timer, this.loop.nowNs + ATTEMPT_NS);
    } else {
      this.decide(result);
    }
  }

  private decide(result: number): void {
    this.loop.clearTimer(this.timer);
    if (result === 0) {
      this.succeed();
      return;
    }
    this.abandon();
    this.lastErrno = result;
    this.connectNext();
  }

  private succeed(): void {
    const { fd } = this;
    const isTcp = this.target.kind === 'tcp';
    // On one host, connecting to a free port of the ephemeral range can end in a socket connected to itself (RFC 9293,
    // simultaneous open), which would keep the machine from ever listening there.
    if (isTcp && localAddress(fd).toString() === this.address.toString()) {
      this.decide(-ECONNREFUSED);
      return;
    }
    if (this.token >= 0) this.loop.unregister(fd, this.token);
    this.fd = -1;
    this.token = -1;
    this.stage = 'idle';
    if (isTcp) tuneTcp(fd, WATCH);
    const peer = this.target.kind === 'unix' ? this.target.path : this.address.toString();
    this.endpoint.attach(fd, peer);
  }

  private fail(reason: string, answered: boolean): void {
    if (!this.waitingTold) {
      this.waitingTold = true;
      this.reporter.onWaiting(this.endpoint.id, reason);
    }
    this.pause(answered);
  }

  private abandon(): void {
    if (this.token >= 0) this.loop.unregister(this.fd, this.token);
    if (this.fd >= 0) close(this.fd);
    this.fd = -1;
    this.token = -1;
  }
}
