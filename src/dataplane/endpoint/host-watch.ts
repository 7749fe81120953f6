// Finds the addresses of a host for an endpoint that has no connection whose end would tell that the host is gone. A name
// is looked up until it is known, then now and then, and at once when there is a sign that something is wrong.
//
//            name                       found                     silence, or a sign
//   resting ──────▶ asking (deadline) ─────────▶ knowing (pause) ────────────────────▶ asking
//                     ▲      │ not known                             what is known stays in use
//                     └──────┘ after a pause

import { ATTEMPT_NS, HOST_AGAIN_NS, HOST_CHECK_NS } from '../limits.ts';
import type { Loop } from '../loop/loop.ts';
import { Timer } from '../loop/timer.ts';
import { SocketAddress } from '../sys/socket-address.ts';
import type { EndpointReporter } from './endpoint.ts';
import { Retry } from './retry.ts';

/** Who wants to know. */
export interface HostUser {
  readonly id: number;
  /** The addresses of the host, perhaps the same as before. */
  onHost(addresses: readonly string[]): void;
  /** There are none so far. */
  onHostUnknown(reason: string): void;
  /** Whether something came from the host since this was asked last. */
  wasHeard(): boolean;
}

/** Looks a host up, and again. */
export class HostWatch {
  private readonly user: HostUser;
  private readonly host: string;
  private readonly isNumeric: boolean;
  private readonly loop: Loop;
  private readonly reporter: EndpointReporter;
  private readonly retry: Retry;
  private readonly timer = new Timer(() => this.onTimer());
  private stage: 'resting' | 'asking' | 'pausing' | 'knowing' | 'closed' = 'resting';
  private isKnown = false;
  private askedNs = 0;

  constructor(
    user: HostUser,
    host: string,
    { loop, reporter, random }: { loop: Loop; reporter: EndpointReporter; random: () => number },
  ) {
    this.user = user;
    this.host = host;
    this.isNumeric = new SocketAddress().setInternet(host, 0);
    this.loop = loop;
    this.reporter = reporter;
    this.retry = new Retry(random);
  }

  /** @param isKnown an address is in use already, so nothing is amiss while the name service is silent */
  start(isKnown: boolean): void {
    this.isKnown = isKnown;
    if (this.isNumeric) this.user.onHost([this.host]);
    else this.ask();
  }

  close(): void {
    this.stage = 'closed';
    this.loop.clearTimer(this.timer);
  }

  /** The answer to `reporter.resolve`. */
  onResolved(addresses: readonly string[], error: string | undefined): void {
    if (this.stage === 'closed' || this.isNumeric) return;
    if (error === undefined && addresses.length > 0) {
      this.isKnown = true;
      this.retry.reset();
      this.know();
      this.user.onHost(addresses);
    } else if (this.stage === 'asking') {
      this.fail(error ?? 'name has no address');
    }
  }

  /** There is a sign that the host has moved, or that another of its addresses is the right one. */
  doubt(): void {
    if (this.stage === 'knowing')
      this.loop.setTimer(this.timer, Math.max(this.loop.nowNs, this.askedNs + HOST_AGAIN_NS));
    this.user.wasHeard();
  }

  private onTimer(): void {
    if (this.stage === 'asking') this.fail('name service does not answer');
    else if (this.stage === 'knowing' && this.user.wasHeard()) this.know();
    else this.ask();
  }

  private ask(): void {
    this.stage = 'asking';
    this.askedNs = this.loop.nowNs;
    this.loop.setTimer(this.timer, this.loop.nowNs + ATTEMPT_NS);
    this.reporter.resolve(this.user.id, this.host);
  }

  private know(): void {
    this.stage = 'knowing';
    this.loop.setTimer(this.timer, this.loop.nowNs + HOST_CHECK_NS);
  }

  private fail(reason: string): void {
    // A name service that fails for a while is no reason to leave a machine that may be there.
    if (this.isKnown) {
      this.know();
      return;
    }
    this.stage = 'pausing';
    this.loop.setTimer(this.timer, this.loop.nowNs + this.retry.nextNs(false));
    this.user.onHostUnknown(reason);
  }
}
