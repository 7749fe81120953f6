// Every message between the main thread and a forwarding thread. Commands go through a MessagePort, and a write to the
// thread's eventfd makes it look; reports come back by the same port at any time.

import type { EndpointSpec } from '../topology/endpoint-spec.ts';
import type { CounterBlock } from './counters.ts';

/** An end of a segment as the thread must build it. */
export interface EndSetup {
  readonly endpointId: number;
  readonly spec: EndpointSpec;
  readonly counters: CounterBlock;
}

/** Main thread to forwarding thread. */
export type Command =
  | {
      readonly type: 'addSegment';
      readonly segmentId: number;
      readonly kind: 'link' | 'hub';
      readonly ends: EndSetup[];
    }
  | {
      readonly type: 'resolved';
      readonly endpointId: number;
      readonly addresses: readonly string[];
      readonly error: string | undefined;
    }
  /** Closes every connection and ends the thread. */
  | { readonly type: 'stop' };

/** Forwarding thread to main thread. */
export type Report =
  | { readonly type: 'ready'; readonly wakeupFd: number }
  | { readonly type: 'listening'; readonly endpointId: number; readonly address: string }
  | { readonly type: 'waiting'; readonly endpointId: number; readonly reason: string }
  | { readonly type: 'attached'; readonly endpointId: number; readonly peer: string }
  | { readonly type: 'detached'; readonly endpointId: number; readonly reason: string }
  | { readonly type: 'streamBroken'; readonly endpointId: number; readonly length: number }
  | { readonly type: 'busy'; readonly endpointId: number }
  | { readonly type: 'resolve'; readonly endpointId: number; readonly host: string }
  /** There are frame copies in the tap ring. */
  | { readonly type: 'tapped' }
  | { readonly type: 'stopped' };

/** What a thread is started with. */
export interface WorkerSetup {
  /** Commands come in here. */
  readonly port: import('node:worker_threads').MessagePort;
  /** Where copies of frames go, for a per-frame log. */
  readonly tapShared: SharedArrayBuffer | undefined;
}
