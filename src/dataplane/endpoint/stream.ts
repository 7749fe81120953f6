// A machine behind a stream socket, TCP or unix. This is the frame path of nearly every lab, in the order of a frame:
//
//  1. onReady: read into the thread's batch, behind the part of a frame kept from the last read; acknowledge at once
//  2. cut at the length words; keep the incomplete tail; a broken length resets this connection and nothing else
//  3. the port decides where the frames go: usually another stream's write()
//  4. write: one send for all frames of the batch; what the kernel does not take is queued, whole frames only
//  5. onReady again, writable: send from the queue, tell the port that there is progress
//
// The socket is found and replaced by an attacher (dialer.ts, acceptor.ts). A new socket starts at a frame boundary in
// both directions: what was half read or half sent belongs to the old one and goes with it.

import { DROP, FIELD } from '../../channel/counters.ts';
import type { EndpointState } from '../../channel/messages.ts';
import { HEADER_BYTES, SETTLED_NS } from '../limits.ts';
import type { Loop } from '../loop/loop.ts';
import { EPOLLERR, EPOLLHUP, EPOLLIN, EPOLLOUT, MSG_NOSIGNAL } from '../sys/constants.ts';
import { describeErrno, ETIMEDOUT, isAgain } from '../sys/errno.ts';
import { recv, send, sendmsg } from '../sys/libc.ts';
import { acknowledgeAtOnce, closeSocket, unacknowledgedBytes } from '../sys/socket.ts';
import type { FrameSet } from '../wire/frame-set.ts';
import type { Batch } from '../wire/framing.ts';
import type { Endpoint, EndpointReporter, Port } from './endpoint.ts';
import { GatherList } from './gather-list.ts';
import { Gauge } from './gauge.ts';
import { OutQueue } from './out-queue.ts';
import { ReadSize } from './read-size.ts';

const ATTACHED = 1;
const KEPT_FIRST_BYTES = 2048;
/** Shared, so that a thousand endpoints that move at once carry it once. */
const NOTHING_KEPT = new Uint8Array(0);
/** One per thread: it is filled and used within one call. */
const gather = new GatherList();

/** Who finds a socket for a stream endpoint. */
export interface Attacher {
  start(): void;
  /** The socket is gone; `settled` when it had lived long enough to be called good. */
  onLost(settled: boolean): void;
  onResolved(addresses: readonly string[], error: string | undefined): void;
  /** Stops looking and closes what it has opened for that. */
  close(): void;
  /** Stops looking; returns the listening socket, still open, or -1. */
  release(): number;
  /** Goes on with the listening socket of another, if it had one. */
  resume(listenFd: number): void;
}

/** An endpoint over a stream socket. */
export class StreamEndpoint implements Endpoint {
  readonly id: number;
  readonly sendsBatches = true;
  private readonly isTcp: boolean;
  /** Where this endpoint is plugged in. Set before `start()`. */
  port!: Port;
  /** Who finds the socket. Set before `start()`. */
  attacher!: Attacher;
  private readonly loop: Loop;
  private readonly reporter: EndpointReporter;
  private readonly queue: OutQueue;
  private readonly gauge: Gauge;
  private readonly readSize = new ReadSize();
  /** Bytes handed to the kernel so far. */
  private sentBytes = 0;
  private fd = -1;
  private token = -1;
  private events = 0;
  private peer = '';
  private reading = true;
  private attachedNs = 0;
  /** The part of a frame that the last read ended with. */
  private kept: Uint8Array = new Uint8Array(0);
  private keptBytes = 0;

  /** @param isTcp whether delayed acknowledgements are to be fought */
  constructor(id: number, isTcp: boolean, { loop, reporter }: { loop: Loop; reporter: EndpointReporter }) {
    this.id = id;
    this.isTcp = isTcp;
    this.loop = loop;
    this.reporter = reporter;
    this.queue = new OutQueue(loop.chunks);
    this.gauge = new Gauge(id, loop, () => {
      // The last look at a connection that is let go: it is not ours to end any more.
      if (this.fd >= 0) this.lose(describeErrno(-ETIMEDOUT));
    });
  }

  get queuedBytes(): number {
    return this.queue.bytes;
  }

  get isAttached(): boolean {
    return this.fd >= 0;
  }

  start(state: EndpointState | undefined): void {
    if (state === undefined) {
      this.attacher.start();
      return;
    }
    this.attacher.resume(state.listenFd);
    if (state.fd < 0) {
      if (state.listenFd < 0) this.attacher.start();
      return;
    }
    this.keptBytes = state.kept.length;
    this.kept = state.kept;
    this.queue.restore(state.queue);
    this.noteQueue();
    this.use(state.fd, state.peer, true);
  }

  onResolved(addresses: readonly string[], error: string | undefined): void {
    this.attacher.onResolved(addresses, error);
  }

  release(): EndpointState {
    const { fd, peer } = this;
    const listenFd = this.attacher.release();
    if (fd >= 0) this.loop.unregister(fd, this.token);
    this.fd = -1;
    // Whoever takes it up counts from here on.
    this.gauge.measure();
    this.gauge.onDetached();
    const kept = this.keptBytes === 0 ? NOTHING_KEPT : this.kept.slice(0, this.keptBytes);
    const queue = this.queue.release();
    this.noteQueue();
    this.port.counters[FIELD.state] = 0;
    return { fd, listenFd, peer, kept, queue };
  }

  /** Takes a connected socket into use. */
  attach(fd: number, peer: string): void {
    this.use(fd, peer, false);
    this.port.counters[FIELD.attaches]!++;
    this.reporter.onAttached(this.id, peer);
  }

  onReady(events: number): void {
    if ((events & EPOLLOUT) !== 0) this.flush();
    // An error or hang-up is met by reading: first what the machine still sent, then the reason. What is merely
    // readable may have been told to wait since this round of events was taken.
    const wanted = this.reading ? EPOLLIN | EPOLLERR | EPOLLHUP : EPOLLERR | EPOLLHUP;
    if ((events & wanted) !== 0 && this.fd >= 0) this.readFrames();
  }

  takenBytes(): number {
    // What the kernel took is not yet taken: its buffer holds megabytes, and it asks for more only when a third is gone.
    return this.fd < 0 ? this.sentBytes : this.sentBytes - unacknowledgedBytes(this.fd);
  }

  setReading(on: boolean): void {
    this.reading = on;
    this.updateEvents();
  }

  write(batch: Batch): void {
    const { counters } = this.port;
    const { count, offsets } = batch;
    if (this.fd < 0) {
      counters[FIELD.drops + DROP.notConnected]! += count;
      return;
    }
    if (this.queue.bytes > 0) {
      this.enqueue(batch, 0, 0);
      return;
    }
    const start = offsets[0]!;
    const size = offsets[count]! - start;
    const result = send(this.fd, batch.address + start, size, MSG_NOSIGNAL);
    if (result === size) {
      this.sentBytes += size;
      counters[FIELD.txFrames]! += count;
      counters[FIELD.txBytes]! += size - count * HEADER_BYTES;
      this.gauge.onSent(counters);
      return;
    }
    if (result < 0 && !isAgain(result)) {
      counters[FIELD.drops + DROP.notConnected]! += count;
      this.lose(describeErrno(result));
      return;
    }
    const sent = Math.max(result, 0);
    const first = frameAt(batch, start + sent);
    this.sentBytes += sent;
    counters[FIELD.txFrames]! += first;
    counters[FIELD.txBytes]! += offsets[first]! - start - first * HEADER_BYTES;
    this.enqueue(batch, first, start + sent - offsets[first]!);
  }

  writeSet(frames: FrameSet): void {
    const { counters } = this.port;
    const { count, starts, ends, memory } = frames;
    if (this.fd < 0) {
      counters[FIELD.drops + DROP.notConnected]! += count;
      return;
    }
    let next = 0;
    while (next < count && this.queue.bytes === 0) {
      const size = gather.fill(frames, next);
      const result = sendmsg(this.fd, gather.address, MSG_NOSIGNAL);
      if (result < 0 && !isAgain(result)) {
        counters[FIELD.drops + DROP.notConnected]! += count - next;
        this.lose(describeErrno(result));
        return;
      }
      let sent = Math.max(result, 0);
      this.sentBytes += sent;
      while (next < gather.end && sent >= ends[next]! - starts[next]!) {
        const frameBytes = ends[next]! - starts[next]!;
        counters[FIELD.txFrames]!++;
        counters[FIELD.txBytes]! += frameBytes - HEADER_BYTES;
        sent -= frameBytes;
        next++;
      }
      if (result === size) continue;
      // The frame that has begun goes into the queue whatever its limit says; it is the first one there.
      this.queue.append(memory.bytes, starts[next]! + sent, ends[next]!, 1, sent);
      next++;
    }
    for (; next < count; next++) {
      if (ends[next]! - starts[next]! > this.port.queueLimitBytes - this.queue.bytes) {
        counters[FIELD.drops + DROP.queueFull]!++;
      } else {
        this.queue.append(memory.bytes, starts[next]!, ends[next]!, 1, 0);
      }
    }
    if (this.queue.bytes > 0) {
      this.noteQueue();
      this.updateEvents();
    } else {
      this.gauge.onSent(counters);
    }
  }

  close(dropReason: number): void {
    this.attacher.close();
    if (this.fd < 0) return;
    this.flush();
    if (this.fd >= 0) this.drop(dropReason);
  }

  /** Drops the connection and has the attacher look for the next. */
  lose(reason: string): void {
    this.drop(DROP.notConnected);
    this.reporter.onDetached(this.id, reason);
    this.port.onDetached();
    this.attacher.onLost(this.loop.nowNs - this.attachedNs >= SETTLED_NS);
  }

  private use(fd: number, peer: string, isTakenUp: boolean): void {
    this.fd = fd;
    this.peer = peer;
    this.attachedNs = this.loop.nowNs;
    this.events = this.wantedEvents();
    this.token = this.loop.register(fd, this.events, this);
    this.port.counters[FIELD.state] = ATTACHED;
    this.gauge.onAttached(this.isTcp ? fd : -1, this.port.counters, isTakenUp);
  }

  private readFrames(): void {
    const { batch } = this.loop;
    const { keptBytes } = this;
    if (keptBytes > 0) batch.bytes.set(this.kept.subarray(0, keptBytes), 0);
    const result = recv(this.fd, batch.address + keptBytes, this.readSize.next(this.port), 0);
    if (result <= 0) {
      if (!isAgain(result)) this.lose(result === 0 ? 'closed by peer' : describeErrno(result));
      return;
    }
    if (this.isTcp) acknowledgeAtOnce(this.fd);
    batch.cut(keptBytes + result);
    this.readSize.note(batch);
    this.keep(batch);
    const { counters } = this.port;
    if (batch.empty > 0) counters[FIELD.drops + DROP.empty]! += batch.empty;
    if (batch.count > 0) {
      counters[FIELD.rxFrames]! += batch.count;
      counters[FIELD.rxBytes]! += batch.payloadBytes;
      this.gauge.onRead(batch);
      const { broken, brokenLength } = batch;
      this.port.onFrames(batch);
      if (broken) this.breakStream(brokenLength);
    } else if (batch.broken) {
      this.breakStream(batch.brokenLength);
    }
  }

  private breakStream(length: number): void {
    this.port.counters[FIELD.drops + DROP.oversize]!++;
    this.reporter.onStreamBroken(this.id, length);
    if (this.fd >= 0) this.lose(`frame length ${length} out of range`);
  }

  private keep(batch: Batch): void {
    const size = batch.restEnd - batch.restStart;
    this.keptBytes = size;
    if (size === 0) return;
    if (this.kept.length < size) {
      let capacity = Math.max(this.kept.length, KEPT_FIRST_BYTES);
      while (capacity < size) capacity *= 2;
      this.kept = new Uint8Array(capacity);
    }
    this.kept.set(batch.bytes.subarray(batch.restStart, batch.restEnd), 0);
  }

  /** Queues the batch from frame `first` on, of which `skipped` bytes are sent already; counts what has no room. */
  private enqueue(batch: Batch, first: number, skipped: number): void {
    const { counters } = this.port;
    const { offsets, count } = batch;
    const from = offsets[first]! + skipped;
    const room = this.port.queueLimitBytes - this.queue.bytes;
    let last = count;
    if (offsets[count]! - from > room) {
      last = Math.max(first, frameAt(batch, from + Math.max(room, 0)));
      // A frame that has begun must be finished, whatever the limit says.
      if (skipped > 0 && last === first) last++;
      counters[FIELD.drops + DROP.queueFull]! += count - last;
    }
    if (last > first) {
      this.queue.append(batch.bytes, from, offsets[last]!, last - first, skipped);
      this.noteQueue();
      this.updateEvents();
    }
  }

  private flush(): void {
    const { counters } = this.port;
    let progressed = false;
    while (this.queue.bytes > 0) {
      const size = this.queue.headSize();
      const result = send(this.fd, this.queue.headAddress(), size, MSG_NOSIGNAL);
      if (result < 0) {
        if (!isAgain(result)) {
          this.lose(describeErrno(result));
          return;
        }
        break;
      }
      progressed = true;
      this.sentBytes += result;
      this.queue.sent(result);
      counters[FIELD.txFrames]! += this.queue.doneFrames;
      counters[FIELD.txBytes]! += this.queue.donePayload;
      if (result < size) break;
    }
    this.noteQueue();
    this.updateEvents();
    if (progressed) this.port.onProgress();
  }

  private drop(queueDropReason: number): void {
    this.loop.unregister(this.fd, this.token);
    closeSocket(this.fd);
    this.fd = -1;
    this.token = -1;
    this.gauge.onDetached();
    const { counters } = this.port;
    if (this.keptBytes > 0) counters[FIELD.drops + DROP.truncated]!++;
    this.keptBytes = 0;
    this.kept = new Uint8Array(0);
    if (this.queue.frames > 0) counters[FIELD.drops + queueDropReason]! += this.queue.frames;
    this.queue.clear();
    this.noteQueue();
    counters[FIELD.state] = 0;
  }

  private noteQueue(): void {
    const { counters } = this.port;
    counters[FIELD.queueBytes] = this.queue.bytes;
    counters[FIELD.queueFrames] = this.queue.frames;
    this.gauge.onQueue(this.queue.bytes, counters);
  }

  private wantedEvents(): number {
    return (this.reading ? EPOLLIN : 0) | (this.queue.bytes > 0 ? EPOLLOUT : 0);
  }

  private updateEvents(): void {
    if (this.fd < 0) return;
    const events = this.wantedEvents();
    if (events === this.events) return;
    this.events = events;
    this.loop.watch(this.fd, events, this.token);
  }
}

/** The frame of the batch in which `position` lies: the last one that starts at or before it. */
function frameAt(batch: Batch, position: number): number {
  const { offsets } = batch;
  let low = 0;
  let high = batch.count;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (offsets[middle]! <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}
