// One function per command of the main thread. They run inside the loop, between two rounds of frames.

import type { Command } from '../../channel/messages.ts';
import type { EndpointReporter } from '../endpoint/endpoint.ts';
import { type BuiltEndpoint, buildEndpoint } from '../endpoint/registry.ts';
import { Hub } from '../segment/hub.ts';
import { Link } from '../segment/link.ts';
import type { Segment } from '../segment/segment.ts';
import type { Tap } from '../tap.ts';
import type { Loop } from './loop.ts';

type AddSegment = Extract<Command, { type: 'addSegment' }>;
type Resolved = Extract<Command, { type: 'resolved' }>;

/** The segments of one thread and what can be done to them. */
export class Commands {
  private readonly loop: Loop;
  private readonly reporter: EndpointReporter;
  private readonly tap: Tap | null;
  private readonly random: () => number;
  private readonly segments = new Map<number, Segment>();
  private readonly endpoints = new Map<number, BuiltEndpoint>();

  constructor(loop: Loop, options: { reporter: EndpointReporter; tap: Tap | null; random: () => number }) {
    this.loop = loop;
    this.reporter = options.reporter;
    this.tap = options.tap;
    this.random = options.random;
  }

  run(command: Command): void {
    switch (command.type) {
      case 'addSegment':
        this.addSegment(command);
        break;
      case 'resolved':
        this.resolved(command);
        break;
      case 'stop':
        this.stop();
        break;
    }
  }

  private addSegment({ segmentId, kind, ends }: AddSegment): void {
    const built = ends.map(({ endpointId, spec }) =>
      buildEndpoint(endpointId, spec, { loop: this.loop, reporter: this.reporter, random: this.random }),
    );
    const plugged = built.map(({ endpoint }, index) => ({ endpoint, counters: ends[index]!.counters }));
    const segment =
      kind === 'link' ? new Link(segmentId, this.loop, plugged[0]!, plugged[1]!) : new Hub(segmentId, plugged);
    segment.setTap(this.tap);
    this.segments.set(segmentId, segment);
    built.forEach((one, index) => {
      one.plugIn(segment.ports[index]!);
      this.endpoints.set(one.endpoint.id, one);
    });
    for (const { endpoint } of built) endpoint.start();
  }

  private resolved({ endpointId, addresses, error }: Resolved): void {
    this.endpoints.get(endpointId)?.onResolved(addresses, error);
  }

  private stop(): void {
    for (const segment of this.segments.values()) segment.close();
    for (const { endpoint } of this.endpoints.values()) endpoint.close();
    this.loop.stop();
  }
}
