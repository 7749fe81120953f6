// Numbers and counts as people read them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countKinds, formatCount, formatKinds } from './format.ts';

test('formatKinds() tells switches only where there are any', () => {
  const count = (links: number, hubs: number, switches: number) => {
    const kinds = [
      ...Array.from({ length: links }, () => 'link' as const),
      ...Array.from({ length: hubs }, () => 'hub' as const),
      ...Array.from({ length: switches }, () => 'switch' as const),
    ];
    return formatKinds(countKinds(kinds.map((kind) => ({ kind }))));
  };
  assert.equal(count(0, 0, 0), '0 links, 0 hubs');
  assert.equal(count(1, 2, 1), '1 link, 2 hubs, 1 switch');
  assert.equal(count(2, 1, 2), '2 links, 1 hub, 2 switches');
});

test('formatCount() keeps three digits', () => {
  assert.deepEqual([0, 999, 999.6, 12_345, 1e6].map(formatCount), ['0', '999', '1.00 k', '12.3 k', '1.00 M']);
});
