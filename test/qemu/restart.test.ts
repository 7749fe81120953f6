// A machine is killed and started again while tcpbridge runs on: the link heals by itself, the other machine stays attached.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bridge } from '../support/bridge.ts';
import { ping } from '../support/guest-traffic.ts';
import { chooseLoopbackAddress } from '../support/ports.ts';
import { type Guest, startGuest } from '../support/qemu.ts';

test('tcpbridge attaches a machine again that was killed and started anew', async (t) => {
  const hosts = [chooseLoopbackAddress(), chooseLoopbackAddress()];
  const start = (number: number): Promise<Guest> =>
    startGuest({
      scope: t,
      name: `r${number}`,
      netdev: [`socket,id=p1,listen=${hosts[number - 1]}:10001`],
      ip: `198.18.0.${number}/24`,
    });
  const [endpointA, endpointB] = hosts.map((host) => `${host}/1`) as [string, string];
  // Started before its machines: it waits for them.
  const bridge = await Bridge.start(t, ['--p2p', `${endpointA}--${endpointB}`]);
  const [a, b] = await Promise.all([start(1), start(2)]);
  for (const endpoint of [endpointA, endpointB]) await bridge.event('attached', endpoint);
  assert.equal((await ping(a, '198.18.0.2', { count: 10 })).received, 10);

  // In the middle of a stream of frames, so that the cut may be anywhere in one.
  const flood = a.run('ping -n -q -f -w 120 -s 1400 198.18.0.2 > /dev/null', { timeoutMs: 600_000 });
  await b.kill();
  const again = await start(2);
  await bridge.event('attached', endpointB, 2);
  await a.run('killall ping');
  await flood;

  for (const [guest, address] of [
    [a, '198.18.0.2'],
    [again, '198.18.0.1'],
  ] as const) {
    assert.equal((await ping(guest, address, { count: 20 })).received, 20, `Guest "${guest.name}" lost pings`);
  }
  assert.equal(bridge.eventsOf('attached', endpointA).length, 1, 'The machine that stayed was attached only once');
  await bridge.finish();
});
