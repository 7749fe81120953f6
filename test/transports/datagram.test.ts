// Frames as datagrams, against what else speaks so: the UDP netdevs of real QEMU machines, the vxlan interfaces of the
// kernel in namespaces of the test's own, and another tcpbridge.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { assertBalanced, endOf } from '../support/accounting.ts';
import { Bridge } from '../support/bridge.ts';
import { Condition } from '../support/condition.ts';
import { assertSameFrames, FrameSource } from '../support/frame-source.ts';
import { ping } from '../support/guest-traffic.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { NetworkNamespace } from '../support/network-namespace.ts';
import { chooseLoopbackAddress } from '../support/ports.ts';
import { startGuest } from '../support/qemu.ts';
import { chooseSeed } from '../support/random.ts';
import { countFrames, iperf } from '../support/traffic.ts';

const MTU = 9000;
const IP_AND_ICMP_BYTES = 28;
const ANSWERS = 40;

test('QEMU: socket,udp= and dgram carry 9,000 bytes and live through a takeover without a loss', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-datagram-'));
  t.after(() => {
    delete process.env.TCPBRIDGE_CONTROL;
    rmSync(folder, { recursive: true, force: true });
  });
  process.env.TCPBRIDGE_CONTROL = join(folder, 'control.sock');
  // Per machine one address; its NICs send from 10001 and 10002, and the bridge from 20001 and 20002.
  const hosts = [chooseLoopbackAddress(), chooseLoopbackAddress()] as const;
  const links = [1, 2].map((n) => hosts.map((host) => `udp:${host}:${10_000 + n},local=${host}:${20_000 + n}`));
  const endpoints = links.flat();
  let bridge = await Bridge.start(t, ['--p2p', ...links.map((ends) => ends.join('--'))]);
  const guests = hosts.map((host, index) =>
    startGuest({
      scope: t,
      name: `r${index + 1}`,
      netdev: [
        `socket,id=p1,udp=${host}:20001,localaddr=${host}:10001`,
        `dgram,id=p2,local.type=inet,local.host=${host},local.port=10002,` +
          `remote.type=inet,remote.host=${host},remote.port=20002`,
      ],
      ip: [`198.18.1.${index + 1}/24`, `198.18.2.${index + 1}/24`],
      mtu: MTU,
    }),
  );
  const [a] = (await Promise.all(guests)) as [Awaited<(typeof guests)[0]>];
  for (const address of ['198.18.1.2', '198.18.2.2']) {
    const small = await ping(a, address, { count: 20 });
    const large = await ping(a, address, { count: 10, sizeBytes: MTU - IP_AND_ICMP_BYTES });
    assert.deepEqual([small.received, large.received], [20, 10]);
    t.diagnostic(`${address}: ping average ${small.averageMs} ms, with ${MTU} bytes ${large.averageMs} ms`);
  }
  const answers: number[] = [];
  const condition = new Condition();
  const moreAnswers = async (): Promise<void> => {
    const wanted = answers.length + ANSWERS;
    await condition.until(
      () => answers.length >= wanted,
      () => `answer number ${wanted}`,
    );
  };
  const pinging = a.run('ping -n -i 0.01 -w 600 198.18.2.2', {
    timeoutMs: 700_000,
    onLine: (line) => {
      const number = /icmp_seq=(\d+) ttl/.exec(line)?.[1];
      if (number !== undefined) answers.push(Number(number));
      condition.changed();
    },
  });
  await moreAnswers();
  const before = bridge;
  bridge = await Bridge.start(t, ['run', '--takeover']);
  assert.equal((await before.handedOver()).code, 0);
  await moreAnswers();
  await a.run('killall -INT ping');
  await pinging;
  assert.deepEqual(
    answers,
    Array.from({ length: Math.max(...answers) }, (_, index) => index + 1),
    'answers lost, repeated or out of order',
  );
  for (const endpoint of endpoints) {
    assert.deepEqual([...bridge.eventsOf('attached', endpoint), ...bridge.eventsOf('detached', endpoint)], []);
  }
  const summary = await bridge.finish();
  for (const end of summary.segments.flatMap((segment) => segment.ends)) {
    assert.ok(end.rxFrames > 0, `Nothing came from ${end.endpoint}`);
    // Both machines were there before the bridge heard of them, and neither sent anything that cannot be.
    assert.deepEqual(end.drops, {});
  }
});

test('VXLAN: interfaces of the kernel, over IPv4 and IPv6, two tunnels on one port, in two threads', async (t) => {
  const [left, middle, right] = await Promise.all([1, 2, 3].map(() => NetworkNamespace.open(t)));
  await NetworkNamespace.join(left!, '198.18.0.1/24', middle!, '198.18.0.2/24', 'left');
  await NetworkNamespace.join(right!, '198.18.1.3/24', middle!, '198.18.1.2/24', 'right');
  // The kernel's tunnels refuse what does not fit; ours has IP cut it, as it must on the way back to the left.
  for (const namespace of [left!, middle!]) await namespace.ip('link', 'set', 'left', 'mtu', String(MTU + 100));
  for (const namespace of [right!, middle!]) await namespace.ip('link', 'set', 'right', 'mtu', String(MTU + 100));
  await middle!.ip('route', 'add', '198.18.0.1/32', 'dev', 'left', 'mtu', 'lock', '1500');
  await right!.ip('address', 'add', '2001:db8::3/64', 'dev', 'right', 'nodad');
  await middle!.ip('address', 'add', '2001:db8::2/64', 'dev', 'right', 'nodad');
  for (const number of [1, 2]) {
    // The second port is the one that containerlab uses.
    await addTunnel(left!, { number, vni: 100 + number, remote: '198.18.0.2', port: 4789, host: 1 });
    await addTunnel(right!, { number, vni: 200 + number, remote: '2001:db8::2', port: 14_789, host: 3 });
  }
  const links = [1, 2].map(
    (number) => `vxlan:198.18.0.1,vni=${100 + number}--vxlan:[2001:db8::3],vni=${200 + number},port=14789`,
  );
  const bridge = await Bridge.start(t, ['--workers', '2', '--p2p', ...links], { launcher: middle!.launcher });
  for (const end of links.flatMap((link) => link.split('--'))) await bridge.event('attached', end);
  for (const number of [1, 2]) {
    for (const sizeBytes of [56, 1472, MTU - IP_AND_ICMP_BYTES]) {
      const command = `ping -n -M do -c 10 -w 60 -i 0.02 -s ${sizeBytes} 198.18.10${number}.3`;
      assert.match(await left!.run('sh', '-c', command), /\b1\d received/);
    }
  }
  const counts = (await middle!.run('cat', '/proc/net/snmp')).split('\n').filter((line) => line.startsWith('Ip:'));
  const [names, values] = counts.map((line) => line.split(' '));
  assert.ok(Number(values![names!.indexOf('FragCreates')]) > 0, 'nothing had to be cut');
  const { segments } = await bridge.finish();
  for (const segment of segments) {
    assertBalanced(segment);
    for (const end of segment.ends) assert.deepEqual(end.drops, {});
  }
});

test('VXLAN: TCP whose checksums and segments the kernel leaves to a network card that is not there', async (t) => {
  const [host, middle] = [await NetworkNamespace.open(t), await NetworkNamespace.open(t)];
  await NetworkNamespace.join(host, '198.18.0.1/24', middle, '198.18.0.2/24');
  await addTunnel(host, { number: 1, vni: 7, remote: '198.18.0.2', port: 4789, host: 1 });
  await host.ip('link', 'set', 'vxlan1', 'mtu', '1450');
  const [tap, tunnel] = ['tap:lab0,address=198.18.101.2/24', 'vxlan:198.18.0.1,vni=7'];
  const bridge = await Bridge.start(t, ['--p2p', `${tap}--${tunnel}`], { launcher: middle.launcher });
  await Promise.all([bridge.event('attached', tap), bridge.event('attached', tunnel)]);
  const oversized = await countFrames(t, middle, 'lab0', 1515);
  // What comes from the host are packets of up to 64 KiB with a checksum that is only begun.
  assert.ok((await iperf(t, host, middle, '198.18.101.2', 1)) > 0);
  assert.ok((await iperf(t, middle, host, '198.18.101.1', 1)) > 0);
  assert.equal(await oversized.end(), 0, 'frames larger than the MTU allows');
  const { segments } = await bridge.finish();
  assertBalanced(segments[0]!);
  assert.equal(endOf(segments, tap).drops.too_big, undefined);
});

test('another tcpbridge: any frames pass from one to the next by UDP and by VXLAN', async (t) => {
  const source = new FrameSource(chooseSeed(t));
  const [one, two] = [chooseLoopbackAddress(), chooseLoopbackAddress()];
  const kinds = [
    { left: `udp:${two}:7001,local=${one}:7001`, right: `udp:${one}:7001,local=${two}:7001` },
    { left: `vxlan:${two},vni=9,local=${one}:4789`, right: `vxlan:${one},vni=9,local=${two}:4789` },
  ];
  for (const { left, right } of kinds) {
    const [a, b] = [await ListeningPeer.start(t), await ListeningPeer.start(t)];
    const near = await startWith(t, a, left);
    const far = await startWith(t, b, right);
    // Less at once than a socket's buffer holds: nobody is slowed down by UDP.
    for (let round = 0; round < 10; round += 1) {
      const frames = source.frames(5, () => 14 + source.random.between(0, 20_000));
      a.send(...frames);
      assertSameFrames(await b.take(frames.length), frames, `${left} to ${right}`);
      b.send(...frames);
      assertSameFrames(await a.take(frames.length), frames, `${right} to ${left}`);
    }
    await near.finish();
    const { segments } = await far.finish();
    assert.deepEqual(endOf(segments, right).drops, {});
  }
});

async function startWith(t: TestContext, peer: ListeningPeer, endpoint: string): Promise<Bridge> {
  const bridge = await Bridge.start(t, ['--p2p', `${peer.endpoint}--${endpoint}`]);
  await bridge.attached([peer]);
  await bridge.event('attached', endpoint);
  return bridge;
}

/** A vxlan interface as anybody makes it, but for its MTU. */
async function addTunnel(
  namespace: NetworkNamespace,
  { number, vni, remote, port, host }: { number: number; vni: number; remote: string; port: number; host: number },
): Promise<void> {
  const name = `vxlan${number}`;
  const settings = ['id', String(vni), 'remote', remote, 'dstport', String(port)];
  await namespace.ip('link', 'add', name, 'mtu', String(MTU), 'type', 'vxlan', ...settings);
  await namespace.ip('address', 'add', `198.18.10${number}.${host}/24`, 'dev', name);
  await namespace.ip('link', 'set', name, 'up');
}
