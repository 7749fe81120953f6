// The frame decoder against tshark: both read the same sample frames, and each part of a sample's `tshark` list, filled
// in with the values that tshark found, must stand in the decoder's line. In braces stands a field, then optionally
// #2        its second value              |int      as a decimal number       |ms       microseconds as milliseconds
// ?word     the word if it is not 0       |x8       eight times its value     |1=a,2=b  a name for a number A list of
// flags loses the commas of flags that are not set.
import assert from 'node:assert/strict';
import test from 'node:test';
import { decodeFrame } from '../../src/decode/frame.ts';
import { ALL_FRAMES } from '../support/frames/all-frames.ts';
import { type SampleFrame, sampleBytes } from '../support/frames/sample-frame.ts';
import { hasTshark, readTsharkFields, type TsharkFields } from '../support/tshark.ts';

const PLACEHOLDER = /\{([a-z0-9_.]+)(?:#(\d))?(?:([|?])([^}]*))?\}/gi;
const ENDS = '{eth.src} > {eth.dst}';
const MALFORMED = '_ws.malformed';

test('decodeFrame() says what tshark finds in the same frames', (context) => {
  if (!hasTshark()) {
    assert.notEqual(process.env.CI, 'true', 'tshark is missing: apt-get install tshark');
    context.skip('NOT CHECKED against tshark, which is missing: apt-get install tshark');
    return;
  }
  const templates = ALL_FRAMES.flatMap((frame) => [ENDS, ...frame.tshark]);
  const names = templates.flatMap((template) => [...template.matchAll(PLACEHOLDER)].map((match) => match[1]!));
  const fields = [...new Set([MALFORMED, ...names])];
  const found = readTsharkFields(ALL_FRAMES.map(sampleBytes), fields);
  assert.equal(found.length, ALL_FRAMES.length);
  const failures = ALL_FRAMES.flatMap((frame, index) => compare(frame, found[index]!));
  assert.deepEqual(failures, []);
});

function compare(frame: SampleFrame, fields: TsharkFields): string[] {
  assert.ok(frame.tshark.length > 0, `sample "${frame.name}" is not compared with tshark`);
  const line = decodeFrame(sampleBytes(frame));
  const failures = [ENDS, ...frame.tshark]
    .map((template) => fillIn(template, fields))
    .filter((part) => !line.includes(part))
    .map((part) => `${frame.name}: "${part}" is not in "${line}"`);
  const malformed = fields.get(MALFORMED)?.join('') ?? '';
  return malformed === '' ? failures : [...failures, `${frame.name}: tshark calls it malformed`];
}

function fillIn(template: string, fields: TsharkFields): string {
  const text = template.replace(PLACEHOLDER, (_, name: string, occurrence?: string, kind?: string, rule?: string) => {
    const value = fields.get(name)?.[Number(occurrence ?? 1) - 1] ?? '';
    if (value === '') return `<no ${name}>`;
    if (kind === undefined) return value;
    return kind === '?' ? (isSet(value) ? rule! : '') : applyRule(rule!, value);
  });
  return text
    .replace(/,{2,}/g, ',')
    .replace(/\[,|,\]/g, (edge) => edge.replace(',', ''))
    .replace('[,', '[');
}

function isSet(value: string): boolean {
  return value !== '0' && value !== 'False';
}

function applyRule(rule: string, value: string): string {
  const number = Number(value);
  if (rule === 'int') return String(number);
  if (rule === 'ms') return `${number / 1000}ms`;
  if (rule === 'x8') return String(number * 8);
  const names = new Map(rule.split(',').map((pair) => pair.split('=', 2) as [string, string]));
  return names.get(String(number)) ?? `<${value} has no name>`;
}
