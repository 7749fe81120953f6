// What is said of a change beyond its steps.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMonitor } from '../topology/carrier.ts';
import { parseEndpoint } from '../topology/endpoint-spec.ts';
import { makeTopology, parseLink } from '../topology/topology.ts';
import { sideChanges } from './side-changes.ts';

test('sideChanges() calls spelling only what leaves the settings of an endpoint as they are', () => {
  const lab = (endpoint: string) => makeTopology([{ ...parseLink(`vr1/1--${endpoint}`), name: 'west' }]);
  const change = (before: string, after: string) => sideChanges(lab(before), lab(after));
  assert.deepEqual(change('vr2/1', 'tcp:VR2:10001'), ['spelling']);
  assert.deepEqual(change('udp:127.0.0.1:5,local=6', 'udp:127.0.0.1:05,local=6'), ['spelling']);
  assert.deepEqual(change('udp:127.0.0.2:5,local=6', 'udp:127.0.0.3:5,local=6'), []);
  assert.deepEqual(change('tap:lab0', 'tap:lab0,mtu=9000'), []);
});

test('sideChanges() tells of monitors of endpoints that are in no link, which no step tells', () => {
  const carriers = [{ endpoint: parseEndpoint('vr1/1'), monitor: parseMonitor('hmp:vr1:4000'), netdev: 'p01' }];
  const plugged = makeTopology([parseLink('vr1/1--vr2/1')], { carriers });
  const unplugged = makeTopology([], { carriers });
  assert.deepEqual(sideChanges(plugged, unplugged), []);
  assert.deepEqual(sideChanges(plugged, makeTopology([])), []);
  assert.deepEqual(sideChanges(unplugged, makeTopology([])), ['monitors']);
  assert.deepEqual(sideChanges(makeTopology([]), unplugged), ['monitors']);
  assert.deepEqual(sideChanges(unplugged, makeTopology([parseLink('vr1/1--vr2/1')])), ['monitors']);
});
