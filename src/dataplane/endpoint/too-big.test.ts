// Unit tests of too-big.ts: what is advised can be done.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainTooBig } from './too-big.ts';

test('explainTooBig() names the MTU that would do, if an interface can have it', () => {
  const explain = (bytes: number): string => explainTooBig(bytes, 'lab0', 1500, (least) => `mtu=${least}`);
  assert.equal(explain(1523), 'a frame of 1523 bytes is larger than lab0 carries, whose MTU is 1500: mtu=1509');
  assert.match(explain(65_535), /: mtu=65521$/);
  assert.match(explain(65_544), /: no interface can have more than 65521, so set a smaller MTU in the machine$/);
});
