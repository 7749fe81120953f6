// Which VLANs the four kinds of ports carry.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PortSettings } from '../../topology/switch-settings.ts';
import { PortVlans } from './port-vlans.ts';

function carried(settings: PortSettings): { vlans: number[]; untagged: number; isTunnel: boolean } {
  const port = new PortVlans();
  port.configure(settings);
  const vlans = Array.from({ length: 4096 }, (_, vlan) => vlan).filter((vlan) => port.carries(vlan));
  return { vlans, untagged: port.untagged, isTunnel: port.isTunnel };
}

test('PortVlans.configure() makes plain ports, access ports, trunks and tunnels', () => {
  const all = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);
  assert.deepEqual(carried({}), { vlans: all(0, 4095), untagged: 0, isTunnel: false });
  assert.deepEqual(carried({ access: 10 }), { vlans: [10], untagged: 10, isTunnel: false });
  assert.deepEqual(carried({ trunk: 'all' }), { vlans: all(0, 4094), untagged: 0, isTunnel: false });
  assert.deepEqual(carried({ trunk: 'all', native: 1 }), { vlans: all(1, 4094), untagged: 1, isTunnel: false });
  const ranges = [
    [10, 10],
    [30, 33],
  ] as const;
  assert.deepEqual(carried({ trunk: ranges }), { vlans: [0, 10, 30, 31, 32, 33], untagged: 0, isTunnel: false });
  // A native VLAN is carried whether it is listed or not.
  assert.deepEqual(carried({ trunk: [[10, 10]], native: 5 }), { vlans: [5, 10], untagged: 5, isTunnel: false });
  assert.deepEqual(carried({ access: 4094, tunnel: true }), { vlans: [4094], untagged: 4094, isTunnel: true });
});

test('PortVlans.configure() tells whether anything is different', () => {
  const port = new PortVlans();
  assert.equal(port.configure({}), false);
  assert.equal(port.configure({ isolated: true }), false);
  assert.equal(port.configure({ access: 10 }), true);
  assert.equal(port.configure({ access: 10 }), false);
  assert.equal(port.configure({ access: 10, tunnel: true }), true);
  assert.equal(port.configure({ trunk: [[10, 20]] }), true);
  assert.equal(
    port.configure({
      trunk: [
        [10, 15],
        [16, 20],
      ],
    }),
    false,
  );
  assert.equal(port.configure({ trunk: [[10, 20]], native: 10 }), true);
  assert.equal(port.configure({ trunk: 'all' }), true);
});
