// docs/metrics.md lists exactly the metrics that there are, with their types and labels, and every reason for a drop.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DROP_REASONS } from '../../src/channel/counters.ts';
import { ALL_FAMILIES, END_LABELS } from '../../src/control/metrics/families.ts';
import { readText } from '../support/repository.ts';

const page = readText('docs/metrics.md');

/** The cells of every row of a table whose first cell is a name in backquotes. */
function rows(): string[][] {
  return page
    .split('\n')
    .filter((line) => /^\| `/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

test('every metric stands in docs/metrics.md with its type and labels, and nothing else does', () => {
  const documented = rows().filter(([, type]) => /^(counter|gauge|histogram|summary)$/.test(type!));
  const written = documented.map(([name, type, labels]) => {
    const own = [...labels!.matchAll(/`(\w+)`/g)].map(([, label]) => label!);
    return [name!.replaceAll('`', ''), type!, own.sort().join(',')].join(' ');
  });
  const exported = ALL_FAMILIES.map(({ name, type, labels }) => {
    const isOfEnd = END_LABELS.every((label) => labels.includes(label));
    const own = labels.filter((label) => !isOfEnd || !END_LABELS.some((known) => known === label));
    return [name, type, [...own].sort().join(',')].join(' ');
  });
  assert.deepEqual(written.sort(), exported.sort());
});

test('every reason for a drop stands in docs/metrics.md', () => {
  const reasons = rows()
    .filter((cells) => cells.length === 2)
    .map(([reason]) => reason!.replaceAll('`', ''));
  for (const reason of DROP_REASONS) assert.ok(reasons.includes(reason), reason);
});

test('metric names follow the rules of Prometheus', () => {
  for (const { name, type, help } of ALL_FAMILIES) {
    assert.match(name, /^[a-z_]+$/);
    assert.equal(name.endsWith('_total'), type === 'counter', name);
    assert.match(help, /^[A-Z].*\.$/, name);
    assert.doesNotMatch(help, /[\\\n]/, name);
  }
});
