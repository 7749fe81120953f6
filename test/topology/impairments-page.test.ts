// The pages about impairments and scenarios, and their examples: all of them are read, the presets are those that there are,
// and the errors shown are those that come.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseScenario } from '../../src/scenario/parse.ts';
import { linksOfScenario } from '../../src/scenario/scenario.ts';
import { scenarioJsonSchema } from '../../src/scenario/scenario-schema.ts';
import { parseTopologyText } from '../../src/topology/file/parse.ts';
import { FORM_KEYS } from '../../src/topology/impairment-form.ts';
import { PRESETS } from '../../src/topology/impairment-presets.ts';
import { readText } from '../support/repository.ts';

const impairments = readText('docs/impairments.md');
const scenarios = readText('docs/scenarios.md');

function blocksOf(page: string) {
  return [...page.matchAll(/^```(yaml|text)( invalid)?\n(.*?)^```$/gms)].map(([, language, invalid, text]) => ({
    language,
    isValid: invalid === undefined,
    text: text!,
  }));
}

test('docs/impairments.md has examples that are read, and all words and presets', () => {
  const blocks = blocksOf(impairments).filter(({ language }) => language === 'yaml');
  assert.ok(blocks.length >= 1);
  for (const { text } of blocks) assert.ok(parseTopologyText(text, 'page.yaml', { env: {} }).topology, text);
  for (const key of FORM_KEYS) assert.ok(impairments.includes(`\`${key}\``), key);
  const rows = [...impairments.matchAll(/^\| `([\w-]+)` \| (.*) \|$/gm)].map(([, name, title]) => [name, title]);
  for (const { name, title } of PRESETS)
    assert.ok(
      rows.some(([a, b]) => a === name && b === title),
      name,
    );
});

test('docs/scenarios.md has examples that are read, and shows errors as they come', () => {
  const blocks = blocksOf(scenarios);
  const valid = blocks.filter(({ language, isValid }) => language === 'yaml' && isValid);
  assert.ok(valid.length >= 2);
  for (const { text } of valid) assert.ok(parseScenario(text, 'page.yaml', {}).steps.length > 0, text);
  const wrong = blocks.find(({ isValid }) => !isValid);
  const shown = blocks.find(({ language }) => language === 'text');
  assert.throws(() => parseScenario(wrong!.text, 'lab.yaml', {}), {
    code: 'scenario_invalid',
    message: shown!.text.trim(),
  });
});

test('examples/flapping-core.scenario.yaml is for the links of examples/bad-wires.yaml', () => {
  const { topology } = parseTopologyText(readText('examples/bad-wires.yaml'), 'bad-wires.yaml', { env: {} });
  const names = topology.segments.map(({ name }) => name);
  const scenario = parseScenario(readText('examples/flapping-core.scenario.yaml'), 'flapping-core.yaml', {});
  for (const link of linksOfScenario(scenario)) assert.ok(names.includes(link), link);
  for (const { name, impairments: its } of topology.segments) assert.ok(its !== undefined, name);
});

test('docs/schema/scenario.schema.json is what write-topology-schema.ts writes, and describes every field', () => {
  const schema: unknown = JSON.parse(JSON.stringify(scenarioJsonSchema()));
  assert.deepEqual(
    JSON.parse(readText('docs/schema/scenario.schema.json')),
    schema,
    'run build/scripts/write-topology-schema.js',
  );
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const { properties } = value as { properties?: Record<string, { description?: string }> };
    for (const [name, property] of Object.entries(properties ?? {})) {
      assert.ok((property.description ?? '').length > 5, `${path}.${name} has no description`);
    }
    for (const [key, child] of Object.entries(value)) visit(child, `${path}.${key}`);
  };
  visit(schema, '');
});
