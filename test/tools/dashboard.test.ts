// The example dashboard and scrape configuration: every metric and label of the dashboard exists, its questions are PromQL,
// and promtool takes the configuration, which is also that of docs/metrics.md.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ALL_FAMILIES } from '../../src/control/metrics/families.ts';
import { hasPromtool, promtool } from '../support/promtool.ts';
import { ROOT, readText } from '../support/repository.ts';

const MISSING = 'promtool is missing: scripts/install-metrics-tools';
const DASHBOARD = 'examples/grafana/tcpbridge.json';
const CONFIG = 'examples/grafana/prometheus.yml';
/** Labels that Prometheus itself adds. */
const FOREIGN_LABELS = ['job', 'instance'];

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

const { panels, templating } = JSON.parse(readText(DASHBOARD)) as {
  panels: Panel[];
  templating: { list: { name: string; query: string | { query: string } }[] };
};
const targets = panels.flatMap((panel) => panel.targets ?? []);

function isMissing(t: TestContext): boolean {
  if (hasPromtool()) return false;
  assert.notEqual(process.env.CI, 'true', MISSING);
  t.skip(`NOT CHECKED: ${MISSING}`);
  return true;
}

/** The names under which the samples of all metrics go, each with its labels. */
function sampleLabels(): Map<string, readonly string[]> {
  return new Map(
    ALL_FAMILIES.flatMap(({ name, type, labels }) => {
      if (type !== 'histogram' && type !== 'summary') return [[name, labels] as const];
      const parts = type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['_sum', '_count'];
      return parts.map((part) => [name + part, labels] as const);
    }),
  );
}

test('every metric and label that the dashboard asks for exists', () => {
  const known = sampleLabels();
  const variables = templating.list.map(({ query }) => (typeof query === 'string' ? query : query.query));
  const questions = [...targets.map(({ expr }) => expr), ...variables];
  const used = new Set<string>();
  for (const question of questions) {
    for (const [, name, matchers = ''] of question.matchAll(/\b((?:tcpbridge|process)_\w+)(?:\{([^}]*)\})?/g)) {
      used.add(name!);
      assert.ok(known.has(name!), `${name} in ${question}`);
      for (const [, label] of matchers.matchAll(/(\w+)=~?"/g)) {
        assert.ok([...known.get(name!)!, ...FOREIGN_LABELS].includes(label!), `${label} of ${name}`);
      }
    }
  }
  assert.ok(used.size >= 15);
  for (const { expr, legendFormat } of targets) {
    const labels = [...expr.matchAll(/\b(?:tcpbridge|process)_\w+/g)].flatMap(([name]) => known.get(name) ?? []);
    for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) assert.ok(labels.includes(label!), legendFormat);
  }
});

test('panels of the dashboard say what they show, and none covers another', () => {
  for (const [index, { type, title, description, gridPos: one }] of panels.entries()) {
    if (type !== 'row') assert.match(description ?? '', /^[A-Z0-9].*\.$/, title);
    assert.ok(one.x + one.w <= 24, title);
    for (const { title: other, gridPos: two } of panels.slice(index + 1)) {
      const isApart =
        one.x + one.w <= two.x || two.x + two.w <= one.x || one.y + one.h <= two.y || two.y + two.h <= one.y;
      assert.ok(isApart, `${title} and ${other}`);
    }
  }
});

test('the questions of the dashboard are PromQL, and the scrape configuration is one', (t) => {
  if (isMissing(t)) return;
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-dashboard-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const rules = targets.map(({ expr }, index) => ({
    record: `question_${index}`,
    expr: expr.replaceAll('$__rate_interval', '1m').replaceAll('$link', '.*').replaceAll('$job', 'tcpbridge'),
  }));
  const file = join(folder, 'rules.json');
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
  const verdict = promtool(['check', 'rules', file]);
  assert.deepEqual([verdict.code, /FAILED/.test(verdict.text)], [0, false], verdict.text);
  assert.match(verdict.text, new RegExp(`${rules.length} rules found`));
  // Without looking for the token, which is nobody's here.
  const config = promtool(['check', 'config', '--syntax-only', `${ROOT}${CONFIG}`]);
  assert.equal(config.code, 0, config.text);
});

test('docs/metrics.md shows the scrape configuration as it is', () => {
  const lines = readText(CONFIG)
    .split('\n')
    .filter((line) => !line.startsWith('#'));
  assert.ok(readText('docs/metrics.md').includes(lines.join('\n').trim()));
});
