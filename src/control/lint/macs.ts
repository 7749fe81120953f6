// Addresses that two machines use, and frames that come back.
//
// On one segment: an address that sends from two ends in turn is used twice, or a loop brings its frames back; frames that
// are the same tell which. Across segments: bridges among the machines carry addresses from link to link, so that an
// address on many links is nothing; but whoever sends from an address that nobody sent to it has it as its own.

import type { Problem, Rule, WatchedEnd, WatchedSegment } from './finding.ts';
import type { FrameFacts } from './frame-facts.ts';

/** How long a finding stays after the last frame that shows it, and how long a sighting counts. */
const KEPT_MS = 60_000;
/** Turns from one end to another within that time: machines do move, once. */
const MIN_TURNS = 2;
/** Frames that came back within a second. */
const RETURN_MS = 1000;
const MIN_RETURNS = 3;
/** Sightings of an address at one end before it is compared with other links. */
const MIN_SEEN = 3;
const MAX_ADDRESSES = 4096;
const MAX_DIGESTS = 1024;
// QEMU hands these out where nobody chose (include/net/net.h, qemu_macaddr_default_if_unset).
const QEMU_DEFAULT = '52:54:00:12:34:';
// Shared on purpose: VRRP (RFC 9568), HSRP, GLBP.
const SHARED = /^(00:00:5e:00:0[12]:|00:00:0c:07:ac:|00:00:0c:9f:f|00:07:b4:)/;

interface Sighting {
  end: WatchedEnd;
  lastMs: number;
  seen: number;
}

interface Turns {
  end: WatchedEnd;
  other: WatchedEnd | undefined;
  lastMs: number;
  turns: number;
  turnMs: number;
}

interface Returns {
  count: number;
  lastMs: number;
  from: WatchedEnd;
  to: WatchedEnd;
}

/** Finds duplicate addresses and loops. */
export class MacRule implements Rule {
  /** Segment and address -> where it sends from. */
  readonly #turns = new Map<string, Turns>();
  /** Segment and digest -> where the frame came in. */
  readonly #digests = new Map<string, { end: WatchedEnd; nowMs: number }>();
  readonly #returns = new Map<string, Returns>();
  /** Address -> the ends that it sends from. */
  readonly #sightings = new Map<string, Map<number, Sighting>>();

  onFrame(end: WatchedEnd, { source, digest }: FrameFacts, nowMs: number): void {
    const { name, kind } = end.segment;
    if (!SHARED.test(source)) this.#see(source, end, nowMs);
    // A switch sees every frame, and tells itself.
    if (kind === 'switch') return;
    this.#noteTurn(`${source} ${name}`, end, nowMs);
    this.#noteReturn(name, digest, end, nowMs);
  }

  check(segments: readonly WatchedSegment[], nowMs: number): Problem[] {
    const running = new Set(segments.flatMap(({ ends }) => ends.map(({ id }) => id)));
    this.#forget(running, nowMs);
    const loops = [...this.#returns].map(([link, { from, to, count }]): Problem => {
      const text =
        `Frames of ${from.endpoint} come back from ${to.endpoint}, ${count} of those looked at: the networks behind ` +
        'them form a loop';
      return { code: 'loop', link, text };
    });
    return [...loops, ...this.#turnProblems(), ...this.#originProblems(segments, nowMs)];
  }

  #see(source: string, end: WatchedEnd, nowMs: number): void {
    let ends = this.#sightings.get(source);
    if (ends === undefined) {
      if (this.#sightings.size >= MAX_ADDRESSES) return;
      ends = new Map();
      this.#sightings.set(source, ends);
    }
    const sighting = ends.get(end.id) ?? { end, lastMs: 0, seen: 0 };
    sighting.end = end;
    sighting.lastMs = nowMs;
    sighting.seen++;
    ends.set(end.id, sighting);
  }

  #noteTurn(key: string, end: WatchedEnd, nowMs: number): void {
    const known = this.#turns.get(key);
    if (known === undefined) {
      if (this.#turns.size >= MAX_ADDRESSES) return;
      this.#turns.set(key, { end, other: undefined, lastMs: nowMs, turns: 0, turnMs: 0 });
      return;
    }
    if (known.end.id !== end.id) {
      known.other = known.end;
      known.turns++;
      known.turnMs = nowMs;
    }
    known.end = end;
    known.lastMs = nowMs;
  }

  #noteReturn(link: string, digest: number, end: WatchedEnd, nowMs: number): void {
    const key = `${digest} ${link}`;
    const first = this.#digests.get(key);
    if (first !== undefined && first.end.id !== end.id && nowMs - first.nowMs < RETURN_MS) {
      const count = (this.#returns.get(link)?.count ?? 0) + 1;
      this.#returns.set(link, { count, lastMs: nowMs, from: first.end, to: end });
      return;
    }
    // The newest stands last.
    this.#digests.delete(key);
    this.#digests.set(key, { end, nowMs });
    if (this.#digests.size > MAX_DIGESTS) this.#digests.delete(this.#digests.keys().next().value!);
  }

  #forget(running: ReadonlySet<number>, nowMs: number): void {
    for (const [key, { end, lastMs, turnMs, other }] of this.#turns) {
      const isOver =
        nowMs - lastMs > KEPT_MS || !running.has(end.id) || (other !== undefined && !running.has(other.id));
      if (isOver || (turnMs > 0 && nowMs - turnMs > KEPT_MS)) this.#turns.delete(key);
    }
    for (const [link, { lastMs, from, to }] of this.#returns) {
      if (nowMs - lastMs > KEPT_MS || !running.has(from.id) || !running.has(to.id)) this.#returns.delete(link);
    }
    for (const [source, ends] of this.#sightings) {
      for (const [id, { lastMs }] of ends) if (nowMs - lastMs > KEPT_MS || !running.has(id)) ends.delete(id);
      if (ends.size === 0) this.#sightings.delete(source);
    }
  }

  #turnProblems(): Problem[] {
    return [...this.#turns].flatMap(([key, { end, other, turns }]): Problem[] => {
      const { name } = end.segment;
      const isLoop = (this.#returns.get(name)?.count ?? 0) >= MIN_RETURNS;
      if (turns < MIN_TURNS || other === undefined || isLoop) return [];
      const [source = ''] = key.split(' ', 1);
      const pair = [other.endpoint, end.endpoint].sort().join(' and ');
      return [{ code: 'duplicate_mac', link: name, text: `${source} is used behind ${pair}${advice(source)}` }];
    });
  }

  #originProblems(segments: readonly WatchedSegment[], nowMs: number): Problem[] {
    const segmentsOf = new Map<string, WatchedSegment[]>();
    for (const segment of segments) {
      for (const { names } of segment.ends) {
        const machine = names[0];
        if (machine !== undefined) segmentsOf.set(machine, [...(segmentsOf.get(machine) ?? []), segment]);
      }
    }
    return [...this.#sightings].flatMap(([source, ends]): Problem[] => {
      if (ends.size < 2) return [];
      const senders = [...ends.values()].filter(({ seen, lastMs }) => seen >= MIN_SEEN && nowMs - lastMs < KEPT_MS);
      const origins = senders.filter(({ end }) => {
        const machine = end.names[0];
        return machine !== undefined && !isCarriedTo(machine, segmentsOf.get(machine) ?? [], ends);
      });
      const [one] = origins;
      const other = origins.find(({ end }) => end.names[0] !== one!.end.names[0]);
      if (one === undefined || other === undefined) return [];
      const pair = [one.end, other.end].sort((a, b) => (a.endpoint < b.endpoint ? -1 : 1));
      const names = pair.map(({ endpoint }) => endpoint).join(' and ');
      const { name } = pair[0]!.segment;
      return [{ code: 'duplicate_mac', link: name, text: `${source} is used behind ${names}${advice(source)}` }];
    });
  }
}

/** Whether an address reaches a machine over one of its segments: then it may well be only handed on there. */
function isCarriedTo(machine: string, its: readonly WatchedSegment[], ends: ReadonlyMap<number, Sighting>): boolean {
  return its.some((segment) => segment.ends.some(({ id, names }) => names[0] !== machine && ends.has(id)));
}

function advice(source: string): string {
  return source.startsWith(QEMU_DEFAULT) ? ': QEMU chose it, so give each machine one of its own' : '';
}
