// The ancestor's modes for TAP and raw interfaces: what links come of them, and what is refused.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CompatExit, type CompatRun, parseCompat } from './compat.ts';

const WORLD = { env: {}, hostname: 'lab', columns: 80 };

function links(...argv: string[]): { name: string; ends: string[] }[] {
  const result = parseCompat(argv, WORLD);
  assert.equal(result.kind, 'run', result.kind === 'exit' ? result.stderr : '');
  return (result as CompatRun).topology.segments.map(({ name, endpoints }) => ({
    name,
    ends: endpoints.map(({ text }) => text),
  }));
}

function complaint(...argv: string[]): string {
  const result = parseCompat(argv, WORLD) as CompatExit;
  assert.equal(result.code, 2);
  return result.stderr.trimEnd().split('\n').at(-1) ?? '';
}

test('--tap-listen and --raw-listen have the defaults of the ancestor', () => {
  assert.deepEqual(links('--tap-listen', '1'), [
    { name: 'listen:10001--tap:tap0', ends: ['listen:10001', 'tap:tap0'] },
  ]);
  assert.deepEqual(links('--raw-listen', '12'), [
    { name: 'listen:10012--raw:eth1', ends: ['listen:10012', 'raw:eth1'] },
  ]);
});

test('--tap-listen takes everything that the ancestor configured', () => {
  const argv = ['--tap-listen', '1', '--tap-if', 'lab0', '--vlan', '100', '--ipv4-address', '198.18.0.1/24'];
  argv.push('--ipv4-route', '198.18.0.2', '--ipv6-address', '2003:1c08:161:1ff::42/64');
  argv.push('--ipv6-route', '2003:1c08:161:1ff::1');
  const [link] = links(...argv);
  assert.equal(link?.name, 'listen:10001--tap:lab0');
  assert.equal(
    link.ends[1],
    'tap:lab0,address=198.18.0.1/24,route=default@198.18.0.2,address=2003:1c08:161:1ff::42/64,' +
      'route=default@2003:1c08:161:1ff::1,vlan=100',
  );
});

test('addresses are read as Python does: without a length, and with a netmask', () => {
  const end = (...argv: string[]) => links('--tap-listen', '1', ...argv)[0]?.ends[1];
  assert.equal(end('--ipv4-address', '198.18.0.1'), 'tap:tap0,address=198.18.0.1/32');
  assert.equal(end('--ipv4-address', '198.18.0.1/255.255.254.0'), 'tap:tap0,address=198.18.0.1/23');
  assert.equal(end('--ipv4-address', '198.18.0.1/0.0.0.0'), 'tap:tap0,address=198.18.0.1/0');
  assert.equal(end('--ipv6-address', '2001:db8::1'), 'tap:tap0,address=2001:db8::1/128');
  assert.equal(end('--vlan', '0'), 'tap:tap0');
  const local = end('--ipv6-address', '2001:db8::2/64', '--ipv6-route', 'fe80::1');
  assert.equal(local, 'tap:tap0,address=2001:db8::2/64,route=default@fe80::1');
});

test('the modes go together with links, and without a listening mode their options say nothing', () => {
  assert.equal(links('--p2p', 'vr1/1--vr2/1', '--tap-listen', '1', '--raw-listen', '2').length, 3);
  assert.deepEqual(
    links('--p2p', 'vr1/1--vr2/1', '--tap-if', 'x', '--vlan', '5').map(({ name }) => name),
    ['vr1/1--vr2/1'],
  );
  const notes = (...argv: string[]) => (parseCompat(argv, WORLD) as CompatRun).options.notes;
  assert.deepEqual(notes('--p2p', 'vr1/1--vr2/1', '--tap-if', 'x', '--vlan', '5', '--raw-if', 'y'), [
    '--tap-if, --vlan ignored: only --tap-listen looks at that',
    '--raw-if ignored: only --raw-listen looks at that',
  ]);
  assert.equal(notes('--tap-listen', '1', '--tap-if', 'x'), undefined);
  assert.match(complaint('--tap-if', 'foo'), /Cannot use "--tap-if": write --tap-listen N with it/);
});

test('wrong values are told with the option and what would be right', () => {
  const tap = (...argv: string[]) => complaint('--tap-listen', '1', ...argv);
  assert.match(complaint('--tap-listen', 'x'), /argument --tap-listen: .*"x".*a number from 0 to 55535/);
  assert.match(complaint('--raw-listen', '55536'), /argument --raw-listen: .*a number from 0 to 55535/);
  assert.match(complaint('--raw-listen', ''), /argument --raw-listen: /);
  assert.match(tap('--tap-if', 'a name'), /argument --tap-if: /);
  assert.match(tap('--vlan', '4095'), /argument --vlan: .*"4095".*a number from 1 to 4094/);
  assert.match(tap('--vlan', 'x'), /argument --vlan: invalid int value: 'x'/);
  assert.match(tap('--ipv4-address', '2001:db8::1/64'), /argument --ipv4-address: .*such as "198.18.0.1\/24"/);
  assert.match(tap('--ipv4-address', '198.18.0.1/255.0.255.0'), /argument --ipv4-address: /);
  assert.match(tap('--ipv6-address', '2001:db8::1/129'), /argument --ipv6-address: .*such as "2001:db8::1\/64"/);
  assert.match(
    tap('--ipv4-address', '198.18.0.1/24', '--ipv4-route', '198.18.1.1'),
    /argument --ipv4-route: .*"198.18.1.1".*in the network of "198.18.0.1\/24"/,
  );
  assert.match(tap('--ipv6-route', '2001:db8::1'), /argument --ipv6-route: .*--ipv6-address with it/);
});
