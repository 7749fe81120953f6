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
/** A loop shows itself by turns, too, and not every frame is looked at: so long turns wait for frames that come back. */
const HOLD_MS = 5000;
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
  /** When there were enough turns. */
  provenMs: number;
  isTold: boolean;
}

interface Returns {
  count: number;
  lastMs: number;
  from: WatchedEnd;
  to: WatchedEnd;
}

/** What is known of one link or hub. */
interface Wire {
  readonly name: string;
  /** Address -> where it sends from. */
  readonly turns: Map<string, Turns>;
  /** Digest -> where the frame came in; the newest last. */
  readonly digests: Map<number, { end: WatchedEnd; nowMs: number }>;
  returns: Returns | undefined;
}

/** Finds duplicate addresses and loops. */
export class MacRule implements Rule {
  readonly #wires = new Map<string, Wire>();
  /** Address -> the ends that it sends from. */
  readonly #sightings = new Map<string, Map<number, Sighting>>();

  onFrame(end: WatchedEnd, { source, digest }: FrameFacts, nowMs: number): void {
    const { name, kind } = end.segment;
    if (!SHARED.test(source)) this.#see(source, end, nowMs);
    // A switch sees every frame, and tells itself.
    if (kind === 'switch') return;
    let wire = this.#wires.get(name);
    if (wire === undefined) {
      wire = { name, turns: new Map(), digests: new Map(), returns: undefined };
      this.#wires.set(name, wire);
    }
    // A frame that comes back says where the loop is, not where its sender is.
    if (!noteReturn(wire, digest, end, nowMs)) noteTurn(wire, source, end, nowMs);
  }

  check(segments: readonly WatchedSegment[], nowMs: number): Problem[] {
    const running = new Set(segments.flatMap(({ ends }) => ends.map(({ id }) => id)));
    this.#forget(running, nowMs);
    const wires = [...this.#wires.values()];
    const loops = wires.flatMap(({ name, returns }): Problem[] => {
      if (returns === undefined || returns.count < MIN_RETURNS) return [];
      const { from, to, count } = returns;
      const text =
        `Frames of ${from.label} come back from ${to.label}, ${count} of those looked at: the networks behind ` +
        'them form a loop';
      return [{ code: 'loop', link: name, text }];
    });
    return [...loops, ...wires.flatMap((wire) => turnProblems(wire, nowMs)), ...this.#originProblems(segments, nowMs)];
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

  #forget(running: ReadonlySet<number>, nowMs: number): void {
    for (const [name, { turns, digests, returns }] of this.#wires) {
      const wire = this.#wires.get(name)!;
      for (const [source, { end, lastMs, turnMs, other }] of turns) {
        const isGone = !running.has(end.id) || (other !== undefined && !running.has(other.id));
        if (isGone || nowMs - lastMs > KEPT_MS || (turnMs > 0 && nowMs - turnMs > KEPT_MS)) turns.delete(source);
      }
      for (const [digest, seen] of digests) {
        if (nowMs - seen.nowMs <= RETURN_MS) break;
        digests.delete(digest);
      }
      const isOver = returns !== undefined && nowMs - returns.lastMs > KEPT_MS;
      if (isOver || (returns && !(running.has(returns.from.id) && running.has(returns.to.id))))
        wire.returns = undefined;
      if (turns.size === 0 && digests.size === 0 && wire.returns === undefined) this.#wires.delete(name);
    }
    for (const [source, ends] of this.#sightings) {
      for (const [id, { lastMs }] of ends) if (nowMs - lastMs > KEPT_MS || !running.has(id)) ends.delete(id);
      if (ends.size === 0) this.#sightings.delete(source);
    }
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
      const pair = [one.end, other.end].sort((a, b) => (a.label < b.label ? -1 : 1));
      const names = pair.map(({ label }) => label).join(' and ');
      const { name } = pair[0]!.segment;
      return [{ code: 'duplicate_mac', link: name, text: `${source} is used behind ${names}${advice(source)}` }];
    });
  }
}

function noteTurn({ turns }: Wire, source: string, end: WatchedEnd, nowMs: number): void {
  const known = turns.get(source);
  if (known === undefined) {
    const none = { other: undefined, turns: 0, turnMs: 0, provenMs: 0, isTold: false };
    if (turns.size < MAX_ADDRESSES) turns.set(source, { end, lastMs: nowMs, ...none });
    return;
  }
  if (known.end.id !== end.id) {
    known.other = known.end;
    known.turns++;
    known.turnMs = nowMs;
    if (known.turns === MIN_TURNS) known.provenMs = nowMs;
  }
  known.end = end;
  known.lastMs = nowMs;
}

function noteReturn(wire: Wire, digest: number, end: WatchedEnd, nowMs: number): boolean {
  const { digests } = wire;
  const first = digests.get(digest);
  if (first !== undefined && first.end.id !== end.id && nowMs - first.nowMs <= RETURN_MS) {
    wire.returns = { count: (wire.returns?.count ?? 0) + 1, lastMs: nowMs, from: first.end, to: end };
    return true;
  }
  // The newest stands last.
  digests.delete(digest);
  digests.set(digest, { end, nowMs });
  if (digests.size > MAX_DIGESTS) digests.delete(digests.keys().next().value!);
  return false;
}

function turnProblems({ name, turns: all, returns }: Wire, nowMs: number): Problem[] {
  const isLoop = (returns?.count ?? 0) >= MIN_RETURNS;
  const returnMs = returns?.lastMs ?? Number.NEGATIVE_INFINITY;
  return [...all].flatMap(([source, known]): Problem[] => {
    const { end, other, turns, provenMs, isTold } = known;
    if (isLoop) {
      // What turned while frames came back proves nothing, also when that is over.
      known.turns = 0;
      known.isTold = false;
      return [];
    }
    if (turns < MIN_TURNS || other === undefined) return [];
    if (!isTold && nowMs - Math.max(provenMs, returnMs) < HOLD_MS) return [];
    known.isTold = true;
    const pair = [other.label, end.label].sort().join(' and ');
    return [{ code: 'duplicate_mac', link: name, text: `${source} is used behind ${pair}${advice(source)}` }];
  });
}

/** Whether an address reaches a machine over one of its segments: then it may well be only handed on there. */
function isCarriedTo(machine: string, its: readonly WatchedSegment[], ends: ReadonlyMap<number, Sighting>): boolean {
  return its.some((segment) => segment.ends.some(({ id, names }) => names[0] !== machine && ends.has(id)));
}

function advice(source: string): string {
  return source.startsWith(QEMU_DEFAULT) ? ': QEMU chose it, so give each machine one of its own' : '';
}
