// A TAP interface of this host: what the host sends there comes in here, what is written goes to the host. In the order of
// a frame:
//
//  1. onReady: read into the thread's batch, one frame per call, until there is none or others have their turn
//  2. the port decides where the frames go
//  3. write: one call per frame; the host takes it at once or not at all, so nothing is ever queued
//
//            open, set up                      set down
//   absent ──────────────▶ attached (up) ◀──────────────▶ down: frames counted not_connected
//      ▲  cannot: pause          │ removed        set up: set up anew, as routes went with it
//      └─────────────────────────┴──────────────────────────┘
//
// An interface that we made goes with its descriptor. Where the kernel has no VLAN interfaces, the tag that all frames
// on the wire have is put in and taken out here. One that was moved to another network namespace goes on as whoever is
// there set it up: it is up when the descriptor is writable, and down when a write says so.

import { DROP, FIELD } from '../../channel/counters.ts';
import type { EndpointState } from '../../channel/messages.ts';
import type { TapSpec } from '../../topology/interface-endpoint.ts';
import { HEADER_BYTES, LINK_OVERHEAD_BYTES, MAX_FRAME_BYTES } from '../limits.ts';
import type { FdOwner, Loop } from '../loop/loop.ts';
import { Timer } from '../loop/timer.ts';
import { EPOLLERR, EPOLLHUP, EPOLLIN, EPOLLOUT } from '../sys/constants.ts';
import { describeErrno, EBADFD, EBUSY, EINVAL, EIO, isAgain } from '../sys/errno.ts';
import { close, write } from '../sys/libc.ts';
import type { NativeMemory } from '../sys/memory.ts';
import { isElsewhere, openTap, tapOf } from '../sys/tun.ts';
import type { FrameSet } from '../wire/frame-set.ts';
import type { Batch } from '../wire/framing.ts';
import { isTagged, TAG_BYTES } from '../wire/vlan-tag.ts';
import type { Endpoint, EndpointReporter, Port } from './endpoint.ts';
import { Gauge } from './gauge.ts';
import { LinkWatch, type LinkWatcher } from './link-watch.ts';
import { Retry } from './retry.ts';
import { readFrames, writeUntagged } from './tap-frames.ts';
import {
  type Addition,
  decodeKept,
  encodeKept,
  explainFailure,
  linkBehind,
  replacements,
  settingsOf,
  setUpTap,
  takeOff,
} from './tap-setup.ts';
import { explainTooBig } from './too-big.ts';

const ATTACHED = 1;
const MOVED = 'interface was moved to another network namespace';
const NOTHING_QUEUED = { bytes: new Uint8Array(0), frames: 0, headLeft: 0, headPayload: 0 };

/** An endpoint that is a TAP interface. */
export class TapEndpoint implements Endpoint, FdOwner, LinkWatcher {
  readonly id: number;
  readonly queuedBytes = 0;
  /** Where this endpoint is plugged in. Set before `start()`. */
  port!: Port;
  linkIndex = 0;
  private readonly spec: TapSpec;
  private readonly loop: Loop;
  private readonly reporter: EndpointReporter;
  private readonly retry: Retry;
  private readonly gauge: Gauge;
  private readonly timer = new Timer(() => this.onTimer());
  private fd = -1;
  private token = -1;
  private events = 0;
  private reading = true;
  private isUp = false;
  /** Whether the interface is in another network namespace, where nobody tells what happens to it. */
  private isAway = false;
  private mtu = MAX_FRAME_BYTES;
  private tag = 0;
  private additions: readonly Addition[] = [];
  private sentBytes = 0;
  private peer = '';
  private reasonTold = '';
  private readonly noticesTold = new Set<string>();
  /** The MTU for which it was said that frames are too big. */
  private tooBigTold = 0;

  constructor(
    id: number,
    spec: TapSpec,
    { loop, reporter, random }: { loop: Loop; reporter: EndpointReporter; random: () => number },
  ) {
    this.id = id;
    this.spec = spec;
    this.loop = loop;
    this.reporter = reporter;
    this.retry = new Retry(random);
    this.gauge = new Gauge(id, loop);
  }

  get linkName(): string {
    return this.spec.name;
  }

  start(state: EndpointState | undefined): void {
    LinkWatch.of(this.loop).add(this);
    if (state === undefined || state.fd < 0) {
      this.open();
      return;
    }
    const { settings, tag, additions } = decodeKept(state.kept);
    this.fd = state.fd;
    this.isAway = linkBehind(this.fd) === undefined;
    if (this.isAway) this.mtu = MAX_FRAME_BYTES;
    this.peer = state.peer;
    this.tag = tag;
    this.additions = additions;
    this.watch();
    if (this.isAway && state.peer === '') {
      this.wait(MOVED);
      this.updateEvents();
    } else if (settings === settingsOf(this.spec) || this.isAway) {
      this.isUp = state.peer !== '';
      if (this.isUp) this.port.counters[FIELD.state] = ATTACHED;
      this.onLinkChanged(false);
      if (this.fd >= 0 && !this.isUp && !this.isAway) this.wait('interface is down');
    } else {
      this.putBack(additions);
      this.setUp();
    }
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
    const { fd, isUp, peer, tag, additions } = this;
    this.leave();
    this.port.counters[FIELD.state] = 0;
    const kept = encodeKept({ settings: settingsOf(this.spec), tag, additions });
    return { fd, listenFd: -1, peer: isUp ? peer : '', kept, queue: NOTHING_QUEUED };
  }

  close(): void {
    const { fd } = this;
    this.leave();
    this.port.counters[FIELD.state] = 0;
    if (fd < 0) return;
    this.putBack(tapOf(fd)?.isPersistent ? this.additions : replacements(this.additions));
    close(fd);
  }

  onReady(events: number): void {
    if ((events & EPOLLOUT) !== 0 && this.isAway && !this.isUp) this.comeUpAway();
    // An error shows in a read: the interface was removed. What is merely readable may have been told to wait by now.
    const wanted = this.reading ? EPOLLIN | EPOLLERR | EPOLLHUP : EPOLLERR | EPOLLHUP;
    if ((events & wanted) === 0 || this.fd < 0) return;
    const { batch } = this.loop;
    const result = readFrames(this.fd, this.tag, batch);
    const { count } = batch;
    if (count > 0) {
      const { counters } = this.port;
      counters[FIELD.rxFrames]! += count;
      counters[FIELD.rxBytes]! += batch.payloadBytes;
      this.gauge.onRead(batch);
      this.port.onFrames(batch);
    }
    if (result <= 0 && !isAgain(result) && this.fd >= 0) {
      this.lose(result === -EBADFD ? 'interface was removed' : describeErrno(result));
    }
  }

  write(batch: Batch): void {
    const { offsets, count, memory } = batch;
    for (let i = 0; i < count; i++) this.writeFrame(memory, offsets[i]! + HEADER_BYTES, offsets[i + 1]!);
    if (this.isUp) this.gauge.onSent(this.port.counters);
  }

  writeSet(frames: FrameSet): void {
    const { starts, ends, count, memory } = frames;
    for (let i = 0; i < count; i++) this.writeFrame(memory, starts[i]! + HEADER_BYTES, ends[i]!);
    if (this.isUp) this.gauge.onSent(this.port.counters);
  }

  onLinkChanged(wasDown: boolean): void {
    if (this.fd < 0) return;
    const link = linkBehind(this.fd);
    if (link === undefined) {
      // Removed: the descriptor says so, too, and is the one to be believed.
      if (tapOf(this.fd) !== undefined) this.lookAway();
      return;
    }
    if (this.isAway) {
      this.isAway = false;
      this.updateEvents();
    }
    this.linkIndex = link.index;
    this.mtu = link.mtu;
    // Up again before we looked, its routes are gone all the same.
    if (link.isUp && (wasDown || !this.isUp)) this.setUp();
    else if (!link.isUp && this.isUp) this.goDown();
  }

  private writeFrame({ bytes, address }: NativeMemory, start: number, end: number): void {
    const { counters } = this.port;
    if (!this.isUp) {
      counters[FIELD.drops + DROP.notConnected]!++;
      return;
    }
    const { tag } = this;
    if (tag !== 0 && !isTagged(bytes, start, end, tag)) {
      counters[FIELD.drops + DROP.vlan]!++;
      return;
    }
    const length = end - start;
    const size = tag === 0 ? length : length - TAG_BYTES;
    // The host would take it, and could not answer in kind.
    if (size > this.mtu + LINK_OVERHEAD_BYTES) {
      this.tooBig(size);
      return;
    }
    const { fd } = this;
    const result = tag === 0 ? write(fd, address + start, length) : writeUntagged(fd, address + start, length);
    if (result === size) {
      this.sentBytes += length;
      counters[FIELD.txFrames]!++;
      counters[FIELD.txBytes]! += length;
    } else {
      this.refused(result);
    }
  }

  private refused(result: number): void {
    const { counters } = this.port;
    if (result === -EINVAL) {
      // Shorter than two addresses and a type.
      counters[FIELD.drops + DROP.malformed]!++;
    } else if (result === -EIO || result === -EBADFD) {
      counters[FIELD.drops + DROP.notConnected]!++;
      if (result === -EIO) this.goDown();
      else this.lose('interface was removed');
    } else {
      // No memory or no room at the moment; to wait would not help anyone.
      counters[FIELD.drops + DROP.queueFull]!++;
    }
  }

  private tooBig(size: number): void {
    const { mtu, linkName: name } = this;
    this.port.counters[FIELD.drops + DROP.tooBig]!++;
    if (this.tooBigTold === mtu) return;
    this.tooBigTold = mtu;
    const text = explainTooBig(size, name, mtu, (least) => `tap:${name},mtu=${least}`);
    this.reporter.onNotice(this.id, 'too_big', text);
  }

  private open(): void {
    const opened = openTap(this.spec.name);
    if (typeof opened !== 'number') {
      this.wait(explainFailure(opened), opened.errno === EBUSY);
      return;
    }
    this.fd = opened;
    this.watch();
    this.setUp();
  }

  private setUp(): void {
    const setup = setUpTap(tapOf(this.fd)?.name ?? this.spec.name, this.spec);
    this.additions = [...this.additions, ...setup.additions];
    if (setup.obstacle !== undefined || setup.link === undefined) {
      // Whoever took it away while it was being set up has a use for it.
      if (isElsewhere(this.fd)) this.lookAway();
      else this.giveUp(setup.obstacle ?? 'no such interface');
      return;
    }
    const { index, name, mtu } = setup.link;
    this.linkIndex = index;
    this.mtu = mtu;
    this.tag = setup.tag;
    if (!this.isUp) this.comeUp(`interface ${name}, MTU ${mtu}`);
    for (const [code, text] of setup.notices) {
      if (!this.noticesTold.has(text)) this.reporter.onNotice(this.id, code, text);
      this.noticesTold.add(text);
    }
  }

  private giveUp(reason: string): void {
    this.putBack(this.additions);
    this.goDown(reason);
    this.drop();
    this.wait(reason);
  }

  private comeUp(peer: string): void {
    this.peer = peer;
    this.isUp = true;
    this.reasonTold = '';
    this.retry.reset();
    this.port.counters[FIELD.state] = ATTACHED;
    this.port.counters[FIELD.attaches]!++;
    this.reporter.onAttached(this.id, peer);
  }

  /** The interface is in another namespace: what we gave it is gone, its MTU is unknown, and moving sets it down. */
  private lookAway(): void {
    if (!this.isAway) {
      this.isAway = true;
      this.linkIndex = 0;
      this.putBack(replacements(this.additions));
      this.mtu = MAX_FRAME_BYTES;
      if (this.isUp) this.goDown(MOVED);
      else this.wait(MOVED);
    }
    this.updateEvents();
  }

  private comeUpAway(): void {
    this.comeUp(`interface ${tapOf(this.fd)?.name ?? this.spec.name} in another network namespace`);
    this.updateEvents();
  }

  private goDown(reason = 'interface is down'): void {
    if (!this.isUp) return;
    this.isUp = false;
    this.updateEvents();
    this.port.counters[FIELD.state] = 0;
    this.reporter.onDetached(this.id, reason);
    this.port.onDetached();
    // Whoever set it down sets it up again: that is told at once, and looked for where it cannot be told.
    this.loop.setTimer(this.timer, this.loop.nowNs + this.retry.nextNs(false));
  }

  private lose(reason: string): void {
    const wasUp = this.isUp;
    this.drop();
    this.putBack(replacements(this.additions));
    if (wasUp) {
      this.reporter.onDetached(this.id, reason);
      this.port.onDetached();
    }
    this.loop.setTimer(this.timer, this.loop.nowNs + this.retry.nextNs(true));
  }

  /** @param soon whether it may be otherwise any moment */
  private wait(reason: string, soon = false): void {
    if (this.reasonTold !== reason) {
      this.reasonTold = reason;
      this.reporter.onWaiting(this.id, reason);
    }
    this.loop.setTimer(this.timer, this.loop.nowNs + this.retry.nextNs(soon));
  }

  private onTimer(): void {
    if (this.fd < 0) this.open();
    else if (!this.isUp) this.onLinkChanged(false);
    if (this.fd >= 0 && !this.isUp) this.loop.setTimer(this.timer, this.loop.nowNs + this.retry.nextNs(false));
  }

  /** What was added is given up; these are undone, the others go by themselves. */
  private putBack(additions: readonly Addition[]): void {
    this.additions = [];
    for (const loss of takeOff(additions)) this.reporter.onNotice(this.id, 'degraded', loss);
  }

  /** Gives the descriptor up, and with it an interface that nobody else holds. */
  private drop(): void {
    this.loop.unregister(this.fd, this.token);
    close(this.fd);
    this.fd = -1;
    this.isUp = false;
    this.isAway = false;
    this.linkIndex = 0;
    this.port.counters[FIELD.state] = 0;
  }

  private leave(): void {
    this.loop.clearTimer(this.timer);
    LinkWatch.of(this.loop).remove(this);
    if (this.fd >= 0) this.loop.unregister(this.fd, this.token);
    this.fd = -1;
    this.isUp = false;
  }

  private watch(): void {
    this.events = this.reading ? EPOLLIN : 0;
    this.token = this.loop.register(this.fd, this.events, this);
  }

  private updateEvents(): void {
    // The kernel calls a descriptor writable when its interface is up (tun_sock_writeable() in drivers/net/tun.c).
    const events = (this.reading ? EPOLLIN : 0) | (this.isAway && !this.isUp ? EPOLLOUT : 0);
    if (this.fd < 0 || events === this.events) return;
    this.events = events;
    this.loop.watch(this.fd, events, this.token);
  }
}
