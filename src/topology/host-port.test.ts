// Hosts and ports: where they are cut, what is refused, and the one canonical way to write a host.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalHost, isHostName, parseHost, parseListenAddress, parsePort, splitHostPort } from './host-port.ts';

test('splitHostPort() cuts at the colon outside the brackets', () => {
  assert.deepEqual(splitHostPort('vr1:10001'), { host: 'vr1', port: '10001' });
  assert.deepEqual(splitHostPort('[2001:db8::1]:10001'), { host: '[2001:db8::1]', port: '10001' });
  for (const rest of ['vr1', '::1:10001', '[::1]', '[::1]10001', 'a:b:c', '[[::1]]:1']) {
    assert.equal(splitHostPort(rest), undefined, rest);
  }
});

test('isHostName() takes what Docker and DNS take, and no broken IPv4 address', () => {
  for (const host of ['vr1', 'VR_1', 'clab-lab.example.com', '10.0.0.1', '1', 'a-', 'a'.repeat(253)]) {
    assert.ok(isHostName(host), host);
  }
  for (const host of ['', '-a', '.a', 'a b', 'a/b', 'ä', '10.0.0.256', 'a'.repeat(254), 'a\n', '::1']) {
    assert.ok(!isHostName(host), host);
  }
});

test('parseHost() takes the brackets off an IPv6 address and nothing else', () => {
  assert.equal(parseHost('vr1', ''), 'vr1');
  assert.equal(parseHost('[::1]', ''), '::1');
  assert.equal(parseHost('[fe80::1%eth0]', ''), 'fe80::1%eth0');
  for (const host of ['[vr1]', '[]', '[127.0.0.1]', '[::1', '::1', '']) {
    assert.throws(() => parseHost(host, `tcp:${host}:1`), { code: 'host_invalid' }, host);
  }
});

test('parseListenAddress() takes addresses only', () => {
  assert.equal(parseListenAddress('127.0.0.1', ''), '127.0.0.1');
  assert.equal(parseListenAddress('[::]', ''), '::');
  for (const address of ['localhost', '', '::', '[x]', '1.2.3']) {
    assert.throws(() => parseListenAddress(address, ''), { code: 'address_invalid' }, address);
  }
});

test('parsePort() takes 1 to 65535', () => {
  assert.equal(parsePort('1', ''), 1);
  assert.equal(parsePort('065535', ''), 65_535);
  for (const port of ['', '0', '65536', '-1', '+1', '1e3', '0x10', ' 1', 'http', '9'.repeat(400)]) {
    assert.throws(() => parsePort(port, ''), { code: 'port_out_of_range' }, port);
  }
});

test('canonicalHost() writes equal hosts equally', () => {
  assert.equal(canonicalHost('VR1.Example'), 'vr1.example');
  assert.equal(canonicalHost('2001:0DB8:0:0::1'), '[2001:db8::1]');
  assert.equal(canonicalHost('FE80::1%Eth0'), '[fe80::1%Eth0]');
});
