// Reads what vrnetlab's topology machine reads and writes (JSON; github.com/vrnetlab/vrnetlab, topology-machine):
//   high level: "p2p", "fullmeshes" and "hubs" between "routers", whose interfaces are numbered here exactly as there
//   low level:  "links" and "hubs" with the numbers that it has given
// Its order: p2p by name of the first router, then the meshes by name, each pair by name, then the hubs by name; every
// router takes its interfaces from 1 upwards in that order. So a lab keeps its cabling when it changes to tcpbridge.

import { z } from 'zod';
import { quote } from '../../errors.ts';
import { parseEndpoint } from '../endpoint-spec.ts';
import type { Topology } from '../topology.ts';
import type { ContainerNaming } from './containerlab.ts';
import { buildTopology, type DraftEnd, type DraftSegment } from './drafts.ts';
import { type Findings, isPlainMap, type Path } from './findings.ts';
import { expecting, validate } from './schema-text.ts';

interface Place {
  readonly router: string;
  readonly path: Path;
}

const ROUTERS = 'a list of names of routers, such as ["vr1", "vr2"]';
const END = 'a map such as {router: vr1, numeric: 1}';
const MAX_SHOWN_ROUTERS = 10;
const KNOWN_KEYS = ['routers', 'p2p', 'fullmeshes', 'hubs', 'links', 'links_by_nodes'];

const router = z.string({ error: expecting('the name of a router') });
const routerList = z.array(router, { error: expecting(ROUTERS) });
const lists = z.record(z.string(), routerList, { error: expecting('a map of lists of routers') });
const routers = z.record(z.string(), z.unknown(), { error: expecting('a map of routers, such as {"vr1": {}}') });
const end = z.looseObject(
  { router, numeric: z.int({ error: expecting('the number of the interface') }) },
  { error: expecting(END) },
);

const highLevelSchema = z.looseObject({
  routers,
  p2p: lists.optional(),
  fullmeshes: lists.optional(),
  hubs: lists.optional(),
});

const lowLevelSchema = z.looseObject({
  links: z.array(z.looseObject({ left: end, right: end }, { error: expecting('a map with "left" and "right"') }), {
    error: expecting('a list of links'),
  }),
  hubs: z
    .record(z.string(), z.array(end, { error: expecting(`a list of ends, each ${END}`) }), {
      error: expecting('a map of hubs'),
    })
    .optional(),
});

/** Reads a document of the topology machine, of either level. */
export function readTopologyMachine(findings: Findings, naming: ContainerNaming): Topology {
  findings.reportUnset(() => true);
  const { value } = findings.source;
  if (isPlainMap(value)) {
    const others = Object.keys(value).filter((key) => !KNOWN_KEYS.includes(key));
    const [first] = others;
    if (first !== undefined) {
      findings.note([first], `Ignored, because it does not concern links: ${others.join(', ')}`);
    }
  }
  const reader = new Reader(findings, naming.containerPrefix ?? '');
  const isLowLevel = isPlainMap(value) && Object.hasOwn(value, 'links');
  const drafts = isLowLevel ? reader.lowLevel(value) : reader.highLevel(value);
  return buildTopology(drafts, undefined, findings);
}

class Reader {
  readonly #findings: Findings;
  readonly #prefix: string;
  readonly #used = new Map<string, number>();

  constructor(findings: Findings, prefix: string) {
    this.#findings = findings;
    this.#prefix = prefix;
  }

  lowLevel(value: unknown): DraftSegment[] {
    const document = validate(lowLevelSchema, value, [], this.#findings);
    if (document === undefined) return [];
    const links = document.links.map(({ left, right }, i): DraftSegment => {
      const path = ['links', i];
      const ends = [this.#end(left, [...path, 'left']), this.#end(right, [...path, 'right'])];
      return { kind: 'link', path, ends };
    });
    const hubs = Object.entries(document.hubs ?? {}).map(([name, members]): DraftSegment => {
      const path = ['hubs', name];
      return { kind: 'hub', name, path, ends: members.map((member, i) => this.#end(member, [...path, i])) };
    });
    return [...links, ...hubs];
  }

  highLevel(value: unknown): DraftSegment[] {
    const document = validate(highLevelSchema, value, [], this.#findings);
    if (document === undefined) return [];
    for (const name of Object.keys(document.routers)) this.#used.set(name, 0);
    const { p2p = {}, fullmeshes = {}, hubs = {} } = document;
    const drafts: DraftSegment[] = [];
    for (const [name, neighbours] of byName(p2p)) {
      for (const [i, neighbour] of neighbours.entries()) {
        const path = ['p2p', name, i];
        if (neighbour === name) {
          this.#findings.problem(path, `Router ${quote(name)} is linked to itself; write another one`);
        } else {
          drafts.push(this.#link({ router: name, path: ['p2p', name] }, { router: neighbour, path }, path));
        }
      }
    }
    for (const [name, members] of byName(fullmeshes)) {
      for (const [left, right] of pairs(members, ['fullmeshes', name])) {
        drafts.push(this.#link(left, right, ['fullmeshes', name]));
      }
    }
    for (const [name, members] of byName(hubs)) {
      const path = ['hubs', name];
      const ends = members.map((member, i) => this.#next({ router: member, path: [...path, i] }));
      drafts.push({ kind: 'hub', name, path, ends });
    }
    return drafts;
  }

  #link(left: Place, right: Place, path: Path): DraftSegment {
    return { kind: 'link', path, ends: [this.#next(left), this.#next(right)] };
  }

  #next({ router: name, path }: Place): DraftEnd | undefined {
    const used = this.#used.get(name);
    if (used === undefined) {
      // Told once for each place, however many links hang on it.
      if (!this.#findings.isBroken(path)) {
        const names = [...this.#used.keys()].slice(0, MAX_SHOWN_ROUTERS).map(quote).join(', ');
        const right = names === '' ? 'add it under routers' : `write one of ${names}, or add it under routers`;
        this.#findings.problem(path, `Router ${quote(name)} is not defined; ${right}`);
      }
      return undefined;
    }
    this.#used.set(name, used + 1);
    return this.#end({ router: name, numeric: used + 1 }, path);
  }

  #end({ router: name, numeric }: { readonly router: string; readonly numeric: number }, path: Path) {
    const endpoint = this.#findings.attempt(path, () => parseEndpoint(`${this.#prefix}${name}/${numeric}`));
    return endpoint && { path, endpoint, label: endpoint.text };
  }
}

// All pairs of different members, each once, in the order of their names.
function pairs(members: readonly string[], path: Path): [Place, Place][] {
  const first = new Map<string, Place>();
  for (const [i, name] of members.entries()) {
    if (!first.has(name)) first.set(name, { router: name, path: [...path, i] });
  }
  const places = byName(Object.fromEntries(first)).map(([, place]) => place);
  return places.flatMap((left, i) => places.slice(i + 1).map((right): [Place, Place] => [left, right]));
}

// By code units, as Python sorts names that have no characters beyond the basic plane.
function byName<T>(map: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(map).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
