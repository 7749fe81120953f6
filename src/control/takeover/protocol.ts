// What passes between the two processes of a takeover, after the HTTP upgrade on the control socket:
//
//   old ─▶ new   u32 number of descriptors, big-endian
//   old ─▶ new   one byte per 250 descriptors, which carries them (SCM_RIGHTS)
//   old ─▶ new   u32 length, big-endian, and the snapshot in V8's serialization format
//   new ─▶ old   one byte: taken; the old process leaves without closing anything
//
// If the byte does not come, the old process goes on with its own descriptors as if nothing had been.

import { deserialize, serialize } from 'node:v8';
import type { EndpointState } from '../../channel/messages.ts';
import { TcpbridgeError } from '../../errors.ts';
import type { Topology } from '../../topology/topology.ts';
import type { Handover } from '../bridge.ts';

/** The upgrade token and path of a takeover. */
export const TAKEOVER_PROTOCOL = 'tcpbridge-takeover-1';
/** Where the control socket offers it. */
export const TAKEOVER_PATH = '/v1/takeover';
/** The byte that ends it. */
export const TAKEN = 0x6b;

/** What runs, and all that it carries. */
export interface Estate {
  readonly topology: Topology;
  readonly handover: Handover;
}

interface Snapshot {
  readonly topology: Topology;
  readonly endpoints: readonly (readonly [string, EndpointState, string])[];
  readonly counters: readonly (readonly [string, readonly (readonly [string, Float64Array])[]])[];
}

/** Splits an estate into bytes and the descriptors that they refer to by place. */
export function encodeEstate({ topology, handover }: Estate): { bytes: Buffer; fds: number[] } {
  const fds: number[] = [];
  const place = (fd: number) => (fd < 0 ? -1 : fds.push(fd) - 1);
  const snapshot: Snapshot = {
    topology,
    endpoints: [...handover.endpoints].map(([key, { state, detail }]) => [
      key,
      { ...state, fd: place(state.fd), listenFd: place(state.listenFd) },
      detail,
    ]),
    // Shared memory cannot be serialized: copy.
    counters: [...handover.counters].map(([link, ends]) => [
      link,
      [...ends].map(([key, block]) => [key, Float64Array.from(block)]),
    ]),
  };
  return { bytes: serialize(snapshot), fds };
}

/** Puts an estate together again. */
export function decodeEstate(bytes: Uint8Array, fds: readonly number[]): Estate {
  const snapshot = readSnapshot(bytes);
  const find = (place: number) => (place < 0 ? -1 : fds[place]!);
  return {
    topology: snapshot.topology,
    handover: {
      endpoints: new Map(
        snapshot.endpoints.map(([key, state, detail]) => [
          key,
          { state: { ...state, fd: find(state.fd), listenFd: find(state.listenFd) }, detail },
        ]),
      ),
      counters: new Map(snapshot.counters.map(([link, ends]) => [link, new Map(ends)])),
    },
  };
}

function readSnapshot(bytes: Uint8Array): Snapshot {
  try {
    return deserialize(bytes) as Snapshot;
  } catch (cause) {
    throw new TcpbridgeError('takeover_failed', { reason: 'the running process speaks another format' }, { cause });
  }
}
