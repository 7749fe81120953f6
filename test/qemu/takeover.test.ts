// One process after the other takes over the connections of two real machines that ping each other all the time: no ping is
// lost, and neither machine sees its connection end. How long a ping took is nobody's business here: `make bench` measures it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ControlClient } from '../../src/control/http/client.ts';
import { Bridge } from '../support/bridge.ts';
import { Condition, DEADLINE_MS } from '../support/condition.ts';
import { chooseLoopbackAddress } from '../support/ports.ts';
import { startGuest } from '../support/qemu.ts';

const TAKEOVERS = 5;
/** Answers that must come before the first takeover, between two, and after the last. */
const ANSWERS = 40;

test('tcpbridge run --takeover loses no ping between two machines', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-takeover-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const socketPath = join(folder, 'control.sock');
  process.env.TCPBRIDGE_CONTROL = socketPath;
  const hosts = [chooseLoopbackAddress(), chooseLoopbackAddress()];
  const endpoints = hosts.map((host) => `${host}/1`);
  let bridge = await Bridge.start(t, ['--p2p', endpoints.join('--')]);
  const machines = hosts.map((host, index) =>
    startGuest({
      scope: t,
      name: `r${index + 1}`,
      netdev: [`socket,id=p1,listen=${host}:10001`],
      ip: `198.18.0.${index + 1}/24`,
    }),
  );
  const [a] = (await Promise.all(machines)) as [Awaited<(typeof machines)[0]>];
  for (const endpoint of endpoints) await bridge.event('attached', endpoint);

  const answers: number[] = [];
  const condition = new Condition();
  const ping = a.run('ping -n -i 0.01 -w 1200 198.18.0.2', {
    timeoutMs: 1_300_000,
    onLine: (line) => {
      const number = /icmp_seq=(\d+) ttl/.exec(line)?.[1];
      if (number !== undefined) answers.push(Number(number));
      condition.changed();
    },
  });
  const moreAnswers = async (): Promise<void> => {
    const wanted = answers.length + ANSWERS;
    await condition.until(
      () => answers.length >= wanted,
      () => `answer number ${wanted}`,
    );
  };
  await moreAnswers();
  for (let i = 0; i < TAKEOVERS; i++) {
    const before = bridge;
    bridge = await Bridge.start(t, ['run', '--takeover']);
    const { code } = await before.handedOver();
    assert.equal(code, 0, 'exit code of the process that handed over');
    await answering(socketPath, bridge.pid);
    await moreAnswers();
    for (const endpoint of endpoints) {
      assert.deepEqual(bridge.eventsOf('attached', endpoint), [], 'The connections were made anew');
      assert.deepEqual(bridge.eventsOf('detached', endpoint), []);
    }
  }
  await a.run('killall -INT ping');
  await ping;
  // What was on its way at the end has a number above all of these.
  const expected = Array.from({ length: Math.max(...answers) }, (_, index) => index + 1);
  assert.deepEqual(answers, expected, 'answers lost, repeated or out of order');

  const summary = await bridge.finish();
  const [first] = summary.segments[0]!.ends;
  assert.ok(first!.rxFrames >= answers.length, 'The counters did not go along');
});

/** Waits until this process serves the control socket. */
async function answering(socketPath: string, pid: number): Promise<void> {
  const client = new ControlClient({ socketPath });
  const deadlineMs = Date.now() + DEADLINE_MS;
  for (;;) {
    const status = await client.status().catch((error: Error) => error);
    if ('pid' in status && status.pid === pid) return;
    assert.ok(Date.now() < deadlineMs, `Process ${pid} does not serve "${socketPath}"`);
  }
}
