// Keeps the netdevs of one monitor as they are wanted. It opens the monitor only while something is to be set, one
// connection at a time, and tries again for as long as something is missing:
//
//        something to set              open                  all is set
//   idle ────────────────▶ connecting ──────▶ setting ──────────────────▶ idle
//                             ▲  │ in vain      │ in vain
//                             │  ▼              ▼
//                             └─ pause (grows, with jitter)
//
// Setting what is set already changes nothing in QEMU, so it is done again now and then: a QEMU that was started anew has
// forgotten it, and a person may have set something else.

import { formatMonitor, type MonitorSpec } from '../../topology/carrier.ts';
import { type Monitor, type MonitorDeadlines, MonitorError, type MonitorFault } from './monitor.ts';
import { type OpenMonitor, openMonitor } from './open-monitor.ts';

/** Pauses of a keeper, in milliseconds. */
export interface KeeperTimes {
  readonly retryFirstMs: number;
  readonly retryMaxMs: number;
  /** How often everything is set again. */
  readonly repeatMs: number;
  readonly deadlines: MonitorDeadlines;
}

/** The pauses that people get. */
export const KEEPER_TIMES: KeeperTimes = {
  retryFirstMs: 250,
  retryMaxMs: 15_000,
  repeatMs: 30_000,
  // In line behind another client, not knocking again and again: QEMU's line has room for two.
  deadlines: { connectMs: 3000, busyMs: 2000, queueMs: 300_000, answerMs: 5000 },
};

/** What a keeper needs of its surroundings. */
export interface KeeperWorld {
  readonly times: KeeperTimes;
  readonly open: OpenMonitor;
  /** 0 to 1, for the jitter. */
  readonly random: () => number;
}

/** The surroundings that people get. */
export const KEEPER_WORLD: KeeperWorld = { times: KEEPER_TIMES, open: openMonitor, random: Math.random };

/** Why a netdev may not be as it is wanted. */
export interface KeeperTrouble {
  readonly fault: MonitorFault;
  readonly reason: string;
}

/** Sets netdevs by one monitor. */
export class MonitorKeeper {
  readonly name: string;
  /** Attempts in a row that ended before everything was set. */
  failures = 0;
  readonly #spec: MonitorSpec;
  readonly #world: KeeperWorld;
  readonly #onChange: () => void;
  readonly #abort = new AbortController();
  readonly #wanted = new Map<string, boolean>();
  /** What is still to be set, or to be set again. */
  readonly #todo = new Set<string>();
  /** What was set last, as far as QEMU can be trusted to remember it. */
  readonly #set = new Map<string, boolean>();
  readonly #refused = new Map<string, KeeperTrouble>();
  #trouble: KeeperTrouble | undefined;
  #flight: Promise<void> | undefined;
  #pause: NodeJS.Timeout | undefined;
  #repeat: NodeJS.Timeout | undefined;

  /** @param onChange hears of everything that `stateOf` and `trouble` tell anew */
  constructor(spec: MonitorSpec, onChange: () => void, world: KeeperWorld = KEEPER_WORLD) {
    this.name = formatMonitor(spec);
    this.#spec = spec;
    this.#onChange = onChange;
    this.#world = world;
  }

  /** Says how all netdevs shall be; what is not named any more is forgotten. */
  want(wanted: ReadonlyMap<string, boolean>): void {
    let isNew = false;
    for (const [netdev, isUp] of wanted) {
      if (this.#wanted.get(netdev) === isUp) continue;
      this.#wanted.set(netdev, isUp);
      this.#todo.add(netdev);
      isNew = true;
    }
    for (const netdev of [...this.#wanted.keys()]) {
      if (wanted.has(netdev)) continue;
      for (const all of [this.#wanted, this.#todo, this.#set, this.#refused]) all.delete(netdev);
    }
    if (isNew) this.#hurry();
  }

  /** The machine was seen to come back: it has forgotten everything, and its monitor may be there again. */
  forget(): void {
    this.#set.clear();
    this.#refused.clear();
    this.#redo();
    this.#hurry();
  }

  /** Whether a netdev's cable was last set plugged in; undefined while that is not known. */
  stateOf(netdev: string): boolean | undefined {
    return this.#trouble === undefined ? this.#set.get(netdev) : undefined;
  }

  /** What keeps a netdev from being as it is wanted. */
  troubleOf(netdev: string): KeeperTrouble | undefined {
    return this.#trouble ?? this.#refused.get(netdev);
  }

  /** What keeps the monitor as a whole from being of use. */
  get trouble(): KeeperTrouble | undefined {
    return this.#trouble;
  }

  /** Whether everything is as it is wanted. */
  get isDone(): boolean {
    return this.#todo.size === 0;
  }

  /** Resolves when the attempt under way, if any, has ended. */
  async settled(): Promise<void> {
    await this.#flight;
  }

  close(): void {
    clearTimeout(this.#pause);
    clearTimeout(this.#repeat);
    this.#abort.abort();
  }

  #hurry(): void {
    if (this.#flight !== undefined) return;
    // Not at once after a failure: what changes all the time must not knock all the time.
    if (this.failures > 0) this.#retryAfter(this.#world.times.retryFirstMs);
    else this.#start();
  }

  #start(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    if (this.#abort.signal.aborted || this.#flight !== undefined || this.isDone) return;
    this.#flight = this.#attempt().then((isDone) => {
      this.#flight = undefined;
      if (this.#abort.signal.aborted) return;
      this.failures = isDone ? 0 : this.failures + 1;
      this.#onChange();
      if (!isDone) {
        const { retryFirstMs, retryMaxMs } = this.#world.times;
        this.#retryAfter(Math.min(retryMaxMs, retryFirstMs * 2 ** Math.min(this.failures - 1, 20)));
      } else if (this.isDone) this.#repeatLater();
      else this.#start();
    });
  }

  async #attempt(): Promise<boolean> {
    const { open, times } = this.#world;
    let monitor: Monitor | undefined;
    try {
      monitor = await open(this.#spec, {
        deadlines: times.deadlines,
        signal: this.#abort.signal,
        onBusy: () => this.#setTrouble({ fault: 'monitor_busy', reason: 'it serves another client' }),
      });
      // What is wanted may change meanwhile, so it is looked up anew each time.
      const tried = new Set<string>();
      for (let next = this.#next(tried); next !== undefined; next = this.#next(tried)) {
        tried.add(next);
        await this.#setOne(monitor, next);
      }
      this.#setTrouble(undefined);
      return this.#refused.size === 0;
    } catch (error) {
      this.#set.clear();
      this.#redo();
      const fault = error instanceof MonitorError ? error.fault : 'monitor_lost';
      this.#setTrouble({ fault, reason: (error as Error).message });
      return false;
    } finally {
      monitor?.close();
    }
  }

  async #setOne(monitor: Monitor, netdev: string): Promise<void> {
    const isUp = this.#wanted.get(netdev);
    if (isUp === undefined) return;
    try {
      await monitor.setLink(netdev, isUp);
      this.#refused.delete(netdev);
      if (!this.#wanted.has(netdev)) return;
      this.#set.set(netdev, isUp);
      if (this.#wanted.get(netdev) === isUp) this.#todo.delete(netdev);
    } catch (error) {
      if (!(error instanceof MonitorError) || error.fault !== 'monitor_refused') throw error;
      this.#refused.set(netdev, { fault: error.fault, reason: error.message });
    }
  }

  /** A netdev that was refused is tried once per attempt, one that is wanted otherwise meanwhile as often as it takes. */
  #next(tried: ReadonlySet<string>): string | undefined {
    for (const netdev of this.#todo) if (!tried.has(netdev) || !this.#refused.has(netdev)) return netdev;
    return undefined;
  }

  #redo(): void {
    for (const netdev of this.#wanted.keys()) this.#todo.add(netdev);
  }

  #setTrouble(trouble: KeeperTrouble | undefined): void {
    const isSame = trouble?.fault === this.#trouble?.fault && trouble?.reason === this.#trouble?.reason;
    // The same trouble again is no news, but what could be set is.
    this.#trouble = trouble;
    if (!isSame || trouble === undefined) this.#onChange();
  }

  #retryAfter(delayMs: number): void {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#start(), delayMs * (0.8 + 0.4 * this.#world.random()));
    this.#pause.unref();
  }

  #repeatLater(): void {
    clearTimeout(this.#repeat);
    this.#repeat = setTimeout(() => {
      // What is known stays known until the answer.
      this.#redo();
      this.#start();
    }, this.#world.times.repeatMs);
    this.#repeat.unref();
  }
}
