// What is said about a drill beside its tables: hints, what others did, and drills that were ended early.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DrillResult, Outage, RunResult, StreamResult } from '../drill/result.ts';
import { hintLines, OUTAGE_COLUMNS, otherLines, outageRows, summaryLine } from './drill-columns.ts';

const GONE: Outage = {
  ...{ stoppedMs: 990, resumedMs: null, convergenceMs: null, lost: 7 },
  ...{ pathBefore: ['west', 'main'], pathAfter: null },
};

const STREAM: StreamResult = {
  ...{ stream: 'a > b', entered: 10, left: 3, lost: { before: 0, during: 7, after: 0 }, usualGapMs: 1 },
  lostAt: [
    { link: 'main', direction: 'a-to-b', why: 'link_down', to: 'r2/1', frames: 2 },
    { link: 'spare', direction: 'a-to-b', why: 'machine', to: 'r2/2', frames: 5 },
  ],
  ...{ path: ['west', 'main'], atCut: GONE, atHeal: null },
};

const MOMENT = { begunMs: 1000, doneMs: 1001 };

function drillOf(stream: StreamResult, more: Partial<RunResult> = {}, state: DrillResult['state'] = 'finished') {
  const run: RunResult = {
    ...{ run: 1, startedAt: '2026-11-22T10:00:00.000Z', durationMs: 3000, cut: MOMENT, heal: MOMENT, missed: 0 },
    ...{ streams: [stream], otherStreams: 0, lanes: [], stepMs: 10 },
    ...more,
  };
  const neverResumed = stream.atCut?.resumedMs === null ? 1 : 0;
  const summary = { runs: 1, interrupted: 1, neverResumed, convergenceMs: null, lost: 7, isCertain: true };
  const what = { id: 1, link: 'main', change: 'cut', flow: 'icmp', startedAt: run.startedAt };
  return { ...what, state, summary, runs: [run] } satisfies DrillResult;
}

test('hintLines() names the links on which frames of a flow that never came back were handed out', () => {
  const drill = drillOf(STREAM);
  const say = 'say --to main spare';
  assert.deepEqual(hintLines(drill), [
    `Run 1, a > b: frames came out on spare; if that is where the flow goes, ${say}`,
  ]);
  assert.equal(summaryLine(drill), 'main, cut: the flow was not seen to resume, 7 lost');
  const back = { ...STREAM, atCut: { ...GONE, resumedMs: 1500, convergenceMs: 510 } };
  assert.deepEqual(hintLines(drillOf(back)), []);
  const nowhere = drillOf({ ...STREAM, lostAt: STREAM.lostAt.slice(0, 1) });
  assert.deepEqual(hintLines(nowhere), []);
  assert.equal(summaryLine(nowhere), 'main, cut: the flow never resumed, 7 lost');
});

test('otherLines() tells who else changed the link, and when', () => {
  const changedByOthers = '2026-11-22T10:00:01.500Z';
  assert.deepEqual(otherLines(drillOf(STREAM, { changedByOthers })), [
    `Run 1: main was changed by somebody else at ${changedByOthers}; that was left as it is`,
  ]);
  assert.deepEqual(otherLines(drillOf(STREAM)), []);
});

test('a drill that was ended early says so, and not that a flow never came back', () => {
  const stopped = drillOf({ ...STREAM, lostAt: [] }, { endedEarly: true }, 'stopped');
  assert.equal(summaryLine(stopped), 'main, cut: interrupted, the flow was not seen to resume, 7 lost');
  const convergence = OUTAGE_COLUMNS.find(({ title }) => title === 'CONVERGENCE');
  const [row] = outageRows(stopped);
  assert.equal(convergence?.text?.(row!), 'not yet');
  const summary = { ...stopped.summary, runs: 0, interrupted: 0, neverResumed: 0, lost: 0 };
  assert.equal(summaryLine({ ...stopped, runs: [], summary }), 'main, cut: interrupted before anything was measured');
});
