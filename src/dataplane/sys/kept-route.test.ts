// Messages about routes, byte by byte as the kernel sends them: which are meant, and what is sent back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeKeptRoute, encodeListRoutes, isRouteTo, withoutAges } from './kept-route.ts';

// What Linux says of "198.18.5.0/24 via 198.18.3.9 dev 2": struct rtmsg, then attributes.
const ROUTE = Uint8Array.from([
  ...[2, 24, 0, 0, 254, 3, 0, 1, 16, 0, 0, 0],
  ...[8, 0, 15, 0, 254, 0, 0, 0],
  ...[8, 0, 1, 0, 198, 18, 5, 0],
  ...[8, 0, 5, 0, 198, 18, 3, 9],
  ...[8, 0, 12, 0, 1, 2, 3, 4],
  ...[8, 0, 4, 0, 2, 0, 0, 0],
]);
const METRIC = [8, 0, 6, 0, 100, 0, 0, 0];

test('isRouteTo() knows the route that one without a metric replaces', () => {
  const to = Uint8Array.of(198, 18, 5, 0);
  assert.equal(isRouteTo(ROUTE, to, 24), true);
  assert.equal(isRouteTo(ROUTE, to, 25), false);
  assert.equal(isRouteTo(ROUTE, Uint8Array.of(198, 18, 4, 0), 24), false);
  assert.equal(isRouteTo(Uint8Array.from([...ROUTE, ...METRIC]), to, 24), false);
  assert.equal(
    isRouteTo(
      ROUTE.map((byte, at) => (at === 4 ? 255 : byte)),
      to,
      24,
    ),
    false,
    'of another table',
  );
  assert.equal(isRouteTo(ROUTE.subarray(0, 7), to, 24), false);
});

test('encodeKeptRoute() asks for the same route, without its age and the state of its interface', () => {
  const kept = withoutAges(ROUTE);
  assert.equal(kept.length, ROUTE.length - 8);
  assert.equal(kept[8], 0);
  const message = encodeKeptRoute(kept);
  // struct nlmsghdr: RTM_NEWROUTE; request, acknowledge, exclusive, create.
  assert.deepEqual([...message.subarray(0, 8)], [message.length, 0, 0, 0, 24, 0, 5, 6]);
  assert.deepEqual(message.subarray(16), kept);
  assert.deepEqual([...encodeListRoutes(10)].slice(4, 17), [26, 0, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 10]);
});
