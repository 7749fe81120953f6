// Every change to a running bridge passes here: one after the other, checked before anything is touched, and kept on
// disk before it is acknowledged. The HTTP API, a watched file and a signal all make the same call.

import { withSeeds } from '../topology/seeds.ts';
import type { Topology } from '../topology/topology.ts';
import type { Bridge } from './bridge.ts';
import type { Step } from './reconcile.ts';
import { withoutHealed } from './setting-commands.ts';
import { type SideChange, sideChanges } from './side-changes.ts';
import type { StateFile } from './state-file.ts';

/** How to make a change. */
export interface ChangeOptions {
  /** Only tell what would be done. */
  readonly dryRun?: boolean;
  /** Writes the state file even when nothing changes, because it may hold something older. */
  readonly keepState?: boolean;
}

/** What a change did, or would do. */
export interface Change {
  /** Whether anything is different, be it a label. */
  readonly changed: boolean;
  readonly steps: readonly Step[];
  /** What is different beyond the steps; left out when it is nothing. */
  readonly also?: readonly SideChange[];
}

/** The wanted topology, or how to make it from the one that runs when the turn of the change has come. */
export type MakeTopology = Topology | ((actual: Topology) => Topology | Promise<Topology>);

/** Changes a bridge, one change at a time. */
export class Changes {
  readonly bridge: Bridge;
  readonly #stateFile: StateFile | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(bridge: Bridge, stateFile?: StateFile) {
    this.bridge = bridge;
    this.#stateFile = stateFile;
    bridge.on('healed', (event) => {
      const heal = (actual: Topology) => withoutHealed(actual, event);
      // A state file that cannot be written keeps nothing impaired.
      this.apply(heal).catch(() => bridge.apply(heal));
    });
  }

  /**
   * Makes the running topology the wanted one. Whatever throws before that leaves everything as it was: a topology
   * that cannot be, or a state file that cannot be written.
   */
  async apply(wanted: MakeTopology, options: ChangeOptions = {}): Promise<Change> {
    return await this.#inTurn(() => this.#apply(wanted, options));
  }

  /** Waits for the change under way and holds up all others until the returned function is called. */
  async hold(): Promise<() => void> {
    const { promise: released, resolve: release } = withResolver();
    const { promise: held, resolve: isHeld } = withResolver();
    void this.#inTurn(() => {
      isHeld();
      return released;
    });
    await held;
    return release;
  }

  async #apply(makeWanted: MakeTopology, { dryRun = false, keepState = false }: ChangeOptions): Promise<Change> {
    const actual = this.bridge.topology;
    const made = typeof makeWanted === 'function' ? await makeWanted(actual) : makeWanted;
    const wanted = withSeeds(made, actual, Math.random);
    const { steps } = this.bridge.plan(wanted);
    // Topology documents need libraries that take longer to load than a bridge to start, and a large one takes its time
    // to be written: only who needs the text pays for it.
    const { formatState } = await import('./state-file.ts');
    const changed = steps.length > 0 || formatState(actual) !== formatState(wanted);
    const also = changed ? sideChanges(actual, wanted) : [];
    const change = { changed, steps, ...(also.length === 0 ? {} : { also }) };
    if (dryRun || !(changed || keepState)) return change;
    if (this.#stateFile !== undefined) await this.#stateFile.write(formatState(wanted));
    try {
      await this.bridge.apply(wanted);
    } catch (error) {
      if (this.#stateFile !== undefined) await this.#stateFile.write(formatState(actual));
      throw error;
    }
    return change;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return await turn;
  }
}

function withResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
