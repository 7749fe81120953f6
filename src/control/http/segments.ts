// Topologies that differ from another in one link or hub. Pure.

import { TcpbridgeError } from '../../errors.ts';
import { makeTopology, type SegmentSpec, type Topology } from '../../topology/topology.ts';

/** The link or hub of this name. */
export function findSegment({ segments }: Topology, name: string): SegmentSpec {
  const found = segments.find((segment) => segment.name === name);
  if (found !== undefined) return found;
  // A link written from its other end is the most likely mistake.
  const turned = name.split('--').toReversed().join('--');
  const suggestion = segments.find((segment) => segment.name === turned)?.name;
  throw new TcpbridgeError('link_unknown', { name, suggestion });
}

/** The topology with this link or hub in the place of the one that had its name, or behind all others. */
export function withSegment(topology: Topology, segment: SegmentSpec): Topology {
  const { segments } = topology;
  const index = segments.findIndex(({ name }) => name === segment.name);
  return makeTopology(index < 0 ? [...segments, segment] : segments.with(index, segment), topology);
}

/** The topology without this link or hub. */
export function withoutSegment(topology: Topology, segment: SegmentSpec): Topology {
  return makeTopology(
    topology.segments.filter((other) => other !== segment),
    topology,
  );
}
