// Which thread a segment runs on. Pure. All VXLAN tunnels of one local port share a socket, which belongs to one thread, so
// every segment with such an end runs on the first one; all others go where the fewest ends are.

import { endpointKey } from '../topology/endpoint-spec.ts';
import type { SegmentSpec, Topology } from '../topology/topology.ts';

/** As much of a segment that runs as is needed to tell whether it runs in the right place. */
export interface Placed<T> {
  readonly spec: SegmentSpec;
  readonly thread: T;
}

/** The thread for a new segment. */
export function chooseThread<T extends { readonly load: number }>(spec: SegmentSpec, threads: readonly T[]): T {
  if (hasTunnel(spec)) return threads[0]!;
  return threads.reduce((least, other) => (other.load < least.load ? other : least));
}

/**
 * The segments that are to get a tunnel and run on another thread than the first, by name, and those of their endpoints
 * that stay: they have to move there with their connections.
 */
export function findMisplaced<T>(
  wanted: Topology,
  running: ReadonlyMap<string, Placed<T>>,
  threads: readonly T[],
): { readonly names: ReadonlySet<string>; readonly endpoints: readonly string[] } {
  const names = new Set<string>();
  const endpoints: string[] = [];
  const staying = new Set(wanted.segments.flatMap((segment) => segment.endpoints.map(endpointKey)));
  for (const spec of wanted.segments) {
    const found = running.get(spec.name);
    if (found === undefined || found.thread === threads[0] || !hasTunnel(spec)) continue;
    names.add(spec.name);
    endpoints.push(...found.spec.endpoints.map(endpointKey).filter((key) => staying.has(key)));
  }
  return { names, endpoints };
}

/** What is to be set up on each thread, in the order given. */
export function groupByThread<T, S>(placed: readonly { readonly thread: T; readonly setup: S }[]): Map<T, S[]> {
  const groups = new Map<T, S[]>();
  for (const { thread, setup } of placed) {
    const group = groups.get(thread);
    if (group === undefined) groups.set(thread, [setup]);
    else group.push(setup);
  }
  return groups;
}

function hasTunnel({ endpoints }: SegmentSpec): boolean {
  return endpoints.some(({ kind }) => kind === 'vxlan');
}
