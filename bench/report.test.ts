// Unit tests of the table and the plot: all that was measured is shown, and what failed says so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from './bars.ts';
import { CASES } from './cases/registry.ts';
import type { CaseResult } from './metrics.ts';
import { drawPlot } from './plot.ts';
import { formatMarkdown, formatMicroseconds, formatText, missedLine, type Report } from './report.ts';

const clean = { lost: 0, outOfOrder: 0, corrupt: 0, gigabitsPerSecond: 0.001, framesPerSecond: 2400 };
const RESULTS: CaseResult[] = [
  { caseName: 'paced-1', relay: 'floor', measurement: { ...clean, p50Us: 50, p99Us: 100 }, rounds: [] },
  { caseName: 'paced-1', relay: 'tcpbridge', measurement: { ...clean, p50Us: 55, p99Us: 200 }, rounds: [] },
  { caseName: 'paced-1', relay: 'ancestor', measurement: { ...clean, p50Us: 13_900, lost: 3 }, rounds: [] },
  { caseName: 'paced-1', relay: 'socat', measurement: {}, rounds: [], error: 'socat ended (code 1): <refused>' },
];
const paced = CASES.find((benchCase) => benchCase.name === 'paced-1')!;
const REPORT: Report = {
  date: '2020-01-01',
  command: 'node build/bench/run.js',
  machine: { kernel: '6.1', cpuModel: 'CPU', cpuCount: 2, memoryGibibytes: 4, nodeVersion: 'v20' },
  seconds: 3,
  rounds: 3,
  results: RESULTS,
  verdicts: judge(RESULTS, 'paced-1', paced.bars),
  missing: [],
};

test('formatMicroseconds() changes unit with size', () => {
  assert.deepEqual([65.4, 1098, 2_000_000, undefined].map(formatMicroseconds), ['65 us', '1.10 ms', '2.00 s', '']);
});

test('formatText() shows ratios, losses, failures and the missed bars', () => {
  const text = formatText(REPORT, CASES);
  assert.match(text, /tcpbridge +55 us +200 us .* 1\.10 +2\.00/);
  assert.match(text, /ancestor .* 3 lost/);
  assert.match(text, /socat ended \(code 1\)/);
  assert.match(text, /MET +paced-1: p50 at least 50 times lower than the ancestor \(253 times lower\)/);
  assert.match(text.split('\n').at(-1)!, /^Missed 1 of 4 measured bars: paced-1: p99 at most 1\.25 times the floor/);
});

test('formatText() and formatMarkdown() sum up the single values of all rounds', () => {
  const rounds = [{ series: { gap: [1, 5] } }, { series: { gap: [3] } }];
  const results = [{ caseName: 'paced-1', relay: 'tcpbridge', measurement: {}, rounds }];
  for (const format of [formatText, formatMarkdown]) {
    assert.match(format({ ...REPORT, results }, CASES), /gap: min 1\.0 ms, median 3\.0 ms, max 5\.0 ms \(3 values\)/);
  }
});

test('missedLine() says when all is well, and when nothing was judged', () => {
  const met = REPORT.verdicts.filter((verdict) => verdict.outcome === 'met');
  assert.equal(missedLine(met), 'All 3 measured bars are met');
  assert.equal(missedLine([]), 'No bar was measured');
});

test('formatMarkdown() gives every row of a table as many cells as its heading', () => {
  const rows = formatMarkdown(REPORT, CASES)
    .split('\n')
    .filter((line) => line.startsWith('|'));
  const results = rows.filter((row) => row.split('|').length !== 6);
  assert.equal(results.length, RESULTS.length + 2);
  assert.equal(new Set(results.map((row) => row.split('|').length)).size, 1);
});

test('drawPlot() draws each relay, escapes text and has no broken number', () => {
  const svg = drawPlot('a < b', CASES, RESULTS);
  assert.match(svg, /a &lt; b/);
  assert.match(svg, /55 us \/ 200 us/);
  assert.match(svg, /failed/);
  assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
});
