// Scenario files: what each word means, and every mistake at its place.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TcpbridgeError } from '../errors.ts';
import { parseScenario } from './parse.ts';
import { linksOfScenario } from './scenario.ts';

function problemsOf(text: string): string[] {
  try {
    parseScenario(text, 'lab.yaml', {});
  } catch (error) {
    assert.ok(error instanceof TcpbridgeError && error.code === 'scenario_invalid', String(error));
    return error.message.split('\n');
  }
  assert.fail('The text was read without an error');
}

test('parseScenario() reads every kind of step', () => {
  const scenario = parseScenario(
    `
name: bgp
until: 10m
restore: false
steps:
  - {at: 10s, impair: core, with: {both: {delay: 20ms}}, for: 30s}
  - {impair: [core, west], with: lte, replace: true, name: slow}
  - {at: 20s, every: 30s, for: 200ms, until: 5m, down: core}
  - {at: 1m, ramp: west, with: {a-to-b: {loss: 0% -> 10%, delay: 5ms}}, over: 30s}
  - {at: 2m, flap: core, times: 5, down-for: 100ms}
  - {at: 3m, reset: all}
  - {on: {frame: tcp port 179, count: 3}, after: 50ms, down: core, for: 1s, times: 2}
`,
    'folder/x.yaml',
  );
  const never = Number.POSITIVE_INFINITY;
  assert.deepEqual(scenario, {
    name: 'bgp',
    untilMs: 600_000,
    restores: false,
    steps: [
      {
        name: 'impair core',
        links: ['core'],
        action: { kind: 'impair', words: { both: { delay: '20ms' } }, isWhole: false },
        ...{ atMs: 10_000, times: 1, untilMs: never, forMs: 30_000 },
      },
      {
        name: 'slow',
        links: ['core', 'west'],
        action: { kind: 'impair', words: 'lte', isWhole: true },
        ...{ atMs: 0, times: 1, untilMs: never },
      },
      {
        name: 'down core',
        links: ['core'],
        action: { kind: 'down' },
        ...{ atMs: 20_000, everyMs: 30_000, times: never, untilMs: 300_000, forMs: 200 },
      },
      {
        name: 'ramp west',
        links: ['west'],
        action: {
          kind: 'ramp',
          words: { 'a-to-b': { loss: '0% -> 10%', delay: '5ms' } },
          overMs: 30_000,
          resolutionMs: 300,
        },
        ...{ atMs: 60_000, times: 1, untilMs: never },
      },
      {
        name: 'flap core',
        links: ['core'],
        action: { kind: 'flap', times: 5, downMs: 100, upMs: 1000 },
        ...{ atMs: 120_000, times: 1, untilMs: never },
      },
      { name: 'reset all', links: ['all'], action: { kind: 'reset' }, atMs: 180_000, times: 1, untilMs: never },
      {
        name: 'down core',
        links: ['core'],
        action: { kind: 'down' },
        ...{ atMs: 0, times: 2, untilMs: never, forMs: 1000 },
        on: { link: 'core', frame: 'tcp port 179', count: 3, afterMs: 50 },
      },
    ],
  });
  assert.deepEqual(linksOfScenario(scenario), ['core', 'west', 'all']);
  assert.equal(parseScenario('steps: [{up: core}]', 'folder/x.yaml').name, 'x');
});

test('parseScenario() says where mistakes are, all of them', () => {
  const problems = problemsOf(`
until: 5
steps:
  - {at: 10s}
  - {down: core, up: core}
  - {down: core, with: lte}
  - {impair: core}
  - {impair: core, with: {both: {delay: 20}}}
  - {ramp: core, with: {both: {loss: 10%}}, over: 5s}
  - {ramp: core, with: {both: {mtu: 1500 -> 1000}}, over: 5s}
  - {ramp: core, with: {both: {loss: 0 -> 101%}}, over: 5s, for: 1s}
  - {down: core, every: 1s, for: 2s}
  - {down: core, times: 3}
  - {down: core, on: {frame: tcp prot 5}, every: 5s}
  - {flap: core, for: 5s}
  - {down: core, att: 5s}
  - {down: [], at: -1s}
  - {down: core, at: 5s, until: 5s}
  - {reset: all, on: {frame: bgp open}}
  - {reset: all, on: {frame: bgp open, link: core}}
`).map((line) => line.replace(/; write one of "[^;]*/, '; write one of …'));
  assert.deepEqual(
    problems,
    [
      'lab.yaml:2:8: until: Found the number 5; write a time, such as "10s" or "200ms"',
      'lab.yaml:4:5: steps[0]: Nothing is done; write one of impair, reset, down, up, flap, ramp, with the links',
      'lab.yaml:5:5: steps[1]: Two things are done (down and up); write one of impair, reset, down, up, flap, ramp, with the links',
      'lab.yaml:6:18: steps[2].with: Goes only with impair and ramp; leave it out',
      'lab.yaml:7:5: steps[3]: "impair" needs "with"; write such as "with: {both: {delay: 20ms}}"',
      'lab.yaml:8:41: steps[4].with.both.delay: Cannot use "20" as delay: write a time with its unit, such as "20ms", "250us" or "1.5s"',
      'lab.yaml:9:24: steps[5].with: Nothing changes; write such as {both: {loss: "0% -> 10%"}}',
      'lab.yaml:10:37: steps[6].with.both.mtu: Cannot use "1500 -> 1000" as mtu: write one value; a ramp can have delay, jitter, rate, correlation, loss, duplicate, corrupt, reorder',
      'lab.yaml:11:38: steps[7].with.both.loss: Cannot use "101%" as loss: write a percentage from 0 to 100, such as "0.1%"',
      'lab.yaml:12:25: steps[8].every: Begins again before it has ended; write a longer interval',
      'lab.yaml:13:25: steps[9].times: Says nothing without "every", "on" or "flap"; leave it out',
    ].concat(problems.slice(11)),
  );
  assert.match(problems[11]!, /^lab\.yaml:14:\d+: steps\[10\]\.on\.frame: .*prot/);
  assert.deepEqual(problems.slice(12), [
    'lab.yaml:14:50: steps[10].every: Cannot go with "on"; write "times" instead',
    'lab.yaml:15:23: steps[11].for: Cannot go with "flap"; write "times" instead',
    'lab.yaml:16:18: steps[12].att: Unknown key "att"; write one of …; perhaps you mean "at"',
    'lab.yaml:17:12: steps[13].down: Found an empty list; write the name of a link, or a list of names',
    'lab.yaml:18:33: steps[14].until: Is not after "at", so the step is never done; write a later time',
    'lab.yaml:19:22: steps[15].on: Frames are counted on one link; write which, such as {frame: "bgp open", link: core}',
  ]);
  assert.match(problemsOf('')[0]!, /lab\.yaml/);
  assert.match(problemsOf('steps: [')[0]!, /lab\.yaml:1:/);
  assert.match(problemsOf('steps: [{down: $' + '{X}}]')[0]!, /"X" is not set/);
});
