// Ports in words: every form is read, what is written is read back, and contradictions are told.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isPlainPort, type PortWords, portText, readPort, writePort } from './port-words.ts';
import type { PortSettings, VlanRange } from './switch-settings.ts';

const SEED = 20_260_301;

const vlan = fc.integer({ min: 1, max: 4094 });
const ranges = fc.array(
  fc.tuple(vlan, vlan).map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const),
  { minLength: 1, maxLength: 6 },
);

function trunkOf(words: PortWords['trunk']): PortSettings['trunk'] {
  return readPort({ trunk: words }).trunk;
}

test('readPort() reads trunks in every form, in order and without overlaps', () => {
  const expected: readonly VlanRange[] = [
    [10, 10],
    [20, 30],
  ];
  for (const words of ['10,20-30', ' 20 - 30, 10 ', [10, '20-30'], ['20-25', '10', '26-30', 22], '20-28,10,25-30']) {
    assert.deepEqual(trunkOf(words), expected, JSON.stringify(words));
  }
  assert.deepEqual(trunkOf(7), [[7, 7]]);
  assert.equal(trunkOf('all'), 'all');
  assert.equal(trunkOf(['all']), 'all');
});

test('readPort() leaves out what says nothing', () => {
  assert.deepEqual(readPort({}), {});
  assert.deepEqual(readPort({ tunnel: false, isolated: false, vlan: undefined }), {});
  assert.deepEqual(readPort({ vlan: 10, tunnel: true, isolated: true }), { access: 10, tunnel: true, isolated: true });
  assert.deepEqual(readPort({ trunk: 'all', native: 1 }), { trunk: 'all', native: 1 });
});

test('readPort() refuses what cannot be, and says what would be right', () => {
  const cases: [PortWords, setting: string, message: RegExp][] = [
    [{ vlan: 0 }, 'vlan', /^Cannot use vlan "0" for a port: write a VLAN from 1 to 4094$/],
    [{ vlan: 4095 }, 'vlan', /"4095"/],
    [{ vlan: 1.5 }, 'vlan', /"1\.5"/],
    [{ native: 4095, trunk: 'all' }, 'native', /"4095"/],
    [{ trunk: '' }, 'trunk', /Cannot use trunk "" for a port: write "all", or VLANs and ranges .* such as "10,20-30"$/],
    [{ trunk: [] }, 'trunk', /""/],
    [{ trunk: '10,x' }, 'trunk', /"10,x"/],
    [{ trunk: '30-20' }, 'trunk', /"30-20"/],
    [{ trunk: [10, 'all'] }, 'trunk', /"10,all"/],
    [{ trunk: '0-10' }, 'trunk', /"0-10"/],
    [{ trunk: '1-4095' }, 'trunk', /"1-4095"/],
    [{ trunk: 1.5 }, 'trunk', /"1\.5"/],
    [{ vlan: 10, trunk: 'all' }, 'trunk', /either "vlan" or "trunk"; leave one of them out$/],
    [{ native: 1 }, 'native', /frames without a tag on a trunk; write "trunk", too, or "vlan" instead$/],
    [{ native: 1, vlan: 2 }, 'native', /write "trunk", too/],
    [{ tunnel: true }, 'tunnel', /write "vlan", too$/],
    [{ tunnel: true, trunk: 'all' }, 'tunnel', /write "vlan", too$/],
  ];
  for (const [words, setting, message] of cases) {
    const expected = { code: 'port_setting_invalid', message };
    assert.throws(() => readPort(words), expected, JSON.stringify(words));
    assert.throws(
      () => readPort(words),
      (error: { details: { setting: string } }) => error.details.setting === setting,
    );
  }
});

test('readPort() reads what writePort() writes, and covers the same VLANs as the words do', () => {
  fc.assert(
    fc.property(ranges, fc.option(vlan, { nil: undefined }), fc.boolean(), (trunk, native, isolated) => {
      const words = trunk.map(([first, last]) => `${first}-${last}`);
      const port = readPort({ trunk: words, native, isolated });
      assert.deepEqual(readPort(writePort(port)), port);
      const covers = (all: readonly VlanRange[], one: number) =>
        all.some(([first, last]) => first <= one && one <= last);
      const read = port.trunk as readonly VlanRange[];
      for (let one = 1; one <= 4094; one++) assert.equal(covers(read, one), covers(trunk, one), `VLAN ${one}`);
      for (const [i, [first]] of read.entries()) assert.ok(i === 0 || first > read[i - 1]![1] + 1, 'ranges are apart');
    }),
    { seed: SEED, numRuns: 100 },
  );
  const access = { access: 10, tunnel: true, isolated: true } as const;
  assert.deepEqual(readPort(writePort(access)), access);
});

test('portText() says a port in a few words', () => {
  assert.equal(portText({}), '');
  assert.ok(isPlainPort({}));
  assert.equal(portText(readPort({ vlan: 100, tunnel: true })), 'vlan 100 tunnel');
  assert.equal(
    portText(readPort({ trunk: '20-30,10', native: 1, isolated: true })),
    'trunk 10,20-30 native 1 isolated',
  );
  assert.equal(portText(readPort({ trunk: 'all' })), 'trunk all');
});
