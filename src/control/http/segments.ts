// Topologies that differ from another in one link, hub or switch. Pure.

import { type EndpointPlace, TcpbridgeError } from '../../errors.ts';
import { makeTopology, type SegmentSpec, type Topology } from '../../topology/topology.ts';

/** The link, hub or switch of this name. */
export function findSegment({ segments }: Topology, name: string): SegmentSpec {
  const found = segments.find((segment) => segment.name === name);
  if (found !== undefined) return found;
  // A link written from its other end is the most likely mistake.
  const turned = name.split('--').toReversed().join('--');
  const suggestion = segments.find((segment) => segment.name === turned)?.name;
  throw new TcpbridgeError('link_unknown', { name, suggestion });
}

/** The topology with this link, hub or switch in the place of the one that had its name, or behind all others. */
export function withSegment(topology: Topology, segment: SegmentSpec): Topology {
  const { segments } = topology;
  const index = segments.findIndex(({ name }) => name === segment.name);
  try {
    return makeTopology(index < 0 ? [...segments, segment] : segments.with(index, segment), topology);
  } catch (error) {
    throw blame(segment.name, error);
  }
}

/** Of two places that want the same endpoint, the one that is asked for now is the second, wherever it stands. */
function blame(name: string, error: unknown): unknown {
  if (!(error instanceof TcpbridgeError) || error.code !== 'endpoint_used_twice') return error;
  const { first, second } = error.details as { first: EndpointPlace; second: EndpointPlace };
  if (first.segment !== name) return error;
  return new TcpbridgeError('endpoint_used_twice', { first: second, second: first });
}

/** The topology without this link, hub or switch. */
export function withoutSegment(topology: Topology, segment: SegmentSpec): Topology {
  return makeTopology(
    topology.segments.filter((other) => other !== segment),
    topology,
  );
}
