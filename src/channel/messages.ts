// Every message between the main thread and a forwarding thread. Commands go through a MessagePort, and a write to the
// thread's eventfd makes it look; reports come back by the same port at any time.

import type { MessagePort } from 'node:worker_threads';
import type { EndpointSpec } from '../topology/endpoint-spec.ts';
import type { CounterBlock } from './counters.ts';

/**
 * All that an endpoint is beyond its specification, so that it can move to another port, thread or process without a
 * byte lost: its descriptors, the part of a frame it has read, and what it has not sent yet.
 */
export interface EndpointState {
  /** The connected socket, -1 when there is none. */
  readonly fd: number;
  /** The listening socket, -1 when there is none. */
  readonly listenFd: number;
  readonly peer: string;
  readonly kept: Uint8Array;
  readonly queue: QueueState;
}

/** An outgoing queue: bytes in stream form, and where inside a frame they start. */
export interface QueueState {
  readonly bytes: Uint8Array;
  readonly frames: number;
  /** Bytes until the frame at the head ends. */
  readonly headLeft: number;
  /** Length of that frame. */
  readonly headPayload: number;
}

/** What is to be plugged into an end. */
export interface EndpointSetup {
  readonly endpointId: number;
  readonly spec: EndpointSpec;
  /** Where it goes on from; undefined for a new one. */
  readonly state: EndpointState | undefined;
}

/** An end of a segment. */
export interface EndSetup {
  readonly endId: number;
  readonly counters: CounterBlock;
  readonly endpoint: EndpointSetup;
}

/** A segment and everything plugged into it. */
export interface SegmentSetup {
  readonly segmentId: number;
  readonly kind: 'link' | 'hub';
  readonly isUp: boolean;
  readonly ends: readonly EndSetup[];
}

/** Main thread to forwarding thread. */
export type Command =
  | { readonly type: 'addSegments'; readonly segments: readonly SegmentSetup[] }
  /** All ends are empty or their endpoints are closed with it. */
  | { readonly type: 'removeSegment'; readonly segmentId: number }
  | { readonly type: 'setUp'; readonly segmentId: number; readonly isUp: boolean }
  /** Adds an end to a hub. */
  | { readonly type: 'addEnd'; readonly segmentId: number; readonly end: EndSetup }
  /** Removes an end of a hub and closes what is plugged in. */
  | { readonly type: 'removeEnd'; readonly segmentId: number; readonly endId: number }
  /** Closes what is plugged in and plugs another in, between two frames. */
  | { readonly type: 'replace'; readonly endId: number; readonly endpoint: EndpointSetup }
  /** Unplugs without closing; answered by `released`. The end stays empty until something is plugged in. */
  | { readonly type: 'release'; readonly endId: number }
  | {
      readonly type: 'resolved';
      readonly endpointId: number;
      readonly addresses: readonly string[];
      readonly error: string | undefined;
    }
  /** Answered by `synced` when all commands before it are carried out. */
  | { readonly type: 'sync'; readonly syncId: number }
  /** Closes every connection and ends the thread. */
  | { readonly type: 'stop' }
  /** Releases every endpoint, all in one `handedOver`, then ends the thread. */
  | { readonly type: 'handOver' };

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
  | { readonly type: 'released'; readonly endpointId: number; readonly state: EndpointState }
  | { readonly type: 'handedOver'; readonly states: readonly (readonly [endpointId: number, state: EndpointState])[] }
  | { readonly type: 'synced'; readonly syncId: number }
  /** There are frame copies in the tap ring. */
  | { readonly type: 'tapped' }
  | { readonly type: 'stopped' };

/** What a thread is started with. */
export interface WorkerSetup {
  /** Commands come in here. */
  readonly port: MessagePort;
  /** Where copies of frames go, for a per-frame log. */
  readonly tapShared: SharedArrayBuffer | undefined;
}
