// What passes between the two processes of a takeover, after the HTTP upgrade on the control socket:
//
//   old ─▶ new   u32 number of descriptors, big-endian
//   old ─▶ new   one byte per 250 descriptors, which carries them (SCM_RIGHTS)
//   old ─▶ new   u32 length, big-endian, and the snapshot in V8's serialization format
//   new ─▶ old   one byte: taken; the old process leaves without closing anything
//
// If the byte does not come, the old process goes on with its own descriptors as if nothing had been.

import { deserialize, serialize } from 'node:v8';
import type { EndpointState, ImpairmentStates } from '../../channel/messages.ts';
import { TcpbridgeError } from '../../errors.ts';
import type { Topology } from '../../topology/topology.ts';
import type { ArmedRequest } from '../capture/armed-capture.ts';
import type { Handover } from '../segment-record.ts';

/** The upgrade token and path of a takeover. */
export const TAKEOVER_PROTOCOL = 'tcpbridge-takeover-1';
/** Where the control socket offers it. */
export const TAKEOVER_PATH = '/v1/takeover';
/** How a process asks for the estate of another. */
export const TAKEOVER_REQUEST = `GET ${TAKEOVER_PATH} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: ${TAKEOVER_PROTOCOL}\r\n\r\n`;
/** The byte that ends it. */
export const TAKEN = 0x6b;

/** What runs, and all that it carries. */
export interface Estate {
  readonly topology: Topology;
  readonly handover: Handover;
  /** What the old process kept frames of in memory; the frames stay behind. */
  readonly armed?: ArmedRequest | undefined;
}

// Every machine waits while this is written and read, so what is nearly always empty is left out, and all counters are
// one array, which is copied and not walked through.
interface Snapshot {
  readonly topology: Topology;
  readonly endpoints: readonly (readonly [string, PackedState, string])[];
  /** Segment -> the keys of its ends; their blocks follow each other in `blocks`. */
  readonly counters: readonly (readonly [string, readonly string[]])[];
  readonly blocks: Float64Array;
  readonly blockLength: number;
  /** By segment, what its impairments held; left out when there are none. */
  readonly impaired?: ReadonlyMap<string, ImpairmentStates>;
  readonly armed?: ArmedRequest;
}

type PackedState = Omit<EndpointState, 'kept' | 'queue'> & Partial<Pick<EndpointState, 'kept' | 'queue'>>;

const NO_BYTES = new Uint8Array(0);
const NO_QUEUE: EndpointState['queue'] = { bytes: NO_BYTES, frames: 0, headLeft: 0, headPayload: 0 };

/** Splits an estate into bytes and the descriptors that they refer to by place. */
export function encodeEstate({ topology, handover, armed }: Estate): { bytes: Buffer; fds: number[] } {
  const fds: number[] = [];
  const place = (fd: number) => (fd < 0 ? -1 : fds.push(fd) - 1);
  const all = [...handover.counters.values()].flatMap((ends) => [...ends.values()]);
  const blockLength = all[0]?.length ?? 0;
  const blocks = new Float64Array(all.length * blockLength);
  for (const [index, block] of all.entries()) blocks.set(block, index * blockLength);
  const snapshot: Snapshot = {
    topology,
    endpoints: [...handover.endpoints].map(([key, { state, detail }]) => [key, pack(state, place), detail]),
    counters: [...handover.counters].map(([link, ends]) => [link, [...ends.keys()]]),
    blocks,
    blockLength,
    ...(handover.impaired.size === 0 ? {} : { impaired: handover.impaired }),
    ...(armed === undefined ? {} : { armed }),
  };
  return { bytes: serialize(snapshot), fds };
}

/** Puts an estate together again. */
export function decodeEstate(bytes: Uint8Array, fds: readonly number[]): Estate {
  const snapshot = readSnapshot(bytes);
  const find = (place: number) => (place < 0 ? -1 : fds[place]!);
  const { blocks, blockLength } = snapshot;
  let next = 0;
  const nextBlock = () => {
    const at = next++ * blockLength;
    return blocks.subarray(at, at + blockLength);
  };
  return {
    topology: snapshot.topology,
    armed: snapshot.armed,
    handover: {
      endpoints: new Map(
        snapshot.endpoints.map(([key, state, detail]) => [key, { state: unpack(state, find), detail }]),
      ),
      counters: new Map(
        snapshot.counters.map(([link, keys]) => [link, new Map(keys.map((key) => [key, nextBlock()]))]),
      ),
      impaired: snapshot.impaired ?? new Map(),
    },
  };
}

function pack({ fd, listenFd, kept, queue, ...rest }: EndpointState, place: (fd: number) => number): PackedState {
  return {
    ...rest,
    fd: place(fd),
    listenFd: place(listenFd),
    ...(kept.length === 0 ? {} : { kept }),
    ...(queue.frames === 0 ? {} : { queue }),
  };
}

function unpack({ fd, listenFd, kept, queue, ...rest }: PackedState, find: (place: number) => number): EndpointState {
  return { ...rest, fd: find(fd), listenFd: find(listenFd), kept: kept ?? NO_BYTES, queue: queue ?? NO_QUEUE };
}

function readSnapshot(bytes: Uint8Array): Snapshot {
  try {
    return deserialize(bytes) as Snapshot;
  } catch (cause) {
    throw new TcpbridgeError('takeover_failed', { reason: 'the running process speaks another format' }, { cause });
  }
}
