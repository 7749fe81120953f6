// Changes to running links, one after the other through the control socket, as somebody at a keyboard or a test script makes
// them: down, up, remove, rewire, add, and the whole topology with two ends swapped. Links that are not named here must not
// notice; whether they do is what the callers measure.
import type { ControlClient } from '../src/control/http/client.ts';
import type { LinkPorts } from './generator.ts';

/** How a link of these two ports is written for --p2p, which is also its name. */
export function linkText(ports: LinkPorts): string {
  return ports.map(endpointText).join('--');
}

function endpointText(port: number): string {
  return `tcp:127.0.0.1:${port}`;
}

interface Link {
  readonly name: string;
  readonly a: number;
  b: number;
}

type Change = (links: LinkPair) => Promise<unknown>;
/** Two links that a round of changes is about. */
type LinkPair = readonly [first: Link, second: Link];

/** Makes changes to some links of a bridge. */
export class LinkChanges {
  /** How long each change took until it was acknowledged. */
  readonly timesMs: number[] = [];
  readonly #client: ControlClient;
  readonly #links: readonly Link[];
  readonly #others: readonly string[];
  #turn = 0;
  // A removed link leaves an end for the rewired one, whose old end is the added link's.
  readonly #round: readonly Change[] = [
    ([first]) => this.#client.patchLink(first.name, { state: 'down' }),
    ([first]) => this.#client.patchLink(first.name, { state: 'up' }),
    ([, second]) => this.#client.deleteLink(second.name),
    ([first, second]) => this.#client.patchLink(first.name, { b: endpointText(second.b) }),
    async ([first, second]) => {
      [first.b, second.b] = [second.b, first.b];
      await this.#client.putLink(second.name, { endpoints: [second.a, second.b].map(endpointText) });
    },
    async ([first, second]) => {
      [first.b, second.b] = [second.b, first.b];
      await this.#client.putTopology({ text: this.#document(), type: 'application/json' });
    },
  ];

  /**
   * @param changing the links that are changed, at least two
   * @param others all other links of the bridge, as they are written for --p2p
   */
  constructor(client: ControlClient, changing: readonly LinkPorts[], others: readonly string[]) {
    this.#client = client;
    this.#links = changing.map(([a, b]) => ({ name: linkText([a, b]), a, b }));
    this.#others = others;
  }

  /** Makes the next change. */
  async next(): Promise<void> {
    const [place, round] = [this.#turn % this.#round.length, Math.floor(this.#turn / this.#round.length)];
    this.#turn++;
    const pair = [this.#link(round), this.#link(round + 1)] as const;
    const startedMs = performance.now();
    await this.#round[place]!(pair);
    this.timesMs.push(performance.now() - startedMs);
  }

  /** Makes so many changes a minute until `isOver`; one that takes long is followed by the next at once. */
  async keepPace(perMinute: number, isOver: () => boolean): Promise<void> {
    const startedMs = performance.now();
    for (let count = 0; !isOver(); count++) {
      const waitMs = startedMs + (count * 60_000) / perMinute - performance.now();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      if (!isOver()) await this.next();
    }
  }

  #link(index: number): Link {
    return this.#links[index % this.#links.length]!;
  }

  #document(): string {
    const changing = this.#links.map(({ name, a, b }) => ({ name, endpoints: [a, b].map(endpointText) }));
    const others = this.#others.map((name) => ({ name, endpoints: name.split('--') }));
    return JSON.stringify({ links: [...others, ...changing] });
  }
}
