// containerlab's format: links of all types, bridges, names of containers, and what is ignored.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatProblem, TcpbridgeError } from '../../errors.ts';
import { type ParseOptions, parseTopologyText } from './parse.ts';

const LAB = `name: lab1
mgmt: {network: x}
topology:
  defaults: {kind: cisco_xrv9k}
  kinds: {cisco_xrv9k: {image: x}}
  groups: {g: {kind: juniper_vmx}}
  nodes:
    r1:
    r2: {group: g, image: "a:\${TAG}"}
    r3: {kind: vr-csr}
    br1: {kind: bridge}
    br2: {kind: ovs-bridge}
    br3: {kind: bridge}
    l1: {kind: linux}
    x: {kind: ext-container}
  links:
    - endpoints: ["r1:eth1", "r2:ge-0/0/3"]
    - endpoints: ["r1:Gi0/0/0/1", "r3:Gi2"]
      mtu: 9000
      labels: {a: 1}
    - type: veth
      endpoints: [{node: r1, interface: TenGigE0/0/0/2, mac: "00:00:00:00:00:01"}, {node: x, interface: eth9}]
    - endpoints: ["r1:eth10", "br1:eth1"]
    - endpoints: ["br1:eth2", "r2:eth10"]
    - endpoints: ["r1:eth11", "host:r1"]
    - {type: macvlan, endpoint: {node: r1, interface: eth12}, host-interface: eno1}
    - {type: new-type, endpoint: {node: r1, interface: eth12}}
    - endpoints: ["r1:eth13", "l1:eth1"]
    - endpoints: ["br1:eth3", "br2:eth1"]
    - endpoints: ["br3:eth1", "r3:eth3"]
`;

function namesOf(text: string, options: ParseOptions = {}, file = 'x.clab.yml'): string[] {
  return parseTopologyText(text, file, { env: {}, ...options }).topology.segments.map(({ name }) => name);
}

test('parseTopologyText() reads containerlab links, and all links to a bridge as one switch', () => {
  const { topology, notes } = parseTopologyText(LAB, 'lab.clab.yml', { env: {} });
  assert.equal(topology.name, 'lab1');
  assert.deepEqual(
    topology.segments.map(({ kind, name, endpoints }) => [kind, name, endpoints.map(({ text }) => text).join(' ')]),
    [
      ['link', 'clab-lab1-r1/1--clab-lab1-r2/4', 'clab-lab1-r1/1 clab-lab1-r2/4'],
      ['link', 'clab-lab1-r1/2--clab-lab1-r3/1', 'clab-lab1-r1/2 clab-lab1-r3/1'],
      ['link', 'clab-lab1-r1/3--x/9', 'clab-lab1-r1/3 x/9'],
      ['link', 'clab-lab1-r1/13--clab-lab1-l1/1', 'clab-lab1-r1/13 clab-lab1-l1/1'],
      ['switch', 'br1', 'clab-lab1-r1/10 clab-lab1-r2/10'],
    ],
  );
  assert.deepEqual(topology.segments[1]?.labels, { a: '1' });
  const expected = [
    /^lab\.clab\.yml:25:7: topology\.links\[5\]: Ignored link to "host"/,
    /^lab\.clab\.yml:26:7: topology\.links\[6\]: Ignored link of type "macvlan"/,
    /^lab\.clab\.yml:27:7: topology\.links\[7\]: Ignored link of type "new-type"/,
    /links\[9\]: Ignored link between two bridges/,
    /^lab\.clab\.yml:13:5: topology\.nodes\.br3: Ignored bridge "br3", which has one link/,
    /Ignored, because it does not concern links: .*links\.\*\.mtu.*mac, mgmt, topology\.kinds, topology\.nodes\.\*\.image$/,
  ];
  const written = notes.map(formatProblem).filter((note) => note.includes('Ignored'));
  for (const [i, pattern] of expected.entries()) assert.match(written[i] ?? '', pattern);
  assert.equal(written.length, expected.length);
  const kinds = notes.filter(({ message }) => message.includes('not known to offer its interfaces over TCP'));
  assert.deepEqual(
    kinds.map(({ path }) => path),
    ['topology.nodes.x', 'topology.nodes.l1'],
  );
});

test('parseTopologyText() ignores links to containers whose interfaces have names of their own', () => {
  const { topology, notes } = parseTopologyText(
    `name: l
topology:
  nodes: {srl: {kind: nokia_srlinux}, vm: {kind: vr-vmx}, c: {kind: linux}, br: {kind: bridge}}
  links:
    - endpoints: ["srl:e1-1", "vm:eth1"]
    - endpoints: ["vm:ge-0/0/1", "c:eth1"]
    - endpoints: ["c:net0", "br:p1"]
`,
    'l.clab.yml',
  );
  assert.deepEqual(
    topology.segments.map(({ name }) => name),
    ['clab-l-vm/2--clab-l-c/1'],
  );
  const written = notes.map(formatProblem).filter((note) => note.includes('Ignored link'));
  assert.match(
    written[0] ?? '',
    /^l\.clab\.yml:5:7: .*Ignored link to "srl:e1-1": a node of kind "nokia_srlinux" is a con/,
  );
  assert.match(written[1] ?? '', /^l\.clab\.yml:7:7: .*Ignored link to "c:net0"/);
  assert.equal(written.length, 2);
});

test('parseTopologyText() calls containers as containerlab does', () => {
  const lab = (head: string) => `${head}\ntopology: {nodes: {a: , b: }, links: [{endpoints: ["a:eth1", "b:eth1"]}]}`;
  assert.deepEqual(namesOf(lab('name: l')), ['clab-l-a/1--clab-l-b/1']);
  assert.deepEqual(namesOf(lab('{}').replace('{}', 'prefix:'), {}, '/x/lab.clab.yml'), ['clab-lab-a/1--clab-lab-b/1']);
  assert.deepEqual(namesOf(lab('name: l\nprefix: ""')), ['a/1--b/1']);
  assert.deepEqual(namesOf(lab('name: l\nprefix: __lab-name')), ['l-a/1--l-b/1']);
  assert.deepEqual(namesOf(lab('name: l\nprefix: p')), ['p-l-a/1--p-l-b/1']);
  assert.deepEqual(namesOf(lab('name: l\nprefix: p'), { containerPrefix: '' }), ['a/1--b/1']);
  assert.throws(() => namesOf(lab('prefix: p'), {}, 'stdin'), /The lab has no name/);
});

test('parseTopologyText() finds all mistakes of a containerlab file', () => {
  const text = `topology:
  nodes:
    r1: {kind: cisco_xrv9k}
    r2: {kind: 7}
    r3: {kind: whatever}
    r4: {kind: csr}
  links:
    - endpoints: ["r1:foo", "r2:eth1"]
    - endpoints: ["r1:eth0", "r9:eth1"]
    - endpoints: ["r3:Gi1"]
    - endpoints: ["r3:Gi1", "r4:Gi1"]
    - endpoints: ["r1", "r4:Gi2"]
    - endpoints: ["r1:eth1", "r4:\${X}"]
    - "r1:eth1--r2:eth1"
    - endpoints: ["r1:eth5", "r1:eth5"]
`;
  const expected = [
    ['4:16', 'Found the number 7'],
    ['8:19', 'has no interface "foo"; write Gi0/0/0/X'],
    ['9:19', 'is the management interface'],
    ['9:30', 'Node "r9" is not defined; write one of "r1"'],
    ['10:18', 'Found a list of 1; write two endpoints'],
    ['11:19', 'kind "whatever", whose names are not known'],
    ['11:29', 'is the management interface'],
    ['12:19', 'Found "r1"; write NODE:INTERFACE'],
    ['13:30', 'variable "X" is not set'],
    ['14:7', 'write a map with "endpoints"'],
    ['15:30', 'to itself'],
  ] as const;
  assert.throws(
    () => namesOf(text),
    (error: unknown) => {
      assert.ok(error instanceof TcpbridgeError);
      const lines = error.message.split('\n');
      for (const [i, [place, part]] of expected.entries()) {
        assert.ok(lines[i]?.startsWith(`x.clab.yml:${place}: `) && lines[i].includes(part), `${place}: ${lines[i]}`);
      }
      return lines.length === expected.length;
    },
  );
});

test('parseTopologyText() refuses Go templates', () => {
  assert.throws(() => namesOf('a: 1', {}, 'lab.clab.gotmpl'), /Go templates are not read; render the template first/);
  assert.throws(
    () => namesOf('topology:\n{{ range $i := x }}\n  a: {{ $i }}\n{{ end }}'),
    /^TcpbridgeError: x\.clab\.yml:2:1: Go templates/,
  );
});
