// The error class, and the promise that docs/errors.md lists the table as it is.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ERRORS, quote, TcpbridgeError } from './errors.ts';

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');

test('docs/errors.md lists every code of the table with its HTTP status and exit code, and no other', () => {
  const written = [...page.matchAll(/^\| `([a-z_]+)` \| (\d+) \| (\d+) \| \S.* \|$/gm)].map(
    ([, code, status, exitCode]) => `${code} ${status} ${exitCode}`,
  );
  const known = Object.entries(ERRORS).map(([code, row]) => `${code} ${row.status} ${row.exitCode}`);
  assert.deepEqual(written.toSorted(), known.toSorted());
});

test('TcpbridgeError takes status, exit code and text from the table and keeps details and cause', () => {
  const cause = new Error('root');
  const details = { text: 'tcp:a:0', port: '0' };
  const error = new TcpbridgeError('port_out_of_range', details, { cause });
  assert.ok(error instanceof Error);
  assert.equal(error.name, 'TcpbridgeError');
  assert.equal(error.code, 'port_out_of_range');
  assert.equal(error.status, 400);
  assert.equal(error.exitCode, 2);
  assert.equal(error.details, details);
  assert.equal(error.cause, cause);
  assert.equal(error.message, 'Endpoint "tcp:a:0" has port "0": write a number from 1 to 65535');
});

test('TcpbridgeError can be told apart by its code alone', () => {
  const error: TcpbridgeError = new TcpbridgeError('topology_empty', undefined);
  assert.equal(error.code, 'topology_empty');
  assert.match(error.message, /^Nothing to connect: add --p2p /);
});

test('quote() escapes what could harm a terminal and cuts what is too long', () => {
  assert.equal(quote('vr1/1'), '"vr1/1"');
  assert.equal(quote('a"b\u001b[31m\u009b\u202e'), '"a\\"b\\u001b[31m\\u009b\\u202e"');
  assert.equal(quote('x'.repeat(500)).length, 123);
});

test('endpoint_used_twice names both places, and how the endpoint is written there', () => {
  const first = { text: 'vr1/1', kind: 'link', segment: 'vr1/1--vr2/1' } as const;
  const second = { text: 'tcp:vr1:10001', kind: 'hub', segment: 'hub' } as const;
  assert.equal(
    new TcpbridgeError('endpoint_used_twice', { first, second }).message,
    'Endpoint "tcp:vr1:10001" of hub "hub" is already used in link "vr1/1--vr2/1" (written there as "vr1/1"): ' +
      'an endpoint has one place',
  );
  assert.equal(
    new TcpbridgeError('endpoint_used_twice', { first: second, second }).message,
    'Endpoint "tcp:vr1:10001" is used twice in hub "hub": write each endpoint once',
  );
});
