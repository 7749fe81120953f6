// 802.1Q and 802.1ad between two Linux machines through one switch: an access port, a trunk, and a customer's VLAN inside a
// provider's. The machines tag with the kernel's own VLAN interfaces.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { endOf } from '../support/accounting.ts';
import { Bridge } from '../support/bridge.ts';
import { ping } from '../support/guest-traffic.ts';
import { makeTempFolder } from '../support/pipe.ts';
import { chooseLoopbackAddress } from '../support/ports.ts';
import { type Guest, startGuest } from '../support/qemu.ts';

const FULL_BYTES = 1472;

test('VLANs between machines: access and trunk ports, VLANs apart from each other, QinQ intact', async (t) => {
  const hosts = [chooseLoopbackAddress(), chooseLoopbackAddress()] as const;
  const [a, b] = await Promise.all([
    startGuest({ scope: t, name: 'access', netdev: nics(hosts[0], 3) }),
    startGuest({ scope: t, name: 'trunk', netdev: nics(hosts[1], 2) }),
  ]);
  const ports = {
    access10: `${hosts[0]}/1`,
    access20: `${hosts[0]}/2`,
    tunnel: `${hosts[0]}/3`,
    trunk: `${hosts[1]}/1`,
    provider: `${hosts[1]}/2`,
  };
  const file = join(makeTempFolder(t), 'lab.yaml');
  writeFileSync(
    file,
    `
switches:
  core:
    endpoints:
      - { endpoint: '${ports.access10}', vlan: 10 }
      - { endpoint: '${ports.access20}', vlan: 20 }
      - { endpoint: '${ports.tunnel}', vlan: 100, tunnel: true }
      - { endpoint: '${ports.trunk}', trunk: [10, 20] }
      - { endpoint: '${ports.provider}', trunk: [100] }
`,
  );
  const bridge = await Bridge.start(t, ['run', '-t', file, '--control', 'none']);
  for (const port of Object.values(ports)) await bridge.event('attached', port);

  // The machine on VLAN 20 has an address in the network of VLAN 10 as well: only the switch keeps them apart.
  await set(a, [
    'modprobe 8021q',
    'ip address add 198.18.10.1/24 dev eth0',
    'ip netns add far',
    'ip link set eth1 netns far',
    'ip -n far address add 198.18.20.1/24 dev eth1',
    'ip -n far address add 198.18.10.3/24 dev eth1',
    'ip -n far link set eth1 up',
    'ip link add link eth2 name eth2.5 type vlan id 5',
    'ip address add 198.18.5.1/24 dev eth2.5',
    'ip link set eth2.5 up',
  ]);
  await set(b, [
    'modprobe 8021q',
    'ip link add link eth0 name eth0.10 type vlan id 10',
    'ip link add link eth0 name eth0.20 type vlan id 20',
    'ip address add 198.18.10.2/24 dev eth0.10',
    'ip address add 198.18.20.2/24 dev eth0.20',
    'ip link add link eth1 name eth1.100 type vlan proto 802.1ad id 100',
    'ip link add link eth1.100 name eth1.100.5 type vlan id 5',
    'ip address add 198.18.5.2/24 dev eth1.100.5',
    'for nic in eth0.10 eth0.20 eth1.100 eth1.100.5; do ip link set $nic up; done',
  ]);
  for (const [from, to] of [
    [a, '198.18.10.2'],
    [b, '198.18.10.1'],
    [b, '198.18.20.1'],
    [a, '198.18.5.2'],
    [b, '198.18.5.1'],
  ] as const) {
    const { received } = await ping(from, to, { count: 5, sizeBytes: FULL_BYTES });
    assert.equal(received, 5, `"${from.name}" lost pings to ${to}`);
  }
  // Nobody answers, whoever asks: two VLANs are two networks.
  for (const command of ['ping -c 3 -i 0.2 -w 2 198.18.10.3', 'ip netns exec far ping -c 3 -i 0.2 -w 2 198.18.10.1']) {
    assert.match((await a.run(command)).output, /, 0 received/);
  }
  const { segments } = await bridge.finish();
  // The unasked frames of a NIC without a tag are in no VLAN of its trunk; nobody else sent what does not belong.
  for (const port of [ports.access10, ports.access20, ports.tunnel]) {
    assert.deepEqual(endOf(segments, port).drops, {}, port);
  }
});

function nics(host: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `socket,id=p${index + 1},listen=${host}:${10_001 + index}`);
}

async function set(guest: Guest, commands: readonly string[]): Promise<void> {
  const { code, output } = await guest.run(commands.join(' && '));
  assert.equal(code, 0, output);
}
