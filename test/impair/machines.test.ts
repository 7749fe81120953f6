// Impairments between two real machines, as ping and iperf3 see them: a delay is added in each direction and is never too
// short, what is lost is what was said and what is counted, a rate is never exceeded.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ControlClient } from '../../src/control/http/client.ts';
import { DEADLINE_MS } from '../support/condition.ts';
import { iperf, ping, serveIperf } from '../support/guest-traffic.ts';
import { type Lab, startLab } from '../support/lab.ts';
import { findFreePort } from '../support/ports.ts';
import { type Guest, startGuest } from '../support/qemu.ts';
import { chooseSeed } from '../support/random.ts';

const ADDRESSES = ['198.18.0.1', '198.18.0.2'] as const;
const DELAY_MS = 150;
/** What a machine and a busy host may need for the fastest of many packets. */
const PATIENCE_MS = 100;
const ANSWERS = 400;
const RATE_MBIT = 4;
const TRIES = 3;

test('ping and iperf3 between two machines meet the delay, the loss and the rate that are set', async (t) => {
  const seed = chooseSeed(t);
  const { guests, lab } = await startMachines(t);
  const [a, b] = guests;
  const client = new ControlClient({ socketPath: lab.socketPath });
  const impair = async (wanted: unknown) => {
    await client.putImpairments('wire', wanted);
  };
  await serveIperf(b);
  // Both machines know each other's address from here on.
  const direct = await ping(a, ADDRESSES[1]);
  assert.equal(direct.received, 50);

  await t.test(`delay ${DELAY_MS}ms in both directions: a round trip is twice that longer`, async (c) => {
    await impair({ both: { delay: `${DELAY_MS}ms` } });
    const { received, minMs, averageMs } = await ping(a, ADDRESSES[1]);
    c.diagnostic(`fastest round trip ${minMs} ms, average ${averageMs} ms; without delay ${direct.minMs} ms`);
    assert.equal(received, 50);
    assert.ok(minMs >= 2 * DELAY_MS, `a round trip of ${minMs} ms is too short`);
    assert.ok(minMs <= 2 * DELAY_MS + PATIENCE_MS, `no round trip is shorter than ${minMs} ms`);
  });

  await t.test('delay in one direction: a round trip is that longer', async (c) => {
    await impair({ 'b-to-a': { delay: `${DELAY_MS}ms` } });
    const { received, minMs } = await ping(a, ADDRESSES[1]);
    c.diagnostic(`fastest round trip ${minMs} ms`);
    assert.equal(received, 50);
    assert.ok(minMs >= DELAY_MS && minMs <= DELAY_MS + PATIENCE_MS, `the fastest round trip needs ${minMs} ms`);
  });

  await t.test('loss 20%: ping misses so many, and what did not come is counted', async (c) => {
    const before = await lost(client);
    const echoesBefore = await receivedEchoes(b);
    await impair({ 'a-to-b': { loss: '20%', match: 'icmp', seed } });
    // Until so many were answered.
    const { output } = await a.run(`ping -n -q -c ${ANSWERS} -w 60 -i 0.005 ${ADDRESSES[1]}`, { timeoutMs: 120_000 });
    const [, sentText, receivedText] = /(\d+) packets transmitted, (\d+) received/.exec(output) ?? [];
    const sent = Number(sentText);
    assert.equal(Number(receivedText), ANSWERS, output);
    // The last ones may still be on their way.
    const startedMs = performance.now();
    let missing = Number.NaN;
    while (missing !== (await lost(client)) - before) {
      missing = sent - ((await receivedEchoes(b)) - echoesBefore);
      assert.ok(performance.now() - startedMs < DEADLINE_MS, `${missing} of ${sent} are missing`);
    }
    c.diagnostic(`${missing} of ${sent} requests are missing`);
    // Six standard deviations.
    assert.ok(Math.abs(missing - 0.2 * sent) < 6 * Math.sqrt(sent * 0.2 * 0.8), `${missing} of ${sent} are missing`);
  });

  await t.test('TCP gets through a loss of 1 % and a delay', async (c) => {
    const before = await lost(client);
    await impair({ both: { delay: '5ms', loss: '1%', seed } });
    const { receivedBytes } = await iperf(a, ADDRESSES[1]);
    c.diagnostic(
      `${Math.round(receivedBytes / 1e3)} kB got through, ${(await lost(client)) - before} frames were lost`,
    );
    assert.ok(receivedBytes > 0);
  });

  for (const reverse of [false, true]) {
    const direction = reverse ? 'b-to-a' : 'a-to-b';
    await t.test(`rate ${RATE_MBIT}mbit ${direction}: TCP uses it, and never more`, async (c) => {
      await impair({ [direction]: { rate: `${RATE_MBIT}mbit`, limit: '64kb' } });
      // A machine that was held up used less in that time.
      for (let tries = 1; ; tries++) {
        const { bitsPerSecond } = await iperf(a, ADDRESSES[1], { seconds: 4, reverse });
        const megabits = bitsPerSecond / 1e6;
        c.diagnostic(`${megabits.toFixed(2)} Mbit/s`);
        assert.ok(megabits <= RATE_MBIT * 1.01, `${megabits} Mbit/s at a rate of ${RATE_MBIT}`);
        if (megabits >= RATE_MBIT * 0.6) break;
        assert.ok(tries < TRIES, `${megabits} Mbit/s at a rate of ${RATE_MBIT}`);
      }
    });
  }

  await t.test('a link that is taken back is as it was', async () => {
    const before = await lost(client);
    await impair({});
    const { received, minMs } = await ping(a, ADDRESSES[1]);
    assert.equal(received, 50);
    assert.ok(minMs < DELAY_MS, `the fastest round trip needs ${minMs} ms`);
    assert.equal(await lost(client), before);
  });
});

async function startMachines(t: TestContext): Promise<{ guests: [Guest, Guest]; lab: Lab }> {
  const ports = [await findFreePort(), await findFreePort()];
  const [a, b] = await Promise.all(
    ports.map((port, index) =>
      startGuest({
        scope: t,
        name: `r${index + 1}`,
        netdev: [`socket,id=p1,listen=127.0.0.1:${port}`],
        ip: `${ADDRESSES[index]}/24`,
      }),
    ),
  );
  const endpoints = ports.map((port) => `tcp:127.0.0.1:${port}`);
  const lab = await startLab(t, `links:\n  - {name: wire, endpoints: ["${endpoints.join('", "')}"]}\n`);
  for (const endpoint of endpoints) await lab.bridge.event('attached', endpoint);
  return { guests: [a!, b!], lab };
}

/** Frames that impairments have lost so far. */
async function lost(client: ControlClient): Promise<number> {
  const { ends } = await client.link('wire');
  return ends.reduce((sum, { drops }) => sum + (drops.loss ?? 0), 0);
}

/** The echo requests that a machine has seen (RFC 4293, icmpMsgStatsInPkts). */
async function receivedEchoes(guest: Guest): Promise<number> {
  const { output } = await guest.run('cat /proc/net/snmp');
  const [names, values] = output.split('\n').filter((line) => line.startsWith('Icmp:')) as [string, string];
  return Number(values.split(' ')[names.split(' ').indexOf('InEchos')]);
}
