// Raw interfaces: two hosts with all offloads on, joined by two veth pairs and tcpbridge between them; and frame by frame,
// with a scripted machine behind each end of one veth pair.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { endOf, undelivered } from '../support/accounting.ts';
import { Bridge } from '../support/bridge.ts';
import { DiallingPeer } from '../support/dialling-peer.ts';
import { NetworkNamespace } from '../support/network-namespace.ts';
import { makeTempFolder } from '../support/pipe.ts';
import { openQuietNamespace } from '../support/quiet-namespace.ts';
import { countFrames, iperf, ping, untilUsable } from '../support/traffic.ts';

const ALONE = ['--control', 'none'];
const A = '020000000001';
const B = '020000000002';

/** A host whose only interface, "eth0", has its other end in the namespace of the bridge. */
async function host(t: TestContext, middle: NetworkNamespace, name: string, number: number): Promise<NetworkNamespace> {
  const namespace = await NetworkNamespace.open(t);
  await NetworkNamespace.join(namespace, `198.18.0.${number}/24`, middle, `198.18.9.${number}/24`);
  await middle.ip('addr', 'flush', 'dev', 'peer');
  await middle.ip('link', 'set', 'peer', 'down');
  await middle.ip('link', 'set', 'peer', 'name', name);
  await middle.ip('link', 'set', name, 'up');
  await namespace.ip('addr', 'add', `2001:db8::${number}/64`, 'dev', 'peer');
  return namespace;
}

/** Two scripted machines, one behind each end of a veth pair: what one sends crosses two raw endpoints. */
async function machinesAndPair(t: TestContext) {
  const namespace = await openQuietNamespace(t);
  await namespace.ip('link', 'add', 'name', 'left', 'type', 'veth', 'peer', 'name', 'right');
  for (const name of ['left', 'right']) await namespace.ip('link', 'set', name, 'up');
  const folder = makeTempFolder(t);
  const [a, b] = ['a', 'b'].map((name) => new DiallingPeer(t, { path: join(folder, name) })) as [
    DiallingPeer,
    DiallingPeer,
  ];
  const args = ['--p2p', `${a.endpoint}--raw:left`, `${b.endpoint}--raw:right`, ...ALONE];
  const bridge = await Bridge.start(t, args, { launcher: namespace.launcher });
  for (const machine of [a, b]) {
    await bridge.event('listening', machine.endpoint);
    await machine.dial();
    await bridge.event('attached', machine.endpoint);
  }
  await bridge.event('attached', 'raw:left');
  await bridge.event('attached', 'raw:right');
  return { namespace, bridge, a, b };
}

function frame(hex: string, bytes = 60): Buffer {
  const start = Buffer.from(hex, 'hex');
  return Buffer.concat([start, Buffer.alloc(Math.max(0, bytes - start.length), 0xa5)]);
}

test('hosts with segmentation and checksum offload talk through raw interfaces, in ordinary frames', async (t) => {
  const middle = await NetworkNamespace.open(t);
  const [a, b] = [await host(t, middle, 'left', 1), await host(t, middle, 'right', 2)];
  const bridge = await Bridge.start(t, ['--p2p', 'raw:left--raw:right', ...ALONE], { launcher: middle.launcher });
  await bridge.event('attached', 'raw:left');
  await bridge.event('attached', 'raw:right');
  await Promise.all([untilUsable(a, 'peer'), untilUsable(b, 'peer')]);
  const oversized = await countFrames(t, b, 'peer', 1515);
  const offloaded = await countFrames(t, middle, 'left', 1515);
  await ping(a, '198.18.0.2', 1472);
  await ping(b, '2001:db8::1', 1452);
  assert.ok((await iperf(t, a, b, '198.18.0.2', 2)) > 100_000);
  assert.ok((await iperf(t, a, b, '2001:db8::2', 2)) > 100_000);
  assert.equal(await oversized.end(), 0, 'frames larger than the MTU allows');
  assert.ok((await offloaded.end()) > 0, 'the host left no segmentation to its interface: nothing was tested');
  const counters = await b.run('cat', '/proc/net/snmp');
  const checked: string[] = [];
  for (const [, protocol, names = '', values = ''] of counters.matchAll(/^(\w+): (\D.*)\n\w+: (.*)$/gm)) {
    const index = names.split(' ').indexOf('InCsumErrors');
    if (index < 0) continue;
    checked.push(`${protocol}`);
    assert.equal(values.split(' ')[index], '0', `wrong checksums of ${protocol}`);
  }
  assert.deepEqual(checked, ['Icmp', 'Tcp', 'Udp', 'UdpLite']);
  const { segments } = await bridge.finish();
  const [left] = segments[0]!.ends;
  // Far more than the packets that the host made: each of up to 64 KiB became dozens of frames.
  assert.ok(left!.rxBytes / left!.rxFrames < 1514);
  for (const end of segments[0]!.ends) {
    const other = segments[0]!.ends.find((candidate) => candidate !== end);
    assert.ok(end.txFrames + undelivered(end) >= other!.rxFrames, JSON.stringify(segments));
  }
});

test('frames cross raw interfaces as they are, tags and all, and none comes back', async (t) => {
  const { bridge, a, b } = await machinesAndPair(t);
  const frames = [
    frame(`${B}${A}88b5`),
    frame(`${B}${A}8100606488b5`),
    frame(`${B}${A}88a8600581004064${'0800'}`),
    frame(`${B}${A}8100000081000fff88b5`, 200),
    frame(`ffffffffffff${A}88b5`, 1514),
    frame(`0180c2000000${A}00264242030000`),
    frame(`0180c200000e${A}88cc`),
    frame(`${B}${A}8100006488b5`, 1518),
    frame(`${B}${A}88b5`, 14),
  ];
  a.send(...frames);
  assert.deepEqual(await b.take(frames.length), frames);
  b.send(...frames.toReversed());
  assert.deepEqual(await a.take(frames.length), frames.toReversed());
  const { segments } = await bridge.finish();
  for (const name of ['raw:left', 'raw:right']) {
    const { rxFrames, txFrames, drops } = endOf(segments, name);
    assert.deepEqual({ rxFrames, txFrames, drops }, { rxFrames: frames.length, txFrames: frames.length, drops: {} });
  }
});

test('what the host itself sends on a raw interface is not taken for something that came in', async (t) => {
  const { namespace, bridge, a, b } = await machinesAndPair(t);
  await namespace.ip('addr', 'add', '198.18.0.1/24', 'dev', 'left');
  await namespace.ip('neigh', 'add', '198.18.0.9', 'lladdr', '02:00:00:00:00:02', 'dev', 'left');
  await namespace.run('sh', '-c', 'ping -c 1 -W 1 198.18.0.9 || true');
  // The other machine gets it, with its checksum; ours does not.
  const [request] = await b.take(1);
  assert.equal(request?.toString('hex', 0, 6), B);
  assert.equal(request?.toString('hex', 26, 34), 'c6120001c6120009');
  const last = frame(`${A}${B}88b5`);
  b.send(last);
  assert.deepEqual(await a.takeUntil(last), []);
  await bridge.finish();
});

test('frames that a raw interface cannot take are counted, and an interface that goes away is found again', async (t) => {
  const { namespace, bridge, a, b } = await machinesAndPair(t);
  const last = frame(`${B}${A}88b5`);
  a.send(frame(`${B}${A}88b5`, 1515), frame(`${B}${A}88b5`, 9014), frame('0102', 2), last);
  assert.deepEqual(await b.take(1), [last]);
  const notice = await bridge.event('too_big', 'raw:left');
  assert.match(notice.message, /a frame of 1515 bytes is larger than left carries, whose MTU is 1500: an MTU of 1501/);

  await namespace.ip('link', 'set', 'right', 'down');
  assert.match((await bridge.event('detached', 'raw:right')).reason ?? '', /^interface is down/);
  assert.equal((await bridge.event('detached', 'raw:left')).reason, 'interface has no carrier');
  await namespace.ip('link', 'set', 'right', 'up');
  for (const end of ['raw:left', 'raw:right']) await bridge.event('attached', end, 2);
  a.send(last);
  assert.deepEqual(await b.take(1), [last]);

  await namespace.ip('link', 'delete', 'left');
  for (const end of ['raw:left', 'raw:right']) {
    assert.equal((await bridge.event('detached', end, 2)).reason, 'no such interface');
  }
  await namespace.ip('link', 'add', 'name', 'left', 'mtu', '9000', 'type', 'veth', 'peer', 'name', 'right');
  for (const name of ['left', 'right']) await namespace.ip('link', 'set', name, 'mtu', '9000', 'up');
  for (const end of ['raw:left', 'raw:right']) await bridge.event('attached', end, 3);
  const large = frame(`${B}${A}88b5`, 9014);
  a.send(large);
  assert.deepEqual(await b.take(1), [large]);

  assert.equal(bridge.eventsOf('too_big').length, 1);
  const { segments } = await bridge.finish();
  assert.deepEqual(endOf(segments, 'raw:left').drops, { too_big: 2, malformed: 1 });
});

test('a raw interface moves to another link and to another process with its socket', async (t) => {
  const namespace = await openQuietNamespace(t);
  await namespace.ip('link', 'add', 'name', 'left', 'type', 'veth', 'peer', 'name', 'right');
  for (const name of ['left', 'right']) await namespace.ip('link', 'set', name, 'up');
  const folder = makeTempFolder(t);
  const [file, control] = [join(folder, 'lab.yaml'), join(folder, 'control.sock')];
  const [a, b, c] = ['a', 'b', 'c'].map((name) => new DiallingPeer(t, { path: join(folder, name) }));
  const write = (...links: string[]) => writeFileSync(file, `links:\n${links.map((link) => `- '${link}'\n`).join('')}`);
  const right = `raw:right--${b!.endpoint}`;
  write(`raw:left--${a!.endpoint}`, right);
  const first = await Bridge.start(t, ['run', '-t', file, '--control', control], { launcher: namespace.launcher });
  for (const machine of [a!, b!]) {
    await first.event('listening', machine.endpoint);
    await machine.dial();
  }
  await first.event('attached', 'raw:left');
  await first.event('attached', 'raw:right');

  write(`${c!.endpoint}--raw:left`, right);
  process.kill(first.pid, 'SIGHUP');
  await first.event('listening', c!.endpoint);
  await c!.dial();
  await first.event('attached', c!.endpoint);
  const second = await Bridge.start(t, ['run', '--takeover', '--control', control], { launcher: namespace.launcher });
  assert.equal((await first.handedOver()).code, 0);
  const [there, back] = [frame(`${B}${A}8100006488b5`), frame(`${A}${B}88b5`)];
  c!.send(there);
  assert.deepEqual(await b!.take(1), [there]);
  b!.send(back);
  assert.deepEqual(await c!.take(1), [back]);
  for (const end of ['raw:left', 'raw:right']) {
    assert.equal(first.eventsOf('attached', end).length, 1);
    assert.deepEqual(second.eventsOf('attached', end), []);
  }
  await second.finish();
});

test('--raw-listen waits for its interface, and carries frames of whoever dials', async (t) => {
  const namespace = await openQuietNamespace(t);
  await namespace.ip('link', 'add', 'name', 'eth1', 'type', 'veth', 'peer', 'name', 'far');
  const far = new DiallingPeer(t, { path: join(makeTempFolder(t), 'far') });
  const near = new DiallingPeer(t, { path: join(makeTempFolder(t), 'near') });
  const args = ['--raw-listen', '1', '--p2p', `${far.endpoint}--raw:far`, `${near.endpoint}--tcp:127.0.0.1:10001`];
  const bridge = await Bridge.start(t, [...args, ...ALONE], { launcher: namespace.launcher });
  assert.match((await bridge.event('waiting', 'raw:eth1')).reason ?? '', /^interface is down/);
  for (const name of ['eth1', 'far']) await namespace.ip('link', 'set', name, 'up');
  await bridge.event('attached', 'raw:eth1');
  await bridge.event('attached', 'raw:far');
  await bridge.event('attached', 'tcp:127.0.0.1:10001');
  for (const machine of [far, near]) {
    await bridge.event('listening', machine.endpoint);
    await machine.dial();
    await bridge.event('attached', machine.endpoint);
  }
  const sent = frame(`${B}${A}88b5`);
  near.send(sent);
  assert.deepEqual(await far.take(1), [sent]);
  far.send(sent);
  assert.deepEqual(await near.take(1), [sent]);
  await bridge.finish();
});
