// The doctor on TAP and raw interfaces, with files of its own in place of /proc and /sys.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Finding, Patient } from './finding.ts';
import { checkRaw, checkTap, type SystemFiles } from './interface-check.ts';

const NOBODY: Patient = { end: undefined, pid: undefined, carrier: undefined };
const ALL = '000001ffffffffff';
const NONE = '0000000000000000';
const TAP = { kind: 'tap', text: 'tap:lab0', name: 'lab0', addresses: [], routes: [] } as const;
const RAW = { kind: 'raw', text: 'raw:eth1', name: 'eth1' } as const;

interface Machine {
  readonly capabilities: string;
  /** Name -> flags. */
  readonly interfaces: Readonly<Record<string, number>>;
  readonly hasDevice?: boolean;
}

function machine(t: TestContext, { capabilities, interfaces, hasDevice = true }: Machine): SystemFiles {
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-doctor-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const process of ['self', '77']) {
    mkdirSync(join(folder, process, 'net'), { recursive: true });
    writeFileSync(join(folder, process, 'status'), `Name:\tx\nCapEff:\t${capabilities}\n`);
    const lines = Object.keys(interfaces).map((name) => `  ${name}: 0 0\n`);
    writeFileSync(join(folder, process, 'net', 'dev'), `Inter-|\n face |\n${lines.join('')}`);
  }
  for (const [name, flags] of Object.entries(interfaces)) {
    mkdirSync(join(folder, 'class', 'net', name), { recursive: true });
    writeFileSync(join(folder, 'class', 'net', name, 'flags'), `0x${flags.toString(16)}\n`);
    if (/^(lab|tun)/.test(name)) {
      writeFileSync(join(folder, 'class', 'net', name, 'tun_flags'), name.startsWith('lab') ? '0x1002\n' : '0x1001\n');
    }
  }
  const tunDevice = join(folder, 'tun');
  if (hasDevice) writeFileSync(tunDevice, '');
  return { proc: folder, sys: folder, tunDevice };
}

const texts = (findings: readonly Finding[]) =>
  findings.map(({ check, level, message, advice }) => `${check} ${level}: ${message}${advice ? ` -> ${advice}` : ''}`);

test('checkTap() tells what is missing, with the option of Docker', (t) => {
  const files = machine(t, { capabilities: NONE, interfaces: {}, hasDevice: false });
  assert.deepEqual(texts(checkTap(TAP, NOBODY, files)), [
    'privileges wrong: this account cannot use /dev/net/tun -> docker run --user root --cap-add NET_ADMIN --device /dev/net/tun',
    'privileges wrong: this account lacks CAP_NET_ADMIN, so it cannot make "lab0" -> docker run --user root --cap-add NET_ADMIN --device /dev/net/tun',
    'interface ok: interface "lab0" is not there, and will be made',
  ]);
});

test('checkTap() finds nothing wrong where all is there', (t) => {
  const all = machine(t, { capabilities: ALL, interfaces: { lab00: 1 } });
  assert.deepEqual(texts(checkTap(TAP, NOBODY, all)), [
    'interface ok: interface "lab0" is not there, and will be made',
  ]);
  const prepared = machine(t, { capabilities: NONE, interfaces: { lab0: 1 } });
  assert.deepEqual(texts(checkTap(TAP, { ...NOBODY, pid: 77 }, prepared)), [
    'privileges note: the running tcpbridge (process 77) lacks CAP_NET_ADMIN: only what needs no change works',
    'interface ok: interface "lab0" is there, and will be used',
  ]);
});

test('checkTap() knows an interface that is no TAP', (t) => {
  const files = machine(t, { capabilities: ALL, interfaces: { lo: 0x49, tun0: 1 } });
  for (const name of ['lo', 'tun0']) {
    assert.deepEqual(texts(checkTap({ ...TAP, name }, NOBODY, files)), [
      `interface wrong: there is an interface "${name}" already, which is no TAP interface` +
        ` -> choose another name, or join that interface itself with "raw:${name}"`,
    ]);
  }
});

test('checkRaw() looks for the interface, its state and the privilege', (t) => {
  const down = machine(t, { capabilities: NONE, interfaces: { eth1: 0x1002 } });
  assert.deepEqual(texts(checkRaw(RAW, NOBODY, down)), [
    'privileges wrong: this account lacks CAP_NET_RAW -> docker run --user root --cap-add NET_RAW',
    'interface wrong: interface "eth1" is down -> ip link set eth1 up',
  ]);
  const missing = machine(t, { capabilities: ALL, interfaces: { eth10: 1 } });
  assert.match(texts(checkRaw(RAW, NOBODY, missing)).join(), /^interface wrong: there is no interface "eth1"/);
  const up = machine(t, { capabilities: ALL, interfaces: { eth1: 0x1003 } });
  assert.deepEqual(texts(checkRaw(RAW, NOBODY, up)), ['interface ok: interface "eth1" is there']);
});

test('a running bridge is believed', (t) => {
  const files = machine(t, { capabilities: NONE, interfaces: {} });
  const end = { endpoint: 'raw:eth1', state: 'attached', detail: 'interface eth1, MTU 1500' } as const;
  assert.deepEqual(texts(checkRaw(RAW, { ...NOBODY, end }, files)), [
    'attachment ok: attached: interface eth1, MTU 1500',
  ]);
  const waits = { ...end, state: 'waiting', detail: 'no such interface' } as const;
  assert.deepEqual(texts(checkTap(TAP, { ...NOBODY, end: waits }, files)), [
    'interface note: the bridge waits elsewhere: no such interface',
  ]);
});
