// What is measured at one endpoint, so that the frame path has one cheap question per batch: how long frames took (every
// so many batches), how long they waited in the queue, how far away the machine is (by the kernel's own measurement, about
// once a second), whether its host still answers, and copies of a few frames for whoever judges the wire.

import type { CounterBlock } from '../../channel/counters.ts';
import { LATENCY, observe } from '../../channel/latency.ts';
import type { Measured } from '../census.ts';
import {
  LATENCY_IDLE_NS,
  LATENCY_SAMPLE_BATCHES,
  LOOK_BURST,
  LOOK_INTERVAL_NS,
  MAX_LOOKS_PER_BATCH,
  SILENCE_MS,
  UNANSWERED,
} from '../limits.ts';
import { isAnnouncement } from '../looks.ts';
import type { Loop } from '../loop/loop.ts';
import { monotonicNs } from '../sys/clock.ts';
import { TcpInfo } from '../sys/tcp-info.ts';
import type { Batch } from '../wire/framing.ts';

const LOOK_TOLERANCE_NS = LOOK_BURST * LOOK_INTERVAL_NS;
const GROUP_OF_ANNOUNCEMENTS = 0x01;
/** One per thread: it is filled and read within one call. */
const info = new TcpInfo();

/** The measurements of one endpoint. */
export class Gauge implements Measured {
  censusPlace = -1;
  private readonly endpointId: number;
  private readonly loop: Loop;
  private readonly onSilent: () => void;
  private counters!: CounterBlock;
  private fd = -1;
  /** Batches until the next one is timed. */
  private batchesLeft = 1;
  /** After such a silence the next batch is timed anyway. */
  private timeFromNs = 0;
  private queuedNs = 0;
  /** Before then no more frames are copied; announcements have a time of their own. */
  private lookFromNs = 0;
  private announcementFromNs = 0;
  private retransmitsSeen = 0;
  private ackedSeen = -1;

  /** @param onSilent the peer's host does not answer any more, though it was asked */
  constructor(endpointId: number, loop: Loop, onSilent: () => void = () => {}) {
    this.endpointId = endpointId;
    this.loop = loop;
    this.onSilent = onSilent;
  }

  /**
   * A connection is there; `fd` is -1 when it is none of TCP. What happened to one that was taken up from elsewhere is
   * counted already.
   */
  onAttached(fd: number, counters: CounterBlock, isTakenUp = false): void {
    this.counters = counters;
    this.queuedNs = 0;
    if (fd < 0) return;
    this.fd = fd;
    const isMeasured = isTakenUp && info.read(fd);
    this.retransmitsSeen = isMeasured ? info.retransmits : 0;
    this.ackedSeen = isMeasured ? info.ackedLow : -1;
    this.loop.census.add(this);
  }

  /** The connection is gone. */
  onDetached(): void {
    this.queuedNs = 0;
    if (this.fd < 0) return;
    this.fd = -1;
    this.loop.census.remove(this);
    this.counters[LATENCY.rttUs] = 0;
    this.counters[LATENCY.rttVariationUs] = 0;
    this.counters[LATENCY.rttMinUs] = 0;
  }

  /** The kernel has taken a whole batch, which came in during this round of the loop. */
  onSent(counters: CounterBlock): void {
    const { nowNs } = this.loop;
    if (--this.batchesLeft > 0 && nowNs < this.timeFromNs) return;
    this.batchesLeft = LATENCY_SAMPLE_BATCHES;
    this.timeFromNs = nowNs + LATENCY_IDLE_NS;
    observe(counters, LATENCY.forwarding, (monotonicNs() - nowNs) / 1000);
  }

  /** So much is in the queue now. */
  onQueue(bytes: number, counters: CounterBlock): void {
    if (bytes > 0) {
      if (this.queuedNs === 0) this.queuedNs = this.loop.nowNs;
    } else if (this.queuedNs > 0) {
      counters[LATENCY.queueWaits]!++;
      counters[LATENCY.queueWaitUs]! += (this.loop.nowNs - this.queuedNs) / 1000;
      this.queuedNs = 0;
    }
  }

  /** A batch came in; it has at least one frame. */
  onRead(batch: Batch): void {
    const { loop } = this;
    if (loop.looks === null) return;
    const first = batch.bytes[batch.offsets[0]! + 4]!;
    if (loop.nowNs >= this.lookFromNs || first === GROUP_OF_ANNOUNCEMENTS) this.look(batch);
  }

  measure(): void {
    const { counters } = this;
    if (!info.read(this.fd)) return;
    counters[LATENCY.rttUs] = info.rttUs;
    counters[LATENCY.rttVariationUs] = info.rttVariationUs;
    counters[LATENCY.rttMinUs] = info.rttMinUs;
    counters[LATENCY.retransmits]! += info.retransmits - this.retransmitsSeen;
    this.retransmitsSeen = info.retransmits;
    // Where nothing was acknowledged the kernel has measured nothing since: it would only say the same again.
    if (info.ackedLow !== this.ackedSeen && info.rttUs > 0) observe(counters, LATENCY.roundTrip, info.rttUs);
    this.ackedSeen = info.ackedLow;
    // A machine that is stopped takes nothing for as long as it likes, but its kernel answers every probe.
    if (info.unanswered >= UNANSWERED && info.silentMs >= SILENCE_MS) this.onSilent();
  }

  // Two buckets of the generic cell rate algorithm (ITU-T I.371): a steady rate, and a burst after silence.
  private look(batch: Batch): void {
    const { nowNs } = this.loop;
    const looks = this.loop.looks!;
    const most = Math.min(batch.count, MAX_LOOKS_PER_BATCH);
    for (let i = 0; i < most; i++) {
      const dueNs = isAnnouncement(batch, i) ? this.announcementFromNs : this.lookFromNs;
      if (nowNs < dueNs) continue;
      const nextNs = Math.max(dueNs, nowNs - LOOK_TOLERANCE_NS) + LOOK_INTERVAL_NS;
      if (isAnnouncement(batch, i)) this.announcementFromNs = nextNs;
      else this.lookFromNs = nextNs;
      looks.copy(this.endpointId, batch, i, nowNs);
    }
    looks.publish();
  }
}
