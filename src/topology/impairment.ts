// What can be said about a bad wire, as plain data: the words and meanings of netem (tc-netem(8)), per direction of a
// link. Delays are one-way. Percentages are 0 to 100.

/** The two directions of a link: from its first end to its second, and back. */
export const DIRECTIONS = ['a-to-b', 'b-to-a'] as const;
/** One of {@link DIRECTIONS}. */
export type Direction = (typeof DIRECTIONS)[number];

/** A chance, and how much it is like the one before (netem's CORRELATION). */
export interface Chance {
  readonly percent: number;
  readonly correlationPercent?: number;
}

/** How delays are spread around their mean; a table holds samples in units of the jitter, ascending. */
export type Distribution = 'uniform' | 'normal' | 'pareto' | 'paretonormal' | { readonly table: readonly number[] };

/** Which frames are lost. */
export type LossSpec =
  | ({ readonly model: 'random' } & Chance)
  /** Gilbert-Elliott: p good to bad, r bad to good, and the chances of loss in the bad and in the good state. */
  | {
      readonly model: 'gemodel';
      readonly pPercent: number;
      readonly rPercent: number;
      readonly lossInBadPercent: number;
      readonly lossInGoodPercent: number;
    }
  /** Four states: netem's "loss state". */
  | {
      readonly model: 'state';
      readonly p13Percent: number;
      readonly p31Percent: number;
      readonly p32Percent: number;
      readonly p23Percent: number;
      readonly p14Percent: number;
    };

/** Serialisation at a rate. */
export interface RateSpec {
  readonly bitsPerSecond: number;
  /** Added to each frame, may be negative. */
  readonly overheadBytes?: number;
  /** Frames are cut into cells of this size, each with this overhead (ATM). */
  readonly cellBytes?: number;
  readonly cellOverheadBytes?: number;
}

/** Frames leave in bursts: netem's "slot". */
export interface SlotSpec {
  readonly minMs: number;
  readonly maxMs: number;
  /** Instead of min and max: a mean and its jitter. */
  readonly distribution?: { readonly shape: Distribution; readonly meanMs: number; readonly jitterMs: number };
  /** Most frames and bytes of one slot; 0 or undefined: any. */
  readonly frames?: number;
  readonly bytes?: number;
}

/** What one direction of a link does to its frames. What is undefined does nothing. */
export interface ImpairmentSpec {
  readonly delayMs?: number;
  readonly jitterMs?: number;
  readonly delayCorrelationPercent?: number;
  readonly distribution?: Distribution;
  /** Neither jitter nor being left out by `match` and `every` lets a frame overtake another. */
  readonly keepOrder?: boolean;
  readonly loss?: LossSpec;
  readonly duplicate?: Chance;
  readonly corrupt?: Chance;
  /** This share of frames is sent at once, ahead of those that are delayed; needs a delay. */
  readonly reorder?: Chance;
  /** Only every so many-th frame may be reordered. */
  readonly gap?: number;
  readonly rate?: RateSpec;
  /**
   * Most frames and bytes that may be held back; more are dropped and counted "limit". When neither is said, a rate has a
   * queue of a thousand full-size frames and what is on its way, and a delay alone holds whatever comes.
   */
  readonly limitFrames?: number;
  readonly limitBytes?: number;
  readonly slot?: SlotSpec;
  /** Larger frames are dropped and counted "mtu"; without the Ethernet header, as an interface's MTU. */
  readonly mtuBytes?: number;
  /** Only frames that match this filter are impaired; the others pass at once, with `keepOrder` behind those before them. */
  readonly match?: string;
  /** Only every so many-th frame (of those that match) is impaired. */
  readonly every?: number;
  /** The direction heals by itself after this time. */
  readonly durationMs?: number;
  /** The seed of the chances; undefined: one is chosen and shown. */
  readonly seed?: number;
}

/** What is wrong with a link, per direction. */
export type Impairments = Readonly<Partial<Record<Direction, ImpairmentSpec>>>;
