// Copies of a few frames of each endpoint, for whoever judges the wire (control/lint/): the beginning of some frames per
// second, and neighbours' own announcements whole. Nobody waits for them: what does not fit into the ring is not seen.

import { type TapRing, writeTapRecord } from '../channel/tap-ring.ts';
import { HEADER_BYTES, LOOK_ANNOUNCEMENT_BYTES, LOOK_BYTES } from './limits.ts';
import type { Batch } from './wire/framing.ts';

/** The writing side of the ring. */
export class Looks {
  private readonly ring: TapRing;

  constructor(ring: TapRing) {
    this.ring = ring;
  }

  /** Copies frame `index` of a batch that endpoint `endpointId` has read. */
  copy(endpointId: number, batch: Batch, index: number, nowNs: number): void {
    const start = batch.offsets[index]! + HEADER_BYTES;
    const length = batch.offsets[index + 1]! - start;
    const most = isAnnouncement(batch, index) ? LOOK_ANNOUNCEMENT_BYTES : LOOK_BYTES;
    writeTapRecord(this.ring, 0, endpointId, nowNs / 1e6, batch.bytes, start, length, Math.min(length, most));
  }

  /** Makes the copies visible. The reader comes by itself. */
  publish(): void {
    this.ring.publish();
  }
}

/**
 * Whether a frame is one that a machine sends about itself and that no bridge forwards: to 01-80-C2 (IEEE 802.1Q, table
 * 8-1: LLDP, LACP, spanning tree; ISO 10589: IS-IS) or to 01-00-0C (Cisco: CDP, VTP, UDLD).
 */
export function isAnnouncement(batch: Batch, index: number): boolean {
  const { bytes } = batch;
  const at = batch.offsets[index]! + HEADER_BYTES;
  if (bytes[at] !== 0x01) return false;
  const second = bytes[at + 1]!;
  const third = bytes[at + 2]!;
  return (second === 0x80 && third === 0xc2) || (second === 0x00 && third === 0x0c);
}
