// Runs drills on a bridge, one at a time, and keeps what the last ones found out.
//
//   watch ─ before ─▶ change the link ─ for ─▶ make it as it was ─ after ─▶ stop watching ─▶ analyse, and again
//                                        └ whatever goes wrong from here on leads there as well
//
// Who started a drill may go away or end it at any time: the link is made as it was, what was seen by then is measured, and
// the drill is over.

import { setTimeout as wait } from 'node:timers/promises';
import { analyse } from '../../drill/analyse.ts';
import type { DrillResult, RunResult } from '../../drill/result.ts';
import { summarize } from '../../drill/summary.ts';
import { TcpbridgeError } from '../../errors.ts';
import { compileFilter } from '../../filter/filter.ts';
import type { Topology } from '../../topology/topology.ts';
import { monotonicNow } from '../capture/wall-clock.ts';
import type { Changes } from '../changes.ts';
import { afterDeed, checkImpairable, conditionsOf } from '../scenario/deeds.ts';
import { FlowWatch } from './flow-watch.ts';
import { LinkChange } from './link-change.ts';
import type { DrillProgress, DrillRequest } from './request.ts';

/** Frames that are on their way when a run ends are waited for this long. */
const LAST_FRAMES_MS = 200;
const MOST_KEPT = 10;

/** Runs drills. */
export class Drills {
  readonly #changes: Changes;
  readonly #kept: DrillResult[] = [];
  #nextId = 1;
  #running: { readonly ending: AbortController; readonly done: Promise<unknown> } | undefined;
  #isClosed = false;

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  /** The last drills, oldest first, with the one that runs. */
  get results(): readonly DrillResult[] {
    return this.#kept;
  }

  /** One of them. */
  find(id: number): DrillResult | undefined {
    return this.#kept.find((result) => result.id === id);
  }

  /** The link of the drill that runs. */
  get busyLink(): string | undefined {
    return this.#running === undefined ? undefined : (this.#kept.at(-1)?.link ?? '');
  }

  /** Fails as start() would. */
  check({ link, deed, flow, watch, to }: DrillRequest): void {
    const { topology } = this.#changes.bridge;
    conditionsOf(topology, [link, ...watch, ...to]);
    if (deed.kind === 'impair') checkImpairable(topology.segments.find(({ name }) => name === link)!);
    afterDeed(topology, [link], deed);
    compileFilter(flow);
    if (this.#isClosed) throw new TcpbridgeError('stopping', undefined);
    if (this.busyLink !== undefined) throw new TcpbridgeError('drill_running', { link: this.busyLink });
  }

  /**
   * Starts a drill; resolves with its result, and rejects when it fails or `signal` ended it: the link is as it was then.
   */
  async start(
    request: DrillRequest,
    onProgress: (progress: DrillProgress) => void,
    signal: AbortSignal,
  ): Promise<DrillResult> {
    this.check(request);
    const ending = new AbortController();
    const done = this.#runAll(request, onProgress, AbortSignal.any([signal, ending.signal]));
    const running = { ending, done: done.catch(() => {}) };
    this.#running = running;
    try {
      return await done;
    } finally {
      this.#running = undefined;
    }
  }

  /** Ends a drill, and resolves when its link is as it was. */
  async stop(): Promise<void> {
    this.#running?.ending.abort();
    await this.#running?.done;
  }

  /** The same for good. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.stop();
  }

  async #runAll(
    request: DrillRequest,
    onProgress: (progress: DrillProgress) => void,
    signal: AbortSignal,
  ): Promise<DrillResult> {
    const { link, change, flow, repeat } = request;
    const id = this.#nextId++;
    const startedAt = new Date().toISOString();
    const runs: RunResult[] = [];
    const keep = (state: DrillResult['state']): DrillResult => {
      const result = { id, state, link, change, flow, startedAt, summary: summarize(runs), runs: [...runs] };
      const index = this.#kept.findIndex((kept) => kept.id === id);
      if (index < 0) this.#kept.push(result);
      else this.#kept[index] = result;
      if (this.#kept.length > MOST_KEPT) this.#kept.shift();
      return result;
    };
    keep('running');
    try {
      for (let run = 1; run <= repeat; run++) {
        const tell = (phase: DrillProgress['phase']) =>
          onProgress({ drill: id, run, runs: repeat, phase, link, change });
        runs.push(await this.#run(request, run, tell, signal));
        keep('running');
        tell('measured');
        signal.throwIfAborted();
      }
      return keep('finished');
    } catch (error) {
      keep(signal.aborted ? 'stopped' : 'failed');
      throw signal.aborted ? new TcpbridgeError('drill_failed', { reason: 'it was ended' }, { cause: error }) : error;
    }
  }

  async #run(
    request: DrillRequest,
    run: number,
    tell: (phase: DrillProgress['phase']) => void,
    signal: AbortSignal,
  ): Promise<RunResult> {
    const { flow, watch: links, to, beforeMs, forMs, afterMs } = request;
    const startedAt = new Date().toISOString();
    const startNs = monotonicNow();
    const watch = new FlowWatch(this.#changes.bridge, { filter: flow, links });
    try {
      tell('watching');
      await wait(beforeMs, undefined, { signal });
      watch.read();
      // Nothing is cut for nothing.
      if (watch.sightings.count === 0) throw new TcpbridgeError('drill_flow_missing', { flow });
      const { cut, heal, changedByOthers } = await this.#change(request, tell, forMs, signal);
      await waitOrEnd(afterMs, signal);
      const early = signal.aborted ? { endedEarly: true as const } : {};
      const untilNs = monotonicNow();
      await wait(LAST_FRAMES_MS);
      await watch.stop();
      const moments = {
        ...{ startNs, untilNs, endNs: monotonicNow() },
        ...{ cutBegunNs: cut.begunNs, cutDoneNs: cut.doneNs, healBegunNs: heal.begunNs, healDoneNs: heal.doneNs },
      };
      const { lanes, hosts, dropped } = watch;
      const analysis = analyse(watch.sightings, { lanes, hosts, dropped, moments, to });
      if (analysis.streams.length === 0) throw new TcpbridgeError('drill_flow_missing', { flow });
      const others = changedByOthers === undefined ? {} : { changedByOthers };
      return { run, startedAt, ...early, missed: watch.missed, ...others, ...analysis };
    } catch (error) {
      await watch.stop();
      throw error;
    }
  }

  async #change(
    { link, deed }: DrillRequest,
    tell: (phase: DrillProgress['phase']) => void,
    forMs: number,
    signal: AbortSignal,
  ) {
    const change = new LinkChange(this.#changes.bridge, link, deed);
    const restore = (actual: Topology): Topology => change.undo(actual);
    try {
      const cut = await timed(() => this.#changes.apply((actual) => change.make(actual)));
      change.watch();
      tell('cut');
      await waitOrEnd(forMs, signal);
      const heal = await timed(() => this.#changes.apply(restore));
      tell('healed');
      return { cut, heal, changedByOthers: change.changedByOthers };
    } catch (error) {
      // A state file that cannot be written keeps no link down.
      await this.#changes.apply(restore).catch(() => this.#changes.bridge.apply(restore));
      throw error;
    } finally {
      change.close();
    }
  }
}

// Ended early, what was seen is still worth telling.
async function waitOrEnd(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => {});
}

async function timed(act: () => Promise<unknown>): Promise<{ readonly begunNs: number; readonly doneNs: number }> {
  const begunNs = monotonicNow();
  await act();
  return { begunNs, doneNs: monotonicNow() };
}
