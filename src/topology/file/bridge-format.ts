// Reads our own format (schema.ts): nodes, links, hubs, switches and defaults -> draft segments. A part that the schema has found
// broken is skipped, the rest is checked all the same.

import { z } from 'zod';
import { TcpbridgeError } from '../../errors.ts';
import { checkNetdev } from '../carrier.ts';
import type { Impairments } from '../impairment.ts';
import { readSwitch, type SwitchWords } from '../switch-words.ts';
import type { SegmentKind, Topology } from '../topology.ts';
import { type Inherited, readEnd } from './bridge-endpoint.ts';
import { type Nodes, readNodes } from './bridge-nodes.ts';
import { buildTopology, type DraftEnd, type DraftSegment } from './drafts.ts';
import type { Findings } from './findings.ts';
import { isPlainMap, type Path } from './findings.ts';
import { readImpairmentsDocument } from './impairment-reader.ts';
import type { ImpairmentsDocument } from './impairment-schema.ts';
import { type EndpointDocument, endpointSchema, type TopologyDocument, topologySchema } from './schema.ts';
import { validate } from './schema-text.ts';
import { switchShape } from './switch-schema.ts';

interface Settings {
  readonly state?: 'up' | 'down' | undefined;
  readonly labels?: Record<string, string> | undefined;
  readonly carrier?: boolean | undefined;
  /** Of a link. */
  readonly impairments?: ImpairmentsDocument | undefined;
}

type SegmentBody = Settings &
  SwitchWords & { readonly name?: string | undefined; readonly endpoints: readonly EndpointDocument[] };

/** Reads a document in our own format. */
export function readBridgeFormat(findings: Findings): Topology {
  const { value } = findings.source;
  findings.reportUnset(() => true);
  validate(topologySchema, value, [], findings);
  if (!isPlainMap(value)) {
    findings.throwProblems();
    throw new TypeError('A topology that is no map has passed the schema');
  }
  if (!['links', 'hubs', 'switches'].some((key) => Object.hasOwn(value, key))) {
    findings.problem(
      [],
      'Neither links nor hubs nor switches; write "links:" with a list, which may be empty: "links: []"',
    );
  }
  return new Reader(value as TopologyDocument, findings).read();
}

class Reader {
  readonly #document: TopologyDocument;
  readonly #findings: Findings;
  readonly #defaults: Omit<Settings, 'impairments'> & {
    readonly netdev?: string | undefined;
    readonly impairments?: Impairments | undefined;
  };
  readonly #nodes: Nodes;

  constructor(document: TopologyDocument, findings: Findings) {
    this.#document = document;
    this.#findings = findings;
    const { netdev, ...defaults } = (this.#usable(['defaults']) ? document.defaults : undefined) ?? {};
    this.#defaults = {
      ...defaults,
      netdev: netdev && findings.attempt(['defaults', 'netdev'], () => checkNetdev(netdev)),
      impairments: readImpairmentsDocument(defaults.impairments, ['defaults', 'impairments'], findings),
    };
    this.#nodes = readNodes(document, findings);
  }

  read(): Topology {
    const { name } = this.#document;
    const drafts = [...this.#links(), ...this.#groups('hub', 'hubs'), ...this.#groups('switch', 'switches')];
    return buildTopology(drafts, this.#usable(['name']) ? name : undefined, this.#findings, this.#unplugged());
  }

  #unplugged(): DraftEnd[] {
    const { unplugged } = this.#document;
    if (!Array.isArray(unplugged)) return [];
    const inherited = this.#inherited('link', undefined);
    return unplugged.flatMap((end, i) => {
      const path = ['unplugged', i];
      return (this.#usable(path) ? readEnd(end, path, inherited, this.#findings) : undefined) ?? [];
    });
  }

  *#links(): Generator<DraftSegment> {
    const { links } = this.#document;
    if (!Array.isArray(links)) return;
    for (const [i, link] of links.entries()) {
      const path = ['links', i];
      if (!this.#usable(path)) this.#checkParts('link', link, path);
      else if (typeof link === 'string') yield* this.#shortLink(link, path);
      else yield this.#segment('link', link, path);
    }
  }

  *#shortLink(text: string, path: Path): Generator<DraftSegment> {
    const ends = text.split('--');
    if (ends.length !== 2 || ends.includes('')) {
      this.#findings.problem(path, new TcpbridgeError('link_malformed', { text }).message);
      return;
    }
    yield this.#draft(
      'link',
      undefined,
      {},
      path,
      ends.map((end) => ({ end, path })),
    );
  }

  *#groups(kind: 'hub' | 'switch', key: 'hubs' | 'switches'): Generator<DraftSegment> {
    const groups = this.#document[key];
    if (Array.isArray(groups)) {
      for (const [i, group] of groups.entries()) {
        if (this.#usable([key, i])) yield this.#segment(kind, group, [key, i]);
        else this.#checkParts(kind, group, [key, i]);
      }
    } else if (isPlainMap(groups)) {
      for (const [name, body] of Object.entries(groups)) {
        const path = [key, name];
        if (!this.#usable(path)) {
          this.#checkParts(kind, body, path);
        } else if (Array.isArray(body)) {
          yield this.#draft(
            kind,
            name,
            {},
            path,
            body.map((end, i) => ({ end, path: [...path, i] })),
          );
        } else {
          yield this.#segment(kind, { ...(body as SegmentBody), name }, path);
        }
      }
    }
  }

  /** Of a segment that is broken somewhere: the parts that are not, so that one run shows every mistake. */
  #checkParts(kind: SegmentKind, segment: unknown, path: Path): void {
    const body = isPlainMap(segment) ? segment : {};
    const [ends, base] = Array.isArray(segment) ? [segment, path] : [body.endpoints, [...path, 'endpoints']];
    if (Array.isArray(ends) && (kind !== 'link' || ends.length === 2)) {
      const inherited = this.#inherited(kind, undefined);
      for (const [i, end] of ends.entries()) {
        const place = [...base, i];
        const document = this.#usable(place) ? endpointSchema.safeParse(end).data : undefined;
        if (document !== undefined) readEnd(document, place, inherited, this.#findings);
      }
    }
    if (kind !== 'switch') return;
    const ageing = z.object({ ageing: switchShape.ageing }).safeParse(body).data ?? {};
    if (this.#usable([...path, 'ageing'])) this.#findings.attempt([...path, 'ageing'], () => readSwitch(ageing));
  }

  #inherited(kind: SegmentKind, carrier: boolean | undefined): Inherited {
    const { carrier: defaultCarrier, netdev: defaultNetdev } = this.#defaults;
    return { kind, nodes: this.#nodes, carrier, defaultCarrier, defaultNetdev };
  }

  #segment(kind: SegmentKind, body: SegmentBody, path: Path): DraftSegment {
    const ends = body.endpoints.map((end, i) => ({ end, path: [...path, 'endpoints', i] }));
    return this.#draft(kind, body.name, body, path, ends);
  }

  #draft(
    kind: SegmentKind,
    name: string | undefined,
    settings: Settings & SwitchWords,
    path: Path,
    ends: readonly { readonly end: EndpointDocument; readonly path: Path }[],
  ): DraftSegment {
    const defaults = this.#defaults;
    const inherited = this.#inherited(kind, settings.carrier);
    return {
      kind,
      path,
      name,
      isUp: (settings.state ?? defaults.state ?? 'up') === 'up',
      labels: { ...defaults.labels, ...settings.labels },
      switch: kind === 'switch' ? this.#findings.attempt([...path, 'ageing'], () => readSwitch(settings)) : undefined,
      impairments: kind === 'link' ? this.#impairments(settings.impairments, path) : undefined,
      ends: ends.map(({ end, path: place }) => readEnd(end, place, inherited, this.#findings)),
    };
  }

  #impairments(document: ImpairmentsDocument | undefined, path: Path): Impairments | undefined {
    if (document === undefined) return this.#defaults.impairments;
    return readImpairmentsDocument(document, [...path, 'impairments'], this.#findings);
  }

  #usable(path: Path): boolean {
    return !this.#findings.isBroken(path);
  }
}
