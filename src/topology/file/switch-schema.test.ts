// Switches in our own format: both shapes, every setting, and mistakes at their places.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TcpbridgeError } from '../../errors.ts';
import type { SegmentSpec, Topology } from '../topology.ts';
import { formatTopology, topologyToDocument } from './document.ts';
import { parseTopologyText } from './parse.ts';

const read = (text: string): Topology => parseTopologyText(text, 'lab.yaml', { env: {} }).topology;

function problemsOf(text: string): string[] {
  try {
    read(text);
  } catch (error) {
    assert.ok(error instanceof TcpbridgeError && error.code === 'topology_invalid', String(error));
    return error.message.split('\n');
  }
  assert.fail('The text was read without an error');
}

const LAB = `
switches:
  lan1: [vr1/1, vr2/1, 'unix:/lab0']
  core:
    endpoints:
      - {endpoint: vr1/2, vlan: 10}
      - {endpoint: vr2/2, trunk: [20-30, 10], native: 1}
      - {node: vr3, interface: eth2, trunk: all}
      - {endpoint: vr4/2, vlan: 10, isolated: true}
      - {endpoint: vr5/2, vlan: 100, tunnel: true}
      - {endpoint: vr6/2, isolated: false}
    ageing: 300s
    mac-limit: 1000
    reserved: filter
    storm: {broadcast: 1000, unknown: 2000}
    state: down
    labels: {site: a}
`;

test('parseTopologyText() reads switches with all their settings', () => {
  const [lan, core] = read(LAB).segments;
  assert.deepEqual(
    [lan, core].map((segment) => [segment?.name, segment?.kind, segment?.endpoints.length]),
    [
      ['lan1', 'switch', 3],
      ['core', 'switch', 6],
    ],
  );
  assert.ok(!('switch' in lan!) && !('ports' in lan!), 'nothing is said about a plain switch');
  assert.deepEqual(core?.switch, {
    ageingSeconds: 300,
    macLimit: 1000,
    reserved: 'filter',
    stormBroadcast: 1000,
    stormUnknown: 2000,
  });
  const trunk = [
    [10, 10],
    [20, 30],
  ];
  assert.deepEqual(core?.ports, {
    'tcp:vr1:10002': { access: 10 },
    'tcp:vr2:10002': { trunk, native: 1 },
    'tcp:vr3:10002': { trunk: 'all' },
    'tcp:vr4:10002': { access: 10, isolated: true },
    'tcp:vr5:10002': { access: 100, tunnel: true },
  });
  assert.deepEqual([core?.isUp, core?.labels], [false, { site: 'a' }]);
});

test('parseTopologyText() reads switches as a list and as a map alike', () => {
  const list = read('switches: [{name: h, endpoints: [a/1, b/1]}, {name: i, endpoints: [a/2, b/2], ageing: 5}]');
  const map = read('switches: {h: [a/1, b/1], i: {endpoints: [a/2, b/2], ageing: 5s}}');
  assert.deepEqual(list, map);
  assert.deepEqual(read('switches: {}').segments, []);
});

test('topologyToDocument() writes switches so that they are read again', () => {
  const topology = read(LAB);
  const [, core] = topologyToDocument(topology).switches as { endpoints: unknown[] }[];
  assert.deepEqual(core!.endpoints[1], { endpoint: 'vr2/2', trunk: [10, '20-30'], native: 1 });
  assert.equal(core!.endpoints[5], 'vr6/2');
  assert.deepEqual(read(formatTopology(topology)), topology);
});

test('parseTopologyText() finds every mistake about switches at its place', () => {
  const problems = problemsOf(`links:
  - endpoints: [{endpoint: a/1, vlan: 10}, b/1]
hubs:
  h: [{endpoint: a/2, isolated: true}, b/2]
  i: {endpoints: [a/3, b/3], ageing: 5s}
switches:
  s:
    endpoints:
      - {endpoint: a/4, vlan: 5000}
      - {endpoint: b/4, vlan: 10, trunk: all}
      - {endpoint: c/4, native: 1}
      - {endpoint: d/4, tunnel: true}
      - {endpoint: e/4, trunk: [10, 30-20]}
      - {endpoint: f/4, vlan: '10'}
      - {endpoint: g/4, isolated: 1}
      - {endpoint: h/4, trunk: []}
  t: {endpoints: [a/5, b/5], ageing: soon}
  u: {endpoints: [a/6, b/6], mac-limit: 0, reserved: drop, storm: {brodcast: 5}}
  v: {endpoints: [a/7, b/7], maclimit: 5}
  w: [a/8]
  x--y: [a/9, b/9]
  z: 5
`);
  const expected = [
    /^lab\.yaml:2:33: links\[0\]\.endpoints\[0\]\.vlan: Setting "vlan" is for ports of switches; leave it out, or write this link under "switches"$/,
    /^lab\.yaml:4:23: hubs\.h\[0\]\.isolated: Setting "isolated" is for ports of switches; .* write this hub/,
    /^lab\.yaml:5:30: hubs\.i\.ageing: Unknown key "ageing"; write one of "endpoints"/,
    /^lab\.yaml:9:31: switches\.s\.endpoints\[0\]\.vlan: Found the number 5000; write a VLAN from 1 to 4094$/,
    /^lab\.yaml:10:42: switches\.s\.endpoints\[1\]\.trunk: Cannot use trunk "all" for a port/,
    /^lab\.yaml:11:33: switches\.s\.endpoints\[2\]\.native: Cannot use native "1" for a port/,
    /^lab\.yaml:12:33: switches\.s\.endpoints\[3\]\.tunnel: Cannot use tunnel "true" for a port/,
    /^lab\.yaml:13:32: switches\.s\.endpoints\[4\]\.trunk: Cannot use trunk "10,30-20" for a port/,
    /^lab\.yaml:14:31: switches\.s\.endpoints\[5\]\.vlan: Found "10"; write a VLAN from 1 to 4094$/,
    /^lab\.yaml:15:35: switches\.s\.endpoints\[6\]\.isolated: Found the number 1; write true or false$/,
    /^lab\.yaml:16:32: switches\.s\.endpoints\[7\]\.trunk: Found an empty list; write "all", or VLANs and ranges/,
    /^lab\.yaml:17:38: switches\.t\.ageing: Cannot read duration "soon": write "10s"/,
    /^lab\.yaml:18:41: switches\.u\.mac-limit: Found the number 0; write a number of addresses from 1 to 131072$/,
    /^lab\.yaml:18:54: switches\.u\.reserved: Found "drop"; write forward or filter$/,
    /^lab\.yaml:18:68: switches\.u\.storm\.brodcast: Unknown key "brodcast"; .* perhaps you mean "broadcast"$/,
    /^lab\.yaml:19:30: switches\.v\.maclimit: Unknown key "maclimit"; .* perhaps you mean "mac-limit"$/,
    /^lab\.yaml:20:6: switches\.w: Switch "w" has one endpoint/,
    /^lab\.yaml:21:9: switches\.x--y: Name "x--y" contains "--"/,
    /^lab\.yaml:22:6: switches\.z: Found the number 5; write a list of endpoints/,
  ];
  for (const [i, pattern] of expected.entries()) assert.match(problems[i] ?? '', pattern);
  assert.equal(problems.length, expected.length, problems.slice(expected.length).join('\n'));
});

test('parseTopologyText() tells contradictions between settings of a port', () => {
  const problems = problemsOf(`switches:
  s:
    - {endpoint: b/4, vlan: 10, trunk: all}
    - {endpoint: c/4, native: 1}
    - {endpoint: d/4, tunnel: true}
    - {endpoint: e/4, trunk: [10, 30-20]}
    - {endpoint: f/4, trunk: 10;20}
`);
  const expected = [
    /^lab\.yaml:3:40: switches\.s\[0\]\.trunk: Cannot use trunk "all" for a port: a port has either "vlan" or "trunk"/,
    /^lab\.yaml:4:31: switches\.s\[1\]\.native: Cannot use native "1" for a port: .*write "trunk", too/,
    /^lab\.yaml:5:31: switches\.s\[2\]\.tunnel: Cannot use tunnel "true" for a port: .*write "vlan", too$/,
    /^lab\.yaml:6:30: switches\.s\[3\]\.trunk: Cannot use trunk "10,30-20" for a port: write "all", or VLANs/,
    /^lab\.yaml:7:30: switches\.s\[4\]\.trunk: Cannot use trunk "10;20" for a port/,
  ];
  for (const [i, pattern] of expected.entries()) assert.match(problems[i] ?? '', pattern);
  assert.equal(problems.length, expected.length, problems.slice(expected.length).join('\n'));
});

test('a segment that a program made is checked as well', async () => {
  const { makeSwitch, makeTopology, makeHub } = await import('../topology.ts');
  const lan = makeSwitch('lan', ['a/1', 'b/1']);
  const refuses = (segment: SegmentSpec, code: string) =>
    assert.throws(() => makeTopology([segment]), { code }, JSON.stringify(segment));
  refuses({ ...lan, ports: { 'tcp:c:10001': { access: 1 } } }, 'member_unknown');
  refuses({ ...lan, ports: { 'tcp:a:10001': { native: 1 } } }, 'port_setting_invalid');
  refuses({ ...makeHub('hub', ['a/1', 'b/1']), switch: { macLimit: 1 } }, 'not_a_switch');
  assert.throws(() => makeSwitch('lan', ['a/1']), { code: 'hub_too_small', message: /^Switch "lan" has one endpoint/ });
});
