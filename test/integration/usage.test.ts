// Bad input: exit code 2, a message that quotes the bad value and shows the right form, and nothing on stdout.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { commandFile } from '../support/bridge.ts';
import { DEADLINE_MS } from '../support/condition.ts';

interface Output {
  code: number | null;
  stdout: string;
  stderr: string;
}

function run(args: readonly string[]): Output {
  const options = { encoding: 'utf8', timeout: DEADLINE_MS } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [commandFile(), ...args], options);
  return { code: status, stdout, stderr };
}

const badInput: [name: string, args: string[], quoted: RegExp][] = [
  ['a link with one end', ['--p2p', 'vr1/1'], /vr1\/1/],
  ['a link with three ends', ['--p2p', 'vr1/1--vr2/1--vr3/1'], /vr1\/1--vr2\/1--vr3\/1/],
  ['a name with "--" in it', ['--p2p', 'vr--1/1--vr2/1'], /vr--1\/1--vr2\/1/],
  ['a missing interface', ['--p2p', 'vr1--vr2/1'], /vr1/],
  ['an empty interface', ['--p2p', 'vr1/--vr2/1'], /vr1\//],
  ['an interface that is no number', ['--p2p', 'vr1/x--vr2/1'], /vr1\/x/],
  ['a negative interface', ['--p2p', 'vr1/-1--vr2/1'], /vr1\/-1/],
  ['an interface beyond the last port', ['--p2p', 'vr1/55536--vr2/1'], /55536/],
  ['an empty host', ['--p2p', '/1--vr2/1'], /\/1/],
  ['an empty end', ['--p2p', '--p2p', 'vr1/1--'], /./],
  ['a port that is too large', ['--p2p', 'tcp:host:65536--vr2/1'], /65536/],
  ['a port that is no number', ['--p2p', 'tcp:host:http--vr2/1'], /http/],
  ['a missing port', ['--p2p', 'tcp:host--vr2/1'], /tcp:host/],
  ['an empty path', ['--p2p', 'unix:--vr2/1'], /unix:/],
  ['a link from an endpoint to itself', ['--p2p', 'vr1/1--vr1/1'], /vr1\/1/],
  ['an endpoint in two links', ['--p2p', 'vr1/1--vr2/1', 'vr1/1--vr3/1'], /vr1\/1/],
  ['an endpoint in a link and a hub', ['--p2p', 'vr1/1--vr2/1', '--hub', 'vr1/1', 'vr3/1'], /vr1\/1/],
  ['an endpoint twice in a hub', ['--hub', 'vr1/1', 'vr2/1', 'vr1/1'], /vr1\/1/],
  ['a hub member that is no endpoint', ['--hub', 'vr1/1', 'vr2'], /vr2/],
  ['--p2p without a link', ['--p2p'], /p2p/],
  ['an unknown option', ['--p2p', 'vr1/1--vr2/1', '--no-such-option'], /no-such-option/],
  ['a number of workers that is none', ['--p2p', 'vr1/1--vr2/1', '--workers', 'many'], /many/],
  ['no workers', ['--p2p', 'vr1/1--vr2/1', '--workers', '0'], /0/],
  ['an interval that is none', ['--p2p', 'vr1/1--vr2/1', '--stats', 'often'], /often/],
  ['a log format that does not exist', ['--p2p', 'vr1/1--vr2/1', '--log-format', 'xml'], /xml/],
];

for (const [name, args, quoted] of badInput) {
  test(`${name} is refused with exit code 2`, () => {
    const { code, stdout, stderr } = run(args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, quoted);
    assert.equal(stdout, '');
    assert.doesNotMatch(stderr, /\n\s+at /, 'A message, not a stack');
  });
}

test('a link that cannot be read shows the right form', () => {
  assert.match(run(['--p2p', 'vr1/1']).stderr, /[\w/]+\/\w+--[\w/]+\/\w+/);
});

test('--help explains itself on stdout and ends with 0', () => {
  const { code, stdout, stderr } = run(['--help']);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  assert.match(stdout, /--p2p/);
  assert.match(stdout, /--hub/);
});
