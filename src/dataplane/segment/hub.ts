// A hub: every frame of a member goes to all others. Nobody is pushed back: a slow member loses its own copies only.

import type { CounterBlock } from '../../channel/counters.ts';
import type { Endpoint, Port } from '../endpoint/endpoint.ts';
import { HUB_QUEUE_BYTES } from '../limits.ts';
import type { Tap } from '../tap.ts';
import type { Batch } from '../wire/framing.ts';
import type { End, Segment } from './segment.ts';

class HubPort implements Port {
  readonly counters: CounterBlock;
  readonly queueLimitBytes = HUB_QUEUE_BYTES;
  readonly endpoint: Endpoint;
  private readonly hub: Hub;
  private readonly index: number;

  constructor(hub: Hub, index: number, end: End) {
    this.hub = hub;
    this.index = index;
    this.endpoint = end.endpoint;
    this.counters = end.counters;
  }

  onFrames(batch: Batch): void {
    const { hub, index } = this;
    if (hub.tap !== null) hub.tap.onFrames(hub.id, index, batch);
    for (let i = 0; i < hub.endpoints.length; i++) {
      if (i !== index) hub.endpoints[i]!.write(batch);
    }
  }

  onProgress(): void {}

  onDetached(): void {}
}

/** A broadcast domain without any memory. */
export class Hub implements Segment {
  readonly id: number;
  readonly endpoints: readonly Endpoint[];
  readonly ports: readonly Port[];
  tap: Tap | null = null;

  constructor(id: number, ends: readonly End[]) {
    this.id = id;
    this.endpoints = ends.map((end) => end.endpoint);
    this.ports = ends.map((end, index) => new HubPort(this, index, end));
  }

  setTap(tap: Tap | null): void {
    this.tap = tap;
  }

  close(): void {}
}
