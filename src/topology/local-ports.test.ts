// Ports of this machine that two endpoints cannot both have.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEndpoint } from './endpoint-spec.ts';
import { LocalPorts } from './local-ports.ts';

function take(...texts: string[]) {
  const ports = new LocalPorts();
  return texts.map((text) => ports.take(parseEndpoint(text), { text, kind: 'link', segment: `x ${text}` }));
}

test('LocalPorts.take() refuses a port for all addresses beside one for a single address', () => {
  for (const [one, other] of [
    ['listen:9000', 'listen:127.0.0.1:9000'],
    ['listen:9000', 'listen:[::1]:9000'],
    ['listen:[::]:9000', 'listen:127.0.0.1:9000'],
    ['listen:0.0.0.0:9000', 'listen:127.0.0.1:9000'],
    ['udp:127.0.0.1:1,local=7000', 'udp:127.0.0.1:2,local=127.0.0.1:7000'],
    ['udp:vr1:1,local=7000', 'udp:127.0.0.1:2,local=127.0.0.1:7000'],
    ['vxlan:192.0.2.1,vni=1', 'vxlan:192.0.2.1,vni=2,local=192.0.2.9:4789'],
    ['vxlan:192.0.2.1,vni=1', 'udp:192.0.2.1:1,local=4789'],
    ['vxlan:192.0.2.1,vni=1,local=192.0.2.9:4789', 'udp:192.0.2.1:1,local=192.0.2.9:4789'],
  ] as const) {
    for (const pair of [
      [one, other],
      [other, one],
    ] as const) {
      const [first, second] = take(...pair);
      assert.equal(first, undefined);
      assert.equal(second?.code, 'local_port_taken', pair.join(' '));
    }
  }
});

test('LocalPorts.take() lets endpoints have ports that do not meet', () => {
  for (const texts of [
    ['listen:9000', 'udp:127.0.0.1:1,local=9000', 'listen:9001', 'tcp:127.0.0.1:9000', 'vr1/1'],
    ['listen:127.0.0.1:9000', 'listen:127.0.0.2:9000', 'listen:[::1]:9000'],
    ['listen:0.0.0.0:9000', 'listen:[::1]:9000'],
    ['udp:127.0.0.1:1,local=7000', 'udp:[::1]:1,local=[::1]:7000'],
    ['udp:127.0.0.1:1,local=127.0.0.1:7000', 'vxlan:127.0.0.1,vni=1,local=127.0.0.2:7000'],
    ['vxlan:192.0.2.1,vni=1', 'vxlan:192.0.2.1,vni=2', 'vxlan:192.0.2.2,vni=1,local=0.0.0.0:4789'],
    ['vxlan:192.0.2.1,vni=1,local=192.0.2.8:4789', 'vxlan:192.0.2.1,vni=1,local=192.0.2.9:4789'],
  ]) {
    assert.deepEqual(new Set(take(...texts)), new Set([undefined]), texts.join(' '));
  }
});

test('the message names both, and what would be right', () => {
  const [, error] = take('listen:9000', 'listen:127.0.0.1:9000');
  assert.equal(
    error?.message,
    'Endpoint "listen:127.0.0.1:9000" of link "x listen:127.0.0.1:9000" cannot have TCP port 9000 beside "listen:9000" ' +
      'of link "x listen:9000": choose another port, or write an address of its own for each',
  );
  const [, shared] = take('vxlan:192.0.2.1,vni=1', 'vxlan:192.0.2.1,vni=2,local=192.0.2.9:4789');
  assert.match(shared?.message ?? '', /: write the same local address in both, or in none$/);
});
