// What a switch does with frames, case by case.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALL_MACS, unpackMacs } from '../../channel/mac-words.ts';
import { MAX_FRAME_BYTES, SCRATCH_BYTES } from '../limits.ts';
import { BROADCAST, makeFrame, SwitchBench } from './test-switch-bench.ts';

const RESERVED = Buffer.from([0x01, 0x80, 0xc2, 0, 0, 0x0e]);
const plain = (count: number) => Array.from({ length: count }, () => ({}));

test('Switch learns where addresses are and sends to their port only', () => {
  const bench = new SwitchBench(plain(3));
  const there = makeFrame(2, 1);
  bench.send(1, there);
  assert.deepEqual(bench.taken(), { 2: [there], 3: [there] });
  const back = makeFrame(1, 2);
  bench.send(2, back, back);
  assert.deepEqual(bench.taken(), { 1: [back, back] });
  bench.send(1, there);
  assert.deepEqual(bench.taken(), { 2: [there] });
  bench.send(1, makeFrame(BROADCAST, 1));
  assert.deepEqual(bench.receivers(), [2, 3]);
  assert.deepEqual(bench.macs(), ['02:00:00:00:00:01 0 at 1', '02:00:00:00:00:02 0 at 2']);
  for (const machine of bench.machines.values()) assert.deepEqual(machine.drops, {});
});

test('Switch hands a batch over with one call a port, as it came where all of it goes there', () => {
  const bench = new SwitchBench(plain(3));
  bench.send(2, makeFrame(BROADCAST, 2));
  bench.send(3, makeFrame(BROADCAST, 3));
  bench.taken();
  bench.send(1, makeFrame(2, 1), makeFrame(2, 1));
  assert.deepEqual(bench.machines.get(2)!.calls, ['batch']);
  assert.deepEqual(bench.machines.get(3)!.calls, []);
  bench.send(1, makeFrame(2, 1), makeFrame(BROADCAST, 1), makeFrame(2, 1));
  assert.deepEqual(bench.machines.get(2)!.calls, ['batch', 'batch']);
  assert.deepEqual(bench.machines.get(3)!.calls, ['set']);
  bench.send(1, makeFrame(2, 1), Buffer.alloc(3));
  assert.deepEqual(bench.machines.get(2)!.calls, ['batch', 'batch', 'set']);
});

test('Switch hands over before a port has more than it can gather', () => {
  const bench = new SwitchBench([{ access: 5 }, { trunk: 'all' }, { access: 5 }]);
  const frames = Array.from({ length: 9000 }, (_, index) => makeFrame(9, 1, { payload: `${index}` }));
  bench.send(1, ...frames);
  const tagged = frames.map((_, index) => makeFrame(9, 1, { payload: `${index}`, tags: [{ vlan: 5 }] }));
  assert.deepEqual(bench.machines.get(2)!.calls, ['set', 'set', 'set']);
  assert.deepEqual(bench.taken(), { 2: tagged, 3: frames });
});

test('Switch hands over the batch itself again after one that it had to rewrite', () => {
  const bench = new SwitchBench([{ access: 5 }, { trunk: 'all' }]);
  bench.send(1, makeFrame(9, 1));
  assert.deepEqual(bench.machines.get(2)!.calls, ['set']);
  bench.configurePort(1, {});
  bench.send(1, makeFrame(9, 1));
  assert.deepEqual(bench.machines.get(2)!.calls, ['set', 'batch']);
});

test('Switch drops what is for the port it came from', () => {
  const bench = new SwitchBench(plain(2));
  bench.send(1, makeFrame(9, 1), makeFrame(9, 2));
  bench.taken();
  bench.send(1, makeFrame(2, 1));
  assert.deepEqual(bench.receivers(), []);
  assert.deepEqual(bench.machines.get(1)!.drops, { same_port: 1 });
});

test('Switch forgets addresses that are silent for the ageing time, not those that are not', () => {
  const bench = new SwitchBench(plain(3), { ageingSeconds: 10 });
  bench.send(1, makeFrame(9, 1));
  bench.send(2, makeFrame(9, 2));
  bench.pass(6);
  bench.send(1, makeFrame(9, 1));
  bench.pass(6);
  bench.taken();
  assert.deepEqual(bench.macs(), ['02:00:00:00:00:01 0 at 1']);
  assert.equal(unpackMacs(bench.switch.readMacs(ALL_MACS))[0]!.ageSeconds, 6);
  bench.send(3, makeFrame(1, 3), makeFrame(2, 3));
  assert.deepEqual(bench.receivers(), [1, 2]);
  bench.configure({ ageingSeconds: 5 });
  assert.deepEqual(bench.macs(), ['02:00:00:00:00:03 0 at 3']);
});

test('Switch learns no groups and no zeroes as sources', () => {
  const bench = new SwitchBench(plain(2));
  bench.send(1, makeFrame(9, BROADCAST), makeFrame(9, RESERVED), makeFrame(9, Buffer.alloc(6)));
  assert.equal(bench.taken()[2]!.length, 3);
  assert.deepEqual(bench.macs(), []);
});

test('Switch forgets what was behind a machine that left, was unplugged or removed', () => {
  const bench = new SwitchBench(plain(3));
  const learn = () => {
    bench.send(1, makeFrame(9, 1));
    bench.send(2, makeFrame(9, 2));
    assert.equal(bench.macs().length, 2);
  };
  learn();
  bench.ports.get(1)!.onDetached();
  assert.deepEqual(bench.macs(), ['02:00:00:00:00:02 0 at 2']);
  learn();
  bench.switch.unplug(bench.ports.get(1)!);
  assert.deepEqual(bench.macs(), ['02:00:00:00:00:02 0 at 2']);
  bench.send(2, makeFrame(1, 2));
  assert.deepEqual(bench.machines.get(1)!.drops, { not_connected: 1 });
  bench.switch.plug(bench.ports.get(1)!, bench.machines.get(1)!);
  learn();
  bench.removePort(1);
  assert.deepEqual(bench.macs(), ['02:00:00:00:00:02 0 at 2']);
  // The new port takes over the number of the one that is gone, not its addresses.
  bench.addPort(7);
  bench.taken();
  bench.send(2, makeFrame(1, 2));
  assert.deepEqual(bench.receivers(), [3, 7]);
});

test('Switch that is down counts for every other port and forgets everything', () => {
  const bench = new SwitchBench(plain(3));
  bench.send(1, makeFrame(9, 1));
  bench.taken();
  bench.switch.isUp = false;
  assert.equal(bench.switch.isUp, false);
  bench.send(1, makeFrame(9, 1), makeFrame(9, 2));
  assert.deepEqual(bench.receivers(), []);
  assert.deepEqual(bench.macs(), []);
  assert.deepEqual(
    [1, 2, 3].map((endId) => bench.machines.get(endId)!.drops.link_down ?? 0),
    [0, 2, 2],
  );
  bench.switch.isUp = true;
  bench.send(1, makeFrame(9, 1));
  assert.deepEqual(bench.receivers(), [2, 3]);
});

test('Switch keeps VLANs apart, between access ports and over trunks', () => {
  const bench = new SwitchBench([
    { access: 10 },
    { access: 20 },
    { trunk: [[10, 10]] },
    { trunk: 'all' },
    {},
    { access: 10 },
  ]);
  const bare = makeFrame(9, 1);
  const tagged = (vlan: number, priority = 0) => makeFrame(9, 1, { tags: [{ vlan, priority }] });
  bench.send(1, bare);
  assert.deepEqual(bench.taken(), { 3: [tagged(10)], 4: [tagged(10)], 5: [tagged(10)], 6: [bare] });
  bench.send(3, tagged(10, 5));
  assert.deepEqual(bench.taken(), { 1: [bare], 4: [tagged(10, 5)], 5: [tagged(10, 5)], 6: [bare] });
  bench.send(3, tagged(20));
  assert.deepEqual(bench.receivers(), []);
  assert.deepEqual(bench.machines.get(3)!.drops, { vlan: 1 });
  bench.send(4, tagged(20));
  assert.deepEqual(bench.taken(), { 2: [bare], 5: [tagged(20)] });
  bench.send(2, tagged(10));
  assert.deepEqual(bench.machines.get(2)!.drops, { vlan: 1 });
  // Without a tag and without a native VLAN: from trunk to trunk and plain port.
  bench.send(3, bare);
  assert.deepEqual(bench.taken(), { 4: [bare], 5: [bare] });
});

test('Switch learns an address in each VLAN by itself', () => {
  const bench = new SwitchBench([{ access: 10 }, { access: 20 }, { trunk: 'all' }]);
  bench.send(1, makeFrame(9, 1));
  bench.send(2, makeFrame(9, 1));
  bench.taken();
  assert.deepEqual(bench.macs(), ['02:00:00:00:00:01 10 at 1', '02:00:00:00:00:01 20 at 2']);
  bench.send(3, makeFrame(1, 3, { tags: [{ vlan: 20 }] }));
  assert.deepEqual(bench.taken(), { 2: [makeFrame(1, 3)] });
  assert.deepEqual(bench.notices, []);
});

test('Switch takes frames at an access port without a tag, with a tag for the priority, with its own VLAN', () => {
  const bench = new SwitchBench([{ access: 10 }, { access: 10 }, { trunk: 'all' }]);
  const bare = makeFrame(9, 1);
  bench.send(1, bare, makeFrame(9, 1, { tags: [{ vlan: 0, priority: 6 }] }), makeFrame(9, 1, { tags: [{ vlan: 10 }] }));
  const tagged = [0, 6, 0].map((priority) => makeFrame(9, 1, { tags: [{ vlan: 10, priority }] }));
  assert.deepEqual(bench.taken(), { 2: [bare, bare, bare], 3: tagged });
});

test('Switch leaves tags for the priority alone where there is no VLAN', () => {
  const bench = new SwitchBench([{}, { trunk: 'all' }, { trunk: 'all', native: 7 }]);
  const frame = makeFrame(9, 1, { tags: [{ vlan: 0, priority: 6 }] });
  bench.send(1, frame);
  assert.deepEqual(bench.taken(), { 2: [frame] });
});

test('Switch gives frames of the native VLAN no tag, and takes those without for it', () => {
  const bench = new SwitchBench([{ trunk: [[10, 20]], native: 7 }, { access: 7 }, { trunk: 'all' }]);
  const bare = makeFrame(9, 1);
  const tagged = makeFrame(9, 1, { tags: [{ vlan: 7 }] });
  bench.send(1, bare);
  assert.deepEqual(bench.taken(), { 2: [bare], 3: [tagged] });
  bench.send(2, bare);
  assert.deepEqual(bench.taken(), { 1: [bare], 3: [tagged] });
  bench.send(3, bare);
  assert.deepEqual(bench.receivers(), []);
  assert.deepEqual(bench.machines.get(3)!.drops, { vlan: 1 });
});

test('Switch puts what comes in at a tunnel behind a tag of its own, and takes that off at the other end', () => {
  const bench = new SwitchBench([{ access: 100, tunnel: true }, { trunk: 'all' }, { access: 100, tunnel: true }]);
  for (const tags of [[], [{ vlan: 10 }], [{ vlan: 10 }, { vlan: 20, priority: 3 }], [{ vlan: 100 }], [{ vlan: 0 }]]) {
    const frame = makeFrame(9, 1, { tags });
    const doubled = makeFrame(9, 1, { tags: [{ vlan: 100, type: 0x88a8 }, ...tags] });
    bench.send(1, frame);
    assert.deepEqual(bench.taken(), { 2: [doubled], 3: [frame] });
    bench.send(2, doubled);
    assert.deepEqual(bench.taken(), { 1: [frame], 3: [frame] });
    // Elsewhere the outer tag may be one of 802.1Q.
    bench.send(2, makeFrame(9, 1, { tags: [{ vlan: 100 }, ...tags] }));
    assert.deepEqual(bench.taken(), { 1: [frame], 3: [frame] });
  }
});

test('Switch keeps the tags of trunks as they are, whatever is behind the outermost', () => {
  const bench = new SwitchBench([{ trunk: [[10, 10]] }, { trunk: 'all' }]);
  for (const type of [0x8100, 0x88a8]) {
    const frame = makeFrame(9, 1, { tags: [{ vlan: 10, type, priority: 7 }, { vlan: 20 }, { vlan: 30 }] });
    bench.send(1, frame);
    assert.deepEqual(bench.taken(), { 2: [frame] });
  }
});

test('Switch keeps isolated ports apart', () => {
  const bench = new SwitchBench([{ isolated: true }, { isolated: true }, {}]);
  bench.send(1, makeFrame(BROADCAST, 1));
  bench.send(2, makeFrame(BROADCAST, 2));
  assert.deepEqual(bench.receivers(), [3]);
  bench.send(1, makeFrame(2, 1));
  assert.deepEqual(bench.receivers(), []);
  assert.deepEqual(bench.machines.get(1)!.drops, { isolated: 1 });
  bench.send(3, makeFrame(2, 3), makeFrame(BROADCAST, 3));
  assert.deepEqual(bench.receivers(), [1, 2]);
});

test('Switch counts a frame that nobody may have', () => {
  const bench = new SwitchBench([
    { access: 10 },
    { access: 20 },
    { access: 30, isolated: true },
    { access: 30, isolated: true },
  ]);
  bench.send(1, makeFrame(BROADCAST, 1), makeFrame(9, 1));
  bench.send(3, makeFrame(BROADCAST, 1));
  assert.deepEqual(bench.receivers(), []);
  assert.deepEqual(bench.machines.get(1)!.drops, { vlan: 2 });
  assert.deepEqual(bench.machines.get(3)!.drops, { isolated: 1 });
});

test('Switch forwards the reserved groups, or filters them', () => {
  const bench = new SwitchBench([{}, {}]);
  bench.send(1, makeFrame(RESERVED, 1));
  assert.deepEqual(bench.receivers(), [2]);
  bench.configure({ reserved: 'filter' });
  const last = Buffer.from([0x01, 0x80, 0xc2, 0, 0, 0x0f]);
  const next = Buffer.from([0x01, 0x80, 0xc2, 0, 0, 0x10]);
  bench.send(1, makeFrame(RESERVED, 1), makeFrame(last, 1), makeFrame(next, 1));
  assert.deepEqual(bench.taken(), { 2: [makeFrame(next, 1)] });
  assert.deepEqual(bench.machines.get(1)!.drops, { reserved: 2 });
});

test('Switch guards against storms of broadcasts and unknown addresses, port by port', () => {
  const bench = new SwitchBench(plain(3), { stormBroadcast: 10, stormUnknown: 5 });
  const many = (to: Buffer | number) => Array.from({ length: 20 }, () => makeFrame(to, 1));
  bench.send(1, ...many(BROADCAST), ...many(9));
  assert.equal(bench.taken()[2]!.length, 15);
  assert.deepEqual(bench.machines.get(1)!.drops, { storm: 25 });
  assert.deepEqual(
    bench.notices.map(({ code, endIds }) => [code, endIds]),
    [
      ['storm', [1]],
      ['storm', [1]],
    ],
  );
  bench.send(3, makeFrame(9, 3), makeFrame(1, 3), ...Array.from({ length: 50 }, () => makeFrame(1, 3)));
  assert.equal(bench.taken()[1]!.length, 52);
  // Groups other than "everybody" are not limited.
  bench.send(1, ...many(RESERVED));
  assert.equal(bench.taken()[2]!.length, 20);
  bench.pass(0.5);
  bench.send(1, ...many(BROADCAST));
  assert.equal(bench.taken()[2]!.length, 5);
  assert.equal(bench.notices.length, 2);
});

test('Switch counts what is no frame', () => {
  const bench = new SwitchBench(plain(2));
  const shortest = makeFrame(9, 1, { payload: '' });
  const tagWithoutEnd = makeFrame(9, 1, { payload: 'abc', type: 0x8100 });
  bench.send(1, Buffer.alloc(1), Buffer.alloc(13, 2), tagWithoutEnd, shortest);
  assert.deepEqual(bench.taken(), { 2: [shortest] });
  assert.deepEqual(bench.machines.get(1)!.drops, { malformed: 3 });
});

test('Switch does not make a frame longer than QEMU takes', () => {
  const bench = new SwitchBench([{ access: 10 }, { trunk: 'all' }, { access: 10 }]);
  const frame = (length: number) => makeFrame(9, 1, { payload: Buffer.alloc(length - 14) });
  bench.send(1, frame(MAX_FRAME_BYTES), frame(MAX_FRAME_BYTES - 3), frame(MAX_FRAME_BYTES - 4));
  const { 2: trunk, 3: access } = bench.taken();
  assert.deepEqual(
    trunk!.map(({ length }) => length),
    [MAX_FRAME_BYTES],
  );
  assert.deepEqual(
    access!.map(({ length }) => length),
    [MAX_FRAME_BYTES, MAX_FRAME_BYTES - 3, MAX_FRAME_BYTES - 4],
  );
  assert.deepEqual(bench.machines.get(2)!.drops, { too_big: 2 });
  // What has a tag already does not grow.
  bench.send(1, makeFrame(9, 1, { tags: [{ vlan: 0 }], payload: Buffer.alloc(MAX_FRAME_BYTES - 18) }));
  assert.equal(bench.taken()[2]![0]!.length, MAX_FRAME_BYTES);
});

test('Switch makes other forms of frames for as long as it runs', () => {
  const bench = new SwitchBench([{ access: 10 }, { trunk: 'all' }]);
  const payload = Buffer.alloc(60_000, 7);
  for (let bytes = 0; bytes < 3 * SCRATCH_BYTES; bytes += 3 * payload.length) {
    const frame = makeFrame(9, 1, { payload });
    bench.send(1, frame, frame, frame);
    const tagged = makeFrame(9, 1, { payload, tags: [{ vlan: 10 }] });
    assert.ok(bench.taken()[2]!.every((got) => got.equals(tagged)));
  }
});

test('Switch keeps addresses that are heard again and again, in trains of frames', () => {
  const bench = new SwitchBench(plain(2), { ageingSeconds: 10 });
  for (let second = 0; second < 30; second++) {
    bench.send(1, makeFrame(9, 1), makeFrame(9, 1));
    bench.pass(1);
  }
  assert.deepEqual(bench.macs(), ['02:00:00:00:00:01 0 at 1']);
});
