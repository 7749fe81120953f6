// The address table of a switch as people see it: moves, loops, a full table, flushes, settings that change.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unpackMacs } from '../../channel/mac-words.ts';
import { BROADCAST, makeFrame, SwitchBench } from './test-switch-bench.ts';

const plain = (count: number) => Array.from({ length: count }, () => ({}));

test('Switch follows an address that moves at once, and says so', () => {
  const bench = new SwitchBench([{ access: 10 }, { access: 10 }, { access: 10 }]);
  bench.send(1, makeFrame(9, 1));
  bench.send(2, makeFrame(9, 1));
  bench.taken();
  bench.send(3, makeFrame(1, 3));
  assert.deepEqual(bench.receivers(), [2]);
  assert.deepEqual(bench.notices, [
    { code: 'mac_moved', text: '02:00:00:00:00:01 in VLAN 10 moved from {0} to {1}', endIds: [1, 2] },
  ]);
});

test('Switch does not call it a move when the address was forgotten, or its machine had left', () => {
  const bench = new SwitchBench(plain(3), { ageingSeconds: 10 });
  bench.send(1, makeFrame(9, 1));
  bench.pass(10);
  bench.send(2, makeFrame(9, 1));
  bench.ports.get(2)!.onDetached();
  bench.send(3, makeFrame(9, 1));
  assert.deepEqual(bench.macs(), ['02:00:00:00:00:01 0 at 3']);
  assert.deepEqual(bench.notices, []);
});

test('Switch warns of an address that is used twice', () => {
  const bench = new SwitchBench(plain(3));
  for (let turn = 0; turn < 30; turn++) {
    bench.send(1 + (turn % 2), makeFrame(BROADCAST, 1));
    bench.pass(1);
  }
  assert.deepEqual(
    bench.notices.map(({ code }) => code),
    ['mac_moved', 'mac_moved'],
  );
  assert.match(bench.notices[1]!.text, /^02:00:00:00:00:01 moves to and fro between \{0\} and \{1\}: two machines use/);
});

test('Switch warns of a loop once, however long it goes on', () => {
  const bench = new SwitchBench(plain(3));
  for (let turn = 0; turn < 5000; turn++) {
    for (let source = 1; source <= 20; source++) bench.send(1 + (turn % 2), makeFrame(BROADCAST, source));
    bench.pass(0.002);
  }
  const loops = bench.notices.filter(({ code }) => code === 'loop');
  assert.ok(loops.length >= 1 && loops.length <= 5, `${loops.length} notices of a loop`);
  assert.match(loops[0]!.text, /^02:.* comes from \{0\} and \{1\} in turn, .* form a loop/);
  assert.deepEqual([...loops[0]!.endIds].sort(), [1, 2]);
  assert.ok(bench.notices.length <= 15, `${bench.notices.length} notices`);
});

test('Switch forwards frames from addresses that it has no room for, counts them and says so once', () => {
  const bench = new SwitchBench(plain(2), { macLimit: 100, ageingSeconds: 10 });
  for (let source = 1; source <= 300; source++) bench.send(1, makeFrame(9, 1000 + source));
  assert.equal(bench.taken()[2]!.length, 300);
  assert.equal(bench.macs().length, 100);
  assert.equal(bench.ports.get(1)!.counters[15], 200);
  assert.deepEqual(
    bench.notices.map(({ code, endIds }) => [code, endIds]),
    [['mac_table_full', [1]]],
  );
  // Those that are known stay, and their room is free when they are silent.
  bench.send(2, makeFrame(1001, 2), makeFrame(1300, 2));
  assert.equal(bench.taken()[1]!.length, 2);
  bench.pass(11);
  bench.send(2, makeFrame(9, 2));
  assert.deepEqual(bench.macs(), ['02:00:00:00:00:02 0 at 2']);
});

test('Switch keeps what it knows when the limit is lowered below it', () => {
  const bench = new SwitchBench(plain(2));
  bench.send(1, ...[1, 2, 3, 4].map((source) => makeFrame(9, source)));
  bench.configure({ macLimit: 2 });
  bench.send(1, makeFrame(9, 5));
  assert.equal(bench.macs().length, 4);
});

test('Switch.flushMacs() forgets what fits and tells what that was', () => {
  const fill = () => {
    const bench = new SwitchBench([{ access: 10 }, { access: 20 }, { access: 10 }]);
    bench.send(1, makeFrame(9, 1), makeFrame(9, 2));
    bench.send(2, makeFrame(9, 1));
    bench.send(3, makeFrame(9, 3));
    return bench;
  };
  const none = { endId: undefined, mac: undefined, vlan: undefined };
  const flush = (filter: Partial<typeof none> | object) => {
    const bench = fill();
    const flushed = unpackMacs(bench.switch.flushMacs({ ...none, ...filter })).map(
      ({ mac, vlan, endId }) => `${mac} ${vlan} at ${endId}`,
    );
    const all = fill().macs();
    assert.deepEqual([...flushed, ...bench.macs()].sort(), all);
    return flushed.sort();
  };
  assert.equal(flush({}).length, 4);
  assert.deepEqual(flush({ endId: 3 }), ['02:00:00:00:00:03 10 at 3']);
  assert.deepEqual(flush({ mac: '02-00-00-00-00-01' }), ['02:00:00:00:00:01 10 at 1', '02:00:00:00:00:01 20 at 2']);
  assert.deepEqual(flush({ mac: '02:00:00:00:00:01', vlan: 20 }), ['02:00:00:00:00:01 20 at 2']);
  assert.deepEqual(flush({ vlan: 10 }).length, 3);
  assert.deepEqual(flush({ endId: 77 }), []);
  assert.deepEqual(flush({ mac: 'no address' }), []);
});

test('Switch.configure() forgets what is behind ports whose VLANs change, and nothing else', () => {
  const bench = new SwitchBench([{ access: 10 }, { access: 10 }, { trunk: [[10, 20]] }]);
  bench.send(1, makeFrame(9, 1));
  bench.send(2, makeFrame(9, 2));
  bench.send(3, makeFrame(9, 3, { tags: [{ vlan: 10 }] }));
  bench.taken();
  bench.configure({ stormBroadcast: 1000 });
  bench.configurePort(1, { access: 10, isolated: true });
  assert.equal(bench.macs().length, 3);
  bench.configurePort(1, { access: 20 });
  assert.deepEqual(bench.macs(), ['02:00:00:00:00:02 10 at 2', '02:00:00:00:00:03 10 at 3']);
  bench.send(2, makeFrame(1, 2));
  assert.deepEqual(bench.receivers(), [3]);
  bench.send(1, makeFrame(BROADCAST, 1));
  assert.deepEqual(bench.taken(), { 3: [makeFrame(BROADCAST, 1, { tags: [{ vlan: 20 }] })] });
  bench.configurePort(3, {});
  assert.deepEqual(bench.macs(), ['02:00:00:00:00:01 20 at 1', '02:00:00:00:00:02 10 at 2']);
});
