// "tcpbridge drill" against a running bridge: tables, documents and a plot of a cut, what it refuses, and that an interrupt
// mends the link at once.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { DrillResult } from '../../src/drill/result.ts';
import { commandFile } from '../support/bridge.ts';
import { Condition } from '../support/condition.ts';
import { type Lab, startLab } from '../support/lab.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { measure, STEADY_FLOW, startSteadyFlow } from '../support/steady-flow.ts';

async function start(t: TestContext): Promise<Lab> {
  const [a, b] = [await ListeningPeer.start(t), await ListeningPeer.start(t)];
  const lab = await startLab(t, `links:\n  - {name: core, endpoints: ["${a.endpoint}", "${b.endpoint}"]}\n`);
  for (const peer of [a, b]) await peer.untilAttached();
  startSteadyFlow(t, a);
  return lab;
}

async function isUp(lab: Lab): Promise<boolean> {
  return JSON.parse((await lab.type('link', 'show', 'core', '-o', 'json')).stdout).isUp;
}

test('drill measures a cut, as a table, a document and a plot', async (t) => {
  const lab = await start(t);
  const times = ['--before', '1s', '--for', '500ms', '--after', '300ms'];
  const flow = ['--flow', STEADY_FLOW];
  await measure(t, async () => {
    const table = await lab.type('drill', 'core', ...flow, ...times, '--plot', 'core.svg');
    assert.equal(table.code, 0, table.stderr);
    const lines = table.stdout.split('\n');
    assert.match(
      lines[0]!,
      /^RUN +AT +STREAM +STOPPED +RESUMED +CONVERGENCE +LOST +USUAL-GAP +PATH-BEFORE +PATH-AFTER$/,
    );
    assert.match(
      lines[1]!,
      /^1 +cut +02:00:00:00:00:01 > 02:00:00:00:00:02 type 0x88b5 +-[\d.]+ms +\+[\d.]+ms +[\d.]+ms +\d+ /,
    );
    assert.match(table.stdout, /\n\nRUN +LINK +DIRECTION .*\n1 +core +a-to-b +\d+ +\d+ +link_down \d+ /);
    assert.match(
      table.stderr,
      /^Watching\nCut\nAs it was\nMeasured\nRun 1, .*: lost \d+ on core a-to-b \(link_down\)\n/,
    );
    assert.match(table.stderr, /\ncore, cut: converged in [\d.]+ms, \d+ lost\n$/);
    assert.match(readFileSync(join(lab.folder, 'core.svg'), 'utf8'), /<title>Drill of core: cut<\/title>/);
  });
  const bad = ['--loss', '100%', '--b-to-a', '--repeat', '2', '-o', 'json'];
  await measure(t, async () => {
    const json = await lab.type('drill', 'core', ...flow, ...times, ...bad);
    const { change, runs, summary } = JSON.parse(json.stdout) as DrillResult;
    assert.deepEqual([change, runs.length, summary.neverResumed, summary.lost], ['b-to-a: loss 100%', 2, 0, 0]);
    assert.match(json.stderr, /Run 2 of 2: measured\ncore, b-to-a: loss 100%: .*, 0 lost\n$/);
  });
});

test('drill refuses what cannot be, and cuts nothing for a flow that is not there', async (t) => {
  const lab = await start(t);
  const cases: [string[], number, RegExp][] = [
    [['core'], 2, /Required option "--flow <FILTER>"/],
    [['nobody', '--flow', 'icmp'], 3, /no link/i],
    [['core', '--flow', 'icmp', '--cut', '--loss', '1%'], 2, /--cut/],
    [['core', '--flow', 'icmp', '--duration', '1s'], 2, /--for instead/],
    [['core', '--flow', 'icmp', '--before', '20ms'], 2, /No frame of "icmp" left the lab/],
  ];
  for (const [args, code, message] of cases) {
    const end = await lab.type('drill', ...args);
    assert.equal(end.code, code, `${args.join(' ')}: ${end.stderr}`);
    assert.match(end.stderr, message);
  }
  assert.equal(await isUp(lab), true);
});

test('drill mends the link when it is interrupted, and tells what it had measured', async (t) => {
  const lab = await start(t);
  await measure(t, async () => {
    const child = spawn(process.execPath, [commandFile(), 'drill', 'core', '--flow', STEADY_FLOW, '--for', '1h'], {
      env: lab.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    t.after(() => child.kill('SIGKILL'));
    const condition = new Condition();
    let isEnded = false;
    const closed = once(child, 'close').finally(() => {
      isEnded = true;
      condition.changed();
    });
    let text = '';
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      out += piece;
    });
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      condition.changed();
    });
    await condition.until(
      () => isEnded || text.includes('Cut\n'),
      () => `a cut: ${text}`,
    );
    assert.equal(isEnded, false, text);
    assert.equal(await isUp(lab), false);
    child.kill('SIGINT');
    const [code] = await closed;
    assert.equal(code, 130, text);
    assert.match(out, /^RUN +AT .*\n1 +cut +02:00:00:00:00:01 > [\s\S]*\n\nRUN +LINK +DIRECTION .*\n1 +core +a-to-b +/);
    assert.match(text, /\ncore, cut: interrupted, .*, \d+ lost\n$/);
    assert.equal(await isUp(lab), true);
  });
});
