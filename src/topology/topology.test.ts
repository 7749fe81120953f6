// Links, hubs, and what is checked across them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMonitor } from './carrier.ts';
import { parseEndpoint } from './endpoint-spec.ts';
import { findFaults, makeHub, makeTopology, parseLink, type Topology, unpluggedCarriers } from './topology.ts';

test('parseLink() reads two endpoints of any kind and is named as typed', () => {
  const link = parseLink('vr1/1--unix:/run/a');
  assert.equal(link.name, 'vr1/1--unix:/run/a');
  assert.equal(link.kind, 'link');
  assert.deepEqual(
    link.endpoints.map(({ text }) => text),
    ['vr1/1', 'unix:/run/a'],
  );
});

test('parseLink() leaves the settings of a TAP interface out of the name', () => {
  const link = parseLink('tap:la,address=198.18.0.1/24,mtu=1400--vxlan:192.0.2.1,vni=5');
  assert.equal(link.name, 'tap:la--vxlan:192.0.2.1,vni=5');
  assert.equal(link.endpoints[0]?.text, 'tap:la,address=198.18.0.1/24,mtu=1400');
});

test('parseLink() refuses anything but two parts and shows the right form', () => {
  for (const text of [
    '',
    '--',
    'vr1/1',
    'vr1/1-vr2/1',
    'vr1/1--',
    '--vr1/1',
    'my--vr/1--vr2/1',
    'a/1--b/1--c/1',
    'a/1----b/1',
  ]) {
    assert.throws(() => parseLink(text), { code: 'link_malformed', message: /such as "vr1\/1--vr2\/1"$/ }, text);
  }
  assert.throws(() => parseLink('vr1/1---vr2/1'), { code: 'host_invalid' });
  assert.throws(() => parseLink('vr1/1--vr2'), { code: 'interface_missing' });
});

test('parseLink() refuses a link from an endpoint to itself, also when it is written differently', () => {
  assert.throws(() => parseLink('vr1/1--vr1/1'), { code: 'link_to_itself' });
  assert.throws(() => parseLink('vr1/1--tcp:VR1:10001'), {
    code: 'link_to_itself',
    message: /"tcp:VR1:10001" to itself/,
  });
});

test('makeHub() takes two endpoints or more and a name without "--"', () => {
  assert.equal(makeHub('hub', ['a/1', 'b/1', 'c/1']).endpoints.length, 3);
  assert.throws(() => makeHub('hub', []), { code: 'hub_too_small', message: /no endpoint/ });
  assert.throws(() => makeHub('hub', ['a/1']), { code: 'hub_too_small', message: /one endpoint/ });
  assert.throws(() => makeHub('a--b', ['a/1', 'b/1']), { code: 'double_dash' });
  assert.throws(() => makeHub('hub', ['a/1--b/1', 'c/1']), { code: 'double_dash' });
});

test('makeTopology() takes segments that share nothing', () => {
  const segments = [parseLink('a/1--b/1'), parseLink('a/2--c/1'), makeHub('hub', ['a/3', 'b/3', 'c/3'])];
  assert.deepEqual(makeTopology(segments), { segments, carriers: [] });
  assert.deepEqual(makeTopology([], { name: 'lab' }), { name: 'lab', segments: [], carriers: [] });
});

test('makeTopology() refuses an endpoint used twice and names both places', () => {
  assert.throws(() => makeTopology([parseLink('a/1--b/1'), makeHub('hub', ['tcp:A:10001', 'c/1'])]), {
    code: 'endpoint_used_twice',
    message:
      'Endpoint "tcp:A:10001" of hub "hub" is already used in link "a/1--b/1" (written there as "a/1"): ' +
      'an endpoint has one place',
  });
  assert.throws(() => makeTopology([makeHub('hub', ['a/1', 'b/1', 'A/1'])]), {
    code: 'endpoint_used_twice',
    message: 'Endpoint "A/1" is used twice (written there as "a/1") in hub "hub": write each endpoint once',
  });
});

test('makeTopology() refuses empty and repeated names', () => {
  const link = parseLink('a/1--b/1');
  assert.throws(() => makeTopology([link, link]), { code: 'segment_name_taken', message: /"a\/1--b\/1"/ });
  assert.throws(() => makeTopology([makeHub('', ['a/1', 'b/1'])]), { code: 'segment_name_invalid' });
});

test('parseLink() and makeHub() make segments that are up', () => {
  assert.equal(parseLink('a/1--b/1').isUp, true);
  assert.equal(makeHub('hub', ['a/1', 'b/1']).isUp, true);
});

test('makeTopology() keeps carriers in the order of the segments, then those that are in none', () => {
  const monitor = parseMonitor('hmp:a:4000');
  const carrier = (text: string, netdev: string) => ({ endpoint: parseEndpoint(text), monitor, netdev });
  const carriers = [carrier('a/2', 'p02'), carrier('x/1', 'p01'), carrier('tcp:A:10001', 'p01')];
  const topology = makeTopology([parseLink('a/1--b/1'), parseLink('a/2--b/2')], { carriers });
  const texts = (all: Topology['carriers']) => all.map(({ endpoint }) => endpoint.text);
  assert.deepEqual(texts(topology.carriers), ['tcp:A:10001', 'a/2', 'x/1']);
  assert.deepEqual(texts(unpluggedCarriers(topology)), ['x/1']);
});

test('findFaults() finds all faults and says which segment and which endpoint', () => {
  const itself = { ...parseLink('a/1--b/1'), endpoints: [parseEndpoint('c/1'), parseEndpoint('C/1')] };
  const faults = findFaults([parseLink('a/1--b/1'), itself, makeHub('h', ['b/1', 'd/1', 'D/1'])]);
  assert.deepEqual(
    faults.map(({ error, segment, endpoint }) => [error.code, segment, endpoint]),
    [
      ['segment_name_taken', 1, undefined],
      ['link_to_itself', 1, 1],
      ['endpoint_used_twice', 2, 0],
      ['endpoint_used_twice', 2, 2],
    ],
  );
});
