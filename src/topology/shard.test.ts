// Shards: every segment runs exactly once, one shard more moves few segments and only to the new shard, and the answer is
// the same in every version.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseShard, shardOf, takeShard } from './shard.ts';
import { makeHub, makeTopology, parseLink, type SegmentSpec } from './topology.ts';

const SEED = 20_260_103;

const host = fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/);
const segments = fc.uniqueArray(host, { minLength: 2, maxLength: 60 }).map(makeSegments);

function makeSegments(hosts: readonly string[]): SegmentSpec[] {
  const links = hosts.slice(1).map((name, i) => parseLink(`${hosts[i]}/2--${name}/1`));
  return [
    ...links,
    makeHub(
      'hub',
      hosts.map((name) => `${name}/3`),
    ),
  ];
}

test('parseShard() reads K/N', () => {
  assert.deepEqual(parseShard('1/1'), { k: 1, n: 1 });
  assert.deepEqual(parseShard('3/3'), { k: 3, n: 3 });
  for (const text of [
    '',
    '0/3',
    '4/3',
    '1',
    '1/',
    '/3',
    '1/0',
    '-1/3',
    '1/3/3',
    ' 1/3',
    '1.5/3',
    'x/3',
    '1/1025',
    'AUTO/3',
  ]) {
    assert.throws(() => parseShard(text), { code: 'shard_invalid', message: /write K\/N .* such as "1\/3"/ }, text);
  }
});

test('parseShard() takes K of "auto/N" from the slot, else from the ordinal of the host name', () => {
  const shardOn = (hostname: string, slot?: string) => parseShard('auto/3', { slot, hostname }).k;
  assert.equal(shardOn('tcpbridge-0'), 1);
  assert.equal(shardOn('tcp-bridge-2'), 3);
  assert.equal(shardOn('tcpbridge-0', '2'), 2);
  assert.equal(shardOn('tcpbridge-0', ''), 1);
  assert.throws(() => shardOn('4f2a77b1c9d0'), { code: 'shard_slot_unknown', message: /TCPBRIDGE_SLOT/ });
  assert.throws(() => parseShard('auto/3'), { code: 'shard_slot_unknown' });
  assert.throws(() => shardOn('tcpbridge-3'), { code: 'shard_slot_out_of_range', message: /Slot "4" from host name/ });
  for (const slot of ['0', '4', 'x', '-1', '{{.Task.Slot}}']) {
    assert.throws(
      () => shardOn('tcpbridge-0', slot),
      { code: 'shard_slot_out_of_range', message: /TCPBRIDGE_SLOT/ },
      slot,
    );
  }
});

test('takeShard() puts every segment into exactly one shard, in its old order', () => {
  fc.assert(
    fc.property(segments, fc.integer({ min: 1, max: 12 }), (all, n) => {
      const topology = makeTopology(all);
      const names = new Map<string, number>();
      for (let k = 1; k <= n; k++) {
        const share = takeShard(topology, { k, n });
        assert.deepEqual(takeShard(share, { k, n }), share);
        assert.deepEqual(
          share.segments,
          all.filter((segment) => share.segments.includes(segment)),
        );
        for (const { name } of share.segments) names.set(name, (names.get(name) ?? 0) + 1);
      }
      assert.deepEqual(
        [...names.values()],
        all.map(() => 1),
      );
    }),
    { seed: SEED },
  );
});

test('takeShard() takes everything without a shard', () => {
  const topology = makeTopology([parseLink('a/1--b/1')]);
  assert.equal(takeShard(topology, undefined), topology);
});

test('shardOf() moves segments only to the new shard when there is one more', () => {
  fc.assert(
    fc.property(segments, fc.integer({ min: 1, max: 40 }), (all, n) => {
      for (const segment of all) {
        const after = shardOf(segment, n + 1);
        if (after !== n + 1) assert.equal(after, shardOf(segment, n));
      }
    }),
    { seed: SEED },
  );
});

test('shardOf() looks at what is attached, not at how or in which order it is written', () => {
  for (let n = 1; n <= 64; n++) {
    const shard = shardOf(parseLink('vr1/1--vr2/1'), n);
    assert.equal(shardOf(parseLink('tcp:VR2:10001--VR1/01'), n), shard);
  }
});

test('shardOf() spreads links evenly', () => {
  const links = Array.from({ length: 10_000 }, (_, i) => parseLink(`vr${i}/1--vr${i + 1}/2`));
  for (const n of [2, 3, 7, 16]) {
    const counts = new Array<number>(n).fill(0);
    for (const link of links) counts[shardOf(link, n) - 1]! += 1;
    // Five standard deviations of a fair draw.
    const mean = links.length / n;
    const bound = 5 * Math.sqrt(mean * (1 - 1 / n));
    for (const count of counts) assert.ok(Math.abs(count - mean) < bound, `n=${n}: ${counts.join(' ')}`);
  }
});

test('shardOf() answers as it always did, because versions run side by side during an upgrade', () => {
  const links = ['vr1/1--vr2/1', 'vr1/2--vr3/1', 'vr2/2--vr3/2', 'a/1--unix:/run/a', 'listen:9000--[::1]/1'].map(
    parseLink,
  );
  const shards = [2, 3, 5, 1000].map((n) => links.map((link) => shardOf(link, n)));
  assert.deepEqual(shards, [
    [2, 1, 2, 1, 2],
    [3, 3, 2, 1, 2],
    [3, 3, 2, 4, 4],
    [278, 258, 575, 295, 384],
  ]);
});
