// Placement: the least loaded thread, the first one for tunnels, and who has to move when a tunnel comes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEndpoint } from '../topology/endpoint-spec.ts';
import { makeTopology, type SegmentSpec } from '../topology/topology.ts';
import { chooseThread, findMisplaced } from './placement.ts';

const THREADS = [{ load: 9 }, { load: 2 }, { load: 3 }];

function segment(name: string, ...endpoints: string[]): SegmentSpec {
  return { name, kind: 'hub', endpoints: endpoints.map(parseEndpoint), isUp: true };
}

test('chooseThread takes the one with the fewest ends, and always the first one for tunnels', () => {
  assert.equal(chooseThread(segment('one', 'a/1', 'b/1'), THREADS), THREADS[1]);
  assert.equal(chooseThread(segment('two', 'a/1', 'vxlan:b,vni=1'), THREADS), THREADS[0]);
});

test('findMisplaced names segments that get a tunnel elsewhere, and the endpoints that stay in use', () => {
  const running = new Map(
    [
      { spec: segment('one', 'a/1', 'b/1'), thread: THREADS[1]! },
      { spec: segment('two', 'a/2', 'b/2'), thread: THREADS[0]! },
      { spec: segment('three', 'a/3', 'b/3'), thread: THREADS[2]! },
    ].map((placed) => [placed.spec.name, placed]),
  );
  const wanted = makeTopology([
    segment('one', 'a/1', 'vxlan:x,vni=1'),
    segment('two', 'a/2', 'vxlan:x,vni=2'),
    segment('three', 'a/3', 'b/3'),
    segment('four', 'd/4', 'vxlan:x,vni=4'),
  ]);
  const { names, endpoints } = findMisplaced(wanted, running, THREADS);
  assert.deepEqual([...names], ['one']);
  assert.deepEqual(endpoints, ['tcp:a:10001']);
});
