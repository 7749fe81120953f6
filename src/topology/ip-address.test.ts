// Addresses of one host, of many, of none and of this machine; and the networks that they are in.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLoopback, isSameAddress, manyHosts, networkOf } from './ip-address.ts';

test('manyHosts() knows the addresses that are not those of one host', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['239.1.1.1', 'multicast'],
    ['224.0.0.1', 'multicast'],
    ['::ffff:239.1.1.1', 'multicast'],
    ['ff02::1', 'multicast'],
    ['FF02::1%eth0', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['0.0.0.0', 'unspecified'],
    ['0::0', 'unspecified'],
    ['::1', undefined],
    ['223.255.255.1', undefined],
    ['240.0.0.1', undefined],
    ['fe80::1%eth0', undefined],
    ['ff02', undefined],
    ['224.example', undefined],
  ];
  for (const [host, wanted] of cases) assert.equal(manyHosts(host), wanted, host);
});

test('isLoopback() knows the addresses of this machine', () => {
  for (const host of ['127.0.0.1', '127.9.9.9', '::1', '0:0::1']) assert.ok(isLoopback(host), host);
  for (const host of ['128.0.0.1', '::2', '127.example', 'localhost']) assert.ok(!isLoopback(host), host);
});

test('networkOf() clears the bits behind the prefix', () => {
  const cases: readonly (readonly [string, number, string])[] = [
    ['10.0.0.5', 8, '10.0.0.0'],
    ['198.18.255.255', 17, '198.18.128.0'],
    ['198.18.1.1', 32, '198.18.1.1'],
    ['255.1.1.1', 0, '0.0.0.0'],
    ['2001:db8::1', 64, '2001:db8::'],
    ['2001:db8:0:1::192.0.2.1', 112, '2001:db8:0:1::c000:0'],
    ['::1', 0, '::'],
  ];
  for (const [address, length, wanted] of cases) assert.equal(networkOf(address, length), wanted);
  assert.ok(isSameAddress('fe80::1%eth0', 'fe80:0::1%eth0') && !isSameAddress('fe80::1%eth0', 'fe80::1%eth1'));
  assert.ok(isSameAddress('2001:DB8:0::1', '2001:db8::1'));
  assert.ok(!isSameAddress('::1.2.3.4', '1.2.3.4'));
});
