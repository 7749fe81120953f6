// A segment joins endpoints: a link, a hub. Its ends are ports, each with one endpoint plugged in.

import type { CounterBlock } from '../../channel/counters.ts';
import type { Endpoint, Port } from '../endpoint/endpoint.ts';
import type { Tap } from '../tap.ts';

/** One end of a segment as it is built: its endpoint and where its counters live. */
export interface End {
  readonly endpoint: Endpoint;
  readonly counters: CounterBlock;
}

/** What the loop's commands do to a segment. */
export interface Segment {
  readonly id: number;
  readonly endpoints: readonly Endpoint[];
  /** One per endpoint, in the same order. */
  readonly ports: readonly Port[];
  /** Copies every frame to the tap from now on, or to none. */
  setTap(tap: Tap | null): void;
  /** Stops everything that is timed. The endpoints are closed by whoever owns them. */
  close(): void;
}
