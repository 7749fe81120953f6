// The command line as a user meets it. How argparse itself behaves is compared with Python's in test/compat/.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CompatContext, type CompatExit, type CompatRun, parseCompat, parseCompatFlags } from './compat.ts';

const SEED = 20_260_104;
const LINK = 'vr1/1--vr2/1';
const WORLD: CompatContext = { env: {}, hostname: 'lab', columns: 80 };

function run(argv: readonly string[], world: Partial<CompatContext> = {}): CompatRun {
  const result = parseCompat(argv, { ...WORLD, ...world });
  assert.equal(result.kind, 'run', result.kind === 'exit' ? result.stderr : '');
  return result as CompatRun;
}

function exit(argv: readonly string[], world: Partial<CompatContext> = {}): CompatExit {
  const result = parseCompat(argv, { ...WORLD, ...world });
  assert.equal(result.kind, 'exit');
  return result as CompatExit;
}

function refuses(argv: readonly string[], message: RegExp, world: Partial<CompatContext> = {}): void {
  const { code, stdout, stderr } = exit(argv, world);
  assert.equal(code, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /^usage: tcpbridge \[-h\] /);
  assert.match(stderr.trimEnd().split('\n').at(-1) ?? '', message);
}

const names = (result: CompatRun) => result.topology.segments.map(({ name }) => name);

test('parseCompat() reads the ancestor line, with defaults', () => {
  const result = run(['--p2p', LINK, 'vr1/2--vr3/128']);
  assert.deepEqual(names(result), [LINK, 'vr1/2--vr3/128']);
  assert.equal(result.wholeTopology, result.topology);
  assert.deepEqual(result.options, {
    workers: 1,
    debug: false,
    statsIntervalMs: undefined,
    logFormat: 'text',
    healthFile: undefined,
    shard: undefined,
    control: undefined,
  });
});

test('parseCompat() takes links and a hub together, and the last of repeated options', () => {
  const result = run([
    '--hub',
    'vr1/3',
    'vr2/3',
    'vr3/3',
    '--p2p',
    'never--looked--at',
    '--p2p',
    LINK,
    '--debug',
    '--trace',
  ]);
  assert.deepEqual(names(result), [LINK, 'hub']);
  assert.equal(result.topology.segments[1]?.endpoints.length, 3);
  assert.equal(result.options.debug, true);
});

test('parseCompat() takes a switch beside links and a hub', () => {
  const result = run(['--switch', 'vr1/4', 'vr2/4', 'vr3/4', '--hub', 'vr1/3', 'vr2/3', '--p2p', LINK]);
  assert.deepEqual(
    result.topology.segments.map(({ name, kind, endpoints }) => [name, kind, endpoints.length]),
    [
      [LINK, 'link', 2],
      ['hub', 'hub', 2],
      ['switch', 'switch', 3],
    ],
  );
});

test('parseCompat() reads our own options', () => {
  const argv = ['--p2p', LINK, '--workers', '4', '--stats', '500ms', '--log-format', 'json', '--health-file', '/run/h'];
  assert.deepEqual(run([...argv, '--shard', '1/1']).options, {
    workers: 4,
    debug: false,
    statsIntervalMs: 500,
    logFormat: 'json',
    healthFile: '/run/h',
    shard: { k: 1, n: 1 },
    control: undefined,
  });
  assert.equal(run(['--p2p', LINK, '--stats', '10']).options.statsIntervalMs, 10_000);
});

test('parseCompat() refuses bad input with usage, the place and the right form', () => {
  refuses(['--p2p', ''], /error: argument --p2p: Cannot read link "": write .* such as "vr1\/1--vr2\/1"/);
  refuses(['--p2p', 'my--vr/1--vr2/1'], /Cannot read link "my--vr\/1--vr2\/1": .* "--" between them and nowhere else/);
  refuses(['--p2p', 'vr1--vr2/1'], /Endpoint "vr1" names no interface: write HOST\/N, such as "vr1\/1"/);
  refuses(['--p2p', 'vr1/x--vr2/1'], /"x", which is not a number/);
  refuses(
    ['--p2p', LINK, 'vr2/1--vr3/1'],
    /error: Endpoint "vr2\/1" of link .* is already used in link "vr1\/1--vr2\/1"/,
  );
  refuses(['--p2p', 'vr1/1--vr1/1'], /joins endpoint "vr1\/1" to itself/);
  refuses(['--switch', 'vr1/1'], /error: argument --switch: Switch "switch" has one endpoint/);
  refuses(['--hub', 'vr1/1'], /error: argument --hub: Hub "hub" has one endpoint/);
  refuses(['--hub', ''], /Cannot read endpoint "": write HOST\/N/);
  refuses(['--hub', 'a/1', 'b/1', '--p2p', 'a/1--c/1'], /Endpoint "a\/1" of hub "hub" is already used in link/);
  refuses(['--debug'], /error: Nothing to connect: add --p2p/);
  for (const workers of ['0', '65', '-1', '1.5', 'x', '']) {
    refuses(
      ['--p2p', LINK, `--workers=${workers}`],
      /argument --workers: Cannot use ".*": write a number from 1 to 64/,
    );
  }
  refuses(['--p2p', LINK, '--stats', 'soon'], /argument --stats: Cannot read duration "soon"/);
  refuses(['--p2p', LINK, '--stats', '0'], /Duration "0" is out of range: write one from "100ms" to "24h"/);
  refuses(['--p2p', LINK, '--log-format', 'xml'], /Cannot use "xml": write "text" or "json"/);
  refuses(['--p2p', LINK, '--health-file', ''], /Cannot use "": write the path of a file/);
  refuses(['--p2p', LINK, '--shard', '3/2'], /argument --shard: Cannot read shard "3\/2"/);
});

test('parseCompat() shows help and what to type when there are no arguments', () => {
  const { code, stdout, stderr } = exit([]);
  assert.equal(code, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /examples:\n {2}tcpbridge --p2p vr1\/1--vr2\/1/);
  assert.match(stderr, /\nNothing to connect: add --p2p vr1\/1--vr2\/1, or --hub [^\n]*\n$/);
});

test('parseCompat() answers --help and --version on standard output', () => {
  const help = exit(['--p2p', LINK, '-h']);
  assert.equal(help.code, 0);
  assert.equal(help.stderr, '');
  for (const part of ['--log-format text|json', 'listen:[ADDRESS:]PORT', '--hub vr1/3 vr2/3 vr3/3', 'TCPBRIDGE_SLOT']) {
    assert.ok(help.stdout.includes(part), part);
  }
  const version = exit(['--version']);
  assert.equal(version.code, 0);
  assert.match(version.stdout, /^tcpbridge \d+\.\d+\.\d+\S*\n$/);
});

test('parseCompat() takes the shard from the option, else from the environment, and only this share', () => {
  const argv = ['--p2p', ...Array.from({ length: 30 }, (_, i) => `a${i}/1--b${i}/1`)];
  const env = (TCPBRIDGE_SHARD: string, TCPBRIDGE_SLOT?: string) => ({ env: { TCPBRIDGE_SHARD, TCPBRIDGE_SLOT } });
  const shares = ['1', '2', '3'].map((slot) => run(argv, env('auto/3', slot)));
  assert.deepEqual(
    shares.map(({ options }) => options.shard?.k),
    [1, 2, 3],
  );
  assert.deepEqual(shares.flatMap(names).toSorted(), argv.slice(1).toSorted());
  for (const share of shares) assert.equal(share.wholeTopology.segments.length, 30);
  assert.deepEqual(run([...argv, '--shard', '2/4'], env('auto/3', '1')).options.shard, { k: 2, n: 4 });
  assert.deepEqual(run([...argv, '--shard', 'auto/4'], { hostname: 'tcpbridge-3' }).options.shard, { k: 4, n: 4 });
  assert.equal(run(argv, env('')).options.shard, undefined);
  refuses(argv, /error: environment variable TCPBRIDGE_SHARD: Cannot read shard "x"/, env('x'));
  refuses(
    argv,
    /error: environment variable TCPBRIDGE_SHARD: Slot "9" from TCPBRIDGE_SLOT is not one of the 3/,
    env('auto/3', '9'),
  );
  refuses(argv, /TCPBRIDGE_SLOT/, env('auto/3'));
});

test('parseCompat() runs an instance whose share is empty', () => {
  const shares = [1, 2].map((k) => run(['--p2p', LINK, '--shard', `${k}/2`]));
  assert.deepEqual(shares.flatMap(names), [LINK]);
});

test('parseCompat() understands every abbreviation of the ancestor but --he and --v', () => {
  const switches = ['--help', '--debug', '--trace'];
  const interfaces = ['--tap-listen', '--tap-if', '--raw-listen', '--raw-if', '--ipv4-address', '--ipv4-route'];
  const ancestor = [...switches, '--p2p', '--hub', ...interfaces, '--ipv6-address', '--ipv6-route', '--vlan'];
  const lost: string[] = [];
  for (const option of ancestor) {
    for (let length = 3; length <= option.length; length++) {
      const prefix = option.slice(0, length);
      if (ancestor.filter((other) => other.startsWith(prefix)).length > 1) continue;
      const result = parseCompatFlags([prefix, ...(switches.includes(option) ? [] : ['1'])]);
      if ('kind' in result && result.code !== 0) lost.push(prefix);
    }
  }
  // --health-file and --version are ours. A new option that adds to this list breaks command lines that work today.
  assert.deepEqual(lost, ['--he', '--v']);
});

test('parseCompat() wraps usage to the width of the terminal', () => {
  assert.ok(
    exit(['-x'], { columns: 200 }).stderr.split('\n').length < exit(['-x'], { columns: 40 }).stderr.split('\n').length,
  );
});

test('parseCompat() answers any line with something to run or to print, and never throws', () => {
  const words = [
    '--p2p',
    '--hub',
    '--debug',
    '--workers',
    '--stats',
    '--shard',
    '--health-file',
    '--log-format',
    '--',
    '-h',
  ];
  const values = [LINK, 'vr1/3', 'vr2/4', 'listen:9000', '2', '1/2', 'auto/2', '10s', 'json', '', '=', '--p2p='];
  const word = fc.oneof(fc.constantFrom(...words, ...values), fc.string({ unit: 'binary' }));
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), (argv) => {
      const result = parseCompat(argv, WORLD);
      if (result.kind === 'exit') assert.ok(result.code === 0 || (result.code === 2 && result.stderr !== ''));
    }),
    { seed: SEED, numRuns: 1000 },
  );
});
