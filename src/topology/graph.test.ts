// Drawings: everything is in them, nothing breaks out of them, nodes do not lie on each other.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { graphDot, graphMermaid, graphSvg } from './graph.ts';
import { layoutGraph } from './graph-layout.ts';
import { makeGraph } from './graph-model.ts';
import { readPort } from './port-words.ts';
import { makeHub, makeSwitch, makeTopology, parseLink, type SegmentSpec } from './topology.ts';

const SEED = 20_260_204;

const LAB = makeTopology([
  parseLink('vr1/1--VR2/1'),
  { ...parseLink('vr2/2--vr1/2'), isUp: false },
  parseLink('vr1/7--vr1/8'),
  parseLink('tcp:vr3:80--unix:/run/"<x>&'),
  makeHub('lan', ['vr1/3', 'vr2/3', 'listen:9000']),
]);

const SWITCHED = makeTopology([
  { ...makeSwitch('core', ['vr1/1', 'vr2/1', 'vr3/1']), ports: { 'tcp:vr2:10001': readPort({ trunk: '10,20' }) } },
]);

/** Fails when a text is not well-formed, for the few parts of XML that drawings use. */
function checkXml(text: string): void {
  const body = text.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '');
  const open: string[] = [];
  const tag = /<(\/?)([a-z]+)((?: [\w:-]+="[^"<]*")*)(\/?)>/g;
  const rest = body.replace(tag, (_, close: string, name: string, _attributes: string, empty: string) => {
    if (close !== '') assert.equal(open.pop(), name);
    else if (empty === '') open.push(name);
    return '';
  });
  assert.deepEqual(open, []);
  assert.doesNotMatch(rest, /[<>]/);
  assert.doesNotMatch(body, /&(?!(?:amp|lt|gt|quot);)/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML 1.0 does not allow
  assert.doesNotMatch(body, /[\u0000-\u0009\u000b-\u001f\ufffe\uffff]/);
}

test('makeGraph() joins endpoints of one host into one node', () => {
  const { nodes, edges } = makeGraph(LAB);
  assert.deepEqual(
    nodes.map(({ kind, label }) => `${kind} ${label}`),
    ['host vr1', 'host VR2', 'host vr3', 'other unix:/run/"<x>&', 'other listen:9000', 'hub lan'].toSorted(
      (a, b) => nodes.findIndex(({ label }) => a.endsWith(label)) - nodes.findIndex(({ label }) => b.endsWith(label)),
    ),
  );
  assert.equal(edges.length, 4 + 3);
});

test('graphMermaid() draws nodes, hubs and links with their interfaces', () => {
  const lines = graphMermaid(LAB).split('\n');
  assert.equal(lines[0], 'flowchart LR');
  for (const line of [
    '  n0["vr1"]',
    '  n0 ---|"1 : 1"| n1',
    '  n1 -.-|"2 : 2"| n0',
    '  n3("unix:/run/#34;#60;x#62;#38;")',
    '  n2 ---|":80"| n3',
  ]) {
    assert.ok(lines.includes(line), `${line} is not in\n${lines.join('\n')}`);
  }
  assert.ok(lines.some((line) => /^ {2}n\d\{\{"lan"\}\}$/.test(line)));
});

test('graphDot() draws nodes, hubs and links with their interfaces', () => {
  const text = graphDot(LAB);
  assert.match(text, /^graph "tcpbridge" \{\n/);
  assert.match(text, /n0 -- n1 \[tooltip="vr1\/1--VR2\/1", taillabel="1", headlabel="1"\];/);
  assert.match(text, /n1 -- n0 \[.*style=dashed\];/);
  assert.match(text, /label="unix:\/run\/\\"<x>&"/);
  assert.match(text, /label="lan", shape=hexagon/);
});

test('switches are drawn with the settings of their ports', () => {
  const mermaid = graphMermaid(SWITCHED);
  assert.match(mermaid, /n3\[\["core"\]\]/);
  assert.match(mermaid, /n3 ---\|"trunk 10#44;20 : 1"\| n1/);
  assert.match(mermaid, /n3 ---\|"1"\| n0/);
  const dot = graphDot(SWITCHED);
  assert.match(dot, /label="core", shape=octagon/);
  assert.match(dot, /n3 -- n1 \[tooltip="core", taillabel="trunk 10,20", headlabel="1"\]/);
  const svg = graphSvg(SWITCHED);
  checkXml(svg);
  assert.ok(svg.includes('>core<') && svg.includes('>trunk 10,20<'));
});

test('graphSvg() is the same each time, well-formed, and holds all names', () => {
  const svg = graphSvg(LAB);
  assert.equal(graphSvg(LAB), svg);
  checkXml(svg);
  for (const text of [
    '>vr1<',
    '>VR2<',
    '>lan<',
    '>listen:9000<',
    'unix:/run/&quot;&lt;x&gt;&amp;',
    'stroke-dasharray',
  ]) {
    assert.ok(svg.includes(text), text);
  }
  checkXml(graphSvg(makeTopology([])));
});

test('graphSvg() lets no name break out', () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }).filter((name) => !/--|\0/.test(name));
  fc.assert(
    fc.property(text, text, (name, path) => {
      const topology = makeTopology(
        [{ ...parseLink('a/1--b/1'), name }, makeHub(`${name}h`, [`unix:${path}`, 'c/1'])],
        { name },
      );
      checkXml(graphSvg(topology));
      assert.equal(graphMermaid(topology).split('\n').length, 10);
      assert.equal(graphDot(topology).split('\n').length, 12);
    }),
    { seed: SEED, numRuns: 500 },
  );
});

test('layoutGraph() keeps nodes apart, for rings, stars, meshes, trees and single links', () => {
  const shapes: readonly ((n: number) => SegmentSpec[])[] = [
    (n) => Array.from({ length: n }, (_, i) => parseLink(`r${i}/1--r${(i + 1) % n}/2`)),
    (n) => Array.from({ length: n - 1 }, (_, i) => parseLink(`r${i + 1}/1--r0/${i + 1}`)),
    (n) => Array.from({ length: n - 1 }, (_, i) => parseLink(`r${i + 1}/1--r${i >> 1}/${2 + (i % 2)}`)),
    (n) => Array.from({ length: n >> 1 }, (_, i) => parseLink(`r${2 * i}/1--r${2 * i + 1}/1`)),
    (n) => {
      const pairs = Array.from({ length: Math.min(n, 20) }, (_, a) =>
        Array.from({ length: a }, (_, b) => [a, b] as const),
      );
      return pairs.flat().map(([a, b]) => parseLink(`r${a}/${b + 1}--r${b}/${a + 100}`));
    },
  ];
  for (const n of [2, 3, 5, 12, 60]) {
    for (const [shape, segments] of shapes.entries()) {
      const points = layoutGraph(makeGraph(makeTopology(segments(n))), 50);
      for (const [i, a] of points.entries()) {
        for (const b of points.slice(0, i)) {
          // Boxes of 50 by 28 pixels.
          assert.ok(Math.abs(a.x - b.x) > 55 || Math.abs(a.y - b.y) > 30, `shape ${shape} of ${n}`);
        }
      }
    }
  }
});
