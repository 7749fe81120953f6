// The command line agrees with Python's argparse: with a table of answers that Python 3.11 gave, and, where python3 is at
// hand, with that python3 on random lines.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { parseCompatFlags } from '../../src/cli/compat.ts';

interface Answer {
  readonly argv: readonly string[];
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly exit?: number;
  readonly stderr?: string;
}

// Compiled into build/test/compat/; the table and the script stay in test/compat/.
const folder = new URL('../../../test/compat/', import.meta.url);
const oracle = fileURLToPath(new URL('argparse-oracle.py', folder));
const PYTHON_DEADLINE_MS = 300_000;
const LINES = 3000;

// Left out, because Pythons differ among themselves: ambiguous abbreviations such as --s (before 3.12 an error even after
// -h), letters glued to -h, "-=", and values such as "-5x" (numbers since 3.14).
const WORDS = [
  ...[
    '--p2p',
    '--hub',
    '--switch',
    '--debug',
    '--trace',
    '--workers',
    '--stats',
    '--log-format',
    '--health-file',
    '--shard',
  ],
  ...[
    '--version',
    '-h',
    '--help',
    '--hel',
    '--p',
    '--p2',
    '--hu',
    '--d',
    '--deb',
    '--tr',
    '--st',
    '--sh',
    '--sw',
    '--w',
    '--l',
  ],
  ...['--tap-listen', '--tap-if', '--raw-listen', '--raw-if', '--ipv4-address', '--ipv6-route'],
  ...['--vlan', '--vlan=5', '--vlan=x', '--vlan=', '--vlan=1_0', '--vlan= 7', '--ipv4-a', '--ipv6-a=::1', '--tap-l=1'],
  ...['--p2p=a/1--b/1', '--p2p=', '--hub=x', '--debug=1', '--debug=', '--workers=3', '--workers=', '--w=2', '-h=1'],
  ...[
    '--unknown',
    '--x',
    '-x',
    '-p',
    '-d',
    '-5',
    '-1.5',
    '-.5',
    '-',
    '--',
    '---',
    '---x',
    '--p2p--',
    '--log_format',
    '=',
  ],
  ...['', 'a', 'a/1--b/1', 'c/1--d/1', 'vr1/3', '10s', 'a b', '-a b', '--a b', '--p2p x', "it's", 'a=b'],
];

function answerOf(argv: readonly string[]): Answer {
  const result = parseCompatFlags(argv, 80);
  if ('kind' in result) return { argv, exit: result.code, stderr: result.stderr };
  return { argv, flags: Object.fromEntries(Object.entries(result).filter(([, value]) => value !== undefined)) };
}

test('parseCompatFlags() answers as Python 3.11 does, to the letter', () => {
  const answers: Answer[] = JSON.parse(readFileSync(new URL('argparse-cases.json', folder), 'utf8'));
  assert.ok(answers.length > 80);
  for (const answer of answers) assert.deepEqual(answerOf(answer.argv), answer);
});

test('parseCompatFlags() answers as the python3 of this machine does, on random lines', (t) => {
  const seed = Number(process.env.FUZZ_SEED ?? 20_260_101);
  const lines = fc.sample(fc.array(fc.constantFrom(...WORDS), { maxLength: 7 }), { seed, numRuns: LINES });
  const answers = askPython(lines);
  if (answers === undefined) {
    assert.notEqual(process.env.CI, 'true', 'python3 is missing');
    t.skip('python3 is missing');
    return;
  }
  for (const answer of answers) {
    assert.deepEqual(
      lastLine(answerOf(answer.argv)),
      lastLine(answer),
      `seed ${seed}, line ${JSON.stringify(answer.argv)}`,
    );
  }
});

// How Python breaks the lines of the usage is its own affair; what it complains about is not.
function lastLine(answer: Answer): Answer {
  return answer.stderr === undefined ? answer : { ...answer, stderr: answer.stderr.trimEnd().split('\n').at(-1) ?? '' };
}

function askPython(lines: readonly (readonly string[])[]): Answer[] | undefined {
  try {
    const output = execFileSync('python3', [oracle], {
      input: JSON.stringify(lines.map((argv) => ({ argv }))),
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      timeout: PYTHON_DEADLINE_MS,
    });
    return JSON.parse(output);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
