// Our own format: what each form means, and that all mistakes are found, each at its place.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TcpbridgeError } from '../../errors.ts';
import type { Topology } from '../topology.ts';
import { parseTopologyText } from './parse.ts';

const read = (text: string, env = {}): Topology => parseTopologyText(text, 'lab.yaml', { env }).topology;

function problemsOf(text: string, env = {}): string[] {
  try {
    read(text, env);
  } catch (error) {
    assert.ok(error instanceof TcpbridgeError && error.code === 'topology_invalid', String(error));
    return error.message.split('\n');
  }
  assert.fail('The text was read without an error');
}

function endsOf(topology: Topology): string[][] {
  return topology.segments.map(({ endpoints }) => endpoints.map(({ text }) => text));
}

function told(carriers: Topology['carriers']): string[][] {
  return carriers.map(({ endpoint, netdev, monitor }) => [endpoint.text, netdev, monitor.kind]);
}

test('parseTopologyText() reads links in every form', () => {
  const topology = read(`
name: lab
nodes:
  vr2: {kind: cisco_xrv9k}
  vr3: {host: 10.0.0.3}
  vr4: {host: '2001:db8::4'}
links:
  - vr1/1--vr2/1
  - vr1:eth2--vr2:Gi0/0/0/1
  - {name: core, endpoints: [vr1/3, 'tcp:vr9:1234'], state: down, labels: {a: b}}
  - endpoints: [{node: vr1, interface: 4}, {endpoint: 'unix:/run/x'}]
  - vr3/1--vr4/1
  - endpoints: [{node: vr3, interface: eth2}, {node: vr2, interface: TenGigE0/0/0/2}]
`);
  assert.equal(topology.name, 'lab');
  assert.deepEqual(endsOf(topology), [
    ['vr1/1', 'vr2/1'],
    ['vr1/2', 'vr2/2'],
    ['vr1/3', 'tcp:vr9:1234'],
    ['vr1/4', 'unix:/run/x'],
    ['10.0.0.3/1', '[2001:db8::4]/1'],
    ['10.0.0.3/2', 'vr2/3'],
  ]);
  assert.deepEqual(
    topology.segments.map(({ name }) => name),
    ['vr1/1--vr2/1', 'vr1/2--vr2/2', 'core', 'vr1/4--unix:/run/x', 'vr3/1--vr4/1', 'vr3/2--vr2/3'],
  );
  assert.deepEqual(
    topology.segments.map(({ isUp, labels }) => [isUp, labels]),
    [true, true, false, true, true, true].map((isUp, i) => [isUp, i === 2 ? { a: 'b' } : undefined]),
  );
});

test('parseTopologyText() reads hubs as a list and as a map', () => {
  const list = read('hubs: [{name: h, endpoints: [a/1, b/1]}, {name: i, endpoints: [a/2, b/2], state: down}]');
  const map = read('hubs: {h: [a/1, b/1], i: {endpoints: [a/2, b/2], state: down}}');
  assert.deepEqual(list, map);
  assert.deepEqual(
    map.segments.map(({ name, kind, isUp }) => [name, kind, isUp]),
    [
      ['h', 'hub', true],
      ['i', 'hub', false],
    ],
  );
});

test('parseTopologyText() takes settings from the endpoint, then the link, then the node, then the defaults', () => {
  const { carriers } = read(`
defaults: {carrier: false, netdev: net%d}
nodes:
  a: {monitor: 'hmp:a:4000', carrier: true}
  b: {monitor: 'qmp-unix:/run/b', netdev: p%02d}
  c: {monitor: 'hmp:c:4000', carrier: true, host: 10.0.0.3}
links:
  - a/1--b/1
  - {endpoints: [a/2, b/2], carrier: false}
  - {endpoints: [{node: a, interface: 3, carrier: false}, b/3], carrier: true}
  - {endpoints: ['tcp:10.0.0.3:10004', {endpoint: 'unix:/x', carrier: true, monitor: 'hmp:x:1', netdev: lan}]}
`);
  assert.deepEqual(told(carriers), [
    ['a/1', 'net1', 'hmp'],
    ['b/3', 'p03', 'qmp'],
    ['tcp:10.0.0.3:10004', 'net4', 'hmp'],
    ['unix:/x', 'lan', 'hmp'],
  ]);
});

test('parseTopologyText() reads monitors of endpoints that are in no link', () => {
  const nodes = "nodes: {a: {monitor: 'hmp:a:4000'}}";
  const { carriers } = read(`
${nodes}
links: [a/1--b/1]
unplugged: [a/2, {endpoint: 'unix:/x', monitor: 'qmp:x:1', netdev: lan}]
`);
  assert.deepEqual(told(carriers), [
    ['a/1', 'p01', 'hmp'],
    ['a/2', 'p02', 'hmp'],
    ['unix:/x', 'lan', 'qmp'],
  ]);
  assert.deepEqual(problemsOf(`${nodes}\nlinks: [a/1--b/1]\nunplugged:\n  [a/1, a/2, 'tcp:A:10002', b/2]`), [
    'lab.yaml:4:4: unplugged[0]: Endpoint "a/1" is in link "a/1--b/1"; leave it out here, and write its monitor there',
    'lab.yaml:4:14: unplugged[2]: Endpoint "tcp:A:10002" is listed twice; leave one out',
    'lab.yaml:4:29: unplugged[3]: No monitor is known for "b/2"; write {endpoint: "b/2", monitor: "hmp:vr1:4000"}, or leave it out',
  ]);
});

test('parseTopologyText() begins relative paths of sockets in the folder of the file, and leaves names as they are', () => {
  const text =
    "links: [unix:a--unix-listen:/b, {endpoints: [{endpoint: unix:c, monitor: 'hmp-unix:m', netdev: n}, d/1]}]";
  const { segments, carriers } = parseTopologyText(text, 'lab.yaml', { folder: '/lab' }).topology;
  assert.deepEqual(
    segments.map(({ name, endpoints }) => [name, ...endpoints.map((end) => end.text)]),
    [
      ['unix:a--unix-listen:/b', 'unix:/lab/a', 'unix-listen:/b'],
      ['unix:c--d/1', 'unix:/lab/c', 'd/1'],
    ],
  );
  assert.deepEqual(carriers[0]?.monitor.address, { kind: 'unix', path: '/lab/m' });
  assert.equal(read(text).segments[0]?.endpoints[0]?.text, 'unix:a');
});

test('parseTopologyText() merges labels and applies the default state', () => {
  const { segments } = read(
    '{defaults: {state: down, labels: {a: x, b: y}}, links: [{endpoints: [a/1, b/1], labels: {b: z}}]}',
  );
  assert.deepEqual(segments[0]?.labels, { a: 'x', b: 'z' });
  assert.equal(segments[0]?.isUp, false);
});

test('parseTopologyText() reads merge keys and aliases', () => {
  const topology = read(`
links:
  - &first {endpoints: [a/1, b/1], labels: &l {x: y}}
  - {<<: *first, endpoints: [a/2, b/2]}
`);
  assert.deepEqual(topology.segments[1]?.labels, { x: 'y' });
});

test('parseTopologyText() refuses a file without topology, but takes one without links', () => {
  assert.deepEqual(read('links: []'), { segments: [], carriers: [] });
  assert.deepEqual(read('{"hubs": {}}'), { segments: [], carriers: [] });
  for (const text of ['', '# nothing', 'null']) assert.match(problemsOf(text)[0]!, /The file is empty; write "links:"/);
  assert.match(problemsOf('name: x')[0]!, /Neither links nor hubs/);
  assert.match(problemsOf('- a')[0]!, /^lab\.yaml:1:1: Found a list of 1; write a map/);
  assert.match(problemsOf('hello')[0]!, /Found "hello"; write a map/);
});

test('parseTopologyText() finds all mistakes, each at its place', () => {
  const problems = problemsOf(
    `nam: 1
nodes:
  vr1: 1
  vr2: {hots: x}
  vr4: {monitor: foo}
  vr5: {netdev: 'p 1', host: a b}
links:
  - 5
  - endpoints: [vr1/1]
  - {endpoints: [a/1, b/1], endpont: 3}
  - endpoints: [{node: z}, z/0]
  - {endpoints: [zz/1, {endpoint: b, carrier: yes}], state: sideways}
  - endpoints: [q:Ethernet1/1, "\${FOO}/1"]
  - a/1--a/1
  - b/1--c/1
  - {endpoints: [c/1, d/1], labels: {a: 1}}
  - {endpoints: [{endpoint: e/1, carrier: true}, f:80]}
  - {endpoints: [tcp:g:80, {endpoint: 'tcp:h:80', monitor: 'hmp:h:1'}]}
  - {name: b/1--c/1, endpoints: [b/2, c/2]}
  - {name: 7, endpoints: [c/1, d/1]}
hubs:
  - name: h
  - {name: i--j, endpoints: [i/1]}
  - {name: k, endpoints: [c/1, l/1]}
`,
  );
  const expected = [
    /^lab\.yaml:1:1: nam: Unknown key "nam"; .*perhaps you mean "name"$/,
    /^lab\.yaml:3:8: nodes\.vr1: Found the number 1; write a map, such as/,
    /^lab\.yaml:4:9: nodes\.vr2\.hots: Unknown key "hots"; .*perhaps you mean "host"$/,
    /^lab\.yaml:5:18: nodes\.vr4\.monitor: Cannot read monitor "foo": write hmp:HOST:PORT/,
    /^lab\.yaml:6:17: nodes\.vr5\.netdev: Cannot use netdev "p 1"/,
    /^lab\.yaml:6:30: nodes\.vr5\.host: Cannot use "a b" as a host; write a name/,
    /^lab\.yaml:8:5: links\[0\]: Found the number 5; write "vr1\/1--vr2\/1", or a map/,
    /^lab\.yaml:9:16: links\[1\]\.endpoints: Found a list of 1; write two endpoints/,
    /^lab\.yaml:10:29: links\[2\]\.endpont: Unknown key "endpont"; .*perhaps you mean "endpoints"$/,
    /^lab\.yaml:11:17: links\[3\]\.endpoints\[0\]: Write either "endpoint", or "node" and "interface"/,
    /^lab\.yaml:11:28: links\[3\]\.endpoints\[1\]: Endpoint "z\/0" has interface 0/,
    /^lab\.yaml:12:47: links\[4\]\.endpoints\[1\]\.carrier: Found "yes"; write true or false$/,
    /^lab\.yaml:12:61: links\[4\]\.state: Found "sideways"; write up or down$/,
    /^lab\.yaml:13:17: links\[5\]\.endpoints\[0\]: Interface "Ethernet1\/1" belongs to a node without a kind/,
    /^lab\.yaml:13:32: links\[5\]\.endpoints\[1\]: Environment variable "FOO" is not set/,
    /^lab\.yaml:14:5: links\[6\]: Link "a\/1--a\/1" joins endpoint "a\/1" to itself/,
    /^lab\.yaml:16:41: links\[8\]\.labels\.a: Found the number 1; write text/,
    /^lab\.yaml:17:43: links\[9\]\.endpoints\[0\]\.carrier: No monitor is known/,
    /^lab\.yaml:17:50: links\[9\]\.endpoints\[1\]: .*perhaps you mean "tcp:f:80"$/,
    /^lab\.yaml:18:28: links\[10\]\.endpoints\[1\]: .*write "netdev" for it/,
    /^lab\.yaml:19:5: links\[11\]: Two links, hubs or switches are called "b\/1--c\/1"/,
    /^lab\.yaml:20:12: links\[12\]\.name: Found the number 7; write a name/,
    /^lab\.yaml:22:5: hubs\[0\]\.endpoints: Missing; write a list of endpoints/,
    /^lab\.yaml:23:5: hubs\[1\]: Name "i--j" contains "--"/,
    /^lab\.yaml:23:5: hubs\[1\]: Hub "i--j" has one endpoint/,
    /^lab\.yaml:24:27: hubs\[2\]\.endpoints\[0\]: Endpoint "c\/1" of hub "k" is already used in link "b\/1--c\/1"/,
  ];
  for (const [i, pattern] of expected.entries()) assert.match(problems[i] ?? '', pattern);
  assert.equal(problems.length, expected.length, problems.slice(expected.length).join('\n'));
});

test('parseTopologyText() says what is wrong with names of interfaces', () => {
  const [unlisted, wrong] = problemsOf(`
nodes: {x: {kind: vmx}}
links:
  - vr1:Gi0/0/0/1--x:ge-0/0/a
`);
  assert.match(unlisted!, /Interface "Gi0\/0\/0\/1" belongs to a node without a kind; write ethN/);
  assert.match(wrong!, /A node of kind "vmx" has no interface "ge-0\/0\/a"; write ge-0\/0\/X/);
});

test('parseTopologyText() reads impairments of links, and of all links from the defaults', () => {
  const { segments } = read(`
defaults: {impairments: {both: {delay: 20ms}}}
links:
  - a/1--b/1
  - {endpoints: [a/2, b/2], impairments: {a-to-b: {loss: 0.1%, seed: 7}, b-to-a: {delay: 1ms, jitter: 1ms, distribution: [-1, 1]}}}
  - {endpoints: [a/3, b/3], impairments: none}
  - {endpoints: [a/4, b/4], impairments: lossy}
hubs: {h: [a/5, b/5]}
`);
  const lossy = { loss: { model: 'random', percent: 1 } };
  assert.deepEqual(
    segments.map(({ impairments }) => impairments),
    [
      { 'a-to-b': { delayMs: 20 }, 'b-to-a': { delayMs: 20 } },
      {
        'a-to-b': { loss: { model: 'random', percent: 0.1 }, seed: 7 },
        'b-to-a': { delayMs: 1, jitterMs: 1, distribution: { table: [-1, 1] } },
      },
      undefined,
      { 'a-to-b': lossy, 'b-to-a': lossy },
      undefined,
    ],
  );
});

test('parseTopologyText() says where impairments are wrong', () => {
  const text = `
defaults: {impairments: adsl}
links:
  - endpoints: [a/1, b/1]
    impairments: {both: {delay: 20, jitter: 5ms, los: 1}}
  - endpoints: [a/2, b/2]
    impairments:
      a-to-b: {delay: 20, jitter: 5ms}
      b-to-a: {reorder: 10%}
  - {endpoints: [a/3, b/3], impairments: {delay: 20ms}}
  - {endpoints: [a/4, b/4], impairments: {both: {delay: 1ms, jitter: 1ms, distribution: {file: my.dist}}}}
hubs: {h: {endpoints: [a/5, b/5], impairments: lte}}
`;
  const problems = problemsOf(text).map((line) => line.replace(/(such as|write one of).*?(;|$)/, '$1 …$2'));
  assert.deepEqual(problems, [
    'lab.yaml:2:25: defaults.impairments: There is no preset "adsl": "tcpbridge impair --presets" lists them; "lte" and "transatlantic" are two',
    'lab.yaml:5:50: links[0].impairments.both.los: Unknown key "los"; write one of …; perhaps you mean "loss"',
    'lab.yaml:8:23: links[1].impairments.a-to-b.delay: Cannot use "20" as delay: write a time with its unit, such as …',
    'lab.yaml:9:25: links[1].impairments.b-to-a.reorder: Cannot use reorder without delay: write both, or leave reorder out',
    'lab.yaml:10:43: links[2].impairments.delay: Unknown key "delay"; write one of …',
    'lab.yaml:11:89: links[3].impairments.both.distribution: Cannot use "my.dist" as distribution: write the samples themselves, as a list: files are not read here',
    'lab.yaml:12:35: hubs.h.impairments: Only links can have "impairments"; put a link between the machine and the hub or switch, and impair that',
  ]);
});

test('parseTopologyText() says what is wrong inside of a word, and what would be right', () => {
  const cases: [string, string][] = [
    ['delay: 1ms, jitter: 1ms, distribution: [1, x]', 'distribution[1]: Found "x"; write a number'],
    [
      'delay: 1ms, jitter: 1ms, distribution: {tabel: [1, 2]}',
      'distribution.tabel: Unknown key "tabel"; write one of "table", "file"; perhaps you mean "table"',
    ],
    ['loss: {correlation: 5}', 'loss.percent: Missing; write a percentage, such as "1%"'],
    ['loss_gemodel: {p: 1%, h: 5%}', 'loss_gemodel.h: Unknown key "h"; write one of "p", "r", "1-h", "1-k"'],
    ['limit: {byte: 5}', 'limit.byte: Unknown key "byte"; write one of "frames", "bytes"; perhaps you mean "bytes"'],
    [
      'slot: {min: 1ms, maxx: 2ms}',
      'slot.maxx: Unknown key "maxx"; write one of "min", "max", "distribution", "delay", "jitter", "packets", "bytes"; perhaps you mean "max"',
    ],
    ['slot: {min: 5}', 'slot.min: Found the number 5; write a time, such as "800us"'],
  ];
  for (const [words, message] of cases) {
    const [problem] = problemsOf(`links: [{endpoints: [a/1, b/1], impairments: {both: {${words}}}}]`);
    assert.equal(problem?.replace(/^.*?impairments\.both\./, ''), message);
  }
});

test('parseTopologyText() reads a table of delays from a file of tc', () => {
  const text =
    'links: [{endpoints: [a/1, b/1], impairments: {both: {delay: 1ms, jitter: 1ms, distribution: {file: x}}}}]';
  const files: Record<string, string> = { good: '# made by maketable\n -8192 0\n4096 8192\n', bad: '1 two', empty: '' };
  const readFile = (name: string) => (path: string) => {
    assert.equal(path, 'x');
    return files[name]!;
  };
  const { topology } = parseTopologyText(text, 'lab.yaml', { readFile: readFile('good') });
  assert.deepEqual(topology.segments[0]?.impairments?.['a-to-b']?.distribution, { table: [-1, 0, 0.5, 1] });
  const slots = text.replace(/distribution.*?}/, 'slot: {distribution: {file: x}, delay: 1ms, jitter: 1ms}');
  const { slot } =
    parseTopologyText(slots, 'lab.yaml', { readFile: readFile('good') }).topology.segments[0]?.impairments?.[
      'b-to-a'
    ] ?? {};
  assert.deepEqual(slot?.distribution?.shape, { table: [-1, 0, 0.5, 1] });
  for (const name of ['bad', 'empty']) {
    assert.throws(() => parseTopologyText(text, 'lab.yaml', { readFile: readFile(name) }), {
      code: 'topology_invalid',
    });
  }
});
