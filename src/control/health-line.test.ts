// The health line: its form, and that a whole lab that is missing does not make it long.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { healthLine } from './health-line.ts';

test('healthLine() has the form of vrnetlab', () => {
  assert.equal(healthLine([]), '0 running');
  assert.equal(healthLine(['vr2/1']), '1 waiting for vr2/1');
  assert.equal(healthLine(['vr2/1', 'tcp:vr3:9000']), '1 waiting for vr2/1, tcp:vr3:9000');
});

test('healthLine() stays short when a whole lab is missing', () => {
  const line = healthLine(Array.from({ length: 400 }, (_, index) => `router${index}/1`));
  assert.match(line, /^1 waiting for router0\/1, .* and 380 more$/);
  assert.ok(line.length < 4096);
});
