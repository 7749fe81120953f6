// Carrier: a guest sees its link up exactly while there is somebody at the other end of a cable that is up. QEMU does not
// tell the guest of its TCP connection (the netdev's link_down is not the NIC's), only `set_link` of a monitor does, so
// this looks at the bridge, says what each guest should see, and has the keepers of the monitors set it. Main thread only;
// no frame ever waits for it.
//
//   bridge: events, a tick ──▶ wanted per endpoint ──▶ MonitorKeeper per monitor ──▶ set_link
//
// Of an endpoint that is in no link any more the cable is pulled: down; the topology goes on listing it, so that its
// carrier follows again when it comes back. One that stays in its link but is not listed any more is opted out: its carrier
// is given back, up, as QEMU starts with.
//
// A bridge that has just started has found nobody yet: until the first tick that alone pulls no cable, so that a planned
// restart disturbs no guest.

import type { EventEmitter } from 'node:events';
import type { Logger } from '../log/logger.ts';
import { type CarrierSpec, formatMonitor } from '../topology/carrier.ts';
import { endpointKey } from '../topology/endpoint-spec.ts';
import type { Topology } from '../topology/topology.ts';
import { carrierWishes, type Wish } from './carrier-wishes.ts';
import type { BridgeEvents } from './events.ts';
import { KEEPER_WORLD, type KeeperWorld, MonitorKeeper } from './monitor/monitor-keeper.ts';
import type { SegmentStatus } from './segment-record.ts';

/** What a guest sees, as far as it is known: `busy` when another client holds the monitor. */
export type CarrierState = 'up' | 'down' | 'busy' | 'unknown';

/** How the carrier of one endpoint fares. */
export interface CarrierStatus {
  readonly endpoint: string;
  readonly monitor: string;
  readonly netdev: string;
  readonly wanted: 'up' | 'down';
  readonly carrier: CarrierState;
  /** Why the carrier is wanted so, or what keeps it from being so. */
  readonly detail: string;
}

/** What a bridge shows of itself here. */
export interface CarrierSource extends EventEmitter<BridgeEvents> {
  readonly topology: Topology;
  status(): SegmentStatus[];
}

/** How to run it. */
export interface CarrierOptions {
  readonly log: Logger;
  readonly world?: KeeperWorld;
  /** How often the bridge is looked at even when it tells nothing, in milliseconds. */
  readonly tickMs?: number;
}

/** What happens to the carriers when the bridge ends: `keep` leaves them as they are. */
export type LastCarrier = 'keep' | 'up' | 'down';

interface Followed {
  readonly spec: CarrierSpec;
  readonly keeper: MonitorKeeper;
  wish: Wish;
  attaches: number;
  isReleased: boolean;
  /** The last that was logged. */
  told: string;
}

const TICK_MS = 2000;
/** Events come in swarms, and one look at the bridge answers them all. */
const MIN_GAP_MS = 25;
/** A machine that left the topology and cannot be reached this many times is gone for good. */
const MAX_FAREWELLS = 8;
const CLOSE_DEADLINE_MS = 100;
const NO_LINK: Omit<Wish, 'attaches'> = { isUp: false, isPlaced: false, isLonely: false, why: 'no link' };
const EVENTS = ['attached', 'detached', 'changed', 'listening'] as const;

/** Makes the carriers of guests follow the links of a bridge. */
export class Carrier {
  readonly #bridge: CarrierSource;
  readonly #log: Logger;
  readonly #world: KeeperWorld;
  readonly #keepers = new Map<string, MonitorKeeper>();
  /** By endpoint key. */
  readonly #followed = new Map<string, Followed>();
  /** Monitor -> the trouble that was logged. */
  readonly #toldTroubles = new Map<string, string>();
  readonly #tick: NodeJS.Timeout;
  #refreshTimer: NodeJS.Timeout | undefined;
  #refreshedMs = 0;
  #hasTicked = false;
  #isClosed = false;
  readonly #onEvent = (): void => this.#refreshSoon();

  /** Begins at once. */
  constructor(bridge: CarrierSource, { log, world = KEEPER_WORLD, tickMs = TICK_MS }: CarrierOptions) {
    this.#bridge = bridge;
    this.#log = log;
    this.#world = world;
    for (const event of EVENTS) bridge.on(event, this.#onEvent);
    this.#tick = setInterval(() => {
      this.#hasTicked = true;
      this.#refresh();
    }, tickMs);
    this.#tick.unref();
    this.#refreshSoon();
  }

  /** Every endpoint whose carrier is looked after. */
  status(): CarrierStatus[] {
    return [...this.#followed.values()].filter((one) => !one.isReleased).map(describe);
  }

  /** What the guest at this endpoint (by key) sees; undefined when its carrier is not looked after. */
  stateOf(key: string): CarrierState | undefined {
    const one = this.#followed.get(key);
    return one === undefined || one.isReleased ? undefined : stateOf(one);
  }

  /** Ends it. By default the carriers stay as they are, so that a bridge that starts again at once disturbs no guest. */
  async close(last: LastCarrier = 'keep', deadlineMs = CLOSE_DEADLINE_MS): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#tick);
    clearTimeout(this.#refreshTimer);
    for (const event of EVENTS) this.#bridge.off(event, this.#onEvent);
    if (last !== 'keep') {
      for (const one of this.#followed.values()) {
        if (!one.isReleased) one.wish = { ...NO_LINK, isUp: last === 'up', attaches: 0, why: 'tcpbridge ends' };
      }
      this.#handOut();
      await this.#settled(deadlineMs);
    }
    for (const keeper of this.#keepers.values()) keeper.close();
  }

  #refreshSoon(): void {
    if (this.#refreshTimer !== undefined || this.#isClosed) return;
    const delayMs = Math.max(0, this.#refreshedMs + MIN_GAP_MS - performance.now());
    this.#refreshTimer = setTimeout(() => this.#refresh(), delayMs);
    this.#refreshTimer.unref();
  }

  #refresh(): void {
    clearTimeout(this.#refreshTimer);
    this.#refreshTimer = undefined;
    this.#refreshedMs = performance.now();
    const { topology } = this.#bridge;
    if (topology.carriers.length === 0 && this.#followed.size === 0) return;
    const wishes = carrierWishes(this.#bridge.status());
    this.#follow(topology, wishes);
    const returned = new Set<MonitorKeeper>();
    for (const [key, one] of this.#followed) {
      const wish = wishes.get(key) ?? { ...NO_LINK, attaches: one.attaches };
      // A machine that was started anew has forgotten what was set, of all its interfaces.
      if (wish.isPlaced && wish.attaches !== one.attaches) {
        if (wish.attaches > one.attaches) returned.add(one.keeper);
        one.attaches = wish.attaches;
      }
      one.wish = one.isReleased ? { ...wish, isUp: true, isLonely: false, why: 'not looked after any more' } : wish;
    }
    this.#handOut();
    for (const keeper of returned) keeper.forget();
    this.#tell();
  }

  /** Brings `#followed` up to date with what the topology lists. */
  #follow(topology: Topology, wishes: ReadonlyMap<string, Wish>): void {
    const listed = new Map(topology.carriers.map((spec) => [endpointKey(spec.endpoint), spec]));
    for (const [key, spec] of listed) {
      const before = this.#followed.get(key);
      const isSame = before?.spec.netdev === spec.netdev && before.keeper.name === formatMonitor(spec.monitor);
      if (before !== undefined && isSame) {
        before.isReleased = false;
        continue;
      }
      const attaches = wishes.get(key)?.attaches ?? 0;
      const wish = { ...NO_LINK, attaches };
      this.#followed.set(key, { spec, keeper: this.#keeperOf(spec), wish, attaches, isReleased: false, told: '' });
    }
    for (const [key, one] of this.#followed) {
      if (listed.has(key)) continue;
      if (one.wish.isPlaced && wishes.has(key)) one.isReleased = true;
      const isGivenBack = one.isReleased && one.keeper.stateOf(one.spec.netdev) === true;
      const isHopeless = one.keeper.failures >= MAX_FAREWELLS && (one.isReleased || !wishes.has(key));
      if (isGivenBack || isHopeless) this.#followed.delete(key);
    }
  }

  #keeperOf({ monitor }: CarrierSpec): MonitorKeeper {
    const name = formatMonitor(monitor);
    const known = this.#keepers.get(name);
    if (known !== undefined) return known;
    const keeper = new MonitorKeeper(monitor, () => this.#tell(name), this.#world);
    this.#keepers.set(name, keeper);
    return keeper;
  }

  #handOut(): void {
    const wanted = new Map<MonitorKeeper, Map<string, boolean>>();
    for (const { spec, keeper, wish } of this.#followed.values()) {
      const its = wanted.get(keeper) ?? new Map<string, boolean>();
      wanted.set(keeper, its);
      if (this.#hasTicked || !wish.isLonely) its.set(spec.netdev, wish.isUp);
    }
    for (const [name, keeper] of this.#keepers) {
      const its = wanted.get(keeper);
      if (its !== undefined) {
        keeper.want(its);
        continue;
      }
      keeper.close();
      this.#keepers.delete(name);
      this.#toldTroubles.delete(name);
    }
  }

  async #settled(deadlineMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineMs);
    });
    await Promise.race([Promise.all([...this.#keepers.values()].map((keeper) => keeper.settled())), late]);
    clearTimeout(timer);
  }

  /** Logs what is new, of one monitor or of all: troubles once per monitor, states once per endpoint. */
  #tell(only?: string): void {
    if (this.#isClosed) return;
    for (const [name, keeper] of this.#keepers)
      if (only === undefined || only === name) this.#tellTrouble(name, keeper);
    for (const one of this.#followed.values()) {
      if (one.isReleased || (only !== undefined && only !== one.keeper.name)) continue;
      const { carrier, detail, endpoint, monitor, netdev } = describe(one);
      const trouble = one.keeper.troubleOf(netdev);
      const isSet = carrier === (one.wish.isUp ? 'up' : 'down');
      const news = trouble?.fault === 'monitor_refused' ? detail : isSet ? carrier : one.told;
      if (news === one.told) continue;
      one.told = news;
      const fields = { endpoint, carrier, detail, monitor, netdev };
      if (isSet) this.#log.record('info', 'carrier', `${endpoint} sees its link ${carrier}: ${detail}`, fields);
      else this.#log.record('warn', 'carrier_refused', `${endpoint} has no carrier that follows: ${detail}`, fields);
    }
  }

  #tellTrouble(monitor: string, { trouble }: MonitorKeeper): void {
    const told = this.#toldTroubles.get(monitor) ?? '';
    const news = trouble?.fault ?? '';
    if (news === told) return;
    this.#toldTroubles.set(monitor, news);
    if (trouble === undefined) {
      this.#log.record('info', 'monitor', `Monitor ${monitor} answers`, { monitor });
      return;
    }
    // A machine that is off has a monitor that is off: not worth a warning.
    const level = trouble.fault === 'monitor_busy' || trouble.fault === 'monitor_garbled' ? 'warn' : 'info';
    const text = `Monitor ${monitor}: ${trouble.reason}; the carrier of its machine does not follow until it answers`;
    this.#log.record(level, trouble.fault, `${text}${adviceFor(trouble.fault)}`, { monitor, reason: trouble.reason });
  }
}

function adviceFor(fault: string): string {
  if (fault !== 'monitor_busy') return '';
  return '; give the machine a second monitor, such as "-qmp tcp:0.0.0.0:4100,server=on,wait=off"';
}

function stateOf({ keeper, spec }: Followed): CarrierState {
  if (keeper.trouble?.fault === 'monitor_busy') return 'busy';
  const isUp = keeper.stateOf(spec.netdev);
  return isUp === undefined ? 'unknown' : isUp ? 'up' : 'down';
}

function describe(one: Followed): CarrierStatus {
  const { spec, keeper, wish } = one;
  const trouble = keeper.troubleOf(spec.netdev);
  return {
    endpoint: spec.endpoint.text,
    monitor: keeper.name,
    netdev: spec.netdev,
    wanted: wish.isUp ? 'up' : 'down',
    carrier: stateOf(one),
    detail: trouble === undefined ? wish.why : `monitor ${keeper.name}: ${trouble.reason}`,
  };
}
