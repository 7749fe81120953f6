// Monitors and netdev ids: every form, every refusal, and that writing and reading agree.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkNetdev, formatMonitor, needsNumber, netdevOf, parseMonitor } from './carrier.ts';

test('parseMonitor() reads every form, and formatMonitor() writes it back', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['hmp:vr1:4000', { kind: 'hmp', address: { kind: 'tcp', host: 'vr1', port: 4000 } }],
    ['qmp:[2001:db8::1]:4444', { kind: 'qmp', address: { kind: 'tcp', host: '2001:db8::1', port: 4444 } }],
    ['hmp-unix:/run/a:b', { kind: 'hmp', address: { kind: 'unix', path: '/run/a:b' } }],
    ['qmp-unix:vr1.qmp', { kind: 'qmp', address: { kind: 'unix', path: 'vr1.qmp' } }],
  ];
  for (const [text, spec] of cases) {
    assert.deepEqual(parseMonitor(text), spec);
    assert.equal(formatMonitor(parseMonitor(text)), text);
  }
});

test('parseMonitor() refuses anything else and shows the right forms', () => {
  for (const text of [
    '',
    'hmp',
    'hmp:',
    'hmp:vr1',
    'hmp:vr1:0',
    'hmp:vr1:65536',
    'hmp:v r:1',
    'hmp:[x]:1',
    'qmp-unix:',
    'vr1:4000',
    'HMP:vr1:1',
  ]) {
    assert.throws(() => parseMonitor(text), { code: 'monitor_malformed', message: /qmp-unix:PATH/ }, text);
  }
  assert.throws(() => parseMonitor(`hmp-unix:${'x'.repeat(108)}`), { code: 'monitor_malformed' });
});

test('netdevOf() fills in the number of the interface', () => {
  assert.equal(netdevOf('p%02d', 7), 'p07');
  assert.equal(netdevOf('p%02d', 128), 'p128');
  assert.equal(netdevOf('net%d', 7), 'net7');
  assert.equal(netdevOf('lan', 7), 'lan');
  assert.equal(needsNumber('p%02d'), true);
  assert.equal(needsNumber('lan'), false);
});

test('checkNetdev() refuses what QEMU does not take for an id, so that no other command gets into a monitor', () => {
  for (const text of ['p%02d', 'net%d', 'a', 'vr1-if_1.0']) assert.equal(checkNetdev(text), text);
  for (const text of ['', '1', 'p 1', 'p%s', 'p%d%d', 'p1 off\nquit', 'x'.repeat(64), 'ä']) {
    assert.throws(() => checkNetdev(text), { code: 'netdev_invalid' }, text);
  }
});
