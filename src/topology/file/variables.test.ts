// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of variables in topology files
// Environment variables: what is put in, what stays, and that places are still those of the original.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { escapeVariables, expandVariables } from './variables.ts';

const SEED = 20_260_201;
const env = { A: 'alpha', EMPTY: '' };

test('expandVariables() puts in values and defaults', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['${A}', 'alpha'],
    ['x${A}y${A}', 'xalphayalpha'],
    ['${B:-b}${B:=c}${B-d}', 'bcd'],
    ['${EMPTY:-b}${EMPTY-c}', 'b'],
    ['${B:-}', ''],
    ['$${A}', '${A}'],
    ['$A ${1} ${A ${A:+x}', '$A ${1} ${A ${A:+x}'],
    ['${B}', '${B}'],
    ['${toString}', '${toString}'],
  ];
  for (const [text, expected] of cases) assert.equal(expandVariables(text, env).text, expected, text);
  assert.equal(expandVariables('${A}$${', undefined).text, '${A}$${');
});

test('expandVariables() tells which variables have neither value nor default', () => {
  assert.deepEqual(expandVariables('${A}${B} ${C:-}', env).unset, [{ name: 'B', offset: 5 }]);
});

test('expandVariables() leads offsets back to the original', () => {
  const { text, toOriginal } = expandVariables('1${A}2${B:-}3${A}', env);
  assert.equal(text, '1alpha23alpha');
  assert.deepEqual(
    [...text].map((_, i) => toOriginal(i)),
    [0, 1, 2, 3, 4, 4, 5, 12, 13, 14, 15, 16, 16],
  );
});

test('escapeVariables() writes what expandVariables() reads back', () => {
  const text = fc.array(fc.constantFrom('$', '{', '}', 'A', ':-', '${A}', ' ')).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (original) => {
      assert.equal(expandVariables(escapeVariables(original), env).text, original);
    }),
    { seed: SEED, numRuns: 2000 },
  );
});
