// A machine that is stopped in the middle of a flood sent to it costs its own link only: the second link of the same tcpbridge,
// in the same forwarding thread, loses nothing; and the first works again once the machine goes on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bridge } from '../support/bridge.ts';
import { ping, serveIperf } from '../support/guest-traffic.ts';
import { chooseLoopbackAddress } from '../support/ports.ts';
import { type Guest, nicAddress, startGuest } from '../support/qemu.ts';

const PINGS = 500;
const INTERVAL_MS = 20;

test('a machine stopped for 10 s under a flood does not harm the other link', async (t) => {
  const hosts = [1, 2, 3, 4].map(() => chooseLoopbackAddress());
  const guests = await Promise.all(
    hosts.map((host, index) =>
      startGuest({
        scope: t,
        name: `r${index + 1}`,
        netdev: [`socket,id=p1,listen=${host}:10001`],
        ip: `198.18.0.${index + 1}/24`,
        memMb: 192,
      }),
    ),
  );
  const [source, sink, c, d] = guests as [Guest, Guest, Guest, Guest];
  const endpoints = hosts.map((host) => `${host}/1`);
  const links = [`${endpoints[0]}--${endpoints[1]}`, `${endpoints[2]}--${endpoints[3]}`];
  const bridge = await Bridge.start(t, ['--workers', '1', '--p2p', ...links]);
  for (const endpoint of endpoints) await bridge.event('attached', endpoint);

  const before = await ping(c, '198.18.0.4', { count: 50, intervalMs: INTERVAL_MS });
  assert.equal(before.received, 50);

  await serveIperf(sink);
  // The flood must not end because nobody answers ARP any more.
  await source.run(`ip neigh replace 198.18.0.2 lladdr ${nicAddress(sink.name, 1)} nud permanent dev eth0`);
  await source.run('iperf3 --client 198.18.0.2 --udp --bitrate 0 --time 600 > /dev/null 2>&1 &');
  await untilSent(source, 1000);

  sink.pause();
  const sentBefore = await sentFrames(source);
  const during = await ping(c, '198.18.0.4', { count: PINGS, intervalMs: INTERVAL_MS });
  const sentAfter = await sentFrames(source);
  sink.resume();
  await source.run('killall iperf3');

  assert.equal(during.received, PINGS, 'The other link lost pings');
  assert.ok(sentAfter - sentBefore > PINGS, `The flood was only ${sentAfter - sentBefore} frames`);
  t.diagnostic(
    `the other link: average ${before.averageMs} ms before, ${during.averageMs} ms (maximum ${during.maxMs}) during`,
  );
  t.diagnostic(`the flood: ${sentAfter - sentBefore} frames while the machine was stopped`);

  // What is still queued for the machine that goes on may delay these, but not lose them.
  const [healed, back] = [await ping(source, '198.18.0.2', { count: 20 }), await ping(d, '198.18.0.3', { count: 20 })];
  assert.equal(healed.received, 20, 'The link of the machine that was stopped lost pings after it went on');
  assert.equal(back.received, 20);
  await bridge.finish();
});

async function sentFrames(guest: Guest): Promise<number> {
  const { output } = await guest.run('cat /sys/class/net/eth0/statistics/tx_packets');
  return Number(output);
}

/** The guest itself counts until the flood has begun. */
async function untilSent(guest: Guest, frames: number): Promise<void> {
  const start = await sentFrames(guest);
  const file = '/sys/class/net/eth0/statistics/tx_packets';
  await guest.run(`until [ "$(cat ${file})" -gt ${start + frames} ]; do :; done`, { timeoutMs: 120_000 });
}
