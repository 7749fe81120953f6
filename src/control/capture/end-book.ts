// Which machine was at which end of which link while a capture ran: a frame's record has numbers, a file has names. An
// end that gets another machine is another interface of the file from then on.
import type { SegmentRecord } from '../segment-record.ts';

/** A machine at an end, as long as it is there. */
export interface BookedEnd {
  readonly link: string;
  readonly endpoint: string;
  /** What a capture file calls it. */
  readonly name: string;
  readonly description: string;
  /** When it came, in monotonic nanoseconds, and why; undefined: it was there from the start. */
  readonly came: { readonly ns: number; readonly why: string } | undefined;
  /** The same of its end. */
  went: { readonly ns: number; readonly why: string } | undefined;
}

/** The ends of the links that are captured. */
export class EndBook {
  /** Empty: all links. */
  readonly #links: ReadonlySet<string>;
  readonly #ends = new Map<string, BookedEnd>();
  /** By end: its key in the map above. */
  #present = new Map<number, string>();
  #segments = new Set<SegmentRecord>();
  #isOpen = false;

  /** @param links names; empty for all, also those that come later */
  constructor(links: readonly string[]) {
    this.#links = new Set(links);
  }

  /** Takes note of what is there now; returns the segments that are new. */
  update(records: Iterable<SegmentRecord>, nowNs: number): SegmentRecord[] {
    const segments = [...records].filter(({ spec }) => this.#links.size === 0 || this.#links.has(spec.name));
    const present = new Map<number, string>();
    for (const segment of segments) {
      for (const { endId, endpointId, endpoint } of segment.ends) {
        const key = keyOf(endId, endpointId);
        present.set(endId, key);
        if (this.#present.get(endId) === key) continue;
        this.#replace(endId, `rewired to "${endpoint.text}"`, nowNs);
        this.#ends.set(key, {
          link: segment.spec.name,
          endpoint: endpoint.text,
          name: `${segment.spec.name}: ${endpoint.text}`,
          description: `Frames from (inbound) and to (outbound) ${endpoint.text}, ${segment.spec.kind} ${segment.spec.name}`,
          came: this.#isOpen ? { ns: nowNs, why: this.#whyCame(endId) } : undefined,
          went: undefined,
        });
      }
    }
    for (const endId of this.#present.keys()) if (!present.has(endId)) this.#replace(endId, 'removed', nowNs);
    const added = segments.filter((segment) => !this.#segments.has(segment));
    this.#present = present;
    this.#segments = new Set(segments);
    this.#isOpen = true;
    return added;
  }

  /** All that is there now goes, and nothing comes any more. */
  close(why: string, nowNs: number): void {
    for (const endId of this.#present.keys()) this.#replace(endId, why, nowNs);
  }

  /** The machine at an end, also if it is not there any more. */
  find(endId: number, endpointId: number): BookedEnd | undefined {
    return this.#ends.get(keyOf(endId, endpointId));
  }

  /** The machine that is at an end now. */
  findPresent(endId: number): BookedEnd | undefined {
    return this.#ends.get(this.#present.get(endId) ?? '');
  }

  /** All of them, in the order in which they came. */
  get ends(): Iterable<BookedEnd> {
    return this.#ends.values();
  }

  #whyCame(endId: number): string {
    const before = this.findPresent(endId);
    return before === undefined ? 'added' : `rewired from "${before.endpoint}"`;
  }

  #replace(endId: number, why: string, nowNs: number): void {
    const before = this.findPresent(endId);
    if (before !== undefined) before.went = { ns: nowNs, why };
  }
}

function keyOf(endId: number, endpointId: number): string {
  return `${endId} ${endpointId}`;
}
