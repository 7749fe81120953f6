// Requests to the API by chance: what a lab could ask for, and what nobody should.
import type { Random } from './random.ts';

/** One request. */
export interface ChaosRequest {
  readonly method: string;
  /** With {name} for the values. */
  readonly path: string;
  readonly values: readonly string[];
  readonly query: string;
  readonly body?: string;
}

/** Makes them up. */
export class Chaos {
  readonly #random: Random;
  readonly #endpoints: readonly string[];
  readonly #names = ['a', 'b', 'c', 'lan/1', 'x--y', 'ä %2F', 'hub'];

  constructor(random: Random, folder: string) {
    this.#random = random;
    this.#endpoints = [
      ...Array.from({ length: 6 }, (_, index) => `unix:${folder}/none${index}`),
      ...Array.from({ length: 6 }, (_, index) => `unix-listen:${folder}/l${index}`),
      ...Array.from({ length: 4 }, (_, index) => `tcp:127.0.0.1:${index + 1}`),
    ];
  }

  /** The next request: method, template, values for it, query, type and body. */
  next(): ChaosRequest {
    const random = this.#random;
    const dryRun = random.pick(['', '', '', '?dryRun=true', '?dryRun=no']);
    const name = this.#name();
    const json = (value: unknown) => ({ body: this.#maybeBroken(JSON.stringify(value)) });
    return random.pick<() => ChaosRequest>([
      () => ({ method: 'PUT', path: '/v1/links/{name}', values: [name], query: dryRun, ...json(this.#link()) }),
      () => ({ method: 'PUT', path: '/v1/links/{name}', values: [name], query: dryRun, ...json(this.#link()) }),
      () => ({ method: 'PATCH', path: '/v1/links/{name}', values: [name], query: dryRun, ...json(this.#patch()) }),
      () => ({ method: 'PATCH', path: '/v1/links/{name}', values: [name], query: dryRun, ...json(this.#patch()) }),
      () => ({ method: 'DELETE', path: '/v1/links/{name}', values: [name], query: dryRun }),
      () => ({
        method: 'POST',
        path: '/v1/links/{name}/members',
        values: [name],
        query: dryRun,
        ...json({ endpoint: this.#endpoint(), ...(random.between(0, 3) === 0 ? this.#port() : {}) }),
      }),
      () => ({
        method: 'DELETE',
        path: '/v1/links/{name}/members/{endpoint}',
        values: [name, this.#endpoint()],
        query: dryRun,
      }),
      () => ({ method: 'PUT', path: '/v1/topology', values: [], query: dryRun, ...json(this.#topology()) }),
      () => ({
        method: 'GET',
        path: random.pick(['/v1/status', '/v1/topology', '/v1/links', '/healthz', '/readyz']),
        values: [],
        query: '',
      }),
      () => ({ method: 'GET', path: '/v1/links/{name}', values: [name], query: '' }),
      () => ({
        method: random.pick(['PUT', 'PATCH']),
        path: '/v1/links/{name}/impairments',
        values: [name],
        query: dryRun,
        ...json(this.#impairments()),
      }),
      () => ({
        method: random.pick(['GET', 'DELETE']),
        path: random.pick(['/v1/links/{name}/impairments', '/v1/impairments']),
        values: [name],
        query: '',
      }),
      () => ({
        method: random.pick(['GET', 'DELETE']),
        path: '/v1/links/{name}/macs',
        values: [name],
        query: random.pick(['', '?vlan=10', '?vlan=x', '?mac=02:00:00:00:00:01', '?mac=1', '?endpoint=listen:0']),
      }),
    ])();
  }

  #name(): string {
    const { pick } = { pick: this.#random.pick.bind(this.#random) };
    return this.#random.between(0, 30) === 0
      ? pick(['nobody', '__proto__', 'constructor', 'n'.repeat(1100), '\u0000'])
      : pick(this.#names);
  }

  #endpoint(): string {
    return this.#random.between(0, 15) === 0
      ? this.#random.pick(['', 'vr1', 'listen:0', 'a--b', 'x:y', 'unix:', '\u0000'])
      : this.#random.pick(this.#endpoints);
  }

  #ends(count = 2): string[] {
    return Array.from({ length: count }, () => this.#endpoint());
  }

  #link(): unknown {
    const { between } = { between: this.#random.between.bind(this.#random) };
    const kind = this.#random.pick(['link', 'link', 'hub', 'switch']);
    const endpoints = this.#ends(kind !== 'link' ? between(1, 4) : between(0, 10) === 0 ? 3 : 2);
    return {
      ...(kind === 'link' ? {} : { kind }),
      endpoints,
      ...(kind === 'switch' && between(0, 1) === 0 ? { ports: { [endpoints[0]!]: this.#port() } } : {}),
      ...(between(0, 8) === 0 ? { switch: this.#random.pick([{ ageing: 5 }, { ageing: 'x' }, { storm: {} }]) } : {}),
      ...(between(0, 2) === 0 ? { state: this.#random.pick(['up', 'down']) } : {}),
      ...(between(0, 2) === 0
        ? { labels: this.#random.pick([{ a: '1' }, {}, JSON.parse('{"__proto__":"x"}'), { '': '' }, { b: 1 }]) }
        : {}),
    };
  }

  #impairments(): unknown {
    const { pick } = { pick: this.#random.pick.bind(this.#random) };
    const words = pick<unknown>([
      { delay: '20ms', jitter: '5ms', distribution: pick(['normal', 'gauss', [-1, 1]]) },
      { loss: pick<unknown>([0.1, '1% 25%', '101%', { percent: 1 }, null]), seed: 7 },
      { rate: pick(['10mbit', '10', '1bit']), limit: pick<unknown>([1000, '64kb', 0]) },
      { match: pick(['arp', 'arp arp', '']), every: 3, duration: pick(['1ms', '1h', '0']) },
      { preset: pick(['lte', 'dsl', 'none', 'nothing']) },
      { jitter: '1ms' },
      null,
      'lossy',
      7,
    ]);
    return pick<unknown>([
      { both: words },
      { 'a-to-b': words },
      { 'b-to-a': words, both: {} },
      'metro',
      [],
      { sideways: {} },
    ]);
  }

  #patch(): unknown {
    return this.#random.pick([
      { state: 'up' },
      { state: 'down' },
      { state: 'sideways' },
      { a: this.#endpoint() },
      { b: this.#endpoint() },
      { a: this.#endpoint(), b: this.#endpoint(), state: 'up' },
      { endpoints: this.#ends(this.#random.between(1, 3)) },
      { labels: { a: null, c: 'd' } },
      { ports: { [this.#endpoint()]: this.#random.pick([null, this.#port()]) } },
      { switch: this.#random.pick([{ 'mac-limit': 5 }, { 'mac-limit': null }, { storm: { broadcast: 1 } }]) },
      {},
    ]);
  }

  #port(): object {
    return this.#random.pick<object>([
      {},
      { vlan: 10 },
      { vlan: 10, tunnel: true },
      { trunk: 'all', native: 1 },
      { trunk: [10, '20-30'], isolated: true },
      { vlan: 10, trunk: 'all' },
      { native: 1 },
      { vlan: 5000 },
    ]);
  }

  #topology(): unknown {
    const endpoints = [...this.#endpoints].sort(() => this.#random.fraction() - 0.5);
    const links = this.#names
      .slice(0, this.#random.between(0, 5))
      .map((name) => ({ name, endpoints: endpoints.splice(0, 2) }));
    const hubs = this.#random.between(0, 1) === 0 ? {} : { hubs: { hub: endpoints.splice(0, 3) } };
    const members = endpoints.splice(0, 2).map((endpoint) => ({ endpoint, ...this.#port() }));
    const switches = this.#random.between(0, 1) === 0 ? {} : { switches: { b: members } };
    return this.#random.pick([
      { links, ...hubs },
      { links: links.filter(({ name }) => name !== 'b'), ...hubs, ...switches },
      { links: [...links, 'x'] },
      { linksx: [] },
      7,
      null,
    ]);
  }

  #maybeBroken(text: string): string {
    return this.#random.between(0, 20) === 0 ? text.slice(0, this.#random.between(0, text.length)) : text;
  }
}
