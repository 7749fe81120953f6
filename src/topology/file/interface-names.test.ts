// Names of interfaces per kind -> numbers, at both ends of each family.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interfaceNumber, isKnownKind, KNOWN_KINDS } from './interface-names.ts';

test('interfaceNumber() knows ethN of every kind and of none', () => {
  for (const kind of [undefined, 'linux', ...KNOWN_KINDS]) {
    assert.deepEqual(interfaceNumber('eth12', kind), { number: 12 });
    assert.ok('wrong' in interfaceNumber('eth0', kind));
  }
});

test('interfaceNumber() maps names as containerlab does', () => {
  const cases: readonly (readonly [string, string, number])[] = [
    ['cisco_xrv9k', 'Gi0/0/0/0', 1],
    ['vr-cisco_xrv9k', 'GigabitEthernet 0/0/0/9', 10],
    ['xrv', 'TenGigE0/0/0/3', 4],
    ['cisco_csr1000v', 'Gi2', 1],
    ['cisco_c8000v', 'GigabitEthernet5', 4],
    ['cisco_cat9kv', 'Gi1/0/7', 7],
    ['cisco_n9kv', 'Ethernet1/2', 2],
    ['arista_veos', 'Et1/1', 1],
    ['juniper_vmx', 'ge-0/0/0', 1],
    ['juniper_vjunosevolved', 'et-0/0/3', 4],
    ['juniper_cjunosevolved', 'et-0/0/0', 4],
    ['nokia_sros', '1/1/3', 3],
    ['VR-SROS', '1/1/c4/1', 4],
    ['mikrotik_ros', 'ether2', 1],
    ['fortinet_fortigate', 'port3', 2],
    ['cisco_asav', 'Gi0/0', 1],
    ['cisco_vios', 'GigabitEthernet3', 4],
    ['aruba_aoscx', '1/1/2', 2],
    ['paloalto_panos', 'Ethernet1/1', 1],
    ['cumulus_vm', 'swp4', 4],
    ['freebsd', 'vtnet1', 1],
    ['openbsd', 'vio2', 2],
    ['ciena_saos10', '3', 3],
    ['f5_bigip_ve', '1.2', 2],
    ['huawei_vrp', 'GigabitEthernet4/0/1', 1],
  ];
  for (const [kind, name, number] of cases)
    assert.deepEqual(interfaceNumber(name, kind), { number }, `${kind} ${name}`);
});

test('interfaceNumber() says what would be right', () => {
  const cases: readonly (readonly [string | undefined, string, RegExp])[] = [
    [undefined, 'Gi1', /node without a kind; write ethN, such as "eth1", or give the kind$/],
    ['whatever', 'Gi1', /kind "whatever", whose names are not known; .*cisco_xrv, /],
    ['csr', 'Gi1', /Interface "Gi1" is the management interface.*GiX or GigabitEthernetX with X from 2/],
    ['csr', 'Gi0/0/0/1', /has no interface "Gi0\/0\/0\/1"; write GiX/],
    ['nokia_sros', '2/1/1', /write 1\/1\/X/],
    ['nokia_sros', '1/1/c4/2', /write 1\/1\/X or 1\/1\/cX\/1/],
    ['vmx', 'xge-0/0/1', /no interface/],
    ['vmx', 'ge-0/0/1\n', /no interface/],
    ['__proto__', 'x', /not known/],
  ];
  for (const [kind, name, wrong] of cases) {
    const found = interfaceNumber(name, kind);
    assert.match('wrong' in found ? found.wrong : `number ${found.number}`, wrong);
  }
});

test('isKnownKind() knows the kinds that vrnetlab runs', () => {
  assert.ok(isKnownKind('vr-csr') && isKnownKind('cisco_XRv9k'));
  assert.ok(!isKnownKind('linux') && !isKnownKind(''));
});
