// The list of all cases, in the order in which they run and are shown. A new case is a file here and a line below.
import type { BenchCase } from './case.ts';
import { CHANGES_CASES } from './changes.ts';
import { FLOOD_CASES } from './flood.ts';
import { IDLE_CASES } from './idle.ts';
import { IMPAIRMENT_CASES } from './impairments.ts';
import { INTERFACE_CASES } from './interfaces.ts';
import { PACED_CASES } from './paced.ts';
import { ROUND_TRIP_CASES } from './round-trip.ts';
import { SEGMENT_CASES } from './segments.ts';
import { SIGHT_CASES } from './sight.ts';
import { START_UP_CASES } from './start-up.ts';
import { TAKEOVER_CASES } from './takeover.ts';
import { TRANSPORT_CASES } from './transports.ts';

/** Every case of `make bench`. */
export const CASES: readonly BenchCase[] = [
  ...PACED_CASES,
  ...FLOOD_CASES,
  ...ROUND_TRIP_CASES,
  ...START_UP_CASES,
  ...IDLE_CASES,
  ...CHANGES_CASES,
  ...TAKEOVER_CASES,
  ...TRANSPORT_CASES,
  ...SEGMENT_CASES,
  ...INTERFACE_CASES,
  ...IMPAIRMENT_CASES,
  ...SIGHT_CASES,
];
