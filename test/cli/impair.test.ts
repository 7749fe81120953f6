// "tcpbridge impair" against a running bridge: what is said is done, shown in every form, and taken back.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startLab } from '../support/lab.ts';

const LAB = `links:
  - {name: core, endpoints: ["unix:/nowhere/1", "unix:/nowhere/2"]}
  - {name: west, endpoints: ["unix:/nowhere/3", "unix:/nowhere/4"], impairments: {both: {preset: metro, seed: 5}}}
hubs: {lan: ["unix:/nowhere/5", "unix:/nowhere/6"]}
`;

test('impair changes what is named, shows it with the seed in use, and takes it back', async (t) => {
  const lab = await startLab(t, LAB);
  const change = '~ link core: impairments none -> 20ms±5ms 0.1% (one-way)\n';
  const said = await lab.type('impair', 'core', '--delay', '20ms', '--jitter', '5ms', '--loss', '0.1%', '--seed', '7');
  assert.deepEqual(said, { code: 0, stdout: change, stderr: 'One change made\nSeeds of core: a-to-b 7, b-to-a 7\n' });
  // A patch: the other direction, and what is not named, stay.
  assert.equal((await lab.type('impair', 'core', '--b-to-a', '--delay', '30ms', '--loss', 'none')).code, 0);
  const table = (await lab.type('impair', '--show')).stdout;
  assert.equal(
    table,
    [
      'LINK  DIRECTION  ONE-WAY DELAY  JITTER  LOSS  RATE  LIMIT  OTHER       SEED',
      'core  a-to-b     20ms           5ms     0.1%  -     -      -           7',
      'core  b-to-a     30ms           5ms     -     -     -      -           7',
      'west  a-to-b     600us          50us    -     -     -      keep_order  5',
      'west  b-to-a     600us          50us    -     -     -      keep_order  5',
      '',
    ].join('\n'),
  );
  const tc = await lab.type('impair', '--show', 'core', '--tc');
  assert.equal(
    tc.stdout,
    [
      '# core, a-to-b: one-way, from unix:/nowhere/1 to unix:/nowhere/2, seed 7',
      'tc qdisc replace dev DEV root netem limit 1000000 delay 20ms 5ms loss random 0.1%',
      '# core, b-to-a: one-way, from unix:/nowhere/2 to unix:/nowhere/1, seed 7',
      'tc qdisc replace dev DEV root netem limit 1000000 delay 30ms 5ms',
      '',
    ].join('\n'),
  );
  const json = JSON.parse((await lab.type('impair', 'core', '-o', 'json')).stdout);
  assert.deepEqual(json, {
    links: [
      {
        link: 'core',
        impairments: {
          'a-to-b': { delay: '20ms', jitter: '5ms', loss: '0.1%', seed: 7 },
          'b-to-a': { delay: '30ms', jitter: '5ms', seed: 7 },
        },
      },
    ],
  });
  assert.match(
    (await lab.type('links', '-o', 'wide')).stdout,
    /SENDS THROUGH \(ONE-WAY\)[\s\S]*20ms±5ms 0\.1%[\s\S]*30ms±5ms/,
  );
  assert.match((await lab.type('top', '--count', '1')).stdout, /core waiting: .*, one-way 20ms±5ms 0\.1% \/ 30ms±5ms/);
  const moment = JSON.parse((await lab.type('top', '--count', '1', '-o', 'json')).stdout) as {
    links: { link: string; impairments?: Record<string, unknown> }[];
  };
  const [core] = moment.links.filter(({ link }) => link === 'core');
  assert.deepEqual(core?.impairments, json.links[0]!.impairments);
  const replaced = await lab.type('impair', 'core', '--replace', '--a-to-b', '--rate', '10mbit');
  assert.equal(replaced.code, 0, replaced.stderr);
  const csv = (await lab.type('impair', 'core', '-o', 'csv')).stdout.split('\n');
  assert.deepEqual(csv.slice(1), [
    'core,a-to-b,unix:/nowhere/1,unix:/nowhere/2,,,,10mbit,,,7',
    'core,b-to-a,unix:/nowhere/2,unix:/nowhere/1,30ms,5ms,,,,,7',
    '',
  ]);
  const unordered = await lab.type('impair', 'core', '--b-to-a', '--keep-order');
  assert.equal(unordered.stdout, '~ link core: impairments (keep_order)\n');
  assert.equal((await lab.type('impair', 'core', '--no-keep-order')).stdout, unordered.stdout);
  const seeded = await lab.type('impair', 'core', '--seed', '8', '--limit', '9', '--dry-run');
  assert.equal(seeded.stdout, '~ link core: impairments (limit, seed)\n');
  const gone = '~ link core: impairments 10mbit / 30ms±5ms -> none (one-way)\n';
  assert.equal((await lab.type('impair', 'reset', 'core')).stdout, gone);
  const all = await lab.type('impair', 'reset', '--all');
  assert.deepEqual([all.code, all.stdout], [0, '~ link west: impairments 600us±50us -> none (one-way)\n']);
  assert.deepEqual(await lab.type('impair'), { code: 0, stdout: '', stderr: 'No link is impaired\n' });
});

test('impair says what is wrong, and then changes nothing', async (t) => {
  const lab = await startLab(t, LAB);
  const cases: [string[], number, RegExp][] = [
    [['core', '--delay', '20'], 2, /Cannot use "20" as delay: write a time with its unit/],
    [['core', '--jitter', '5ms'], 2, /Cannot use jitter without delay/],
    [['lan', '--delay', '20ms'], 2, /Cannot impair hub "lan": .*put a link between the machine and the hub/],
    [['core', '--delay', '20ms', '--show'], 2, /Cannot use "--show": write either that or what the link shall do/],
    [['core', 'nobody', '--delay', '20ms'], 3, /There is no link/],
    [['--delay', '20ms'], 2, /write LINK/],
    [['core', '--preset', 'adsl'], 2, /preset/],
    [['core', '--delay', '1ms', '--jitter', '1ms', '--distribution', '/no/file'], 2, /there is no such file/],
    [['core', '--match', 'udp prot 5'], 2, /prot/],
    [['reset'], 2, /either LINK or --all/],
    [['reset', 'core', '--all'], 2, /either LINK or --all/],
  ];
  for (const [args, code, message] of cases) {
    const end = await lab.type('impair', ...args);
    assert.deepEqual([end.code, end.stdout], [code, ''], args.join(' '));
    assert.match(end.stderr, message, args.join(' '));
  }
  assert.equal((await lab.type('impair', '-o', 'name')).stdout, 'west\n');
});

test('impair reads a table of tc, and lists presets without a bridge', async (t) => {
  const lab = await startLab(t, LAB);
  writeFileSync(join(lab.folder, 'my.dist'), '# two samples\n-8192 8192\n');
  const end = await lab.type('impair', 'core', '--delay', '9ms 1ms', '--distribution', 'my.dist', '--duration', '1h');
  assert.equal(end.code, 0, end.stderr);
  const { links } = JSON.parse((await lab.type('impair', 'core', '-o', 'json')).stdout);
  assert.deepEqual(links[0].impairments['a-to-b'].distribution, { table: [-1, 1] });
  const presets = await lab.type('impair', '--presets', '--control', '/no/socket');
  assert.match(
    presets.stdout,
    /^PRESET +A-TO-B \(ONE-WAY\) +B-TO-A \(ONE-WAY\) +IS\n[\s\S]*^transatlantic +35ms±200us/m,
  );
});

test('impair reset takes back one direction, or both', async (t) => {
  const lab = await startLab(t, LAB);
  assert.equal((await lab.type('impair', 'core', '--replace', '--delay', '9ms')).code, 0);
  const directions = async () =>
    Object.keys(JSON.parse((await lab.type('impair', 'core', '-o', 'json')).stdout).links[0].impairments).sort();
  assert.deepEqual(await directions(), ['a-to-b', 'b-to-a']);
  assert.equal((await lab.type('impair', 'reset', 'core', '--a-to-b')).code, 0);
  assert.deepEqual(await directions(), ['b-to-a']);
  assert.equal((await lab.type('impair', 'reset', '--all', '--a-to-b')).code, 2);
  assert.equal((await lab.type('impair', 'reset', 'core')).code, 0);
  assert.deepEqual(await directions(), []);
});
