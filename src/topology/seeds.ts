// Which seed each impaired direction has. Pure. A direction about whose seed nothing is said keeps the one that it has; a
// new one gets that of the other direction, and a new link one by chance, so that whoever looks can run the same again.
// The directions of one seed have different fates all the same (dataplane/impair/knobs.ts).

import { DIRECTIONS, type Direction, type ImpairmentSpec } from './impairment.ts';
import type { SegmentSpec, Topology } from './topology.ts';

/** The largest seed. */
export const MAX_SEED = 2 ** 32 - 1;

/** The topology with a seed in each impaired direction; `random` gives numbers from 0 up to, not including, 1. */
export function withSeeds(wanted: Topology, actual: Topology, random: () => number): Topology {
  if (wanted.segments.every((segment) => seedless(segment).length === 0)) return wanted;
  const before = new Map(actual.segments.map((segment) => [segment.name, segment]));
  const segments = wanted.segments.map((segment) => {
    const missing = seedless(segment);
    if (missing.length === 0) return segment;
    const old = before.get(segment.name)?.impairments;
    const known = DIRECTIONS.map((direction) => segment.impairments?.[direction]?.seed ?? old?.[direction]?.seed);
    const seed = known.find((one) => one !== undefined) ?? Math.floor(random() * (MAX_SEED + 1));
    const seeded = missing.map((direction): [Direction, ImpairmentSpec] => [
      direction,
      { ...segment.impairments![direction], seed: old?.[direction]?.seed ?? seed },
    ]);
    return { ...segment, impairments: { ...segment.impairments, ...Object.fromEntries(seeded) } };
  });
  return { ...wanted, segments };
}

function seedless({ impairments }: SegmentSpec): Direction[] {
  if (impairments === undefined) return [];
  return DIRECTIONS.filter((direction) => {
    const spec = impairments[direction];
    return spec !== undefined && spec.seed === undefined;
  });
}
