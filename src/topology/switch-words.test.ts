// Settings of a switch in words: what is written is read back, and numbers have their limits.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSwitch, type SwitchWords, writeSwitch } from './switch-words.ts';

test('readSwitch() keeps what is said and nothing else', () => {
  assert.deepEqual(readSwitch({}), {});
  assert.deepEqual(readSwitch({ ageing: '5m', storm: {} }), { ageingSeconds: 300 });
  assert.deepEqual(readSwitch({ ageing: 20 }), { ageingSeconds: 20 });
  assert.deepEqual(
    readSwitch({ ageing: '1500ms', 'mac-limit': 8, reserved: 'filter', storm: { broadcast: 1000, unknown: 2000 } }),
    { ageingSeconds: 1.5, macLimit: 8, reserved: 'filter', stormBroadcast: 1000, stormUnknown: 2000 },
  );
});

test('readSwitch() reads what writeSwitch() writes', () => {
  const all: SwitchWords[] = [
    {},
    { ageing: '5m' },
    { ageing: '1m30s', 'mac-limit': 1, reserved: 'forward', storm: { unknown: 1 } },
  ];
  for (const words of all) assert.deepEqual(writeSwitch(readSwitch(words)), words);
});

test('readSwitch() refuses what is out of range', () => {
  const cases: [SwitchWords, RegExp][] = [
    [{ ageing: '0' }, /Duration "0" is out of range: write one from "1s"/],
    [{ ageing: 'soon' }, /Cannot read duration "soon"/],
    [{ ageing: -1 }, /Cannot read duration "-1"/],
    [{ 'mac-limit': 0 }, /Cannot use "0": write a whole number from 1 to 131072 as "mac-limit" of a switch/],
    [{ 'mac-limit': 1.5 }, /"1\.5"/],
    [{ storm: { broadcast: 0 } }, /"storm\.broadcast"/],
    [{ storm: { unknown: 1e9 } }, /"storm\.unknown"/],
  ];
  for (const [words, message] of cases) assert.throws(() => readSwitch(words), { message }, JSON.stringify(words));
});
