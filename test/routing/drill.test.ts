// A drill with real routers: two of them with two cables between them, OSPF with BFD, a host behind each, and one cut. What
// the drill reports agrees with what a ping of one frame per millisecond across the lab has missed.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { DrillResult } from '../../src/drill/result.ts';
import { Bridge, commandFile } from '../support/bridge.ts';
import { tryCommand } from '../support/command.ts';
import { NetworkNamespace } from '../support/network-namespace.ts';
import { startNamespaceRouter } from '../support/router.ts';

/** Cables of the lab: which namespaces they join, and the addresses at their ends. */
const CABLES = {
  west: ['h1', '198.18.41.10', 'r1', '198.18.41.1'],
  main: ['r1', '198.18.42.1', 'r2', '198.18.42.2'],
  spare: ['r1', '198.18.43.1', 'r2', '198.18.43.2'],
  east: ['r2', '198.18.44.2', 'h2', '198.18.44.10'],
} as const;
const HOSTS = { h1: '198.18.41.10', h2: '198.18.44.10' } as const;

type Name = 'h1' | 'r1' | 'r2' | 'h2';

/** The lab: one bridge sees all cables, whose ends are TAP interfaces in the namespaces of the machines. */
async function startLab(t: TestContext, folder: string) {
  const middle = await NetworkNamespace.open(t);
  const machines = Object.fromEntries(
    await Promise.all((['h1', 'r1', 'r2', 'h2'] as const).map(async (name) => [name, await NetworkNamespace.open(t)])),
  ) as Record<Name, NetworkNamespace>;
  const cables = Object.entries(CABLES);
  const links = cables.map(([name, [a, , b]]) => ({ name, endpoints: [`tap:${a}-${name}`, `tap:${b}-${name}`] }));
  const file = join(folder, 'lab.yaml');
  writeFileSync(file, JSON.stringify({ links }));
  const control = join(folder, 'control');
  const bridge = await Bridge.start(t, ['run', '-t', file, '--control', control], { launcher: middle.launcher });
  for (const [cable, [a, aAddress, b, bAddress]] of cables) {
    for (const [machine, address] of [
      [a, aAddress],
      [b, bAddress],
    ] as const) {
      const name = `${machine}-${cable}`;
      await bridge.event('attached', `tap:${name}`);
      await machines[machine].adopt(middle, name);
      await machines[machine].ip('address', 'add', `${address}/24`, 'dev', name);
      await machines[machine].ip('link', 'set', name, 'up');
    }
  }
  await machines.h1.ip('route', 'add', 'default', 'via', '198.18.41.1');
  await machines.h2.ip('route', 'add', 'default', 'via', '198.18.44.2');
  const routers = await Promise.all(
    (
      [
        ['r1', 1, 'west'],
        ['r2', 2, 'east'],
      ] as const
    ).map(([name, number, edge]) =>
      startNamespaceRouter(t, machines[name], name, {
        number,
        interfaces: [`${name}-main`, `${name}-spare`, `${name}-${edge}`],
        neighbours: [],
        costs: { [`${name}-spare`]: 50 },
        ...{ bfdMs: 100, bfdMultiplier: 4 },
      }),
    ),
  );
  for (const router of routers) {
    await router.agrees('show ospf neighbors', 'Full', 2);
    await router.agrees('show bfd sessions', ' Up ', 2);
  }
  await routers[0]!.agrees('show route', '^198.18.44.0/24 .*unicast', 1);
  await routers[1]!.agrees('show route', '^198.18.41.0/24 .*unicast', 1);
  return { machines, control };
}

/**
 * A ping at one frame per millisecond. As long as nothing comes back ping(8) keeps a slower pace, so the time without replies
 * is what is measured, and losses are only counted.
 */
function startPing(t: TestContext, { launcher }: NetworkNamespace, to: string) {
  const [file, ...args] = [...launcher, 'ping', '-D', '-n', '-i', '0.001', to];
  const child = spawn(file!, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  t.after(() => child.kill('SIGKILL'));
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  return {
    stop: async () => {
      child.kill('SIGINT');
      await closed;
      const [, sent, received] = /(\d+) packets transmitted, (\d+) received/.exec(text) ?? [];
      const times = [...text.matchAll(/^\[(\d+\.\d+)\] \d+ bytes from/gm)].map(([, seconds]) => Number(seconds) * 1000);
      const gaps = times.slice(1).map((time, i) => time - times[i]!);
      return {
        lost: Number(sent) - Number(received),
        longestGapMs: gaps.reduce((most, gap) => Math.max(most, gap), 0),
      };
    },
  };
}

test('a drill measures what a ping at 1 ms misses when OSPF with BFD finds another way', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-drill-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { machines, control } = await startLab(t, folder);
  const reach = await machines.h1.run('sh', '-c', `until ping -c 1 -W 1 ${HOSTS.h2} >/dev/null; do :; done`);
  assert.equal(reach, '');
  const ping = startPing(t, machines.h1, HOSTS.h2);
  const plot = join(folder, 'drill.svg');
  const flow = `icmp and host ${HOSTS.h1} and host ${HOSTS.h2}`;
  const args = ['drill', 'main', '--flow', flow, '--for', '12s', '--after', '1s', '--plot', plot, '-o', 'json'];
  const { code, stdout, stderr } = await tryCommand(process.execPath, [commandFile(), ...args, '--control', control]);
  const measured = await ping.stop();
  assert.equal(code, 0, stderr);
  const drill = JSON.parse(stdout) as DrillResult;
  const [run] = drill.runs;
  const told = JSON.stringify({ ...drill, runs: [{ ...run, lanes: undefined }] });
  t.diagnostic(`${stderr.trim().split('\n').at(-1)}; ping: ${JSON.stringify(measured)}`);
  assert.deepEqual([run!.missed, run!.streams.length], [0, 2], told);
  const [requests, replies] = ['request', 'reply'].map((word) =>
    run!.streams.find(({ stream }) => stream.includes(word)),
  );

  // Replies need both ways, as ping does.
  const convergenceMs = replies!.atCut?.convergenceMs ?? 0;
  const toleranceMs = Math.max(50, 0.2 * measured.longestGapMs);
  const difference = `${convergenceMs} ms, ${measured.longestGapMs} ms by ping; ${told}`;
  assert.ok(Math.abs(convergenceMs - measured.longestGapMs) <= toleranceMs, difference);
  assert.equal(drill.summary.convergenceMs?.most, Math.max(convergenceMs, requests!.atCut!.convergenceMs!));
  // What was on its way when ping was ended counts as lost for ping only.
  assert.ok(Math.abs(measured.lost - drill.summary.lost) <= 5, `${measured.lost} lost by ping; ${told}`);
  assert.equal(requests!.atCut!.missingSequence, requests!.atCut!.lost, told);
  assert.deepEqual(
    [requests!.atCut!.pathBefore, requests!.atCut!.pathAfter],
    [
      ['west', 'main', 'east'],
      ['west', 'spare', 'east'],
    ],
  );
  assert.deepEqual(
    [replies!.atCut!.pathBefore, replies!.atCut!.pathAfter],
    [
      ['east', 'main', 'west'],
      ['east', 'spare', 'west'],
    ],
  );
  assert.ok(
    requests!.lostAt.some(({ link, why, frames }) => link === 'main' && why === 'link_down' && frames > 0),
    told,
  );
  assert.match(readFileSync(plot, 'utf8'), /<svg .*<\/svg>\n$/s);
});
