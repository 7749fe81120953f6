// A hub: every frame of a member goes to all others. Nobody is pushed back: a slow member loses its own copies only.

import { type CounterBlock, DROP, FIELD } from '../../channel/counters.ts';
import { allTakeBatches, type Endpoint, type Port } from '../endpoint/endpoint.ts';
import { HUB_QUEUE_BYTES } from '../limits.ts';
import type { FrameTap } from '../tap.ts';
import type { Batch } from '../wire/framing.ts';
import type { Segment } from './segment.ts';

class HubPort implements Port {
  readonly counters: CounterBlock;
  readonly queueLimitBytes = HUB_QUEUE_BYTES;
  endpoint: Endpoint | null = null;
  private readonly hub: Hub;
  private readonly endId: number;

  constructor(hub: Hub, endId: number, counters: CounterBlock) {
    this.hub = hub;
    this.endId = endId;
    this.counters = counters;
  }

  get takesBatches(): boolean {
    return this.hub.takesBatches;
  }

  onFrames(batch: Batch): void {
    const { hub } = this;
    if (hub.tap !== null) hub.tap.onFrames(hub.id, this.endId, batch);
    const { ports } = hub;
    for (let i = 0; i < ports.length; i++) {
      const port = ports[i]!;
      if (port === this) continue;
      if (!hub.isUp) port.counters[FIELD.drops + DROP.linkDown]! += batch.count;
      else if (port.endpoint === null) port.counters[FIELD.drops + DROP.notConnected]! += batch.count;
      else port.endpoint.write(batch);
    }
  }

  onProgress(): void {}

  onDetached(): void {}
}

/** A broadcast domain without any memory. */
export class Hub implements Segment {
  readonly id: number;
  isUp = true;
  tap: FrameTap | null = null;
  readonly ports: HubPort[] = [];
  /** Whether all members take frames in batches. */
  takesBatches = true;

  constructor(id: number) {
    this.id = id;
  }

  addPort(endId: number, counters: CounterBlock): HubPort {
    const port = new HubPort(this, endId, counters);
    this.ports.push(port);
    return port;
  }

  plug(port: HubPort, endpoint: Endpoint): void {
    port.endpoint = endpoint;
    this.takesBatches = allTakeBatches(this.ports);
    endpoint.setReading(true);
  }

  unplug(port: HubPort): void {
    port.endpoint = null;
    this.takesBatches = allTakeBatches(this.ports);
  }

  removePort(port: HubPort): void {
    this.ports.splice(this.ports.indexOf(port), 1);
  }
}
