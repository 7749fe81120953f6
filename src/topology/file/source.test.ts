// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of variables in topology files
// Hostile and broken text: always an answer in good time, and the answer names a place.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { TcpbridgeError } from '../../errors.ts';
import { parseTopologyDocument, parseTopologyText } from './parse.ts';
import { readTopologyFile } from './read.ts';

const SEED = 20_260_203;

function bomb(levels: number): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < levels; i++)
    lines.push(
      `a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(', ')}]`,
    );
  return `${lines.join('\n')}\nlinks: []\n`;
}

test('parseTopologyText() refuses broken YAML and names the place', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['links:\n\t- a/1--b/1', /^x:2:1: Indented with a tab; indent with spaces$/],
    ['links: [a\n', /^x:2:1: Not valid YAML: /],
    ['links: []\n---\nlinks: []', /^x:2:1: A second document starts here; write one topology per file$/],
    ['links: []\nname: a\nlinks: []', /^x:3:1: links: Written twice in the same map; write each key once$/],
    ['{"links": [], "links": []}', /^x:1:15: links: Written twice/],
    ['links: [*no]', /^x:1:9: links\[0\]: Alias "\*no" stands for nothing; write "&no" before it/],
    ['a: &a [*a]', /^x:1:8: a\[0\]: Alias "\*a" stands inside what it stands for/],
    ['a: &a\n  <<: *a', /^x:2:7: a\["<<"\]: Alias "\*a" stands inside/],
    ['__proto__: {}\nlinks: []', /^x:1:1: Key "__proto__" cannot be used/],
    ['? [a]\n: b', /A key is a list or map; write text as key$/],
    [bomb(9), /Aliases stand for too much data; write it out instead$/],
    ['['.repeat(100_000), /^x:1:\d+: Nested too deeply; 100 levels are enough$/],
    ['{a: '.repeat(5000), /Nested too deeply/],
    ['- '.repeat(5000), /Nested too deeply/],
    ['links: [${A}:eth1]', /^x:1:9: Environment variable "A" is not set/],
    ['links: [a/1--${A:-\n}]', /Not valid YAML/],
  ];
  for (const [text, message] of cases) {
    assert.throws(
      () => parseTopologyText(text, 'x', { env: {} }),
      { code: 'topology_invalid', message },
      text.slice(0, 80),
    );
  }
});

test('parseTopologyText() speaks of the file as it was written, not of the text with variables put in', () => {
  const text = 'links: # ${LONG}\n  - ${LONG}/1--b/1\n  - {name: "${LONG}", endpoints: [${LONG}/2, b]}';
  assert.throws(
    () => parseTopologyText(text, 'x', { env: { LONG: 'l'.repeat(40) } }),
    /^TcpbridgeError: x:3:46: links\[1\]/,
  );
});

test('parseTopologyText() leaves variables alone without an environment', () => {
  const { topology } = parseTopologyText('links: ["unix:${HOME}--a/1"]', 'x');
  assert.equal(topology.segments[0]?.name, 'unix:${HOME}--a/1');
});

test('parseTopologyText() answers any text with a topology or a TcpbridgeError', () => {
  const pieces = fc.constantFrom(
    ...[
      'links:',
      'hubs:',
      'nodes:',
      'topology:',
      'routers:',
      'p2p:',
      'name:',
      'endpoints:',
      'defaults:',
      '\n',
      '\n  ',
      '- ',
    ],
    ...[
      'a/1',
      '--',
      'b/1',
      '[',
      ']',
      '{',
      '}',
      ', ',
      ': ',
      '&a ',
      '*a',
      '<<: *a',
      '"',
      "'",
      '|',
      '>',
      '? ',
      '!!str ',
      '!x ',
    ],
    ...[
      '${A}',
      '${B:-',
      'node: ',
      'null',
      '1',
      '0x1',
      '.nan',
      '%YAML 1.1\n---\n',
      '\t',
      '\0',
      '\ufeff',
      'left: ',
      '__proto__: ',
    ],
  );
  const text = fc.oneof(
    fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary' }),
    fc.json(),
  );
  fc.assert(
    fc.property(text, (typed) => {
      try {
        parseTopologyText(typed, 'x.yaml', { env: { A: 'a/1--' } });
      } catch (error) {
        assert.ok(error instanceof TcpbridgeError, error instanceof Error ? error.stack : String(error));
        const { problems } = (error as TcpbridgeError<'topology_invalid'>).details;
        for (const { line, column, message } of problems) assert.ok(line >= 1 && column >= 1 && message !== '');
      }
    }),
    { seed: SEED, numRuns: 3000 },
  );
});

test('parseTopologyDocument() answers any value with a topology or a TcpbridgeError', () => {
  const key = fc.constantFrom(
    'links',
    'hubs',
    'nodes',
    'topology',
    'routers',
    'p2p',
    'endpoints',
    'name',
    'node',
    '__proto__',
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('a/1--b/1', 'a/1', 1, null, true, undefined, 'vr1:eth1'),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(value, (document) => {
      try {
        parseTopologyDocument(document, 'body');
      } catch (error) {
        assert.ok(error instanceof TcpbridgeError, error instanceof Error ? error.stack : String(error));
        assert.match(error.message, /^body: /);
      }
    }),
    { seed: SEED, numRuns: 3000 },
  );
});

test('parseTopologyText() reads 10,000 links in every format, and finds 10,000 mistakes', () => {
  const all = Array.from({ length: 10_000 }, (_, i) => i);
  const lines = (line: (i: number) => string) => `${all.map(line).join('\n')}\n`;
  const count = (text: string) => parseTopologyText(text, 'x.clab.yml').topology.segments.length;
  assert.equal(count(`links:\n${lines((i) => `  - vr${i}/1--vr${i + 1}/2`)}`), 10_000);
  assert.equal(
    count(
      `d: &d\n  a: b\nlinks:\n${lines((i) => `  - {name: l${i}, endpoints: [a/${i + 1}, b/${i + 1}], labels: *d}`)}`.replace(
        'd: &d\n  a: b\n',
        'defaults: {labels: &d {a: b}}\n',
      ),
    ),
    10_000,
  );
  const nodes = lines((i) => `    vr${i}: {kind: csr}`);
  const links = lines((i) => `    - endpoints: ["vr${i}:Gi2", "vr${(i + 1) % 10_000}:eth2"]`);
  assert.equal(count(`topology:\n  nodes:\n${nodes}  links:\n${links}`), 10_000);
  assert.throws(
    () => count(`links:\n${lines((i) => `  - vr${i}-vr${i + 1}`)}`),
    (error: unknown) => {
      assert.ok(error instanceof TcpbridgeError && error.code === 'topology_invalid');
      assert.equal((error as TcpbridgeError<'topology_invalid'>).details.problems.length, 10_000);
      return error.message.endsWith('and 9950 more');
    },
  );
});

test('readTopologyFile() refuses what is not UTF-8 and names the place', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-'));
  try {
    const path = join(folder, 'lab.yaml');
    writeFileSync(path, Buffer.from('name: ok\u00e9\n# caf\u00e9 \xff\n', 'latin1'));
    await assert.rejects(readTopologyFile(path), /:1:9: Not UTF-8 text here; save the file in UTF-8$/);
    writeFileSync(path, Buffer.concat([Buffer.from('name: é\nlinks: ['), Buffer.from([0xff]), Buffer.from(']')]));
    await assert.rejects(readTopologyFile(path), /:2:9: Not UTF-8 text here/);
    writeFileSync(path, '\ufefflinks: [a/1--b/1]\r\n');
    assert.equal((await readTopologyFile(path)).topology.segments.length, 1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
