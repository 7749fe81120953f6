// What QEMU 7.2 prints for `info network`, with and without clients.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listNetdevs, readNetdev } from './info-network.ts';

const TEXT = `e1000.0: index=0,type=nic,model=e1000,macaddr=52:54:00:12:34:56
 \\ p01: index=0,type=socket,socket: connection from 127.0.0.1:35474
e1000.1: index=0,type=nic,model=e1000,macaddr=52:54:00:12:34:57
 \\ p02: index=0,type=stream,tcp:127.0.0.1:39948
virtio-net-pci.0: index=0,type=nic,model=virtio-net-pci,macaddr=52:54:00:12:34:58
 \\ p03: index=0,type=stream,unix:/run/nic
e1000.3: index=0,type=nic,model=e1000,macaddr=52:54:00:12:34:59
 \\ p04: index=0,type=socket,
`;

test('readNetdev() names the client that a netdev serves', () => {
  assert.deepEqual(readNetdev(TEXT, 'p01'), { type: 'socket', peer: '127.0.0.1:35474', isServed: true });
  assert.deepEqual(readNetdev(TEXT, 'p02'), { type: 'stream', peer: '127.0.0.1:39948', isServed: true });
  assert.deepEqual(readNetdev(TEXT, 'p03'), { type: 'stream', peer: undefined, isServed: true });
  assert.deepEqual(readNetdev(TEXT, 'p04'), { type: 'socket', peer: undefined, isServed: false });
  assert.equal(readNetdev(TEXT, 'p05'), undefined);
  assert.equal(readNetdev('', 'p01'), undefined);
});

test('listNetdevs() lists what is there, without the cards', () => {
  assert.deepEqual(listNetdevs(TEXT), ['p01', 'p02', 'p03', 'p04']);
});
