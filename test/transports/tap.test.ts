// TAP interfaces, in network namespaces of the test's own: between two hosts as people use them, and frame by frame with a
// scripted machine at the other end.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { endOf } from '../support/accounting.ts';
import { Bridge } from '../support/bridge.ts';
import { DiallingPeer } from '../support/dialling-peer.ts';
import { NetworkNamespace } from '../support/network-namespace.ts';
import { makeTempFolder } from '../support/pipe.ts';
import { openQuietNamespace } from '../support/quiet-namespace.ts';
import { iperf, ping, untilUsable } from '../support/traffic.ts';

const ALONE = ['--control', 'none'];
const OUR_MAC = '020000000001';

/** A bridge inside `namespace` with one link: a TAP interface, and a machine that has dialled. */
async function tapAndMachine(t: TestContext, namespace: NetworkNamespace, tap: string) {
  const machine = new DiallingPeer(t, { path: join(makeTempFolder(t), 'machine') });
  const args = ['--p2p', `${tap}--${machine.endpoint}`, ...ALONE];
  const bridge = await Bridge.start(t, args, { launcher: namespace.launcher });
  await bridge.event('listening');
  await machine.dial();
  await bridge.event('attached', machine.endpoint);
  return { bridge, machine };
}

function frame(hex: string, bytes = 60): Buffer {
  const start = Buffer.from(hex, 'hex');
  return Buffer.concat([start, Buffer.alloc(Math.max(0, bytes - start.length), 0x5a)]);
}

async function linkOf(namespace: NetworkNamespace, name: string) {
  const [link] = JSON.parse(await namespace.ip('-json', 'link', 'show', 'dev', name));
  return link as { mtu: number; address: string; flags: string[]; ifindex: number };
}

async function hasLink(namespace: NetworkNamespace, name: string): Promise<boolean> {
  const links: { ifname: string }[] = JSON.parse(await namespace.ip('-json', 'link', 'show'));
  return links.some(({ ifname }) => ifname === name);
}

test('two applications talk over TAP interfaces: --tap-listen as the ancestor has it, and jumbo frames', async (t) => {
  const [a, b] = [await NetworkNamespace.open(t), await NetworkNamespace.open(t)];
  await NetworkNamespace.join(a, '198.18.0.1/24', b, '198.18.0.2/24');
  const left = await Bridge.start(
    t,
    [
      ...['--tap-listen', '1', '--ipv4-address', '198.18.1.1/24', '--ipv4-route', '198.18.1.2'],
      ...['--ipv6-address', '2001:db8:1::1/64', '--ipv6-route', '2001:db8:1::2'],
      ...['--p2p', 'listen:10002--tap:big0,address=198.18.2.1/24,mtu=9000,mac=02:00:00:00:00:0a', ...ALONE],
    ],
    { launcher: a.launcher },
  );
  const lab = 'tap:lab0,address=198.18.1.2/24,address=2001:db8:1::2/64,route=198.18.5.0/24@198.18.1.1';
  const big = 'tap:big0,address=198.18.2.2/24,mtu=9000,route=2001:db8:5::/48@fe80::1';
  const right = await Bridge.start(
    t,
    ['--p2p', `tcp:198.18.0.1:10001--${lab}`, `tcp:198.18.0.1:10002--${big}`, ...ALONE],
    { launcher: b.launcher },
  );
  await right.event('attached', 'tcp:198.18.0.1:10001');
  await right.event('attached', 'tcp:198.18.0.1:10002');
  await ping(a, '198.18.1.2', 1472);
  await ping(b, '198.18.2.1', 8972);
  await Promise.all([untilUsable(a, 'tap0'), untilUsable(b, 'lab0')]);
  await ping(b, '2001:db8:1::1', 1452);

  assert.equal((await linkOf(a, 'big0')).address, '02:00:00:00:00:0a');
  assert.equal((await linkOf(a, 'big0')).mtu, 9000);
  assert.match(await a.ip('route', 'show', 'default'), /^default via 198\.18\.1\.2 dev tap0/);
  assert.match(await a.ip('-6', 'route', 'show', 'default'), /^default via 2001:db8:1::2 dev tap0/);
  assert.match(await b.ip('route', 'show', '198.18.5.0/24'), /via 198\.18\.1\.1 dev lab0/);
  assert.match(await b.ip('-6', 'route', 'show', '2001:db8:5::/48'), /via fe80::1 dev big0/);

  assert.ok((await iperf(t, a, b, '198.18.1.2', 2)) > 100_000);
  assert.ok((await iperf(t, b, a, '2001:db8:1::1', 1)) > 100_000);
  assert.ok((await iperf(t, b, a, '198.18.2.1', 2)) > 100_000);

  const { segments } = await left.finish();
  assert.deepEqual(endOf(segments, 'listen:10001').drops.too_big, undefined);
  await right.finish();
  for (const name of ['tap0', 'big0']) assert.equal(await hasLink(a, name), false, `${name} was left behind`);
});

test('a TAP interface whose VLAN the kernel has no interface for is tagged by tcpbridge', async (t) => {
  const namespace = await openQuietNamespace(t);
  const tap = `tap:lab0,address=198.18.0.1/24,vlan=100,mac=02:00:00:00:00:01`;
  const { bridge, machine } = await tapAndMachine(t, namespace, tap);
  if (await hasLink(namespace, 'lab0.100')) {
    // This kernel has 802.1Q: then the addresses are there, and it does the tagging.
    assert.match(await namespace.ip('addr', 'show', 'lab0.100'), /198\.18\.0\.1\/24/);
  } else {
    await bridge.event('vlan_in_userspace', tap);
    assert.match(await namespace.ip('addr', 'show', 'lab0'), /198\.18\.0\.1\/24/);
  }
  // Who has 198.18.0.1? Without a tag, with the wrong one, with the right one: only that is answered, tagged.
  const question = '0001080006040001020000000002c6120002000000000000c6120001';
  machine.send(frame(`ffffffffffff0200000000020806${question}`));
  machine.send(frame(`ffffffffffff020000000002810000650806${question}`));
  machine.send(frame(`ffffffffffff020000000002810060640806${question}`));
  const [answer] = await machine.take(1);
  assert.equal(
    answer?.toString('hex').slice(0, 92),
    `020000000002${OUR_MAC}810000640806000108000604${`0002${OUR_MAC}c6120001`}020000000002c6120002`,
  );
  machine.leave();
  await bridge.event('detached', machine.endpoint);
  const { segments } = await bridge.finish();
  const end = endOf(segments, tap);
  assert.deepEqual([end.rxFrames, end.txFrames + (end.drops.vlan ?? 0)], [1, 3]);
});

test('frames that a TAP interface cannot take are counted, and said once with the numbers', async (t) => {
  const namespace = await openQuietNamespace(t);
  const tap = 'tap:lab0,mac=02:00:00:00:00:01,address=198.18.0.1/24';
  const { bridge, machine } = await tapAndMachine(t, namespace, tap);
  const header = `${OUR_MAC}02000000000288b5`;
  machine.send(frame(header, 1522), frame(header, 1523), frame(header, 69_632), frame('0102030405', 5));
  const notice = await bridge.event('too_big', tap);
  assert.match(
    notice.message,
    /a frame of 1523 bytes is larger than lab0 carries, whose MTU is 1500: tap:lab0,mtu=1509/,
  );

  await namespace.ip('link', 'set', 'lab0', 'mtu', '9000');
  await machine.flushed();
  // The new MTU counts as soon as the kernel has told of it.
  let sent = 0;
  const taken = async (): Promise<number> => {
    machine.send(frame(header, 9014));
    sent += 1;
    const [{ stats64 }] = JSON.parse(await namespace.ip('-json', '-stats', 'link', 'show', 'dev', 'lab0'));
    return stats64.rx.packets;
  };
  while ((await taken()) < 2);

  await namespace.ip('link', 'set', 'lab0', 'down');
  assert.equal((await bridge.event('detached', tap)).reason, 'interface is down');
  machine.send(frame(header));
  await namespace.ip('link', 'set', 'lab0', 'up');
  await bridge.event('attached', tap, 2);
  const { ifindex } = await linkOf(namespace, 'lab0');
  await namespace.ip('link', 'delete', 'lab0');
  assert.equal((await bridge.event('detached', tap, 2)).reason, 'interface was removed');
  await bridge.event('attached', tap, 3);
  assert.notEqual((await linkOf(namespace, 'lab0')).ifindex, ifindex);
  assert.match(await namespace.ip('addr', 'show', 'lab0'), /198\.18\.0\.1\/24/);
  machine.leave();
  await bridge.event('detached', machine.endpoint);

  assert.equal(bridge.eventsOf('too_big').length, 1);
  const { segments } = await bridge.finish();
  const { txFrames, drops } = endOf(segments, tap);
  assert.equal(drops.malformed, 1);
  assert.equal(drops.not_connected, 1);
  assert.equal(txFrames + (drops.too_big ?? 0), 3 + sent);
  assert.ok((drops.too_big ?? 0) >= 2);
});

test('a TAP interface that others made is used, and left as it was', async (t) => {
  const namespace = await openQuietNamespace(t);
  await namespace.ip('tuntap', 'add', 'dev', 'old0', 'mode', 'tap');
  await namespace.ip('addr', 'add', '198.18.3.1/24', 'dev', 'old0');
  await namespace.ip('link', 'set', 'old0', 'up');
  await namespace.ip('route', 'add', '198.18.5.0/24', 'via', '198.18.3.9', 'mtu', '1400');
  await namespace.ip('tuntap', 'add', 'dev', 'many0', 'mode', 'tap', 'multi_queue');
  await namespace.ip('tuntap', 'add', 'dev', 'tun0', 'mode', 'tun');
  const old = 'tap:old0,address=198.18.3.1/24,address=198.18.4.1/24,route=198.18.5.0/24@198.18.4.2';
  const bridge = await Bridge.start(t, ['--hub', old, 'tap:many0', 'tap:tun0', 'tap:lo', ...ALONE], {
    launcher: namespace.launcher,
  });
  await bridge.event('attached', old);
  await bridge.event('attached', 'tap:many0');
  for (const wrong of ['tap:tun0', 'tap:lo']) {
    assert.match(
      (await bridge.event('waiting', wrong)).reason ?? '',
      /there is an interface of this name that is no TAP/,
    );
  }
  const second = await Bridge.start(t, ['--p2p', 'tap:old0--listen:10001', ...ALONE], { launcher: namespace.launcher });
  assert.equal((await second.event('waiting', 'tap:old0')).reason, 'interface is in use by another process');
  assert.match(await namespace.ip('route'), /198\.18\.5\.0\/24 via 198\.18\.4\.2 dev old0/);
  await bridge.finish();
  // The route that ours replaced is there again.
  assert.match(
    await namespace.ip('route', 'show', '198.18.5.0/24'),
    /^198\.18\.5\.0\/24 via 198\.18\.3\.9 dev old0 mtu 1400/,
  );
  const addresses = await namespace.ip('addr', 'show', 'old0');
  assert.match(addresses, /198\.18\.3\.1\/24/);
  assert.doesNotMatch(addresses, /198\.18\.4\.1/);
  assert.equal(await hasLink(namespace, 'many0'), true);
  // Free now: the other one takes it.
  await second.event('attached', 'tap:old0');
  await second.finish();
});

test('missing privileges are told in one line with the option of Docker, and what needs none works', async (t) => {
  const namespace = await openQuietNamespace(t);
  await namespace.ip('tuntap', 'add', 'dev', 'mine0', 'mode', 'tap', 'user', '0');
  await namespace.ip('link', 'set', 'mine0', 'up');
  const launcher = [...namespace.launcher, 'setpriv', '--bounding-set=-all', '--inh-caps=-all'];
  const ends = ['tap:mine0', 'tap:lab0', 'tap:mine1,mtu=9000', 'raw:lo', 'raw:eth7'];
  const bridge = await Bridge.start(t, ['--hub', ...ends, ...ALONE], { launcher });
  await bridge.event('attached', 'tap:mine0');
  const reasonOf = async (end: string) => (await bridge.event('waiting', end)).reason;
  const tapNeeds =
    'needs CAP_NET_ADMIN and /dev/net/tun (docker run --user root --cap-add NET_ADMIN --device /dev/net/tun)';
  assert.equal(await reasonOf('tap:lab0'), tapNeeds);
  assert.equal(await reasonOf('raw:lo'), 'needs CAP_NET_RAW (docker run --user root --cap-add NET_RAW)');
  assert.equal(await reasonOf('raw:eth7'), 'no such interface');
  await bridge.finish();
});

test('a takeover keeps a TAP interface: the same one, up all the time', async (t) => {
  const folder = makeTempFolder(t);
  const namespace = await openQuietNamespace(t);
  const [file, control] = [join(folder, 'lab.yaml'), join(folder, 'control.sock')];
  const tap = 'tap:lab0,address=198.18.0.1/24';
  const machine = new DiallingPeer(t, { path: join(folder, 'machine') });
  writeFileSync(file, `links:\n  - '${tap}--${machine.endpoint}'\n`);
  const first = await Bridge.start(t, ['run', '-t', file, '--control', control], { launcher: namespace.launcher });
  await first.event('listening');
  await machine.dial();
  await first.event('attached', tap);
  const before = await linkOf(namespace, 'lab0');
  const second = await Bridge.start(t, ['run', '--takeover', '--control', control], { launcher: namespace.launcher });
  assert.equal((await first.handedOver()).code, 0);
  assert.deepEqual(await linkOf(namespace, 'lab0'), before);
  machine.send(frame('ffffffffffff02000000000208060001080006040001020000000002c6120002000000000000c6120001'));
  const [answer] = await machine.take(1);
  assert.equal(answer?.toString('hex', 12, 22), '08060001080006040002');
  assert.deepEqual(second.eventsOf('attached', tap), []);
  await second.finish();
  assert.equal(await hasLink(namespace, 'lab0'), false);
});

test('a TAP interface that is moved to another network namespace goes on there, and in the next process', async (t) => {
  const folder = makeTempFolder(t);
  const [namespace, other] = [await openQuietNamespace(t), await openQuietNamespace(t)];
  const [file, control] = [join(folder, 'lab.yaml'), join(folder, 'control.sock')];
  const tap = `tap:lab0,address=198.18.0.1/24,mac=02:00:00:00:00:01`;
  const machine = new DiallingPeer(t, { path: join(folder, 'machine') });
  writeFileSync(file, `links:\n  - '${tap}--${machine.endpoint}'\n`);
  const first = await Bridge.start(t, ['run', '-t', file, '--control', control], { launcher: namespace.launcher });
  await first.event('listening');
  await machine.dial();
  await first.event('attached', tap);
  await first.event('attached', machine.endpoint);

  await other.adopt(namespace, 'lab0');
  assert.equal((await first.event('detached', tap)).reason, 'interface was moved to another network namespace');
  await other.ip('link', 'set', 'lab0', 'name', 'nic0', 'mtu', '9000');
  await other.ip('addr', 'add', '198.18.0.1/24', 'dev', 'nic0');
  await other.ip('link', 'set', 'nic0', 'up');
  assert.match((await first.event('attached', tap, 2)).message, /nic0 in another network namespace/);
  const question = frame('ffffffffffff02000000000208060001080006040001020000000002c6120002000000000000c6120001');
  const answer = async (): Promise<string> => {
    machine.send(question);
    const [reply] = await machine.take(1);
    return reply?.toString('hex', 0, 22) ?? '';
  };
  const expected = `020000000002${OUR_MAC}08060001080006040002`;
  assert.equal(await answer(), expected);

  // Nobody tells what happens there: a frame that is refused does, and the interface when it takes them again.
  await other.ip('link', 'set', 'nic0', 'down');
  machine.send(question);
  assert.equal((await first.event('detached', tap, 2)).reason, 'interface is down');
  await other.ip('link', 'set', 'nic0', 'up');
  await first.event('attached', tap, 3);
  machine.send(frame(`${OUR_MAC}02000000000288b5`, 9014));
  assert.equal(await answer(), expected);

  const second = await Bridge.start(t, ['run', '--takeover', '--control', control], { launcher: namespace.launcher });
  assert.equal((await first.handedOver()).code, 0);
  assert.equal(await answer(), expected);
  assert.deepEqual([...second.eventsOf('attached', tap), ...second.eventsOf('detached', tap)], []);
  machine.leave();
  await second.event('detached', machine.endpoint);
  const { segments } = await second.finish();
  assert.deepEqual(endOf(segments, tap).drops, { not_connected: 1 });
  assert.equal(await hasLink(other, 'nic0'), false);
});
