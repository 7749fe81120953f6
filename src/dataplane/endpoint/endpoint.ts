// What an end of a cable is to the rest of the data plane, and what it needs from it.

import type { CounterBlock } from '../../channel/counters.ts';
import type { EndpointState, NoticeCode } from '../../channel/messages.ts';
import type { FrameSet } from '../wire/frame-set.ts';
import type { Batch } from '../wire/framing.ts';

/** Where frames come from and go to. No method throws; what cannot be delivered is counted. */
export interface Endpoint {
  readonly id: number;
  /** True where any number of frames is sent by one system call; else each frame is work of its own. */
  readonly sendsBatches?: boolean;
  /** Bytes that wait for the machine because its connection took no more. */
  readonly queuedBytes: number;
  /** Bytes that the machine's side has taken so far: who compares two readings sees whether it takes anything. */
  takenBytes(): number;
  /** Sends all frames of the batch, queues what the kernel does not take, counts the rest. */
  write(batch: Batch): void;
  /** The same for frames that need not lie one behind the other. */
  writeSet(frames: FrameSet): void;
  /** Stops or resumes taking frames from the machine. */
  setReading(on: boolean): void;
  /** Where this endpoint is plugged in. */
  port: Port;
  /** Starts looking for the machine, or goes on from where `state` was released. */
  start(state: EndpointState | undefined): void;
  /** The answer to `EndpointReporter.resolve`. */
  onResolved(addresses: readonly string[], error: string | undefined): void;
  /** Sends what can be sent at once, closes, looks no more; what is left over is counted under `dropReason`. */
  close(dropReason: number): void;
  /** Lets go of everything without closing it: the end of this object, not of the connection. */
  release(): EndpointState;
}

/** Where an endpoint is plugged in: one end of a segment. Told of everything that happens to the endpoint. */
export interface Port {
  readonly counters: CounterBlock;
  /** Whether all who may get frames from here take them in batches: else whoever reads for this port takes few at a time. */
  readonly takesBatches: boolean;
  /** How much may wait for the machine at this end. */
  readonly queueLimitBytes: number;
  /** Whole frames came from the machine. They are counted already; the batch is only valid during the call. */
  onFrames(batch: Batch): void;
  /** The kernel took bytes from the queue; `queuedBytes` may be zero now. */
  onProgress(): void;
  /** The machine is gone, and the queue with it. */
  onDetached(): void;
}

/** Whether frames for `endpoint` may come in any number at a time; they may for nobody, too. */
export function takesBatches(endpoint: Endpoint | null | undefined): boolean {
  return endpoint === null || endpoint === undefined || endpoint.sendsBatches === true;
}

/** The same for all who are plugged in somewhere. */
export function allTakeBatches(ports: readonly { readonly endpoint: Endpoint | null }[]): boolean {
  return ports.every(({ endpoint }) => takesBatches(endpoint));
}

/** What an endpoint tells people about itself. */
export interface EndpointReporter {
  onListening(endpointId: number, address: string): void;
  onWaiting(endpointId: number, reason: string): void;
  onAttached(endpointId: number, peer: string): void;
  onDetached(endpointId: number, reason: string): void;
  onStreamBroken(endpointId: number, length: number): void;
  /** A second client knocks while the first is served. */
  onBusy(endpointId: number): void;
  /** Something that a person should know, said once where it would be said for every frame; `code` is stable. */
  onNotice(endpointId: number, code: NoticeCode, text: string): void;
  /** Asks for the addresses of a name; the answer comes to the endpoint's `onResolved`. */
  resolve(endpointId: number, host: string): void;
}
