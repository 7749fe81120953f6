// Ends of one segment that do not agree on how large a frame may be: by what they say themselves (LLDP, OSPF, IS-IS), and
// by frames that were dropped because they were too large.

import { DROP, FIELD } from '../../channel/counters.ts';
import { connectionOf, type Problem, type Rule, type WatchedEnd, type WatchedSegment } from './finding.ts';
import type { FrameFacts } from './frame-facts.ts';

/** How long dropped frames are held against an end. */
const DROP_MS = 60_000;
const IS_IS = 'the length of IS-IS hellos';
/** Shorter hellos are not padded. */
const MIN_PADDED_BYTES = 1400;
/** Endpoints that give notice of a frame that is too large. */
const TELLS_ITSELF = /^(tap|raw|udp|vxlan):/;
/** MAX_FRAME_BYTES of the data plane; only a tag that a switch adds makes a frame larger. */
const FRAME_LIMIT = 'with its VLAN tag a frame has 69632 bytes at most';
const IMPAIRMENT_LIMIT = 'an MTU is among the impairments of this direction';

interface Said {
  connection: number;
  readonly sizes: Map<string, number>;
  /** The largest frame that came from it. */
  largest: number;
}

interface Dropped {
  frames: number;
  /** The part of them that no impairment dropped. */
  tooBig: number;
  /** What the last ones exceeded, in words. */
  limit: string;
  inWindow: number;
  lastMs: number;
}

/** Finds MTUs that do not fit together. */
export class MtuRule implements Rule {
  readonly #said = new Map<number, Said>();
  readonly #dropped = new Map<number, Dropped>();

  onFrame(end: WatchedEnd, { ospfMtu, isisHelloBytes, neighbour, length }: FrameFacts): void {
    const said = this.#of(end);
    said.largest = Math.max(said.largest, length);
    const note = (by: string, size: number | undefined) => {
      if (size !== undefined) said.sizes.set(by, size);
    };
    note('OSPF', ospfMtu);
    if (neighbour !== undefined) note(neighbour.protocol, neighbour.size);
    // Some stop padding once the neighbour is there.
    const hello = Math.max(isisHelloBytes ?? 0, said.sizes.get(IS_IS) ?? 0);
    if (hello >= MIN_PADDED_BYTES) note(IS_IS, hello);
  }

  check(segments: readonly WatchedSegment[], nowMs: number): Problem[] {
    const known = new Set<number>();
    const problems: Problem[] = [];
    for (const segment of segments) {
      for (const end of segment.ends) known.add(end.id);
      problems.push(...this.#contradictions(segment), ...this.#drops(segment, nowMs));
    }
    for (const map of [this.#said, this.#dropped]) for (const id of map.keys()) if (!known.has(id)) map.delete(id);
    return problems;
  }

  #contradictions({ name, ends }: WatchedSegment): Problem[] {
    if (!ends.some(({ id }) => (this.#said.get(id)?.sizes.size ?? 0) > 0)) return [];
    const byKind = new Map<string, { end: WatchedEnd; size: number }[]>();
    for (const end of ends) {
      for (const [kind, size] of this.#said.get(end.id)?.connection === connectionOf(end) ? this.#of(end).sizes : []) {
        byKind.set(kind, [...(byKind.get(kind) ?? []), { end, size }]);
      }
    }
    return [...byKind].flatMap(([kind, all]) => {
      const [first] = all;
      const other = all.find(({ size }) => size !== first!.size);
      if (other === undefined) return [];
      const says = ({ end, size }: (typeof all)[number]) => `${end.label} has ${size}`;
      const text = `The MTUs differ: by ${kind}, ${says(first!)} and ${says(other)}`;
      return [{ code: 'mtu_mismatch' as const, link: name, text }];
    });
  }

  #drops({ name, ends }: WatchedSegment, nowMs: number): Problem[] {
    return ends.flatMap((end) => {
      const { counters, endpoint, label } = end;
      // These tell themselves, once, and know more: what they carry, and what would do.
      const tooBig = TELLS_ITSELF.test(endpoint) ? 0 : counters[FIELD.drops + DROP.tooBig]!;
      const frames = tooBig + counters[FIELD.drops + DROP.mtu]!;
      const before = this.#dropped.get(end.id);
      // What was dropped before anybody looked is nobody's news.
      if (before === undefined) this.#dropped.set(end.id, { frames, tooBig, inWindow: 0, lastMs: 0, limit: '' });
      if (before === undefined) return [];
      if (nowMs - before.lastMs > DROP_MS) before.inWindow = 0;
      if (frames > before.frames) {
        before.inWindow += frames - before.frames;
        before.lastMs = nowMs;
        before.limit = tooBig > before.tooBig ? FRAME_LIMIT : IMPAIRMENT_LIMIT;
      }
      before.frames = frames;
      before.tooBig = tooBig;
      if (before.inWindow === 0) return [];
      const others = ends.filter((other) => other !== end).map((other) => this.#said.get(other.id)?.largest ?? 0);
      const largest = Math.max(0, ...others);
      const seen = largest === 0 ? '' : `; frames of up to ${largest} bytes come from the other side`;
      const many = before.inWindow === 1 ? '1 frame was' : `${before.inWindow} frames were`;
      const text = `${many} too large for ${label}: ${before.limit}${seen}`;
      return [{ code: 'mtu_mismatch' as const, link: name, endpoint, text }];
    });
  }

  #of(end: WatchedEnd): Said {
    const connection = connectionOf(end);
    let said = this.#said.get(end.id);
    if (said === undefined || said.connection !== connection) {
      said = { connection, sizes: new Map(), largest: 0 };
      this.#said.set(end.id, said);
    }
    return said;
  }
}
