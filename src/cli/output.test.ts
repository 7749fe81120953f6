// Results in every form.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { type Column, formatResult, type Result, type Style } from './output.ts';

interface Row {
  readonly name: string;
  readonly count: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'NAME', value: ({ name }) => name, colour: ({ count }) => (count > 1 ? 'green' : undefined) },
  { title: 'RX-FRAMES', value: ({ count }) => count, text: ({ count }) => `${count} x` },
  { title: 'TWICE', value: ({ count }) => count * 2, isWide: true },
];
const ROWS: readonly Row[] = [
  { name: 'west, "old"', count: 1 },
  { name: 'b', count: 1000 },
];
const RESULT: Result<Row> = { document: { rows: ROWS }, columns: COLUMNS, rows: ROWS, names: ['west, "old"', 'b'] };
const STYLE: Style = { format: 'table', headers: true, colour: false, isStream: false };

const format = (style: Partial<Style>) => formatResult(RESULT, { ...STYLE, ...style });

test('a table shows texts, wide has more columns, and headers can be left out', async () => {
  assert.equal(await format({}), 'NAME         RX-FRAMES\nwest, "old"  1 x\nb            1000 x\n');
  assert.match(await format({ format: 'wide' }), /^NAME +RX-FRAMES +TWICE\n.* 2\nb .* 2000\n$/);
  assert.equal(await format({ headers: false }), 'west, "old"  1 x\nb            1000 x\n');
});

test('colours do not move columns', async () => {
  const coloured = await format({ colour: true });
  assert.notEqual(coloured, await format({}));
  assert.equal(stripVTControlCharacters(coloured), await format({}));
});

test('CSV has values, names of columns in small letters, and quotes where they are needed', async () => {
  assert.equal(await format({ format: 'csv' }), 'name,rx_frames,twice\n"west, ""old""",1,2\nb,1000,2000\n');
  assert.equal(await format({ format: 'csv', headers: false }), '"west, ""old""",1,2\nb,1000,2000\n');
});

test('JSON is one document, on one line in a stream; YAML is separated there', async () => {
  const text = await format({ format: 'json' });
  assert.deepEqual(JSON.parse(text), RESULT.document);
  assert.ok(text.split('\n').length > 3);
  assert.equal(await format({ format: 'json', isStream: true }), `${JSON.stringify(RESULT.document)}\n`);
  assert.match(await format({ format: 'yaml' }), /^rows:\n/);
  assert.match(await format({ format: 'yaml', isStream: true }), /^---\nrows:\n/);
});

test('names are one per line', async () => {
  assert.equal(await format({ format: 'name' }), 'west, "old"\nb\n');
});

test('a name in a table does nothing to the terminal', async () => {
  const rows = [{ name: '\u001b[2Jx\n\u202ey', count: 1 }];
  const text = await formatResult({ ...RESULT, rows }, STYLE);
  assert.equal(text.split('\n').length, 3);
  assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\u202e]/u);
});
