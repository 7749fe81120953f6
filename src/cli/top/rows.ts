// The rows of "tcpbridge top": rates and states put together, and sorted. Pure.

import type { LinkStatus, Rates } from '../../control/http/schemas.ts';
import { shortImpairments } from '../impairment-columns.ts';
import { countDrops, type LinkState, stateOf } from '../link-columns.ts';

type Latency = NonNullable<Rates['links'][number]['ends'][number]['latency']>;

/** What is known about the bridge at one moment. */
export interface Moment {
  readonly links: readonly LinkStatus[];
  readonly rates: Rates;
}

/** One link, hub or switch. */
export interface TopRow {
  readonly name: string;
  readonly kind: LinkStatus['kind'];
  readonly state: LinkState;
  /** What end a of a link sends; what all members of a hub or switch send. */
  readonly aBits: number;
  readonly aFrames: number;
  /** What end b of a link sends. */
  readonly bBits: number;
  readonly bFrames: number;
  readonly drops: number;
  readonly dropped: number;
  /** Times inside the bridge that half and 99 % of the frames stayed below, of the slower direction, in microseconds. */
  readonly p50Us: number | undefined;
  readonly p99Us: number | undefined;
  /** The longest round trip to a machine of this link. */
  readonly rttUs: number | undefined;
  /** What the link does to frames, in short; empty for nothing. */
  readonly impaired: string;
  /** Endpoints that are not attached, and why. */
  readonly waiting: string;
}

/** What rows can be sorted by. */
export const SORT_KEYS = ['rate', 'frames', 'drops', 'latency', 'rtt', 'name', 'state'] as const;
/** One of {@link SORT_KEYS}. */
export type SortKey = (typeof SORT_KEYS)[number];

const STATE_ORDER: Readonly<Record<LinkState, number>> = { waiting: 0, down: 1, up: 2 };

// What deserves attention first; where two are alike, names decide, so that rows keep still.
const ORDERS: Readonly<Record<SortKey, (one: TopRow, other: TopRow) => number>> = {
  rate: (one, other) => other.aBits + other.bBits - one.aBits - one.bBits,
  frames: (one, other) => other.aFrames + other.bFrames - one.aFrames - one.bFrames,
  drops: (one, other) => other.drops - one.drops || other.dropped - one.dropped,
  latency: (one, other) => (other.p99Us ?? -1) - (one.p99Us ?? -1),
  rtt: (one, other) => (other.rttUs ?? -1) - (one.rttUs ?? -1),
  name: () => 0,
  state: (one, other) => STATE_ORDER[one.state] - STATE_ORDER[other.state],
};

/** The rows of a moment, in this order. */
export function topRows({ links, rates }: Moment, sort: SortKey, isReversed: boolean): TopRow[] {
  const byName = new Map(rates.links.map(({ link, ends }) => [link, ends]));
  const rows = links.map((link) => makeRow(link, byName.get(link.name) ?? []));
  const collator = new Intl.Collator('en', { numeric: true });
  rows.sort((one, other) => ORDERS[sort](one, other) || collator.compare(one.name, other.name));
  return isReversed ? rows.reverse() : rows;
}

function makeRow(link: LinkStatus, ends: Rates['links'][number]['ends']): TopRow {
  const sum = (of: (end: Rates['links'][number]['ends'][number]) => number, from: number, to?: number): number =>
    ends.slice(from, to).reduce((total, end) => total + of(end), 0);
  const longest = (of: (latency: Latency) => number | undefined): number | undefined => {
    const times = ends.flatMap(({ latency }) => (latency === undefined ? [] : (of(latency) ?? [])));
    return times.length === 0 ? undefined : Math.max(...times);
  };
  // A hub or switch has no sides: all that its members send stands on the left.
  const split = link.kind === 'link' ? 1 : ends.length;
  return {
    name: link.name,
    kind: link.kind,
    state: stateOf(link),
    aBits: sum(({ rxBitsPerSecond }) => rxBitsPerSecond, 0, split),
    aFrames: sum(({ rxFramesPerSecond }) => rxFramesPerSecond, 0, split),
    bBits: sum(({ rxBitsPerSecond }) => rxBitsPerSecond, split),
    bFrames: sum(({ rxFramesPerSecond }) => rxFramesPerSecond, split),
    drops: sum(({ dropsPerSecond }) => dropsPerSecond, 0),
    dropped: link.ends.reduce((total, { drops }) => total + countDrops(drops), 0),
    p50Us: longest(({ forwardingP50Us }) => forwardingP50Us),
    p99Us: longest(({ forwardingP99Us }) => forwardingP99Us),
    rttUs: longest(({ rttUs }) => rttUs),
    impaired: link.impairments === undefined ? '' : `one-way ${shortImpairments(link)}`,
    waiting: link.ends
      .filter(({ state }) => state !== 'attached')
      .map(({ endpoint, detail }) => `${endpoint}: ${detail}`)
      .join('; '),
  };
}
