// Two real QEMU machines for each way in which a QEMU netdev can meet tcpbridge: it listens or it dials, as `socket` or as
// `stream`, over TCP or a unix socket. Over each of them, both ways: ping without loss, iperf3, and 9,000-byte packets.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Bridge } from '../support/bridge.ts';
import { iperf, ping, serveIperf } from '../support/guest-traffic.ts';
import { chooseLoopbackAddress, findFreePort } from '../support/ports.ts';
import { type Guest, startGuest } from '../support/qemu.ts';

const ADDRESSES = ['198.18.0.1', '198.18.0.2'] as const;
const MTU = 9000;
const IP_AND_ICMP_BYTES = 28;

/** One end of a link, as QEMU and as tcpbridge write it. */
interface End {
  netdev: string;
  endpoint: string;
}

test('socket,listen= on both sides: traffic passes, and a new tcpbridge attaches after the old one ends', async (t) => {
  const ends = [chooseLoopbackAddress(), chooseLoopbackAddress()].map((host) => ({
    netdev: `socket,id=p1,listen=${host}:10001`,
    endpoint: `${host}/1`,
  }));
  const guests = await startGuests(t, ends);
  const bridge = await attachBridge(t, ends);
  await checkTraffic(t, guests);
  await checkReplacement(t, bridge, ends, guests);
});

test('stream,server=on over TCP and over a unix socket: traffic passes, and a new tcpbridge attaches', async (t) => {
  const port = await findFreePort('127.0.0.1');
  const path = join(temporaryFolder(t), 'nic');
  const ends = [
    {
      netdev: `stream,id=p1,server=on,addr.type=inet,addr.host=127.0.0.1,addr.port=${port}`,
      endpoint: `tcp:127.0.0.1:${port}`,
    },
    { netdev: `stream,id=p1,server=on,addr.type=unix,addr.path=${path}`, endpoint: `unix:${path}` },
  ];
  const guests = await startGuests(t, ends);
  const bridge = await attachBridge(t, ends);
  await checkTraffic(t, guests);
  await checkReplacement(t, bridge, ends, guests);
});

test('stream,server=off dials endpoints that listen, over TCP and over a unix socket: traffic passes', async (t) => {
  const port = await findFreePort('127.0.0.1');
  const path = join(temporaryFolder(t), 'nic');
  const ends = [
    {
      netdev: `stream,id=p1,server=off,addr.type=inet,addr.host=127.0.0.1,addr.port=${port}`,
      endpoint: `listen:127.0.0.1:${port}`,
    },
    { netdev: `stream,id=p1,server=off,addr.type=unix,addr.path=${path}`, endpoint: `unix-listen:${path}` },
  ];
  // QEMU 7.2 dials once, when it starts: the bridge has to be there first.
  const bridge = await Bridge.start(t, ['--p2p', linkOf(ends)]);
  for (const { endpoint } of ends) await bridge.event('listening', endpoint);
  const guests = await startGuests(t, ends);
  for (const { endpoint } of ends) await bridge.event('attached', endpoint);
  await checkTraffic(t, guests);
  await bridge.finish();
});

async function startGuests(t: TestContext, ends: readonly End[]): Promise<[Guest, Guest]> {
  const started = Date.now();
  const [a, b] = await Promise.all(
    ends.map(({ netdev }, index) =>
      startGuest({ scope: t, name: `r${index + 1}`, netdev: [netdev], ip: `${ADDRESSES[index]}/24`, mtu: MTU }),
    ),
  );
  t.diagnostic(`two machines booted in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return [a!, b!];
}

async function attachBridge(t: TestContext, ends: readonly End[]): Promise<Bridge> {
  const bridge = await Bridge.start(t, ['--p2p', linkOf(ends)]);
  for (const { endpoint } of ends) await bridge.event('attached', endpoint);
  return bridge;
}

function linkOf(ends: readonly End[]): string {
  return ends.map(({ endpoint }) => endpoint).join('--');
}

async function checkTraffic(t: TestContext, [a, b]: [Guest, Guest]): Promise<void> {
  const [addressOfA, addressOfB] = ADDRESSES;
  await serveIperf(b);
  for (const [guest, address] of [
    [a, addressOfB],
    [b, addressOfA],
  ] as const) {
    const small = await ping(guest, address, { count: 50, intervalMs: 20 });
    assert.equal(small.received, 50, `Guest "${guest.name}" lost pings`);
    const large = await ping(guest, address, { count: 20, intervalMs: 20, sizeBytes: MTU - IP_AND_ICMP_BYTES });
    assert.equal(large.received, 20, `Guest "${guest.name}" lost pings of ${MTU} bytes`);
    t.diagnostic(`${guest.name}: ping average ${small.averageMs} ms, with ${MTU} bytes ${large.averageMs} ms`);
  }
  for (const reverse of [false, true]) {
    const { receivedBytes, bitsPerSecond } = await iperf(a, addressOfB, { reverse });
    assert.ok(receivedBytes > 0, 'iperf3 received nothing');
    t.diagnostic(`iperf3 ${reverse ? 'r2 to r1' : 'r1 to r2'}: ${Math.round(bitsPerSecond / 1e6)} Mbit/s`);
  }
}

/** QEMU takes one connection and listens again only when that is gone: ending properly is what lets the next one in. */
async function checkReplacement(
  t: TestContext,
  bridge: Bridge,
  ends: readonly End[],
  [a]: [Guest, Guest],
): Promise<void> {
  await bridge.finish();
  const next = await attachBridge(t, ends);
  // QEMU names the peer of the connection that it has adopted; one that only waits in the backlog is not named.
  assert.match(await a.monitor('info network'), /p1: .*(connection from|tcp:)/);
  const { received } = await ping(a, ADDRESSES[1], { count: 10 });
  assert.equal(received, 10, 'Pings were lost over the second tcpbridge');
  await next.finish();
}

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
