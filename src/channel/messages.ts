// Every message between the main thread and a forwarding thread. Commands go through a MessagePort, and a write to the
// thread's eventfd makes it look; reports come back by the same port at any time.

import type { MessagePort } from 'node:worker_threads';
import type { EndpointSpec } from '../topology/endpoint-spec.ts';
import type { Direction, ImpairmentSpec, Impairments } from '../topology/impairment.ts';
import type { PortSettings, SwitchSettings } from '../topology/switch-settings.ts';
import type { SegmentSpec } from '../topology/topology.ts';
import type { CounterBlock } from './counters.ts';
import type { ThreadBlock } from './thread-counters.ts';

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
  /** What was read of a frame; of an interface, what was set up. */
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

/** What one impaired direction of a link holds: frames on their way, and where its chance stands. */
export interface ImpairmentState {
  /** Frames in stream form, in the order in which they leave. */
  readonly bytes: Uint8Array;
  /** When each of them leaves, by the monotonic clock, which all processes of a host share. */
  readonly dueNs: Float64Array;
  /** When the direction heals; Infinity: never. */
  readonly healNs: number;
  /** Generators and models, by place. */
  readonly knobs: readonly (readonly number[])[];
}

/** By direction; a direction without impairment has none. */
export type ImpairmentStates = Readonly<Partial<Record<Direction, ImpairmentState>>>;

/** One line of a switch's address table. */
export interface MacEntry {
  /** "02:00:00:00:00:01" */
  readonly mac: string;
  /** 0 for frames without a tag on ports that have no VLAN of their own. */
  readonly vlan: number;
  readonly endId: number;
  /** Since the last frame from it. */
  readonly ageSeconds: number;
}

/** Which addresses are meant; what is undefined fits all. */
export interface MacFilter {
  readonly endId: number | undefined;
  readonly mac: string | undefined;
  readonly vlan: number | undefined;
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
  /** Settings of a switch's port. */
  readonly port?: PortSettings | undefined;
  readonly endpoint: EndpointSetup;
}

/** A segment and everything plugged into it. */
export interface SegmentSetup {
  readonly segmentId: number;
  readonly kind: SegmentSpec['kind'];
  readonly isUp: boolean;
  /** Settings of a switch. */
  readonly switch?: SwitchSettings | undefined;
  /** Of a link; each direction has a seed. */
  readonly impairments?: Impairments | undefined;
  /** Where the impairments go on from. */
  readonly impairmentStates?: ImpairmentStates | undefined;
  readonly ends: readonly EndSetup[];
}

/** What a forwarding thread notices about the wire. */
export const NOTICE_CODES = [
  /** A frame was larger than the medium behind an endpoint carries. */
  'too_big',
  /** The kernel has no VLAN interfaces: tcpbridge tags frames itself. */
  'vlan_in_userspace',
  /** An endpoint works, but not as it could: what is missing. */
  'degraded',
  /** A switch learned an address at another port than before. */
  'mac_moved',
  /** An address changes ports so fast that frames must be going round. */
  'loop',
  /** A switch does not learn any more addresses. */
  'mac_table_full',
  /** The storm guard of a port drops frames. */
  'storm',
] as const;
/** One of {@link NOTICE_CODES}. */
export type NoticeCode = (typeof NOTICE_CODES)[number];

/** A capture on some segments of a thread. */
export interface CaptureSetup {
  readonly captureId: number;
  readonly segmentIds: readonly number[];
  /** The ring for the frames. */
  readonly shared: SharedArrayBuffer;
  /** The oldest frames make room for new ones. */
  readonly overwrites: boolean;
  /** A capture filter; empty: every frame. */
  readonly filter: string;
  /** So much of each frame. */
  readonly snapBytes: number;
  /** Frames as they come from the machines, as they are handed to them, or both. */
  readonly takes: 'before' | 'after' | 'both';
}

/** Main thread to forwarding thread. */
export type Command =
  | { readonly type: 'addSegments'; readonly segments: readonly SegmentSetup[] }
  /** All ends are empty or their endpoints are closed with it. */
  | { readonly type: 'removeSegment'; readonly segmentId: number }
  | { readonly type: 'setUp'; readonly segmentId: number; readonly isUp: boolean }
  /** Settings of a switch and all its ports, by end id. */
  | {
      readonly type: 'configureSwitch';
      readonly segmentId: number;
      readonly settings: SwitchSettings;
      readonly ports: readonly (readonly [endId: number, settings: PortSettings])[];
    }
  /** What both directions of a link do to frames from now on; a direction that is not named does nothing any more. */
  | { readonly type: 'configureImpairments'; readonly segmentId: number; readonly impairments: Impairments }
  /** Asks for the addresses of a switch that fit; answered by `macs`. */
  | ({ readonly type: 'readMacs'; readonly segmentId: number; readonly requestId: number } & MacFilter)
  /** Forgets the addresses that fit, answered by `macs` with those that were forgotten. */
  | ({ readonly type: 'flushMacs'; readonly segmentId: number; readonly requestId: number } & MacFilter)
  /** Adds an end to a hub or switch. */
  | { readonly type: 'addEnd'; readonly segmentId: number; readonly end: EndSetup }
  /** Removes an end of a hub or switch and closes what is plugged in. */
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
  /** Starts a capture, or lets one that runs go on into another ring. */
  | ({ readonly type: 'capture' } & CaptureSetup)
  /** Adds segments to a capture that runs on this thread. */
  | { readonly type: 'extendCapture'; readonly captureId: number; readonly segmentIds: readonly number[] }
  /** Ends a capture; answered by `uncaptured`. */
  | { readonly type: 'uncapture'; readonly captureId: number }
  /** Waits for frames that come in at a segment, or at one of its ends; answered by `watched` when `count` were there. */
  | {
      readonly type: 'watch';
      readonly watchId: number;
      readonly segmentId: number;
      readonly match: string;
      readonly count: number;
      readonly endId: number | undefined;
    }
  | { readonly type: 'unwatch'; readonly watchId: number; readonly segmentId: number }
  /** Answered by `synced` when all commands before it are carried out. */
  | { readonly type: 'sync'; readonly syncId: number }
  /** Closes every connection and ends the thread. */
  | { readonly type: 'stop' }
  /** Releases endpoints that lead nowhere, for practice: a `handedOver` of no known endpoint, and the thread goes on. */
  | { readonly type: 'rehearseHandOver'; readonly endpoints: number }
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
  | {
      readonly type: 'handedOver';
      readonly states: readonly (readonly [endpointId: number, state: EndpointState])[];
      /** What impaired links hold. */
      readonly impaired: readonly (readonly [segmentId: number, states: ImpairmentStates])[];
    }
  /** The time of an impairment is over: this direction does nothing to frames any more. */
  | {
      readonly type: 'healed';
      readonly segmentId: number;
      readonly direction: Direction;
      /** What it did until then. */
      readonly spec: ImpairmentSpec;
    }
  | { readonly type: 'synced'; readonly syncId: number }
  /** The frame that was waited for is here, at this time of the monotonic clock. */
  | { readonly type: 'watched'; readonly watchId: number; readonly atNs: number }
  | {
      readonly type: 'notice';
      readonly endpointId: number | undefined;
      readonly segmentId: number | undefined;
      readonly code: NoticeCode;
      /** "{0}" stands for the name of the first of `endIds`, and so on. */
      readonly text: string;
      readonly endIds?: readonly number[] | undefined;
    }
  /** `words`: see mac-words.ts. */
  | { readonly type: 'macs'; readonly requestId: number; readonly words: Int32Array }
  /** A capture has ended; where frames are missing behind the last that was captured. */
  | {
      readonly type: 'uncaptured';
      readonly captureId: number;
      readonly missing: readonly (readonly [endId: number, frames: number])[];
    }
  /** There are frame copies in the tap ring. */
  | { readonly type: 'tapped' }
  | { readonly type: 'stopped' };

/** What a thread is started with. */
export interface WorkerSetup {
  /** Commands come in here. */
  readonly port: MessagePort;
  /** Where copies of frames go, for a per-frame log. */
  readonly tapShared: SharedArrayBuffer | undefined;
  /** Where copies of a few frames go, for whoever judges the wire. */
  readonly looksShared: SharedArrayBuffer;
  readonly threadBlock: ThreadBlock;
}
