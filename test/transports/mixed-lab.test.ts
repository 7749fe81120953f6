// Eight ends of eight kinds in one switch, and all of them reach all others, with frames of the usual size and of 9,000
// bytes. Five are NICs of two QEMU machines, each alone in a namespace of its machine; three are hosts that are namespaces.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Bridge, commandFile } from '../support/bridge.ts';
import { runCommand } from '../support/command.ts';
import type { NetworkNamespace } from '../support/network-namespace.ts';
import { makeTempFolder } from '../support/pipe.ts';
import { startGuest } from '../support/qemu.ts';
import { openQuietNamespace } from '../support/quiet-namespace.ts';

const MTU = 9000;
const IP_AND_ICMP_BYTES = 28;
const SIZES = [1500 - IP_AND_ICMP_BYTES, MTU - IP_AND_ICMP_BYTES];
const PINGS = 2;
const PING_DEADLINE_S = 60;
// What VXLAN puts in front of a frame, over IPv4, and the header of the frame itself.
const VXLAN_BYTES = 50;

/** Whoever has an address in the lab and runs a command in its shell. */
interface Host {
  readonly name: string;
  readonly address: string;
  readonly run: (command: string) => Promise<string>;
}

test('all ends of all kinds reach all others through one switch, 1,500 and 9,000 bytes at a time', async (t) => {
  const folder = makeTempFolder(t);
  const [dialled, served, control] = ['dialled', 'served', 'control'].map((name) => join(folder, name));
  const middle = await openQuietNamespace(t);
  const hosts = [hostOf('tap', 6, middle), await rawHost(t, middle, 7), await vxlanHost(t, middle, 8)];
  const ends = {
    tcp: 'tcp:127.0.0.1:10001',
    listen: 'listen:127.0.0.1:10002',
    unix: `unix:${served}`,
    unixListen: `unix-listen:${dialled}`,
    udp: 'udp:127.0.0.1:10003,local=127.0.0.1:10004',
    tap: `tap:lab0,address=${addressOf(6)}/24,mtu=${MTU}`,
    raw: 'raw:raw0',
    vxlan: 'vxlan:198.18.1.1,vni=7',
  };
  const bridge = await Bridge.start(t, ['--control', control!, '--switch', ...Object.values(ends)], {
    launcher: middle.launcher,
  });
  // QEMU 7.2 dials once, when it starts.
  for (const end of [ends.listen, ends.unixListen]) await bridge.event('listening', end);
  const { launcher } = middle;
  const guests = await Promise.all([
    startGuest({
      scope: t,
      name: 'one',
      launcher,
      netdev: [
        'socket,id=p1,listen=127.0.0.1:10001',
        `stream,id=p2,server=off,addr.type=unix,addr.path=${dialled}`,
        'socket,id=p3,udp=127.0.0.1:10004,localaddr=127.0.0.1:10003',
      ],
    }),
    startGuest({
      scope: t,
      name: 'two',
      launcher,
      netdev: [
        'stream,id=p1,server=off,addr.type=inet,addr.host=127.0.0.1,addr.port=10002',
        `stream,id=p2,server=on,addr.type=unix,addr.path=${served}`,
      ],
    }),
  ]);
  for (const [guest, nics, first] of [
    [guests[0], 3, 1],
    [guests[1], 2, 4],
  ] as const) {
    for (let nic = 0; nic < nics; nic++) {
      const address = addressOf(first + nic);
      const inside = `ip netns exec nic${nic}`;
      const run = async (command: string): Promise<string> => {
        const { code, output } = await guest.run(command, { timeoutMs: 600_000 });
        assert.equal(code, 0, output);
        return output.trim();
      };
      await run(
        [
          `ip netns add nic${nic}`,
          `ip link set eth${nic} netns nic${nic}`,
          `${inside} sysctl -q -w net.ipv6.conf.all.disable_ipv6=1`,
          `${inside} ip link set eth${nic} mtu ${MTU} up`,
          `${inside} ip address add ${address}/24 dev eth${nic}`,
        ].join(' && '),
      );
      const name = `${guest.name}, NIC ${nic + 1}`;
      hosts.push({ name, address, run: (command) => run(`${inside} sh -c '${command}'`) });
    }
  }
  for (const end of Object.values(ends)) await bridge.event('attached', end);

  const lost = await Promise.all(hosts.map((host) => pingAll(host, hosts)));
  assert.deepEqual(lost.flat(), []);

  const options = ['--control', control!, '--output', 'json'];
  const { macs }: { macs: { endpoint: string }[] } = JSON.parse(
    await runCommand(process.execPath, [commandFile(), 'mac', ...options]),
  );
  assert.deepEqual(macs.map(({ endpoint }) => endpoint).toSorted(), Object.values(ends).toSorted());
  const { segments } = await bridge.finish();
  for (const { endpoint, rxFrames, txFrames, drops } of segments[0]!.ends) {
    assert.ok(rxFrames > 0 && txFrames > 0, `No frame passed at ${endpoint}`);
    // Before everybody was there, others may have looked for them.
    assert.deepEqual({ ...drops, not_connected: 0 }, { not_connected: 0 }, endpoint);
  }
});

function addressOf(number: number): string {
  return `198.18.0.${number}`;
}

function hostOf(name: string, number: number, namespace: NetworkNamespace): Host {
  return { name, address: addressOf(number), run: (command) => namespace.run('sh', '-c', command) };
}

/** A host behind a pair of interfaces, whose other end is the raw one. */
async function rawHost(t: TestContext, middle: NetworkNamespace, number: number): Promise<Host> {
  const namespace = await openQuietNamespace(t);
  await middle.ip(
    'link',
    'add',
    'raw0',
    'mtu',
    String(MTU),
    'type',
    'veth',
    'peer',
    'name',
    'eth0',
    'mtu',
    String(MTU),
  );
  await namespace.adopt(middle, 'eth0');
  await middle.ip('link', 'set', 'raw0', 'up');
  await namespace.ip('address', 'add', `${addressOf(number)}/24`, 'dev', 'eth0');
  await namespace.ip('link', 'set', 'eth0', 'up');
  return hostOf('raw', number, namespace);
}

/** A host behind a vxlan interface of the kernel; the network below has room for what VXLAN adds. */
async function vxlanHost(t: TestContext, middle: NetworkNamespace, number: number): Promise<Host> {
  const namespace = await openQuietNamespace(t);
  await middle.ip('link', 'add', 'below', 'type', 'veth', 'peer', 'name', 'eth0');
  await namespace.adopt(middle, 'eth0');
  for (const [where, device, address] of [
    [middle, 'below', '198.18.1.2/24'],
    [namespace, 'eth0', '198.18.1.1/24'],
  ] as const) {
    await where.ip('address', 'add', address, 'dev', device);
    await where.ip('link', 'set', device, 'mtu', String(MTU + VXLAN_BYTES), 'up');
  }
  const settings = ['id', '7', 'remote', '198.18.1.2', 'dstport', '4789'];
  await namespace.ip('link', 'add', 'vxlan0', 'mtu', String(MTU), 'type', 'vxlan', ...settings);
  await namespace.ip('address', 'add', `${addressOf(number)}/24`, 'dev', 'vxlan0');
  await namespace.ip('link', 'set', 'vxlan0', 'up');
  return hostOf('vxlan', number, namespace);
}

/** Pings every other host with every size; tells which did not answer. */
async function pingAll(from: Host, hosts: readonly Host[]): Promise<string[]> {
  const addresses = hosts.filter((host) => host !== from).map(({ address }) => address);
  const ping = `ping -n -M do -c ${PINGS} -w ${PING_DEADLINE_S} -i 0.05 -s $size $address`;
  const output = await from.run(
    `for size in ${SIZES.join(' ')}; do for address in ${addresses.join(' ')}; do ` +
      `${ping} > /dev/null || echo $address $size; done; done`,
  );
  return output.split('\n').flatMap((line) => (line === '' ? [] : `${from.name} has not reached ${line}`));
}
