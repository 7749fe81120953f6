// LACP (IEEE 802.1AX) between two Linux bonds in guests across two links: its frames go to a group address that a bridge
// keeps to itself, and a cable must not. One cable is cut, and the bond lives on with the other.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bridge } from '../support/bridge.ts';
import { ping } from '../support/guest-traffic.ts';
import { chooseLoopbackAddress } from '../support/ports.ts';
import { type Guest, startGuest } from '../support/qemu.ts';

const ADDRESSES = ['198.18.20.1', '198.18.20.2'] as const;
const BOND = '/proc/net/bonding/lag0';
const BOND_DEADLINE_MS = 120_000;
const NICS = [1, 2];

test('two bonds agree by LACP across two links, and survive the loss of one', async (t) => {
  const hosts = [chooseLoopbackAddress(), chooseLoopbackAddress()];
  const guests = await Promise.all(
    hosts.map((host, index) =>
      startGuest({
        scope: t,
        name: `lag${index + 1}`,
        netdev: NICS.map((number) => `socket,id=p${number},listen=${host}:${10_000 + number}`),
        // Without a speed and full duplex the kernel leaves a port out of LACP (ad_update_actor_keys() in bond_3ad.c).
        nicOptions: 'speed=1000,duplex=full',
      }),
    ),
  );
  const links = NICS.map((number) => hosts.map((host) => `${host}/${number}`).join('--'));
  const bridge = await Bridge.start(t, ['--p2p', ...links]);
  for (const link of links) for (const end of link.split('--')) await bridge.event('attached', end);
  for (const [index, guest] of guests.entries()) await makeBond(guest, ADDRESSES[index]!);
  await Promise.all(guests.map((guest) => agree(guest, 2)));
  assert.equal((await ping(guests[0]!, ADDRESSES[1], { count: 10 })).received, 10);

  await guests[0]!.monitor('set_link p1 off');
  await guests[1]!.monitor('set_link p1 off');
  await Promise.all(guests.map((guest) => agree(guest, 1)));
  assert.equal((await ping(guests[0]!, ADDRESSES[1], { count: 10 })).received, 10);
});

async function makeBond(guest: Guest, address: string): Promise<void> {
  const commands = [
    'modprobe bonding',
    'ip link add lag0 type bond mode 802.3ad miimon 100 lacp_rate fast',
    ...NICS.flatMap((number) => [
      `ip addr flush dev eth${number - 1}`,
      `ip link set eth${number - 1} down`,
      `ip link set eth${number - 1} master lag0`,
    ]),
    `ip addr add ${address}/24 dev lag0`,
    'ip link set lag0 up',
  ];
  const { code, output } = await guest.run(commands.join(' && '));
  assert.equal(code, 0, output);
}

// The aggregator has so many ports, and its partner is not nobody.
async function agree(guest: Guest, ports: number): Promise<void> {
  const isAgreed = `grep -q "Number of ports: ${ports}$" ${BOND} && ! grep -q "Partner Mac Address: 00:00:00:00:00:00" ${BOND}`;
  const command = `until ${isAgreed}; do sleep 0.2; done`;
  const { code, output } = await guest.run(command, { timeoutMs: BOND_DEADLINE_MS });
  assert.equal(code, 0, output);
}
