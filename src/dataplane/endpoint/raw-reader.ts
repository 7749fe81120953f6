// From a packet socket into a batch: packets are received into slots of the batch's inbox, and become frames on their way
// into the batch. Usually one call brings up to 64 packets of one frame each; while hosts hand over packets of up
// to 64 KiB, only as many are taken as one batch has room for.

import { DROP, FIELD } from '../../channel/counters.ts';
import { MESSAGES_PER_CALL, SLOT_BYTES, SUPER_PACKETS_PER_CALL } from '../limits.ts';
import { MSG_DONTWAIT } from '../sys/constants.ts';
import { recvmmsg } from '../sys/libc.ts';
import { IncomingPackets, VNET_HEADER_BYTES } from '../sys/packet-messages.ts';
import type { Batch } from '../wire/framing.ts';
import { finishChecksum, GSO, OffloadHeader, Segmenter } from '../wire/offload.ts';
import { insertTag, TAG_BYTES } from '../wire/vlan-tag.ts';
import type { Port } from './endpoint.ts';
import type { Gauge } from './gauge.ts';

// Frames start at multiples of 16, behind a header whose last bytes give way to a VLAN tag.
const FRAME_AT = 16;
const MESSAGE_AT = FRAME_AT - VNET_HEADER_BYTES;

/** Reads packet sockets into one batch. */
export class RawReader {
  private readonly batch: Batch;
  private readonly gauge: Gauge;
  private readonly incoming: IncomingPackets;
  private readonly header = new OffloadHeader();
  private readonly segmenter: Segmenter;
  private packetsPerCall = MESSAGES_PER_CALL;

  constructor(batch: Batch, gauge: Gauge) {
    this.batch = batch;
    this.gauge = gauge;
    const slots = batch.address + batch.inbox;
    this.incoming = new IncomingPackets(MESSAGES_PER_CALL, slots, SLOT_BYTES, MESSAGE_AT);
    this.segmenter = new Segmenter(batch.memory);
  }

  /** Takes packets from the socket and hands their frames to `port`; returns the number of packets, or -errno. */
  read(fd: number, port: Port): number {
    const { batch, incoming } = this;
    incoming.reset(this.packetsPerCall);
    const count = recvmmsg(fd, incoming.address, this.packetsPerCall, MSG_DONTWAIT, 0);
    if (count <= 0) return count;
    this.packetsPerCall = MESSAGES_PER_CALL;
    batch.clear();
    for (let i = 0; i < count; i++) {
      if (incoming.isOutgoing(i)) continue;
      this.take(i, port);
    }
    if (batch.count > 0) this.hand(port);
    return count;
  }

  private take(i: number, port: Port): void {
    const { batch, incoming, header, segmenter } = this;
    const { memory, bytes } = batch;
    let at = batch.inbox + i * SLOT_BYTES + FRAME_AT;
    let length = incoming.length(i) - VNET_HEADER_BYTES;
    if (incoming.isCut(i)) {
      port.counters[FIELD.drops + DROP.tooBig]!++;
      return;
    }
    header.read(memory.view, at - VNET_HEADER_BYTES);
    const tag = incoming.tag(i);
    if (tag !== 0) {
      at = insertTag(bytes, at, tag);
      length += TAG_BYTES;
      header.checksumStart += TAG_BYTES;
    }
    if (header.gsoType !== GSO.none) {
      this.packetsPerCall = SUPER_PACKETS_PER_CALL;
      if (!segmenter.begin(at, length, header)) {
        port.counters[FIELD.drops + DROP.malformed]!++;
        return;
      }
      for (let k = 0; k < segmenter.count; k++) {
        const size = segmenter.length(k);
        if (!batch.hasRoom(size)) this.handEarly(port);
        segmenter.write(k, batch.next);
        batch.commit(size);
      }
      return;
    }
    if (length <= 0 || (header.needsChecksum && !this.finish(at, length))) {
      port.counters[FIELD.drops + DROP.malformed]!++;
      return;
    }
    if (!batch.hasRoom(length)) this.handEarly(port);
    bytes.copyWithin(batch.next, at, at + length);
    batch.commit(length);
  }

  private finish(at: number, length: number): boolean {
    const { checksumStart, checksumOffset } = this.header;
    return finishChecksum(this.batch.memory, at, length, checksumStart, checksumOffset);
  }

  private hand(port: Port): void {
    const { batch } = this;
    port.counters[FIELD.rxFrames]! += batch.count;
    port.counters[FIELD.rxBytes]! += batch.payloadBytes;
    this.gauge.onRead(batch);
    port.onFrames(batch);
  }

  private handEarly(port: Port): void {
    this.hand(port);
    this.batch.clear();
  }
}
