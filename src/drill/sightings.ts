// Where and when the frames of a flow were seen, in columns: a drill of minutes with a frame each millisecond on many links
// is a million of these.

import { describeStream, readPacket } from './packet.ts';

/** Most sightings that are kept; 34 bytes each. */
export const MAX_SIGHTINGS = 2_000_000;

const FIRST_SIZE = 1 << 14;

/** A frame at an end of a link. */
export interface Sighting {
  /** Number of the lane. */
  readonly lane: number;
  /** It was handed to the machine at the end of the lane; otherwise it came in at its start. */
  readonly isOut: boolean;
  /** By the monotonic clock. */
  readonly ns: number;
  /** Why it went no further; '' for one that did. */
  readonly drop: string;
  readonly bytes: Uint8Array;
}

/** All sightings of a run. */
export class Sightings {
  count = 0;
  /** Those for which there was no room. */
  refused = 0;
  ns = new Float64Array(FIRST_SIZE);
  identity = new Float64Array(FIRST_SIZE);
  stream = new Uint32Array(FIRST_SIZE);
  lane = new Uint32Array(FIRST_SIZE);
  sequence = new Int32Array(FIRST_SIZE);
  ttl = new Uint8Array(FIRST_SIZE);
  /** 1 for a frame that was handed to a machine. */
  isOut = new Uint8Array(FIRST_SIZE);
  /** Index into {@link drops}; 0 for a frame that was not dropped. */
  drop = new Uint8Array(FIRST_SIZE);
  readonly drops: string[] = [''];
  /** What the numbers of streams stand for. */
  readonly streams: string[] = [];
  readonly #streamNumbers = new Map<number, number>();
  readonly #most: number;

  constructor(most = MAX_SIGHTINGS) {
    this.#most = most;
  }

  /** Notes a frame. */
  add({ lane, isOut, ns, drop, bytes }: Sighting): void {
    if (this.count >= this.#most) {
      this.refused++;
      return;
    }
    if (this.count === this.ns.length) this.#grow();
    const at = this.count++;
    const packet = readPacket(bytes);
    this.ns[at] = ns;
    this.identity[at] = packet.identity;
    this.stream[at] = this.#streamNumber(packet.stream, bytes);
    this.lane[at] = lane;
    this.sequence[at] = packet.sequence;
    this.ttl[at] = packet.ttl;
    this.isOut[at] = isOut ? 1 : 0;
    this.drop[at] = drop === '' ? 0 : this.#dropNumber(drop);
  }

  #streamNumber(key: number, bytes: Uint8Array): number {
    let number = this.#streamNumbers.get(key);
    if (number === undefined) {
      number = this.streams.push(describeStream(bytes)) - 1;
      this.#streamNumbers.set(key, number);
    }
    return number;
  }

  #dropNumber(drop: string): number {
    const index = this.drops.indexOf(drop);
    return index >= 0 ? index : this.drops.push(drop) - 1;
  }

  #grow(): void {
    this.ns = grown(this.ns, new Float64Array(this.ns.length * 2));
    this.identity = grown(this.identity, new Float64Array(this.identity.length * 2));
    this.stream = grown(this.stream, new Uint32Array(this.stream.length * 2));
    this.lane = grown(this.lane, new Uint32Array(this.lane.length * 2));
    this.sequence = grown(this.sequence, new Int32Array(this.sequence.length * 2));
    this.ttl = grown(this.ttl, new Uint8Array(this.ttl.length * 2));
    this.isOut = grown(this.isOut, new Uint8Array(this.isOut.length * 2));
    this.drop = grown(this.drop, new Uint8Array(this.drop.length * 2));
  }
}

function grown<T extends { set(values: T): void }>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
