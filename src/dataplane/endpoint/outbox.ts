// Frames on their way out as datagrams, one each, in the order of a frame:
//
//  1. write, writeSet: up to MESSAGES_PER_CALL frames in one sendmmsg, straight from the memory they lie in
//  2. an error belongs to the first frame that was not taken; it may be an old one that the kernel only tells now (an ICMP
//     message that came meanwhile, udp(7)), so that frame is tried once more, then counted
//  3. what the kernel has no room for is queued, whole frames, and sent one by one when there is
//
// The queue keeps frames in stream form, so that it can move like that of a stream.

import { DROP, FIELD } from '../../channel/counters.ts';
import type { QueueState } from '../../channel/messages.ts';
import { HEADER_BYTES, MAX_FRAME_BYTES, MESSAGES_PER_CALL, TURN_FRAMES } from '../limits.ts';
import type { Loop } from '../loop/loop.ts';
import { EMSGSIZE, ENOBUFS, isAgain } from '../sys/errno.ts';
import type { NativeMemory } from '../sys/memory.ts';
import { type Envelope, SendList } from '../sys/message-list.ts';
import type { FrameSet } from '../wire/frame-set.ts';
import type { Batch } from '../wire/framing.ts';
import type { Port } from './endpoint.ts';
import type { Gauge } from './gauge.ts';
import { OutQueue } from './out-queue.ts';

/** One each per thread: they are filled and used within one call. */
const list = new SendList(MESSAGES_PER_CALL, 1);
/** A queued frame lies in two chunks at most: it is smaller than one. */
const single = new SendList(1, 2);

/** Whose frames they are. */
export interface OutboxOwner {
  readonly port: Port;
  readonly gauge: Gauge;
  /** A send returned this; the frame is tried once more. The socket must not be closed now. */
  onSendError(result: number): void;
  /** The kernel takes frames again after it had refused some. */
  onSendRecovered(): void;
  /** A frame of so many bytes was dropped because no datagram carries that much. */
  onTooBig(bytes: number): void;
  /** The queue has become empty or is no longer. */
  onQueueChanged(): void;
}

/** Sends frames through a socket that its owner has opened. */
export class Outbox {
  /** Without a socket frames are counted `not_connected`. */
  private fd = -1;
  private envelope: Envelope | undefined;
  private maxBytes = MAX_FRAME_BYTES;
  private sentBytes = 0;
  private isFailing = false;
  private readonly owner: OutboxOwner;
  private readonly queue: OutQueue;

  constructor(owner: OutboxOwner, loop: Loop) {
    this.owner = owner;
    this.queue = new OutQueue(loop.chunks);
  }

  /** Bytes that the kernel had no room for. */
  get queuedBytes(): number {
    return this.queue.bytes;
  }

  /** Bytes that the kernel has taken so far: what follows, nobody tells. */
  get takenBytes(): number {
    return this.sentBytes;
  }

  /** Sends through this socket from now on; -1: through none. */
  use(fd: number, envelope?: Envelope, maxBytes = MAX_FRAME_BYTES): void {
    this.fd = fd;
    this.envelope = envelope;
    this.maxBytes = maxBytes;
  }

  write({ memory, offsets, count }: Batch): void {
    this.sendFrames(memory, offsets, offsets, 1, count);
  }

  writeSet({ memory, starts, ends, count }: FrameSet): void {
    this.sendFrames(memory, starts, ends, 0, count);
  }

  /** Sends from the queue what the kernel takes now; the rest when others had their turn. */
  flush(most = TURN_FRAMES): void {
    let left = most;
    let progressed = false;
    let isSecondTry = false;
    while (this.queue.bytes > 0 && this.envelope !== undefined && left > 0) {
      const size = this.queue.headFrameBytes;
      const first = this.queue.headPiece(HEADER_BYTES);
      single.set(0, 0, first, this.queue.pieceBytes);
      const rest = size - this.queue.pieceBytes;
      single.set(0, 1, rest === 0 ? first : this.queue.headPiece(HEADER_BYTES + size - rest), rest);
      const result = single.send(this.fd, this.envelope, 1);
      if (isAgain(result)) break;
      if (result < 0 && result !== -EMSGSIZE && !isSecondTry) {
        isSecondTry = true;
        this.owner.onSendError(result);
        continue;
      }
      isSecondTry = false;
      progressed = true;
      left--;
      if (result < 0) this.count(result, size);
      else this.noteSent(1, size);
      this.queue.sent(HEADER_BYTES + size);
    }
    this.noteQueue();
    if (this.queue.bytes === 0) this.owner.onQueueChanged();
    if (progressed) this.owner.port.onProgress();
  }

  /** Throws the queue away and counts it. */
  clear(dropReason: number): void {
    if (this.queue.frames > 0) this.owner.port.counters[FIELD.drops + dropReason]! += this.queue.frames;
    this.queue.clear();
    this.noteQueue();
  }

  release(): QueueState {
    const state = this.queue.release();
    this.noteQueue();
    this.use(-1);
    return state;
  }

  restore(state: QueueState): void {
    this.queue.restore(state);
    this.noteQueue();
  }

  /** Frame i is `memory[starts[i], ends[i + shift])`, its length word included. */
  private sendFrames(memory: NativeMemory, starts: Int32Array, ends: Int32Array, shift: number, count: number): void {
    const { envelope, owner, maxBytes } = this;
    const { counters } = owner.port;
    if (envelope === undefined) {
      counters[FIELD.drops + DROP.notConnected]! += count;
      return;
    }
    const base = memory.address + HEADER_BYTES;
    let next = 0;
    let isSecondTry = false;
    while (next < count && this.queue.bytes === 0) {
      let filled = 0;
      for (let i = next; i < count && filled < MESSAGES_PER_CALL; i++) {
        const size = ends[i + shift]! - starts[i]! - HEADER_BYTES;
        if (size > maxBytes || size === 0) break;
        list.set(filled++, 0, base + starts[i]!, size);
      }
      // What cannot be sent is met when it is the next.
      const result = filled === 0 ? -EMSGSIZE : list.send(this.fd, envelope, filled);
      if (result > 0) {
        isSecondTry = false;
        this.noteSent(result, sumBytes(starts, ends, shift, next, next + result));
        next += result;
      } else if (isAgain(result)) {
        break;
      } else if (result !== -EMSGSIZE && !isSecondTry) {
        isSecondTry = true;
        owner.onSendError(result);
      } else {
        isSecondTry = false;
        this.count(result, ends[next + shift]! - starts[next]! - HEADER_BYTES);
        next++;
      }
    }
    if (next === count) {
      owner.gauge.onSent(counters);
      return;
    }
    for (; next < count; next++) this.enqueue(memory, starts[next]!, ends[next + shift]!);
    this.noteQueue();
    owner.onQueueChanged();
  }

  private enqueue(memory: NativeMemory, start: number, end: number): void {
    const { port } = this.owner;
    const size = end - start - HEADER_BYTES;
    if (size > this.maxBytes || size === 0) this.count(-EMSGSIZE, size);
    else if (end - start > port.queueLimitBytes - this.queue.bytes) port.counters[FIELD.drops + DROP.queueFull]!++;
    else this.queue.append(memory.bytes, start, end, 1, 0);
  }

  private noteSent(frames: number, bytes: number): void {
    const { counters } = this.owner.port;
    this.sentBytes += bytes;
    counters[FIELD.txFrames]! += frames;
    counters[FIELD.txBytes]! += bytes;
    if (!this.isFailing) return;
    this.isFailing = false;
    this.owner.onSendRecovered();
  }

  /** A frame that was not sent. */
  private count(result: number, size: number): void {
    const { counters } = this.owner.port;
    if (size === 0) {
      // QEMU takes an empty datagram for the end of the connection: net/dgram.c, net_dgram_send.
      counters[FIELD.drops + DROP.empty]!++;
    } else if (result === -EMSGSIZE) {
      counters[FIELD.drops + DROP.tooBig]!++;
      this.owner.onTooBig(size);
    } else if (result === -ENOBUFS) {
      counters[FIELD.drops + DROP.queueFull]!++;
    } else {
      counters[FIELD.drops + DROP.notConnected]!++;
      this.isFailing = true;
    }
  }

  private noteQueue(): void {
    const { port, gauge } = this.owner;
    port.counters[FIELD.queueBytes] = this.queue.bytes;
    port.counters[FIELD.queueFrames] = this.queue.frames;
    gauge.onQueue(this.queue.bytes, port.counters);
  }
}

function sumBytes(starts: Int32Array, ends: Int32Array, shift: number, from: number, to: number): number {
  let bytes = 0;
  for (let i = from; i < to; i++) bytes += ends[i + shift]! - starts[i]! - HEADER_BYTES;
  return bytes;
}
