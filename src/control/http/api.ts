// What the handlers of the API work with: the running bridge, the way to change it, and its feeds. Made once per bridge.

import type { Topology } from '../../topology/topology.ts';
import type { Bridge } from '../bridge.ts';
import type { Captures } from '../capture/captures.ts';
import type { Changes } from '../changes.ts';
import type { Drills } from '../drill/drills.ts';
import type { Lint } from '../lint/lint.ts';
import type { Metrics } from '../metrics/exposition.ts';
import type { ScenarioRunner } from '../scenario/runner.ts';
import type { EventFeed } from './event-feed.ts';
import type { RateFeed } from './rate-feed.ts';
import type { Streams } from './streams.ts';

/** A running bridge, as the API sees it. */
export interface Api {
  readonly bridge: Bridge;
  readonly changes: Changes;
  readonly events: EventFeed;
  readonly rates: RateFeed;
  readonly metrics: Metrics;
  readonly lint: Lint;
  readonly scenarios: ScenarioRunner;
  readonly captures: Captures;
  readonly drills: Drills;
  readonly streams: Streams;
  readonly version: string;
  readonly workers: number;
  readonly startedAt: Date;
  /** What this bridge carries of a whole topology. */
  readonly share: (whole: Topology) => Topology;
  /** Ends the bridge; called after the reply is on its way. */
  readonly stop: () => void;
  /** Takes note of what should never happen. */
  readonly onFailure: (error: unknown) => void;
}
