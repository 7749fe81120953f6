// A takeover happens once in the life of a process, so all of its code would run for the first time while every machine
// waits. This runs it before, on links of our own: whatever must be loaded and compiled is, when it counts.

import { FIELD, makeCounterBlock } from '../../channel/counters.ts';
import { closeDescriptors } from '../../dataplane/sys/descriptor-passing.ts';
import { openPair } from '../../dataplane/sys/socket.ts';
import { endpointKey, parseEndpoint } from '../../topology/endpoint-spec.ts';
import { makeTopology } from '../../topology/topology.ts';
import type { Bridge } from '../bridge.ts';
import type { Handover } from '../segment-record.ts';
import { decodeEstate, encodeEstate } from './protocol.ts';

const LINKS = 40;
const FIRST_PORT = 1;

const ROUNDS = 3;
const NO_BYTES = new Uint8Array(0);

/** Writes what runs as if it were handed over, and has the threads let go of sockets that lead nowhere. */
export async function rehearseGiving(bridge: Bridge): Promise<void> {
  const { topology } = bridge;
  const endpoints: Map<string, NonNullable<ReturnType<Handover['endpoints']['get']>>> = new Map();
  const counters: Map<string, Map<string, Float64Array>> = new Map();
  for (const { name, endpoints: ends } of topology.segments) {
    const blocks = new Map<string, Float64Array>();
    for (const end of ends) {
      const queue = { bytes: NO_BYTES, frames: 0, headLeft: 0, headPayload: 0 };
      const state = { fd: -1, listenFd: -1, peer: '', kept: NO_BYTES, queue };
      endpoints.set(endpointKey(end), { state, detail: '' });
      blocks.set(endpointKey(end), makeCounterBlock());
    }
    counters.set(name, blocks);
  }
  for (let round = 0; round < ROUNDS; round++) {
    await bridge.rehearseHandOver(endpoints.size);
    encodeEstate({ topology, handover: { endpoints, counters, impaired: new Map() } });
  }
}

/** Adopts and closes some links that lead nowhere. Nothing may run on `bridge` yet. */
export async function rehearseTakeover(bridge: Bridge): Promise<void> {
  const far: number[] = [];
  const endpoints: Map<string, NonNullable<ReturnType<Handover['endpoints']['get']>>> = new Map();
  const counters: Map<string, Map<string, Float64Array>> = new Map();
  const segments = Array.from({ length: LINKS }, (_, index) => {
    const name = `rehearsal ${index}`;
    const ends = [0, 1].map((end) => parseEndpoint(`tcp:127.0.0.1:${FIRST_PORT + 2 * index + end}`));
    const blocks = new Map<string, Float64Array>();
    for (const end of ends) {
      const [near, other] = openPair();
      far.push(other);
      const queue = { bytes: new Uint8Array(0), frames: 0, headLeft: 0, headPayload: 0 };
      const state = { fd: near, listenFd: -1, peer: '', kept: new Uint8Array(0), queue };
      endpoints.set(endpointKey(end), { state, detail: '' });
      const block = makeCounterBlock();
      block[FIELD.attaches] = 1;
      blocks.set(endpointKey(end), block);
    }
    counters.set(name, blocks);
    return { name, kind: 'link' as const, endpoints: ends, isUp: true };
  });
  const { bytes, fds } = encodeEstate({
    topology: makeTopology(segments),
    handover: { endpoints, counters, impaired: new Map() },
  });
  const estate = decodeEstate(bytes, fds);
  bridge.adopt(estate.topology, estate.handover);
  await bridge.apply(makeTopology([]));
  closeDescriptors(far);
}
