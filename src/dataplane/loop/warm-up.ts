// Runs the frame path on frames of its own in the first half second of a thread, a little at a time, so that the
// just-in-time compiler is done with it before a machine has much to say. Without this the first few thousand frames
// cost three times as much as the later ones, and compilation falls into the lab's traffic.

import { DROP, makeCounterBlock } from '../../channel/counters.ts';
import type { EndpointState } from '../../channel/messages.ts';
import type { EndpointReporter } from '../endpoint/endpoint.ts';
import { type Attacher, StreamEndpoint } from '../endpoint/stream.ts';
import { WARM_UP_FRAMES, WARM_UP_PAUSE_NS, WARM_UP_SLICE_FRAMES } from '../limits.ts';
import { Link } from '../segment/link.ts';
import { MSG_NOSIGNAL } from '../sys/constants.ts';
import { close, recv, send } from '../sys/libc.ts';
import { NativeMemory } from '../sys/memory.ts';
import { openPair } from '../sys/socket.ts';
import type { Loop } from './loop.ts';
import { Timer } from './timer.ts';

const FRAME_BYTES = 64;
const LENGTH = 4 + FRAME_BYTES;
const PRACTICE_LIVES = 3;
const PRACTICE_BURSTS = 12;
const practice = new NativeMemory(LENGTH * 1000);
for (let at = 0; at < practice.bytes.length; at += LENGTH) practice.view.setUint32(at, FRAME_BYTES, false);
const drain = new NativeMemory(256 * 1024);
const NOBODY: EndpointReporter = {
  onListening: () => {},
  onWaiting: () => {},
  onAttached: () => {},
  onDetached: () => {},
  onStreamBroken: () => {},
  onBusy: () => {},
  onNotice: () => {},
  resolve: () => {},
};
const NOTHING: Attacher = {
  start: () => {},
  onLost: () => {},
  onResolved: () => {},
  close: () => {},
  release: () => -1,
  resume: () => {},
};

/** Builds and releases so many endpoints that lead nowhere; their states have ids that nobody else has. */
export function rehearseReleases(loop: Loop, count: number): (readonly [number, EndpointState])[] {
  const states: (readonly [number, EndpointState])[] = [];
  const link = new Link(0, loop);
  const port = link.addPort(0, makeCounterBlock());
  for (let i = 0; i < count; i++) {
    const [near, far] = openPair();
    const endpoint = new StreamEndpoint(-1, true, { loop, reporter: NOBODY });
    endpoint.port = port;
    endpoint.attacher = NOTHING;
    endpoint.attach(near, '');
    const state = endpoint.release();
    close(state.fd);
    close(far);
    states.push([-1, { ...state, fd: -1 }]);
  }
  return states;
}

/** Two socket pairs, or none where no more files may be open: then there is no practice. */
function openPairs(): [number, number][] {
  const pairs: [number, number][] = [];
  try {
    while (pairs.length < 2) pairs.push(openPair());
    return pairs;
  } catch {
    for (const fd of pairs.flat()) close(fd);
    return [];
  }
}

/**
 * One whole life of a link, with everything that can happen to it. Optimized code rests on what was never seen to change
 * and on ways that were never gone: without this, the first connection that ends would throw all of it away.
 */
function liveOnce(loop: Loop): void {
  const link = new Link(0, loop);
  const ports = [0, 1].map((index) => link.addPort(index, makeCounterBlock()));
  const endpoints = ports.map((port) => {
    const endpoint = new StreamEndpoint(0, true, { loop, reporter: NOBODY });
    endpoint.port = port;
    endpoint.attacher = NOTHING;
    link.plug(port, endpoint);
    return endpoint;
  });
  let machines: number[] = [];
  for (const isLast of [false, true]) {
    machines = openPairs().map(([near, far], index) => {
      endpoints[index]!.attach(near, '');
      return far;
    });
    const [a, b] = machines;
    if (a === undefined || b === undefined) break;
    // Whole, in pieces, several at once, too many, while the link is down.
    const put = (size: number): boolean => send(a, practice.address, size, MSG_NOSIGNAL) === size;
    put(LENGTH);
    loop.poll();
    put(LENGTH - 1);
    loop.poll();
    send(a, practice.address + LENGTH - 1, 1 + LENGTH * 3, MSG_NOSIGNAL);
    loop.poll();
    for (let i = 0; i < PRACTICE_BURSTS; i++) {
      put(practice.bytes.length);
      loop.poll();
    }
    for (let i = 0; i < PRACTICE_BURSTS; i++) {
      while (recv(b, drain.address, drain.bytes.length, 0) > 0);
      loop.poll();
    }
    link.isUp = false;
    put(LENGTH);
    loop.poll();
    link.isUp = true;
    if (isLast) break;
    close(b);
    loop.poll();
    put(LENGTH);
    loop.poll();
    close(a);
    loop.poll();
  }
  for (const [index, endpoint] of endpoints.entries()) {
    link.unplug(ports[index]!);
    endpoint.close(DROP.stopped);
  }
  for (const machine of machines) close(machine);
  loop.poll();
}

/** Schedules the warm-up on `loop`. */
export function warmUp(loop: Loop): void {
  const frame = new NativeMemory(4 + FRAME_BYTES);
  frame.view.setUint32(0, FRAME_BYTES, false);
  const link = new Link(0, loop);
  const machines: number[] = [];
  const endpoints = openPairs().map(([near, far], index) => {
    machines.push(far);
    const endpoint = new StreamEndpoint(0, true, { loop, reporter: NOBODY });
    const port = link.addPort(index, makeCounterBlock());
    endpoint.port = port;
    endpoint.attacher = NOTHING;
    endpoint.attach(near, '');
    link.plug(port, endpoint);
    return endpoint;
  });
  if (machines.length === 0) return;
  let left = WARM_UP_FRAMES;
  let lives = PRACTICE_LIVES;
  const timer = new Timer((nowNs) => {
    if (lives > 0) {
      lives--;
      liveOnce(loop);
      loop.setTimer(timer, nowNs + WARM_UP_PAUSE_NS);
      return;
    }
    for (let i = 0; i < WARM_UP_SLICE_FRAMES; i++) {
      const from = i & 1;
      send(machines[from]!, frame.address, 4 + FRAME_BYTES, MSG_NOSIGNAL);
      // A whole round, so that the loop is warmed as well and nobody else has to wait.
      loop.poll();
      recv(machines[1 - from]!, frame.address, 4 + FRAME_BYTES, 0);
    }
    left -= WARM_UP_SLICE_FRAMES;
    if (left > 0) {
      loop.setTimer(timer, nowNs + WARM_UP_PAUSE_NS);
      return;
    }
    for (const endpoint of endpoints) endpoint.close(DROP.stopped);
    for (const machine of machines) close(machine);
  });
  loop.setTimer(timer, loop.nowNs + WARM_UP_PAUSE_NS);
}
