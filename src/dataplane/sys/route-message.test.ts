// The bytes are those that ip(8) of iproute2 6.1 sends for the same request, with zero as the sequence number.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { inetPton } from './libc.ts';
import { NativeMemory } from './memory.ts';
import { findLink } from './network-interface.ts';
import {
  decodeLink,
  encodeGetLink,
  encodeNewAddress,
  encodeNewRoute,
  encodeNewVlan,
  encodeRemoveLink,
  encodeSetLink,
  readLinkEvents,
} from './route-message.ts';

const SEED = 20_261_124;

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

test('encodeNewVlan() asks for a VLAN interface as "ip link add link LO name lo.100 type vlan id 100" does', () => {
  assert.equal(
    hex(encodeNewVlan(1, 'lo.100', 100)),
    [
      '4c000000' + '1000' + '0506' + '00000000' + '00000000', // 76 bytes, RTM_NEWLINK, REQUEST|ACK|EXCL|CREATE
      '00000000' + '00000000' + '00000000' + '00000000',
      '0800' + '0500' + '01000000', // IFLA_LINK 1
      '0b00' + '0300' + '6c6f2e31' + '30300000', // IFLA_IFNAME "lo.100"
      '1800' + '1200', // IFLA_LINKINFO
      '0800' + '0100' + '766c616e', // IFLA_INFO_KIND "vlan"
      '0c00' + '0200' + '0600' + '0100' + '64000000', // IFLA_INFO_DATA, IFLA_VLAN_ID 100
    ].join(''),
  );
});

test('encodeNewAddress() and encodeNewRoute() ask as "ip addr add" and "ip route add" do', () => {
  assert.equal(
    hex(encodeNewAddress(1, '198.18.0.1/24')),
    '2800000014000506000000000000000002180000010000000800020' + '0c6120001' + '08000100c6120001',
  );
  assert.equal(
    hex(encodeNewRoute(1, '2001:db8:1::/48', '::2', 'only')),
    [
      '4c000000' + '1800' + '0506' + '00000000' + '00000000',
      '0a300000' + 'fe040001' + '00000000', // RTPROT_STATIC instead of ip's RTPROT_BOOT
      '1400' + '0100' + '20010db8000100000000000000000000',
      '1400' + '0500' + '00000000000000000000000000000002',
      '0800' + '0400' + '01000000',
    ].join(''),
  );
});

test('encodeNewRoute() leaves the destination out for the default route, and clears bits behind the prefix', () => {
  assert.equal(hex(encodeNewRoute(7, '0.0.0.0/0', '198.18.0.2', 'replace')).slice(8, 16), '18000505');
  assert.match(hex(encodeNewRoute(7, '0.0.0.0/0', '198.18.0.2', 'replace')), /^2c.{30}0200000.*c6120002080004/);
  assert.match(hex(encodeNewRoute(7, '198.18.7.255/20', undefined, 'only')), /08000100c6120000/);
  // On the interface itself, IPv4 has the scope of the link.
  assert.match(hex(encodeNewRoute(7, '198.18.16.0/20', undefined, 'only')), /^.{32}02140000fe04fd01/);
});

test('encodeNewAddress() reads every way to write an IPv6 address as inet_pton(3) does', () => {
  const memory = new NativeMemory(16);
  const texts = fc.oneof(
    fc.ipV6(),
    fc.constantFrom(
      '::',
      '::1',
      '1::',
      'fe80::1:2',
      '::ffff:198.18.0.1',
      '1:2:3:4:5:6:198.18.255.0',
      '1:2:3:4:5:6:7::',
    ),
  );
  fc.assert(
    fc.property(texts, (text) => {
      assert.equal(inetPton(10, text, memory.address), 1);
      assert.match(hex(encodeNewAddress(1, `${text}/64`)), new RegExp(`14000200${hex(memory.bytes)}`));
    }),
    { seed: SEED, numRuns: 500 },
  );
});

test('encodeSetLink() says only what is to change', () => {
  assert.equal(encodeSetLink(3, {}).length, 32);
  assert.equal(
    hex(encodeSetLink(3, { up: true, mtu: 9000, mac: '02:00:00:00:00:0a' })).slice(32),
    '00000000030000000100000001000000' + '0a00010002000000000a0000' + '08000400' + '28230000',
  );
  assert.equal(hex(encodeSetLink(3, { up: false })).slice(48), '0000000001000000');
  assert.equal(hex(encodeRemoveLink(3)).slice(8, 12), '1100');
});

test('decodeLink() reads what the kernel says of the loopback interface', () => {
  const link = findLink('lo');
  assert.equal(link?.name, 'lo');
  assert.equal(link?.mac, '00:00:00:00:00:00');
  assert.ok(link.mtu > 0 && link.index > 0);
  assert.equal(findLink('nosuchinterface'), undefined);
});

test('readLinkEvents() reads all messages of a packet, and stops at what is broken', () => {
  const event = encodeGetLink('lab0');
  event[4] = 16;
  const told: string[] = [];
  readLinkEvents(Uint8Array.from([...event, ...event]), (index, name) => told.push(`${index} ${name}`));
  assert.deepEqual(told, ['0 lab0', '0 lab0']);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => readLinkEvents(bytes, () => {})),
    { seed: SEED },
  );
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 200 }), (bytes) => void decodeLink(bytes)),
    { seed: SEED },
  );
});
