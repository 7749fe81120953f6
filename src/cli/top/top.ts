// "tcpbridge top" while it runs: rates come in, states are asked for, the screen is drawn, keys change the order.

import type { ControlClient } from '../../control/http/client.ts';
import type { Rates, Status } from '../../control/http/schemas.ts';
import { follow } from '../remote.ts';
import type { World } from '../world.ts';
import { type SortKey, topRows } from './rows.ts';
import { Screen } from './screen.ts';
import { lastOffset, topLines, visibleLines } from './view.ts';

const SORT_BY_KEY: Readonly<Record<string, SortKey>> = {
  r: 'rate',
  f: 'frames',
  d: 'drops',
  l: 'latency',
  t: 'rtt',
  n: 'name',
  s: 'state',
};
// Half a second beyond the interval, and the bridge is late.
const LATE_MS = 500;

/** How to show it. */
export interface TopOptions {
  readonly intervalMs: number;
  readonly sort: SortKey;
  readonly hasColour: boolean;
}

/** Shows the table until somebody presses q. */
export async function showTop(client: ControlClient, options: TopOptions, world: World): Promise<void> {
  const ending = new AbortController();
  const top = new Top(client, options, world, () => ending.abort());
  try {
    await follow(client, ratesPath(options.intervalMs), (event) => top.take(JSON.parse(event.data)), ending.signal);
  } finally {
    top.close();
  }
}

/** Where rates at this interval come from. */
export function ratesPath(intervalMs: number): string {
  return `/v1/rates?intervalMs=${intervalMs}`;
}

class Top {
  readonly #client: ControlClient;
  readonly #options: TopOptions;
  readonly #world: World;
  readonly #quit: () => void;
  readonly #screen: Screen;
  #rates: Rates | undefined;
  #status: Status | undefined;
  #isAsking = false;
  #isAway = false;
  #late: NodeJS.Timeout | undefined;
  #sort: SortKey;
  #isReversed = false;
  #offset = 0;

  constructor(client: ControlClient, options: TopOptions, world: World, quit: () => void) {
    this.#client = client;
    this.#options = options;
    this.#world = world;
    this.#quit = quit;
    this.#sort = options.sort;
    this.#screen = new Screen({ onKey: (key) => this.#onKey(key), onRedraw: () => this.#draw() });
  }

  take(rates: Rates): void {
    this.#rates = rates;
    this.#isAway = false;
    clearTimeout(this.#late);
    this.#late = setTimeout(() => {
      this.#isAway = true;
      this.#draw();
    }, this.#options.intervalMs + LATE_MS);
    void this.#ask();
  }

  close(): void {
    clearTimeout(this.#late);
    this.#screen.close();
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      this.#status = await this.#client.status();
      this.#draw();
    } catch {
      // The stream of rates will say the same.
    } finally {
      this.#isAsking = false;
    }
  }

  #draw(): void {
    if (this.#status === undefined || this.#rates === undefined) return;
    const form = { columns: this.#world.columns, rows: this.#world.rows, hasColour: this.#options.hasColour };
    const moment = { links: this.#status.segments, rates: this.#rates };
    const rows = topRows(moment, this.#sort, this.#isReversed);
    this.#offset = Math.max(0, Math.min(this.#offset, lastOffset(rows, form)));
    const order = { sort: this.#sort, isReversed: this.#isReversed, offset: this.#offset };
    this.#screen.draw(topLines({ status: this.#status, rows, isAway: this.#isAway, ...order }, form));
  }

  #onKey(key: string): void {
    const page = visibleLines({ rows: this.#world.rows });
    const moves: Readonly<Record<string, number>> = {
      ...{ up: -1, k: -1, down: 1, j: 1, pageup: -page, pagedown: page, space: page },
      ...{ home: Number.NEGATIVE_INFINITY, end: Number.MAX_SAFE_INTEGER },
    };
    const sort = SORT_BY_KEY[key];
    if (key === 'q' || key === 'escape') this.#quit();
    else if (sort !== undefined) this.#sort = sort;
    else if (key === 'v') this.#isReversed = !this.#isReversed;
    else this.#offset += moves[key] ?? 0;
    this.#draw();
  }
}
