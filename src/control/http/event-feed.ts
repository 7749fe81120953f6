// The events of a bridge as records of a server-sent event stream, each written once for all readers, and the last
// thousand kept for those who come back. https://html.spec.whatwg.org/multipage/server-sent-events.html

import type { Bridge } from '../bridge.ts';

const KEPT_EVENTS = 1000;

/** What a reader who was away has missed. */
export interface CatchUp {
  readonly records: readonly string[];
  /** Events that are not kept any more; undefined when nobody knows how many. */
  readonly missed: number | undefined;
}

/** Collects the events of one bridge from the moment it is made. */
export class EventFeed {
  // Ids of an earlier process must not look like ours.
  readonly #epoch = Date.now().toString(36);
  readonly #listeners = new Set<(record: string) => void>();
  /** Oldest first; the last one has number #count. */
  readonly #kept: string[] = [];
  readonly #undo: (() => void)[] = [];
  #count = 0;

  constructor(bridge: Bridge) {
    const forward = <A extends object>(type: string) => {
      return (data: A) => this.#publish(type, data);
    };
    const listening = forward('listening');
    const waiting = forward('waiting');
    const attached = forward('attached');
    const detached = forward('detached');
    const streamBroken = forward('stream_broken');
    const busy = forward('busy');
    const changed = forward('changed');
    const notice = forward('notice');
    const lint = forward('lint');
    const rearmed = forward('capture_rearmed');
    const scenario = forward('scenario');
    const scenarioStep = forward('scenario_step');
    const healed = ({ link, direction }: { link: string; direction: string }) =>
      this.#publish('healed', { link, direction });
    bridge.on('scenario', scenario).on('scenarioStep', scenarioStep).on('healed', healed);
    this.#undo.push(() => {
      bridge.off('scenario', scenario).off('scenarioStep', scenarioStep).off('healed', healed);
    });
    bridge.on('lint', lint).on('captureRearmed', rearmed);
    this.#undo.push(() => {
      bridge.off('lint', lint).off('captureRearmed', rearmed);
    });
    bridge.on('listening', listening).on('waiting', waiting).on('attached', attached).on('detached', detached);
    bridge.on('streamBroken', streamBroken).on('busy', busy).on('changed', changed).on('notice', notice);
    this.#undo.push(() => {
      bridge.off('listening', listening).off('waiting', waiting).off('attached', attached).off('detached', detached);
      bridge.off('streamBroken', streamBroken).off('busy', busy).off('changed', changed).off('notice', notice);
    });
  }

  /** Calls back with every record from now on, until the returned function is called. */
  subscribe(listener: (record: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What happened after the event with this id. */
  since(lastEventId: string): CatchUp {
    const [epoch, digits = ''] = lastEventId.split('-', 2);
    const seen = /^\d{1,15}$/.test(digits) ? Number(digits) : Number.POSITIVE_INFINITY;
    if (epoch !== this.#epoch || seen > this.#count) return { records: this.#kept, missed: undefined };
    const first = this.#count - this.#kept.length;
    return { records: this.#kept.slice(Math.max(0, seen - first)), missed: Math.max(0, first - seen) };
  }

  /** Stops listening to the bridge. */
  close(): void {
    for (const undo of this.#undo.splice(0)) undo();
    this.#listeners.clear();
  }

  #publish(type: string, data: object): void {
    this.#count++;
    const text = JSON.stringify({ time: new Date().toISOString(), ...data });
    const record = `id: ${this.#epoch}-${this.#count}\nevent: ${type}\ndata: ${text}\n\n`;
    this.#kept.push(record);
    if (this.#kept.length > KEPT_EVENTS) this.#kept.shift();
    for (const listener of this.#listeners) listener(record);
  }
}
