// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of variables in topology files
// Documents: whatever topology there is, writing and reading it gives the same one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { impairmentsOfLinks } from '../../../test/support/impairments.ts';
import { type CarrierSpec, parseMonitor } from '../carrier.ts';
import { endpointKey, parseEndpoint } from '../endpoint-spec.ts';
import { isPlainPort, readPort } from '../port-words.ts';
import type { PortSettings, SwitchSettings } from '../switch-settings.ts';
import { readSwitch } from '../switch-words.ts';
import { makeTopology, parseLink, type SegmentSpec, type Topology } from '../topology.ts';
import { formatTopology, topologyToDocument } from './document.ts';
import { parseTopologyDocument, parseTopologyText } from './parse.ts';

const SEED = 20_260_202;

const number = fc.integer({ min: 1, max: 55_535 });
const host = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.]{0,8}$/).filter((name) => !/^\d+\.\d+\.\d+\.\d+$/.test(name)),
  fc.constantFrom('10.0.0.1', '[2001:db8::1]', 'true', '1e3', '0x10'),
);
const path = fc
  .array(fc.constantFrom('/', 'a', '${A}', '$', '{', ' ', ':', '#', '"', "'", 'é', '\n', '-x'), {
    minLength: 1,
    maxLength: 8,
  })
  .map((parts) => parts.join(''));
const endpointText = fc.oneof(
  fc.tuple(host, number).map(([name, n]) => `${name}/${n}`),
  fc.tuple(host, fc.integer({ min: 1, max: 65_535 })).map(([name, port]) => `tcp:${name}:${port}`),
  fc.integer({ min: 1, max: 65_535 }).map((port) => `listen:${port}`),
  path.map((name) => `unix:${name}`),
  path.map((name) => `unix-listen:${name}`),
);
const monitor = fc.oneof(
  fc.tuple(fc.constantFrom('hmp', 'qmp'), host, number).map(([kind, name, port]) => `${kind}:${name}:${port}`),
  fc.tuple(fc.constantFrom('hmp', 'qmp'), path).map(([kind, name]) => `${kind}-unix:${name}`),
);
const labels = fc.option(
  fc.dictionary(
    fc.string().filter((key) => key !== '__proto__'),
    fc.string(),
    { minKeys: 1, maxKeys: 3 },
  ),
  { nil: undefined },
);
const vlan = fc.integer({ min: 1, max: 4094 });
const trunk = fc.oneof(
  fc.constant('all'),
  fc.array(
    fc.oneof(
      vlan,
      fc.tuple(vlan, vlan).map(([one, other]) => `${Math.min(one, other)}-${Math.max(one, other)}`),
    ),
    { minLength: 1, maxLength: 3 },
  ),
);
const port: fc.Arbitrary<PortSettings> = fc
  .tuple(
    fc.oneof(
      fc.constant({}),
      fc.record({ vlan, tunnel: fc.boolean() }),
      fc.record({ trunk, native: fc.option(vlan, { nil: undefined }) }),
    ),
    fc.boolean(),
  )
  .map(([words, isolated]) => readPort({ ...words, isolated }));
const switchSettings: fc.Arbitrary<Partial<SwitchSettings>> = fc
  .record(
    {
      ageing: fc.integer({ min: 1, max: 1_000_000 }),
      'mac-limit': fc.integer({ min: 1, max: 131_072 }),
      reserved: fc.constantFrom('forward' as const, 'filter' as const),
      storm: fc.record({ broadcast: vlan, unknown: vlan }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  )
  .map(readSwitch);
const part = fc.record({
  kind: fc.constantFrom('link' as const, 'hub' as const, 'switch' as const),
  settings: switchSettings,
  name: fc.option(fc.string({ minLength: 1, maxLength: 20 }), { nil: undefined }),
  ends: fc.array(
    fc.record({
      text: endpointText,
      monitor: fc.option(monitor, { nil: undefined }),
      netdev: fc.constantFrom('p01', 'lan'),
      port,
    }),
    { minLength: 2, maxLength: 4 },
  ),
  isUp: fc.boolean(),
  labels,
  impairments: impairmentsOfLinks,
});

const KINDS = ['link', 'hub', 'switch'];

function switchParts(settings: Partial<SwitchSettings>, ends: readonly { text: string; port: PortSettings }[]) {
  const ports = ends
    .filter(({ port: one }) => !isPlainPort(one))
    .map(({ text, port: one }) => [endpointKey(parseEndpoint(text)), one] as const);
  return {
    ...(Object.keys(settings).length === 0 ? {} : { switch: settings }),
    ...(ports.length === 0 ? {} : { ports: Object.fromEntries(ports) }),
  };
}

function build(name: string | undefined, parts: readonly (typeof part extends fc.Arbitrary<infer T> ? T : never)[]) {
  const segments: SegmentSpec[] = [];
  const carriers: CarrierSpec[] = [];
  for (const { kind, name: own, ends, isUp, labels: texts, settings, impairments } of parts) {
    const used = kind === 'link' ? ends.slice(0, 2) : ends;
    const endpoints = used.map(({ text }) => parseEndpoint(text));
    const segment: SegmentSpec = {
      name: own ?? used.map(({ text }) => text).join(kind === 'link' ? '--' : ' '),
      kind,
      endpoints,
      isUp,
      ...(texts === undefined ? {} : { labels: { ...texts } }),
      ...(kind !== 'link' || impairments === undefined ? {} : { impairments }),
      ...(kind === 'switch' ? switchParts(settings, used) : {}),
    };
    // Also of segments that are left out: carriers of endpoints that are in none.
    for (const [i, endpoint] of endpoints.entries()) {
      const { monitor: text, netdev } = used[i]!;
      if (text !== undefined) carriers.push({ endpoint, monitor: parseMonitor(text), netdev });
    }
    try {
      makeTopology([...segments, segment]);
    } catch {
      continue;
    }
    segments.push(segment);
  }
  const ordered = segments.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
  return makeTopology(ordered, { ...(name === undefined ? {} : { name }), carriers });
}

const topologies: fc.Arbitrary<Topology> = fc
  .tuple(fc.option(fc.string({ minLength: 1, maxLength: 20 }), { nil: undefined }), fc.array(part, { maxLength: 8 }))
  .map(([name, parts]) => build(name, parts));

test('parseTopologyDocument() reads what topologyToDocument() writes', () => {
  fc.assert(
    fc.property(topologies, (topology) => {
      const { topology: read, notes } = parseTopologyDocument(topologyToDocument(topology), 'document');
      assert.deepEqual(read, topology);
      assert.deepEqual(notes, []);
      const json = JSON.stringify(topologyToDocument(topology));
      assert.deepEqual(parseTopologyText(json, 'document').topology, topology);
    }),
    { seed: SEED, numRuns: 500 },
  );
});

test('parseTopologyText() reads what formatTopology() writes, also when it puts variables in', () => {
  fc.assert(
    fc.property(topologies, (topology) => {
      const { topology: read } = parseTopologyText(formatTopology(topology), 'lab.yaml', { env: { A: 'alpha' } });
      assert.deepEqual(read, topology);
    }),
    { seed: SEED, numRuns: 300 },
  );
});

test('topologyToDocument() keeps plain links short', () => {
  const rewired = { ...parseLink('a/2--c/2'), name: 'a/2--b/2' };
  assert.deepEqual(
    topologyToDocument(makeTopology([parseLink('a/1--b/1'), rewired, { ...parseLink('x/1--y/1'), isUp: false }])),
    {
      links: [
        'a/1--b/1',
        { name: 'a/2--b/2', endpoints: ['a/2', 'c/2'] },
        { endpoints: ['x/1', 'y/1'], state: 'down' },
      ],
    },
  );
});

test('topologyToDocument() keeps the names of machines that are not where their names say', () => {
  const nodes = { vr1: { host: '127.0.113.1' }, vr2: { host: '10.0.0.2' } };
  const links = [{ name: 'nb', endpoints: ['vr1/5', 'vr2/1'] }, 'vr3/1--vr2/2'];
  const { topology } = parseTopologyDocument({ nodes, links }, 'lab.yaml');
  const written = topologyToDocument(topology);
  assert.deepEqual(written, { nodes, links });
  assert.deepEqual(parseTopologyDocument(written, 'lab.yaml').topology, topology);
  // A name that is a host, too, would mean that host's node.
  const mixed = parseTopologyDocument({ nodes, links: ['vr1/1--vr2/1', 'tcp:vr1:10001--vr3/1'] }, 'lab.yaml').topology;
  assert.deepEqual(topologyToDocument(mixed).nodes, { vr2: nodes.vr2 });
});
