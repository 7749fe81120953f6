// The page about topology files and the example files: all of them are read, and the errors shown are those that come.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { formatProblem, TcpbridgeError } from '../../src/errors.ts';
import { parseTopologyText } from '../../src/topology/file/parse.ts';
import { readTopologyFile } from '../../src/topology/file/read.ts';
import { topologyJsonSchema } from '../../src/topology/file/schema.ts';

// Compiled tests lie in build/test/topology.
const root = new URL('../../../', import.meta.url);
const page = readFileSync(new URL('docs/topology.md', root), 'utf8');
const blocks = [...page.matchAll(/^```(yaml|json|text)( invalid)?\n(.*?)^```$/gms)].map(
  ([, language, invalid, text]) => ({ language, isValid: invalid === undefined, text: text! }),
);

test('docs/topology.md has examples that are all read', () => {
  const valid = blocks.filter(({ language, isValid }) => language !== 'text' && isValid);
  assert.ok(valid.length >= 7);
  for (const { text } of valid) assert.ok(parseTopologyText(text, 'page.yaml', { env: {} }).topology, text);
});

test('docs/switch.md has examples that are all read', () => {
  const switches = readFileSync(new URL('docs/switch.md', root), 'utf8');
  const texts = [...switches.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]) => text!);
  assert.ok(texts.length >= 1);
  for (const text of texts) assert.ok(parseTopologyText(text, 'page.yaml', { env: {} }).topology, text);
});

test('docs/topology.md shows the errors as they come', () => {
  const [wrong] = blocks.filter(({ isValid }) => !isValid);
  const [shown] = blocks.filter(({ language }) => language === 'text');
  assert.throws(() => parseTopologyText(wrong!.text, 'lab.yaml'), {
    code: 'topology_invalid',
    message: shown!.text.trim(),
  });
});

test('docs/topology.md says how the topology machine numbers interfaces', () => {
  const [example] = blocks.filter(({ language }) => language === 'json');
  const { topology } = parseTopologyText(example!.text, 'topology.json');
  const text = page.replaceAll('\n', ' ');
  for (const { kind, name, endpoints } of topology.segments) {
    if (kind === 'link') assert.ok(text.includes(`\`${name}\``), name);
    else assert.ok(text.includes(`the hub of ${endpoints.map((end) => `\`${end.text}\``).join(' and ')}`));
  }
});

test('examples/ has topologies that are read from disk', async () => {
  const names = [
    'two-routers.yaml',
    'triangle-with-hub.yaml',
    'bad-wires.yaml',
    'two-paths.yaml',
    'containerlab.clab.yml',
    'topology-machine.json',
  ];
  const present = readdirSync(new URL('examples/', root));
  for (const name of names) {
    assert.ok(present.includes(name), name);
    const path = new URL(`examples/${name}`, root).pathname;
    const { topology, notes } = await readTopologyFile(path, { env: {} });
    assert.ok(topology.segments.length >= 2, name);
    const expected = name === 'containerlab.clab.yml' ? ['Ignored link to "host"', 'Ignored, because'] : [];
    assert.equal(notes.length, expected.length, notes.map(formatProblem).join('\n'));
    for (const [i, start] of expected.entries()) assert.ok(notes[i]!.message.startsWith(start), notes[i]!.message);
  }
});

test('readTopologyFile() says why a file cannot be read', async () => {
  const fails = (path: string, reason: RegExp) =>
    assert.rejects(readTopologyFile(path), (error: unknown) => {
      assert.ok(error instanceof TcpbridgeError);
      assert.equal(error.code, 'topology_unreadable');
      assert.match(error.message, reason);
      return true;
    });
  await fails('/nonexistent/lab.yaml', /there is no such file/);
  await fails('/', /it is a directory/);
  await fails('/dev/zero', /larger than 4 MiB/);
});

test('docs/schema/topology.schema.json is what write-topology-schema.ts writes', () => {
  const written: unknown = JSON.parse(readFileSync(new URL('docs/schema/topology.schema.json', root), 'utf8'));
  assert.deepEqual(
    written,
    JSON.parse(JSON.stringify(topologyJsonSchema())),
    'run build/scripts/write-topology-schema.js',
  );
});
