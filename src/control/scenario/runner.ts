// Runs one scenario at a time on a bridge: a clock, the timeline, and the changes that it asks for, one after the other.
//
//              pause()                  the timeline has nothing left: restore
//   running ◀──────────▶ paused              ┌──────────▶ finished
//      │     resume()      │                 │
//      ├───────────────────┴── stop(): restore ─────────▶ stopped
//      └─────────────────────────────────────┘
//
// A change that cannot be made (somebody removed the link) is an entry of the log, and the scenario goes on.

import { TcpbridgeError } from '../../errors.ts';
import { describeStep, linksOfScenario, type Scenario, type ScenarioStep } from '../../scenario/scenario.ts';
import { type Operation, Timeline } from '../../scenario/timeline.ts';
import type { Topology } from '../../topology/topology.ts';
import type { Changes } from '../changes.ts';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import {
  afterDeed,
  afterUndo,
  afterUndoing,
  checkImpairable,
  conditionsOf,
  type LinkCondition,
  stillHeld,
} from './deeds.ts';
import { type Lasting, takeBack, wantedState, without } from './lasting.ts';
import { type LogEntry, ScenarioLog } from './scenario-log.ts';

/** What a scenario is doing. */
export type ScenarioState = 'running' | 'paused' | 'finished' | 'stopped';

/** A scenario as it is now. */
export interface ScenarioStatus {
  readonly name: string;
  readonly state: ScenarioState;
  /** RFC 3339 with microseconds. */
  readonly startedAt: string;
  /** Since the start, without pauses. */
  readonly elapsedMs: number;
  /** When something is due next; undefined when nothing is, or only frames are waited for. */
  readonly nextMs?: number;
  readonly steps: number;
  /** Entries of the log so far, and those of them that are failures. */
  readonly done: number;
  readonly failed: number;
}

/** Waits for frames; calls back when the so many-th has passed, and gives a function that ends the wait. */
export type WatchFrames = (
  watched: NonNullable<ScenarioStep['on']>,
  onSeen: (seen: { readonly atMs: number }) => void,
) => () => void;

/** What a runner tells. */
export interface ScenarioListener {
  readonly onState: (status: ScenarioStatus) => void;
  readonly onEntry: (entry: LogEntry) => void;
}

interface Run {
  readonly scenario: Scenario;
  readonly timeline: Timeline;
  readonly log: ScenarioLog;
  readonly startedAt: string;
  /** How the links were at the start. */
  readonly before: ReadonlyMap<string, LinkCondition>;
  /** By step and occurrence, in the order in which they began: for what undoes it. */
  readonly undo: Map<string, Lasting>;
  /** By the same: when it was done first. */
  readonly doneMs: Map<string, number>;
  /** By step: ends the wait for its frame. */
  readonly watches: Map<number, () => void>;
  state: ScenarioState;
  /** The clock when scenario time was zero, pauses taken out. */
  zeroMs: number;
  pausedAtMs: number;
}

function checkTrigger({ link, direction }: NonNullable<ScenarioStep['on']>, { segments }: Topology): void {
  const segment = segments.find(({ name }) => name === link);
  if (segment === undefined) throw new TcpbridgeError('link_unknown', { name: link });
  const { kind, name } = segment;
  if (direction !== undefined && kind !== 'link') throw new TcpbridgeError('no_direction', { kind, name });
}

/** Runs scenarios, one at a time. */
export class ScenarioRunner {
  readonly #changes: Changes;
  readonly #listener: ScenarioListener;
  readonly #watch: WatchFrames;
  readonly #clock: Clock;
  #run: Run | undefined;
  #cancel = () => {};
  #working: Promise<void> = Promise.resolve();

  constructor(changes: Changes, watch: WatchFrames, listener: ScenarioListener, clock = SYSTEM_CLOCK) {
    this.#changes = changes;
    this.#watch = watch;
    this.#listener = listener;
    this.#clock = clock;
  }

  /** The scenario that runs, or ran last. */
  status(): ScenarioStatus | undefined {
    return this.#run && this.#describe(this.#run);
  }

  /** What happened, from entry number `from` on. */
  entries(from = 0): LogEntry[] {
    return this.#run?.log.since(from) ?? [];
  }

  /** Fails as start() would. */
  check(scenario: Scenario): void {
    const { topology } = this.#changes.bridge;
    conditionsOf(topology, linksOfScenario(scenario));
    for (const { action, links, on } of scenario.steps) {
      if (on !== undefined) checkTrigger(on, topology);
      if (action.kind !== 'impair' && action.kind !== 'ramp') continue;
      for (const segment of topology.segments) if (links.includes(segment.name)) checkImpairable(segment);
    }
    const { name = '', state } = this.status() ?? {};
    if (state === 'running' || state === 'paused') throw new TcpbridgeError('scenario_running', { name });
  }

  /** Starts a scenario. */
  start(scenario: Scenario): ScenarioStatus {
    this.check(scenario);
    const run: Run = {
      scenario,
      timeline: new Timeline(scenario),
      log: new ScenarioLog(),
      startedAt: this.#clock.wall(),
      before: conditionsOf(this.#changes.bridge.topology, linksOfScenario(scenario)),
      undo: new Map(),
      doneMs: new Map(),
      watches: new Map(),
      state: 'running',
      zeroMs: this.#clock.nowMs(),
      pausedAtMs: 0,
    };
    this.#run = run;
    this.#tell(run);
    this.#schedule(run);
    return this.#describe(run);
  }

  /** Holds a scenario where it is; frames count no more. */
  pause(): ScenarioStatus {
    if (this.#run?.state === 'paused')
      throw new TcpbridgeError('scenario_state', { name: this.#run.scenario.name, state: 'paused', go: 'resume' });
    const run = this.#expect('running', 'pause');
    run.pausedAtMs = this.#clock.nowMs();
    this.#setState(run, 'paused');
    return this.#describe(run);
  }

  /** Goes on where a scenario was paused. */
  resume(): ScenarioStatus {
    if (this.#run?.state === 'running')
      throw new TcpbridgeError('scenario_state', { name: this.#run.scenario.name, state: 'running', go: 'pause' });
    const run = this.#expect('paused', 'resume');
    run.zeroMs += this.#clock.nowMs() - run.pausedAtMs;
    this.#setState(run, 'running');
    this.#schedule(run);
    return this.#describe(run);
  }

  /** Ends a scenario, and makes its links as they were unless it says otherwise. */
  async stop(): Promise<ScenarioStatus> {
    const run = this.#run;
    if (run === undefined || (run.state !== 'running' && run.state !== 'paused')) {
      throw new TcpbridgeError('scenario_missing', { wanted: 'stop' });
    }
    await this.#end(run, 'stopped');
    return this.#describe(run);
  }

  /** Forgets the scenario without touching a link: the bridge goes. */
  close(): void {
    this.#cancel();
    for (const end of this.#run?.watches.values() ?? []) end();
    this.#run = undefined;
  }

  #expect(state: ScenarioState, wanted: string): Run {
    if (this.#run?.state !== state) throw new TcpbridgeError('scenario_missing', { wanted });
    return this.#run;
  }

  #elapsedMs({ state, zeroMs, pausedAtMs }: Run): number {
    return (state === 'paused' ? pausedAtMs : this.#clock.nowMs()) - zeroMs;
  }

  #schedule(run: Run): void {
    this.#cancel();
    if (run !== this.#run || run.state !== 'running') return;
    const { nextMs } = run.timeline;
    const delayMs = nextMs - this.#elapsedMs(run);
    if (delayMs === Number.POSITIVE_INFINITY) return;
    this.#cancel = this.#clock.after(delayMs, () => {
      this.#working = this.#working.then(() => this.#work(run));
    });
  }

  async #work(run: Run): Promise<void> {
    if (run !== this.#run || run.state !== 'running') return;
    for (const operation of run.timeline.take(this.#elapsedMs(run))) {
      // Paused or stopped while the one before was done; of what was due already nothing is lost by a pause.
      if (run !== this.#run || (run.state as ScenarioState) === 'stopped') return;
      await this.#carryOut(run, operation);
    }
    if (run.timeline.isDone && run.state === 'running') await this.#end(run, 'finished');
    else this.#schedule(run);
  }

  async #carryOut(run: Run, operation: Operation): Promise<void> {
    const { step: index, what } = operation;
    const step = run.scenario.steps[index]!;
    if (what.kind === 'arm' || what.kind === 'disarm') {
      const isArmed = what.kind === 'arm';
      await this.#log(run, operation, step, isArmed ? 'wait for a frame' : 'wait no more', async () => {
        this.#setWatch(run, index, isArmed);
        return { changed: false };
      });
      return;
    }
    const key = `${index}/${operation.occurrence}`;
    if (what.kind === 'undo') {
      const dueMs = undoMs(step, operation, run.doneMs.get(key));
      if (this.#elapsedMs(run) < dueMs) {
        run.timeline.postpone(operation, dueMs);
        return;
      }
      const undoing = run.undo.get(key);
      run.doneMs.delete(key);
      // What could not be done has failed already.
      if (undoing === undefined) return;
      const held = takeBack(run.undo, key);
      const make = (actual: Topology) => stillHeld(actual, afterUndoing(actual, undoing), held);
      await this.#log(run, operation, step, `undo ${describeStep(step)}`, () => this.#changes.apply(make));
      return;
    }
    let undoing: Lasting | undefined;
    const make = (actual: Topology) => {
      const after = afterDeed(actual, step.links, what);
      const [now, made] = [actual, after].map((topology) => conditionsOf(topology, step.links));
      const earlier = run.undo.get(key);
      // A ramp does many things: what others did between two of them is not its own.
      undoing = { before: earlier === undefined ? now! : without(earlier, now!), made: made!, isUp: wantedState(what) };
      return after;
    };
    const did = [what.kind, ...step.links].join(' ') + triggerText(step, operation);
    const isDone = await this.#log(run, operation, step, did, () => this.#changes.apply(make));
    if (step.forMs === undefined) return;
    if (!isDone || undoing === undefined) return;
    run.undo.set(key, undoing);
    if (!run.doneMs.has(key)) run.doneMs.set(key, this.#elapsedMs(run));
  }

  async #log(
    run: Run,
    { atMs, plannedMs = atMs, step: index, occurrence }: Omit<Operation, 'what'>,
    step: Pick<ScenarioStep, 'name'>,
    did: string,
    act: () => Promise<{ readonly changed: boolean }>,
  ): Promise<boolean> {
    const beganMs = this.#clock.nowMs();
    let changed = false;
    let error: string | undefined;
    try {
      ({ changed } = await act());
    } catch (cause) {
      error = (cause as Error).message;
    }
    const doneMs = this.#clock.nowMs();
    const entry = run.log.add({
      time: this.#clock.wall(),
      monotonicUs: Math.round(doneMs * 1000),
      plannedMs: micros(plannedMs),
      beganMs: micros(beganMs - run.zeroMs),
      doneMs: micros(doneMs - run.zeroMs),
      step: step.name,
      index,
      occurrence,
      did,
      changed,
      ...(error === undefined ? {} : { error }),
    });
    this.#listener.onEntry(entry);
    return error === undefined;
  }

  #setWatch(run: Run, index: number, isArmed: boolean): void {
    run.watches.get(index)?.();
    run.watches.delete(index);
    const { on } = run.scenario.steps[index]!;
    if (!isArmed || on === undefined) return;
    const end = this.#watch(on, ({ atMs }) => {
      run.watches.delete(index);
      if (run.state !== 'running') return;
      run.timeline.fire(index, atMs - run.zeroMs);
      this.#schedule(run);
    });
    run.watches.set(index, end);
  }

  async #end(run: Run, state: 'finished' | 'stopped'): Promise<void> {
    this.#cancel();
    const atMs = this.#elapsedMs(run);
    if (state === 'stopped') run.state = state;
    for (const end of run.watches.values()) end();
    run.watches.clear();
    if (run.scenario.restores) {
      const make = (actual: Topology) => afterUndo(actual, run.before);
      await this.#log(run, { atMs, step: -1, occurrence: 0 }, { name: 'end' }, 'restore', () =>
        this.#changes.apply(make),
      );
    }
    this.#setState(run, state);
  }

  #setState(run: Run, state: ScenarioState): void {
    run.state = state;
    if (state !== 'running') this.#cancel();
    this.#tell(run);
  }

  #tell(run: Run): void {
    this.#listener.onState(this.#describe(run));
  }

  #describe(run: Run): ScenarioStatus {
    const { scenario, state, startedAt, log, timeline } = run;
    const isOver = state === 'finished' || state === 'stopped';
    const { nextMs } = timeline;
    return {
      name: scenario.name,
      state,
      startedAt,
      elapsedMs: micros(isOver ? log.lastMs : this.#elapsedMs(run)),
      ...(isOver || !Number.isFinite(nextMs) ? {} : { nextMs: micros(nextMs) }),
      steps: scenario.steps.length,
      done: log.count,
      failed: log.failed,
    };
  }
}

// Counted from when the step was done, which is later than planned on a machine that is busy; but what repeats is over
// before it begins again.
function undoMs({ forMs, everyMs, atMs }: ScenarioStep, { occurrence }: Operation, doneMs: number | undefined): number {
  if (forMs === undefined || doneMs === undefined) return 0;
  const againMs = everyMs === undefined ? Number.POSITIVE_INFINITY : atMs + (occurrence + 1) * everyMs;
  return doneMs + forMs < againMs ? doneMs + forMs : 0;
}

// ", by frame, the 3rd": which frame it was that counted.
function triggerText({ on }: ScenarioStep, { what }: Operation): string {
  if (on === undefined || what.kind === 'undo') return '';
  return ` (by frame${on.count === 1 ? '' : `, number ${on.count}`})`;
}

function micros(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
