// The facade behind the command line, the API and the library: `apply` a topology, watch what happens. Threads are
// started, segments are placed on them, and every change becomes commands that each thread takes between two frames.

import { EventEmitter } from 'node:events';
import { FIELD, makeCounterBlock, readCounters } from '../channel/counters.ts';
import type { EndpointSetup, EndpointState, EndSetup, Report, SegmentSetup } from '../channel/messages.ts';
import type { TapRing } from '../channel/tap-ring.ts';
import { type EndpointSpec, endpointKey, hasSameSettings } from '../topology/endpoint-spec.ts';
import { withSeeds } from '../topology/seeds.ts';
import { makeTopology, type SegmentSpec, type Topology } from '../topology/topology.ts';
import type { CarrierState } from './carrier.ts';
import { tellNotice, tellOfEnd } from './end-reports.ts';
import type { BridgeEvents } from './events.ts';
import { type Announcement, ForwardingThread } from './forwarding-thread.ts';
import { chooseThread, findMisplaced, groupByThread } from './placement.ts';
import { type Plan, reconcile } from './reconcile.ts';
import { Resolver } from './resolver.ts';
import {
  countersOf,
  describeSegment,
  describeTap,
  type EndRecord,
  type Handover,
  impairedOf,
  type LooseEndpoint,
  type SegmentRecord,
  type SegmentStatus,
} from './segment-record.ts';
import { changeSettings, heal, noteImpaired } from './setting-commands.ts';
import { describeSetup, type MacPage, type MacQuestion, readMacs, withPort } from './switch-commands.ts';

/** How to run a bridge. */
export interface BridgeOptions {
  /** Forwarding threads; one is enough for two cores. */
  readonly workers?: number;
  /** Whether copies of frames are made for a per-frame log. */
  readonly tapped?: boolean;
}

const NOTHING = makeTopology([]);

/** A running bridge. */
export class Bridge extends EventEmitter<BridgeEvents> {
  readonly #tapped: boolean;
  #threads: ForwardingThread[] = [];
  readonly #segments = new Map<string, SegmentRecord>();
  readonly #segmentsById = new Map<number, SegmentRecord>();
  readonly #ends = new Map<number, EndRecord>();
  /** Endpoints that are being taken out of their place: endpoint id -> who waits for the state. */
  readonly #releasing = new Map<number, (state: EndpointState) => void>();
  readonly #resolver = new Resolver();
  #topology = NOTHING;
  /** By endpoint key: the carrier that was set last; set by whoever looks after carriers, if anybody does. */
  carrierOf: ((key: string) => CarrierState | undefined) | undefined;
  #changing: Promise<unknown> = Promise.resolve();
  #nextId = 1;
  #handover: Handover | undefined;
  // A thread that sits in epoll_wait would keep process.exit() from ever returning.
  readonly #onExit = () => {
    for (const thread of this.#threads) thread.stopNow();
  };

  /** Starts the threads; nothing runs on them yet. */
  constructor({ workers = 1, tapped = false }: BridgeOptions = {}) {
    super();
    this.#tapped = tapped;
    this.#startThreads(workers);
    process.on('exit', this.#onExit);
  }

  /** Starts threads and everything that `topology` names. Machines need not be there yet. */
  static start(topology: Topology, options: BridgeOptions = {}): Bridge {
    const bridge = new Bridge(options);
    bridge.adopt(topology);
    return bridge;
  }

  /** Resolves when all threads have loaded and wait for frames. */
  async ready(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.ready));
  }

  /** Runs `topology` on a bridge on which nothing runs yet; with `handover`, on the sockets of another bridge. */
  adopt(wanted: Topology, handover?: Handover): void {
    const topology = withSeeds(wanted, NOTHING, Math.random);
    const loose = new Map<string, LooseEndpoint>();
    for (const [key, { state, detail }] of handover?.endpoints ?? []) {
      loose.set(key, { endpointId: this.#nextId++, state, detail });
    }
    this.#handover = handover;
    this.#addAll(topology.segments, loose);
    this.#handover = undefined;
    this.#topology = topology;
  }

  /** What runs now. */
  get topology(): Topology {
    return this.#topology;
  }

  /** The running segments themselves, for whoever reads many counters. */
  get records(): Iterable<SegmentRecord> {
    return this.#segments.values();
  }

  /** The forwarding threads. */
  get threads(): readonly ForwardingThread[] {
    return this.#threads;
  }

  /** The rings that hold copies of frames, one per thread; empty when not tapped. */
  get tapRings(): TapRing[] {
    return this.#threads.flatMap((thread) => thread.tapRing ?? []);
  }

  /** Every link and hub as it is now. */
  status(): SegmentStatus[] {
    return [...this.#segments.values()].map((segment) => describeSegment(segment, this.carrierOf));
  }

  /** The endpoints that are not attached, as written. */
  waiting(): string[] {
    return [...this.#ends.values()]
      .filter((end) => readCounters(end.counters).state !== 'attached')
      .map((end) => end.endpoint.text);
  }

  /** Names for what a tap record's numbers stand for. */
  describeTap(segmentId: number, endId: number): { link: string; from: string; to: string } {
    return describeTap(this.#segmentsById.get(segmentId), endId);
  }

  /** The addresses that a switch has learned, and whether it is to forget them; undefined when there is no such switch. */
  async macs(name: string, question: MacQuestion): Promise<MacPage | undefined> {
    const segment = this.#segments.get(name);
    return segment?.spec.kind === 'switch' ? await readMacs(segment, question) : undefined;
  }

  /** What `apply` would do. */
  plan(wanted: Topology): Plan {
    return reconcile(this.#topology, wanted);
  }

  /**
   * Makes the running topology the wanted one. Changes are carried out one after the other; links that a change does
   * not name keep their sockets, their thread, their counters and every frame.
   *
   * @param makeWanted the topology, or how to make it from the one that runs when the change's turn has come
   */
  async apply(makeWanted: Topology | ((actual: Topology) => Topology | Promise<Topology>)): Promise<Plan> {
    const change = this.#changing.then(async () => {
      const made = typeof makeWanted === 'function' ? await makeWanted(this.#topology) : makeWanted;
      const wanted = withSeeds(made, this.#topology, Math.random);
      const plan = reconcile(this.#topology, wanted);
      await this.#carryOut(wanted, plan);
      this.#topology = wanted;
      for (const step of plan.steps) this.emit('changed', step);
      return plan;
    });
    this.#changing = change.catch(() => {});
    return await change;
  }

  /** Closes every connection, so that the machines listen again, and ends the threads. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.stop()));
    process.off('exit', this.#onExit);
  }

  /** Lets the threads practise a hand-over on so many endpoints that lead nowhere. */
  async rehearseHandOver(endpoints: number): Promise<void> {
    for (const thread of this.#threads) thread.post({ type: 'rehearseHandOver', endpoints });
    await Promise.all(this.#threads.map((thread) => thread.sync()));
  }

  /** Lets go of every connection without closing it and ends the threads; whoever gets the result goes on with it. */
  async handOver(): Promise<Handover> {
    await this.#changing;
    const ends = [...this.#ends.values()];
    const releases = ends.map((end) => this.#awaitRelease(end.endpointId));
    await Promise.all(this.#threads.map((thread) => thread.handOver()));
    const states = await Promise.all(releases);
    process.off('exit', this.#onExit);
    return {
      endpoints: new Map(
        ends.map((end, index) => [endpointKey(end.endpoint), { state: states[index]!, detail: end.detail }]),
      ),
      counters: countersOf(this.#segments.values()),
      impaired: impairedOf(this.#segments.values()),
    };
  }

  /** Goes on with what `handOver` gave when nobody else wanted it. */
  takeBack(topology: Topology, handover: Handover): void {
    const workers = this.#threads.length;
    this.#segments.clear();
    this.#segmentsById.clear();
    this.#ends.clear();
    this.#startThreads(workers);
    process.on('exit', this.#onExit);
    this.adopt(topology, handover);
    this.emit('wired');
  }

  #startThreads(workers: number): void {
    this.#threads = Array.from({ length: workers }, () => {
      const thread: ForwardingThread = new ForwardingThread(
        {
          onReport: (report) => this.#onReport(thread, report),
          onEnd: (error) => this.emit('threadDied', error ?? new Error('Forwarding thread ended unexpectedly')),
        },
        { tapped: this.#tapped },
      );
      return thread;
    });
  }

  async #carryOut(wanted: Topology, plan: Plan): Promise<void> {
    const misplaced = findMisplaced(wanted, this.#segments, this.#threads);
    const loose = await this.#takeOut(new Set([...plan.moved, ...misplaced.endpoints]));
    const after = new Map(wanted.segments.map((segment) => [segment.name, segment]));
    for (const segment of [...this.#segments.values()]) {
      const { name, kind } = segment.spec;
      if (after.get(name)?.kind !== kind || misplaced.names.has(name)) this.#remove(segment);
    }
    for (const spec of wanted.segments) {
      const segment = this.#segments.get(spec.name);
      if (segment === undefined) continue;
      if (spec.kind === 'link') this.#rewire(segment, spec, loose);
      else this.#changeMembers(segment, spec, loose);
      changeSettings(segment, spec);
    }
    const added = wanted.segments.filter((spec) => !this.#segments.has(spec.name));
    this.#addAll(added, loose);
    this.emit('wired');
    // Whoever is told that a change is done finds it done.
    await Promise.all(this.#threads.map((thread) => thread.sync()));
  }

  /** Unplugs endpoints that go elsewhere. Until they are there, their sockets hold the frames. */
  async #takeOut(moved: ReadonlySet<string>): Promise<Map<string, LooseEndpoint>> {
    const leaving = [...this.#ends.values()].filter((end) => moved.has(endpointKey(end.endpoint)));
    const states = leaving.map((end) => {
      const state = this.#awaitRelease(end.endpointId);
      end.segment.thread.post({ type: 'release', endId: end.endId });
      return state;
    });
    const loose = new Map<string, LooseEndpoint>();
    for (const [index, end] of leaving.entries()) {
      const { endpointId, detail } = end;
      loose.set(endpointKey(end.endpoint), { endpointId, detail, state: await states[index]! });
    }
    return loose;
  }

  #awaitRelease(endpointId: number): Promise<EndpointState> {
    return new Promise((resolve) => this.#releasing.set(endpointId, resolve));
  }

  /** One command per thread, however many segments: in a takeover every machine waits for this. */
  #addAll(specs: readonly SegmentSpec[], loose: Map<string, LooseEndpoint>): void {
    const placed = specs.map((spec) => this.#add(spec, loose));
    for (const [thread, segments] of groupByThread(placed)) thread.post({ type: 'addSegments', segments });
  }

  #add(spec: SegmentSpec, loose: Map<string, LooseEndpoint>): { thread: ForwardingThread; setup: SegmentSetup } {
    const thread = chooseThread(spec, this.#threads);
    const segment: SegmentRecord = { id: this.#nextId++, spec, thread, ends: [] };
    this.#segments.set(spec.name, segment);
    this.#segmentsById.set(segment.id, segment);
    const ends = spec.endpoints.map((endpoint) => this.#makeEnd(segment, endpoint, loose));
    return { thread, setup: describeSetup(segment, ends, this.#handover?.impaired.get(spec.name)) };
  }

  #remove(segment: SegmentRecord): void {
    segment.thread.post({ type: 'removeSegment', segmentId: segment.id });
    for (const end of [...segment.ends]) this.#forgetEnd(end);
    this.#segments.delete(segment.spec.name);
    this.#segmentsById.delete(segment.id);
  }

  #rewire(segment: SegmentRecord, spec: SegmentSpec, loose: Map<string, LooseEndpoint>): void {
    for (const [index, endpoint] of spec.endpoints.entries()) {
      const end = segment.ends[index]!;
      if (endpointKey(end.endpoint) === endpointKey(endpoint) && hasSameSettings(end.endpoint, endpoint)) {
        end.endpoint = endpoint;
        continue;
      }
      this.#unlist(end);
      const setup = this.#plugInto(end, endpoint, loose);
      segment.thread.post({ type: 'replace', endId: end.endId, endpoint: setup });
    }
  }

  #changeMembers(segment: SegmentRecord, spec: SegmentSpec, loose: Map<string, LooseEndpoint>): void {
    const wanted = new Map(spec.endpoints.map((endpoint) => [endpointKey(endpoint), endpoint]));
    for (const end of [...segment.ends]) {
      const endpoint = wanted.get(endpointKey(end.endpoint));
      if (endpoint !== undefined && hasSameSettings(end.endpoint, endpoint)) {
        wanted.delete(endpointKey(endpoint));
        continue;
      }
      segment.thread.post({ type: 'removeEnd', segmentId: segment.id, endId: end.endId });
      this.#forgetEnd(end);
    }
    for (const endpoint of wanted.values()) {
      const end = this.#makeEnd(segment, endpoint, loose);
      segment.thread.post({ type: 'addEnd', segmentId: segment.id, end: withPort(spec, endpoint, end) });
    }
  }

  #makeEnd(segment: SegmentRecord, endpoint: EndpointSpec, loose: Map<string, LooseEndpoint>): EndSetup {
    const counters = makeCounterBlock();
    const before = this.#handover?.counters.get(segment.spec.name)?.get(endpointKey(endpoint));
    if (before !== undefined) counters.set(before);
    const end: EndRecord = { endId: this.#nextId++, segment, counters, endpointId: 0, endpoint, detail: '' };
    segment.ends.push(end);
    segment.thread.load++;
    return { endId: end.endId, counters, endpoint: this.#plugInto(end, endpoint, loose) };
  }

  #plugInto(end: EndRecord, endpoint: EndpointSpec, loose: Map<string, LooseEndpoint>): EndpointSetup {
    const found = loose.get(endpointKey(endpoint));
    end.endpoint = endpoint;
    end.endpointId = found?.endpointId ?? this.#nextId++;
    end.detail = found?.detail ?? 'starting';
    this.#ends.set(end.endpointId, end);
    return { endpointId: end.endpointId, spec: endpoint, state: found?.state };
  }

  /** An endpoint that has moved is listed under its new end already. */
  #unlist(end: EndRecord): void {
    if (this.#ends.get(end.endpointId) === end) this.#ends.delete(end.endpointId);
  }

  #forgetEnd(end: EndRecord): void {
    this.#unlist(end);
    const { ends, thread } = end.segment;
    ends.splice(ends.indexOf(end), 1);
    thread.load--;
    end.counters[FIELD.state] = 0;
  }

  #onReport(thread: ForwardingThread, report: Announcement): void {
    if (report.type === 'handedOver') {
      noteImpaired(this.#segmentsById, report.impaired);
      for (const [endpointId, state] of report.states) this.#onReleased(endpointId, state);
      return;
    }
    if (report.type === 'tapped') {
      this.emit('tapped');
      return;
    }
    if (report.type === 'healed') {
      heal(this, this.#segmentsById.get(report.segmentId), report);
      return;
    }
    if (report.type === 'notice') {
      this.#onNotice(report);
      return;
    }
    const { endpointId } = report;
    if (report.type === 'released') {
      this.#onReleased(endpointId, report.state);
      return;
    }
    if (report.type === 'resolve') {
      this.#resolver.resolve(report.host, (addresses, error) =>
        thread.post({ type: 'resolved', endpointId, addresses, error }),
      );
      return;
    }
    const end = this.#ends.get(endpointId);
    if (end !== undefined) tellOfEnd(this, end, report);
  }

  #onNotice(report: Extract<Report, { type: 'notice' }>): void {
    const { endpointId, segmentId } = report;
    const end = this.#ends.get(endpointId ?? -1);
    const segment = end?.segment ?? this.#segmentsById.get(segmentId ?? -1);
    if (segment !== undefined) tellNotice(this, segment, end, report);
  }

  #onReleased(endpointId: number, state: EndpointState): void {
    this.#releasing.get(endpointId)?.(state);
    this.#releasing.delete(endpointId);
  }
}
