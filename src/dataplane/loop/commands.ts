// One function per command of the main thread. They run inside the loop, between two rounds of frames, so a change is
// never seen half done by a frame.

import { DROP } from '../../channel/counters.ts';
import type {
  Command,
  EndpointSetup,
  EndpointState,
  EndSetup,
  ImpairmentStates,
  SegmentSetup,
} from '../../channel/messages.ts';
import { DEFAULT_PORT, DEFAULT_SWITCH } from '../../topology/switch-settings.ts';
import type { CapturableEnd as End } from '../capture/captured-end.ts';
import { Captures, type MissingAtEnd } from '../capture/captures.ts';
import type { Endpoint } from '../endpoint/endpoint.ts';
import { buildEndpoint, type EndpointContext } from '../endpoint/registry.ts';
import { FrameWatches } from '../frame-watch.ts';
import { compileMatch } from '../impair/match.ts';
import { Hub } from '../segment/hub.ts';
import { Link, type LinkOptions } from '../segment/link.ts';
import type { Segment, SegmentReporter } from '../segment/segment.ts';
import { Switch } from '../segment/switch.ts';
import { monotonicNs } from '../sys/clock.ts';
import type { Tap } from '../tap.ts';
import { rehearseReleases } from './warm-up.ts';

const NO_MACS = new Int32Array(0);

type Of<T extends Command['type']> = Extract<Command, { type: T }>;

type HandOver = (
  states: (readonly [endpointId: number, state: EndpointState])[],
  impaired: (readonly [segmentId: number, states: ImpairmentStates])[],
) => void;

/** The segments of one thread and what can be done to them. */
export class Commands {
  private readonly context: EndpointContext;
  private readonly tap: Tap | null;
  private readonly onReleased: (endpointId: number, state: EndpointState) => void;
  private readonly onHandedOver: HandOver;
  private readonly onSynced: (syncId: number) => void;
  private readonly onWatched: (watchId: number, atNs: number) => void;
  private readonly onMacs: (requestId: number, words: Int32Array) => void;
  private readonly segmentReporter: SegmentReporter;
  private readonly linkOptions: LinkOptions;
  private readonly segments = new Map<number, Segment>();
  private readonly ends = new Map<number, End>();
  private readonly endpoints = new Map<number, Endpoint>();
  private readonly captures = new Captures(monotonicNs, this.ends);
  private readonly onUncaptured: (captureId: number, missing: readonly MissingAtEnd[]) => void;

  constructor(
    context: EndpointContext,
    options: {
      tap: Tap | null;
      onReleased: (endpointId: number, state: EndpointState) => void;
      onHandedOver: HandOver;
      onSynced: (syncId: number) => void;
      onWatched: (watchId: number, atNs: number) => void;
      onMacs: (requestId: number, words: Int32Array) => void;
      onUncaptured: (captureId: number, missing: readonly MissingAtEnd[]) => void;
      segmentReporter: SegmentReporter;
      onHealed: NonNullable<LinkOptions['onHealed']>;
    },
  ) {
    this.context = context;
    this.tap = options.tap;
    this.onReleased = options.onReleased;
    this.onHandedOver = options.onHandedOver;
    this.onSynced = options.onSynced;
    this.onWatched = options.onWatched;
    this.onMacs = options.onMacs;
    this.onUncaptured = options.onUncaptured;
    this.segmentReporter = options.segmentReporter;
    this.linkOptions = { clock: monotonicNs, onHealed: options.onHealed };
  }

  run(command: Command): void {
    switch (command.type) {
      case 'addSegments':
        for (const segment of command.segments) this.addSegment(segment);
        break;
      case 'removeSegment':
        this.removeSegment(command);
        break;
      case 'setUp':
        this.setUp(command);
        break;
      case 'addEnd':
        this.addEnd(this.segments.get(command.segmentId)!, command.end);
        break;
      case 'removeEnd':
        this.removeEnd(command.endId);
        break;
      case 'replace':
        this.replace(command);
        break;
      case 'release':
        this.release(this.ends.get(command.endId)!);
        break;
      case 'resolved':
        this.endpoints.get(command.endpointId)?.onResolved(command.addresses, command.error);
        break;
      case 'configureSwitch':
        this.switchOf(command.segmentId)?.configure(command.settings, new Map(command.ports));
        break;
      case 'configureImpairments':
        this.linkOf(command.segmentId)?.impair(command.impairments);
        break;
      case 'readMacs':
        this.onMacs(command.requestId, this.switchOf(command.segmentId)?.readMacs(command) ?? NO_MACS);
        break;
      case 'flushMacs':
        this.onMacs(command.requestId, this.switchOf(command.segmentId)?.flushMacs(command) ?? NO_MACS);
        break;
      case 'capture':
        this.captures.start(command);
        break;
      case 'extendCapture':
        this.captures.extend(command.captureId, command.segmentIds);
        break;
      case 'uncapture':
        this.onUncaptured(command.captureId, this.captures.stop(command.captureId));
        break;
      case 'watch':
        this.watch(command);
        break;
      case 'unwatch':
        this.unwatch(command);
        break;
      case 'sync':
        this.onSynced(command.syncId);
        break;
      case 'stop':
        this.stop();
        break;
      case 'rehearseHandOver':
        this.onHandedOver(rehearseReleases(this.context.loop, command.endpoints), []);
        break;
      case 'handOver':
        this.handOver();
        break;
    }
  }

  private addSegment(setup: SegmentSetup): void {
    const { segmentId, isUp, ends } = setup;
    const segment = this.makeSegment(setup);
    segment.isUp = isUp;
    segment.tap = this.tap;
    this.segments.set(segmentId, segment);
    // All ports before the first endpoint, so that the first frame finds its way.
    const made = ends.map((end) => this.makeEnd(segment, end));
    if (segment instanceof Switch) {
      const ports = ends.map(({ endId, port = DEFAULT_PORT }) => [endId, port] as const);
      segment.configure(setup.switch ?? DEFAULT_SWITCH, new Map(ports));
    }
    if (segment instanceof Link && setup.impairments !== undefined) {
      segment.impair(setup.impairments, setup.impairmentStates);
    }
    for (const [index, end] of made.entries()) this.plug(end, ends[index]!.endpoint);
  }

  private makeSegment({ segmentId, kind }: SegmentSetup): Segment {
    const { loop, random } = this.context;
    if (kind === 'link') return new Link(segmentId, loop, this.linkOptions);
    return kind === 'hub' ? new Hub(segmentId) : new Switch(segmentId, loop, this.segmentReporter, random);
  }

  private linkOf(segmentId: number): Link | undefined {
    const segment = this.segments.get(segmentId);
    return segment instanceof Link ? segment : undefined;
  }

  private switchOf(segmentId: number): Switch | undefined {
    const segment = this.segments.get(segmentId);
    return segment instanceof Switch ? segment : undefined;
  }

  private removeSegment({ segmentId }: Of<'removeSegment'>): void {
    const segment = this.segments.get(segmentId);
    for (const [endId, end] of this.ends) if (end.segment === segment) this.removeEnd(endId);
    this.segments.delete(segmentId);
    this.captures.onSegmentRemoved(segmentId);
  }

  private setUp({ segmentId, isUp }: Of<'setUp'>): void {
    this.segments.get(segmentId)!.isUp = isUp;
  }

  private watch({ watchId, segmentId, match, count, endId }: Of<'watch'>): void {
    const segment = this.segments.get(segmentId);
    if (segment === undefined) return;
    const watches =
      segment.tap instanceof FrameWatches
        ? segment.tap
        : new FrameWatches(segment.tap, (id) => {
            this.onWatched(id, monotonicNs());
            this.endWatches(segment);
          });
    watches.add({ watchId, matcher: compileMatch(match), endId, left: count });
    segment.tap = watches;
  }

  private unwatch({ watchId, segmentId }: Of<'unwatch'>): void {
    const segment = this.segments.get(segmentId);
    if (!(segment?.tap instanceof FrameWatches)) return;
    segment.tap.remove(watchId);
    this.endWatches(segment);
  }

  private endWatches(segment: Segment): void {
    if (segment.tap instanceof FrameWatches && segment.tap.isEmpty) segment.tap = segment.tap.tap;
  }

  private addEnd(segment: Segment, setup: EndSetup): void {
    const end = this.makeEnd(segment, setup);
    if (segment instanceof Switch) segment.configurePort(setup.endId, setup.port ?? DEFAULT_PORT);
    this.plug(end, setup.endpoint);
  }

  private removeEnd(endId: number): void {
    const end = this.ends.get(endId)!;
    this.closeEndpoint(end);
    end.segment.removePort(end.port);
    this.ends.delete(endId);
  }

  private replace({ endId, endpoint }: Of<'replace'>): void {
    const end = this.ends.get(endId)!;
    this.closeEndpoint(end);
    this.plug(end, endpoint);
  }

  private release(end: End): void {
    const { endpoint } = end;
    if (endpoint === null) return;
    const state = endpoint.release();
    this.forget(end);
    this.onReleased(endpoint.id, state);
  }

  private stop(): void {
    for (const end of this.ends.values()) end.endpoint?.close(DROP.stopped);
    for (const segmentId of this.segments.keys()) this.linkOf(segmentId)?.dropDelayed(DROP.stopped);
    this.context.loop.stop();
  }

  private handOver(): void {
    const states = [];
    for (const { endpoint } of this.ends.values()) {
      if (endpoint !== null) states.push([endpoint.id, endpoint.release()] as const);
    }
    const impaired = [];
    for (const segmentId of this.segments.keys()) {
      const held = this.linkOf(segmentId)?.saveImpairments();
      if (held !== undefined) impaired.push([segmentId, held] as const);
    }
    this.onHandedOver(states, impaired);
    this.context.loop.stop();
  }

  private makeEnd(segment: Segment, { endId, counters }: EndSetup): End {
    const end: End = { endId, segment, port: segment.addPort(endId, counters), endpoint: null, watch: null };
    this.ends.set(endId, end);
    this.captures.onEndMade(end);
    return end;
  }

  private plug(end: End, { endpointId, spec, state }: EndpointSetup): void {
    const endpoint = buildEndpoint(endpointId, spec, this.context);
    endpoint.port = end.watch ?? end.port;
    end.endpoint = endpoint;
    this.endpoints.set(endpointId, endpoint);
    endpoint.start(state);
    end.segment.plug(end.port, end.watch ?? endpoint);
  }

  private closeEndpoint(end: End): void {
    if (end.endpoint === null) return;
    end.endpoint.close(DROP.notConnected);
    this.forget(end);
  }

  private forget(end: End): void {
    this.endpoints.delete(end.endpoint!.id);
    end.endpoint = null;
    end.segment.unplug(end.port);
  }
}
