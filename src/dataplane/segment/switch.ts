// A switch.

import { type CounterBlock, DROP, FIELD } from '../../channel/counters.ts';
import type { MacEntry, MacFilter } from '../../channel/messages.ts';
import type { PortSettings, SwitchSettings } from '../../topology/switch-settings.ts';
import type { Endpoint, Port } from '../endpoint/endpoint.ts';
import { HUB_QUEUE_BYTES } from '../limits.ts';
import type { Loop } from '../loop/loop.ts';
import type { Tap } from '../tap.ts';
import type { Batch } from '../wire/framing.ts';
import type { Segment, SegmentReporter } from './segment.ts';

class SwitchPort implements Port {
  readonly counters: CounterBlock;
  readonly queueLimitBytes = HUB_QUEUE_BYTES;
  endpoint: Endpoint | null = null;
  private readonly hub: Switch;
  private readonly endId: number;

  constructor(hub: Switch, endId: number, counters: CounterBlock) {
    this.hub = hub;
    this.endId = endId;
    this.counters = counters;
  }

  onFrames(batch: Batch): void {
    const { hub } = this;
    if (hub.tap !== null) hub.tap.onFrames(hub.id, this.endId, batch);
    const { ports } = hub;
    for (let i = 0; i < ports.length; i++) {
      const port = ports[i]!;
      if (port === this) continue;
      if (!hub.isUp) port.counters[FIELD.drops + DROP.linkDown]! += batch.count;
      else if (port.endpoint !== null) port.endpoint.write(batch);
    }
  }

  onProgress(): void {}

  onDetached(): void {}
}

/** A learning switch. */
export class Switch implements Segment {
  readonly id: number;
  isUp = true;
  tap: Tap | null = null;
  readonly ports: SwitchPort[] = [];

  constructor(id: number, _loop: Loop, _reporter: SegmentReporter) {
    this.id = id;
  }

  configure(_settings: SwitchSettings, _ports: ReadonlyMap<number, PortSettings>): void {}

  readMacs(): MacEntry[] {
    return [];
  }

  flushMacs(_which: MacFilter): MacEntry[] {
    return [];
  }

  addPort(endId: number, counters: CounterBlock): SwitchPort {
    const port = new SwitchPort(this, endId, counters);
    this.ports.push(port);
    return port;
  }

  plug(port: SwitchPort, endpoint: Endpoint): void {
    port.endpoint = endpoint;
    endpoint.setReading(true);
  }

  unplug(port: SwitchPort): void {
    port.endpoint = null;
  }

  removePort(port: SwitchPort): void {
    this.ports.splice(this.ports.indexOf(port), 1);
  }
}
