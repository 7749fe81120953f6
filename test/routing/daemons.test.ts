// Three routers with a real routing daemon in a row: a namespace on a TAP end, and two QEMU guests on ends of theirs. OSPF, BGP
// and BFD come up on every cable, the far ends reach each other by what OSPF has learned, and a cable that is set down and up
// again is noticed by BFD and heals.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Bridge, commandFile } from '../support/bridge.ts';
import { runCommand } from '../support/command.ts';
import { NetworkNamespace } from '../support/network-namespace.ts';
import { startGuest } from '../support/qemu.ts';
import { ownAddress, ROUTING_LAYER, startGuestRouter, startNamespaceRouter } from '../support/router.ts';

const WEST = ['198.18.31.1', '198.18.31.2'] as const;
const EAST = ['198.18.32.2', '198.18.32.3'] as const;

test('OSPF, BGP and BFD come up across TAP and QEMU ends, and a cable that is cut is noticed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-routing-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const nic = (name: string, number: number) =>
    `stream,id=p${number},server=on,addr.type=unix,addr.path=${join(folder, name)}`;
  const [namespace, middle, far] = await Promise.all([
    NetworkNamespace.open(t),
    startGuest({
      scope: t,
      name: 'r2',
      netdev: [nic('r2-1', 1), nic('r2-2', 2)],
      ip: [`${WEST[1]}/24`, `${EAST[0]}/24`],
      layers: [ROUTING_LAYER],
    }),
    startGuest({ scope: t, name: 'r3', netdev: [nic('r3-1', 1)], ip: [`${EAST[1]}/24`], layers: [ROUTING_LAYER] }),
  ]);
  const ends = [
    `tap:west,address=${WEST[0]}/24`,
    ...['r2-1', 'r2-2', 'r3-1'].map((name) => `unix:${join(folder, name)}`),
  ];
  const control = join(folder, 'control');
  const bridge = await Bridge.start(
    t,
    ['--control', control, '--p2p', `${ends[0]}--${ends[1]}`, `${ends[2]}--${ends[3]}`],
    { launcher: namespace.launcher },
  );
  for (const end of ends) await bridge.event('attached', end);

  const [r1, r2, r3] = await Promise.all([
    startNamespaceRouter(t, namespace, 'r1', {
      number: 1,
      interfaces: ['west'],
      neighbours: [{ number: 2, own: WEST[0], address: WEST[1] }],
    }),
    startGuestRouter(middle, {
      number: 2,
      interfaces: ['eth0', 'eth1'],
      neighbours: [
        { number: 1, own: WEST[1], address: WEST[0] },
        { number: 3, own: EAST[0], address: EAST[1] },
      ],
    }),
    startGuestRouter(far, {
      number: 3,
      interfaces: ['eth0'],
      neighbours: [{ number: 2, own: EAST[1], address: EAST[0] }],
    }),
  ]);
  const routers = [
    [r1, 1],
    [r2, 2],
    [r3, 1],
  ] as const;
  await Promise.all(
    routers.map(async ([router, cables]) => {
      await router.agrees('show ospf neighbors', 'Full', cables);
      await router.agrees('show protocols', 'BGP .*Established', cables);
      await router.agrees('show bfd sessions', ' Up ', cables);
    }),
  );
  await r1.agrees('show route', `^${ownAddress(3)}/32 .*unicast`, 1);
  await r1.agrees('show route', '^203.0.113.3/32 .*unicast', 1);
  const { code, output } = await r1.machine.run(`ping -c 3 -I ${ownAddress(1)} ${ownAddress(3)}`);
  assert.equal(code, 0, output);

  const link = `${ends[2]}--${ends[3]}`;
  const tell = async (...words: string[]) =>
    await runCommand(process.execPath, [commandFile(), 'link', ...words, '--control', control]);
  await tell('down', link);
  await r3.agrees('show bfd sessions', ' Down ', 1);
  await tell('up', link);
  await r3.agrees('show bfd sessions', ' Up ', 1);
  await r3.agrees('show protocols', 'BGP .*Established', 1);
  await r1.agrees('show route', '^203.0.113.3/32 .*unicast', 1);
});
