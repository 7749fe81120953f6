// Every rule on ends and frames that a test makes up, with a clock that jumps.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DROP, FIELD, makeCounterBlock } from '../../channel/counters.ts';
import type { Neighbour } from '../../decode/neighbour.ts';
import type { Rule, WatchedEnd, WatchedSegment } from './finding.ts';
import type { FrameFacts } from './frame-facts.ts';
import { MacRule } from './macs.ts';
import { MtuRule } from './mtu.ts';
import { NeighbourRule } from './neighbours.ts';
import { OneWayRule } from './one-way.ts';

const MINUTE = 60_000;
const MAC = '02:00:00:00:00:01';
const OTHER_MAC = '02:00:00:00:00:02';

let nextId = 1;
let nextDigest = 1;

function segment(...endpoints: readonly string[]): WatchedSegment {
  const ends: WatchedEnd[] = [];
  const kind = endpoints.length === 2 ? 'link' : 'hub';
  const made: WatchedSegment = { name: endpoints.join('--'), kind, isUp: true, ends };
  for (const endpoint of endpoints) {
    const [machine = '', digits] = endpoint.split('/');
    const counters = makeCounterBlock();
    counters[FIELD.state] = 1;
    counters[FIELD.attaches] = 1;
    const names = machine.startsWith('unix') ? [] : [machine];
    ends.push({
      id: nextId++,
      endpoint,
      label: endpoint,
      counters,
      names,
      interfaceNumber: Number(digits),
      segment: made,
    });
  }
  return made;
}

function link(one: string, other: string): [WatchedSegment, WatchedEnd, WatchedEnd] {
  const made = segment(one, other);
  return [made, made.ends[0]!, made.ends[1]!];
}

function frame(facts: Partial<FrameFacts>): FrameFacts {
  const nothing = { ospfMtu: undefined, isisHelloBytes: undefined, neighbour: undefined };
  return { source: MAC, digest: nextDigest++, length: 100, ...nothing, ...facts };
}

function says(neighbour: Partial<Neighbour>): FrameFacts {
  const nothing = { system: '', port: '', chassis: 'c', size: undefined };
  return frame({ neighbour: { protocol: 'LLDP', ttlSeconds: 120, ...nothing, ...neighbour } });
}

function codes(rule: Rule, segments: readonly WatchedSegment[], nowMs: number): string[] {
  return rule.check(segments, nowMs).map(({ code, endpoint }) => `${code} ${endpoint ?? '-'}`);
}

test('an address that sends from both ends of a link in turn is a duplicate, until it is not', () => {
  const [made, a, b] = link('vr1/1', 'vr2/1');
  const rule = new MacRule();
  for (const end of [a, b]) rule.onFrame(end, frame({}), 0);
  assert.deepEqual(codes(rule, [made], 0), [], 'a machine may move');
  rule.onFrame(a, frame({}), 1000);
  assert.deepEqual(codes(rule, [made], 5999), [], 'it may be a loop');
  const [problem] = rule.check([made], 6000);
  assert.deepEqual([problem?.code, problem?.text], ['duplicate_mac', `${MAC} is used behind vr1/1 and vr2/1`]);
  assert.deepEqual(codes(rule, [made], 1000 + MINUTE), ['duplicate_mac -']);
  assert.deepEqual(codes(rule, [made], 1001 + MINUTE), []);
});

test('frames that come back from the other end are a loop, not a duplicate', () => {
  const made = segment('vr1/1', 'vr2/1', 'vr3/1');
  const [a, , c] = made.ends;
  const rule = new MacRule();
  for (let digest = 1; digest <= 4; digest++) {
    for (const end of [a!, c!]) rule.onFrame(end, frame({ digest }), digest * 100);
  }
  assert.deepEqual(codes(rule, [made], 1000), ['loop -']);
  assert.deepEqual(codes(rule, [made], 2 * MINUTE), []);
});

test('a loop of which not every frame is looked at is never a duplicate, neither before it is found nor when it is over', () => {
  const [made, a, b] = link('vr1/1', 'vr2/1');
  const rule = new MacRule();
  const seen = new Set<string>();
  const look = (nowMs: number) => {
    for (const code of codes(rule, [made], nowMs)) seen.add(code);
  };
  for (let nowMs = 0; nowMs < MINUTE; nowMs += 1000) {
    for (const end of [a, b, a, b]) rule.onFrame(end, frame({}), nowMs);
    look(nowMs);
    const digest = nextDigest++;
    if (nowMs % 3000 === 2000) for (const end of [a, b]) rule.onFrame(end, frame({ digest }), nowMs);
  }
  assert.deepEqual(codes(rule, [made], MINUTE), ['loop -']);
  for (let nowMs = MINUTE; nowMs < 3 * MINUTE; nowMs += 1000) {
    rule.onFrame(a, frame({}), nowMs);
    look(nowMs);
  }
  assert.deepEqual([...seen], ['loop -']);
  assert.deepEqual(codes(rule, [made], 3 * MINUTE), []);
});

test('an address on several links is a duplicate only where nobody can have handed it on', () => {
  const [left, host] = link('h1/1', 'sw/1');
  const [middle, , far] = link('h2/1', 'sw/2');
  const [right, , alien] = link('vr8/1', 'vr9/1');
  const [swRight, swOut] = link('sw/3', 'h3/1');
  const segments = [left, middle, right, swRight];
  const rule = new MacRule();
  for (let i = 0; i < 5; i++) for (const end of [host, far, swOut]) rule.onFrame(end, frame({}), i);
  assert.deepEqual(codes(rule, segments, 10), [], 'the switch hands it on');
  for (let i = 0; i < 5; i++) rule.onFrame(alien, frame({}), i);
  const [problem] = rule.check(segments, 10);
  assert.equal(problem?.text, `${MAC} is used behind h1/1 and vr9/1`);
  const shared = new MacRule();
  for (let i = 0; i < 5; i++)
    for (const end of [host, alien]) shared.onFrame(end, frame({ source: '00:00:5e:00:01:07' }), i);
  assert.deepEqual(codes(shared, segments, 10), [], 'VRRP shares addresses');
});

test('MTUs that two ends say are compared, each kind with its own', () => {
  const [made, a, b] = link('vr1/1', 'vr2/1');
  const rule = new MtuRule();
  rule.onFrame(a, frame({ ospfMtu: 1500 }));
  rule.onFrame(b, says({ size: 9000 }));
  rule.onFrame(b, frame({ isisHelloBytes: 90 }));
  rule.onFrame(a, frame({ isisHelloBytes: 1497 }));
  assert.deepEqual(rule.check([made], 0), []);
  rule.onFrame(b, frame({ ospfMtu: 9000 }));
  const [problem] = rule.check([made], 0);
  assert.equal(problem?.text, 'The MTUs differ: by OSPF, vr1/1 has 1500 and vr2/1 has 9000');
  rule.onFrame(b, frame({ ospfMtu: 1500 }));
  assert.deepEqual(rule.check([made], 0), []);
  rule.onFrame(b, frame({ ospfMtu: 9000 }));
  b.counters[FIELD.attaches] = 2;
  assert.deepEqual(rule.check([made], 0), [], 'it may be another machine by now');
});

test('frames that are dropped because they are too large are told for a minute', () => {
  const [made, a, b] = link('vr1/1', 'vr2/1');
  const rule = new MtuRule();
  b.counters[FIELD.drops + DROP.mtu] = 5;
  assert.deepEqual(rule.check([made], 0), [], 'what was before');
  b.counters[FIELD.drops + DROP.mtu] = 7;
  rule.onFrame(a, frame({ length: 4000 }));
  const [problem] = rule.check([made], 1000);
  assert.match(
    problem?.text ?? '',
    /^2 frames were too large for vr2\/1: an MTU is among the impairments .*up to 4000 bytes/,
  );
  assert.deepEqual(codes(rule, [made], 1000 + MINUTE), ['mtu_mismatch vr2/1']);
  assert.deepEqual(codes(rule, [made], 1001 + MINUTE), []);
});

test('frames that a switch made too large are told with the limit, and none at endpoints that tell themselves', () => {
  const rule = new MtuRule();
  const [silent, , a] = link('vr1/1', 'vr2/1');
  const [telling, , b] = link('vr3/1', 'raw:eth1');
  rule.check([silent, telling], 0);
  for (const end of [a, b]) end.counters[FIELD.drops + DROP.tooBig] = 1;
  const problems = rule.check([silent, telling], 1000);
  assert.deepEqual(
    problems.map(({ text }) => text),
    ['1 frame was too large for vr2/1: with its VLAN tag a frame has 69632 bytes at most'],
  );
});

test('a machine that says nothing while the other talks is told, while both are attached and the link is up', () => {
  const [made, a, b] = link('vr1/1', 'vr2/1');
  const rule = new OneWayRule();
  assert.deepEqual(codes(rule, [made], 0), []);
  a.counters[FIELD.rxFrames] = 50;
  assert.deepEqual(codes(rule, [made], MINUTE - 1), []);
  assert.deepEqual(codes(rule, [made], MINUTE), ['one_way vr2/1']);
  assert.deepEqual(codes(rule, [{ ...made, isUp: false }], MINUTE), []);
  b.counters[FIELD.rxFrames] = 1;
  assert.deepEqual(codes(rule, [made], MINUTE + 1), []);
  assert.deepEqual(codes(rule, [made], 3 * MINUTE), [], 'both are silent');
});

test('a neighbour is whom the topology has there, by any of the ways to write it', () => {
  const [made, a] = link('clab-lab-r1/1', 'r2/1');
  for (const system of ['r1', 'R1.lab.example', 'clab-lab-r1', 'router', '', 'lab-r1']) {
    const rule = new NeighbourRule();
    rule.onFrame(a, says({ system }), 0);
    assert.deepEqual(rule.check([made], 0), [], system);
  }
  const rule = new NeighbourRule();
  rule.onFrame(a, says({ system: 'R2.lab', port: 'eth4' }), 0);
  const [problem] = rule.check([made], 0);
  const expected = 'LLDP says that clab-lab-r1/1 is "R2.lab", eth4: the topology has clab-lab-r1 there';
  assert.deepEqual([problem?.code, problem?.text], ['wrong_neighbour', expected]);
  assert.deepEqual(rule.check([made], 121_000), [], 'it said how long that holds');
  rule.onFrame(a, says({ system: 'r2' }), 0);
  rule.onFrame(a, says({ system: 'r2', ttlSeconds: 0 }), 0);
  assert.deepEqual(rule.check([made], 0), [], 'it said that it leaves');
});

test('two interfaces of one machine that are two machines, or swapped, are told', () => {
  const [one, first] = link('vr1/1', 'vr2/1');
  const [two, second] = link('vr1/2', 'vr3/1');
  const names = new NeighbourRule();
  names.onFrame(first, says({ system: 'alpha', port: 'ge-0/0/0' }), 0);
  names.onFrame(second, says({ system: 'beta', port: 'ge-0/0/1' }), 0);
  assert.deepEqual(codes(names, [one, two], 0), ['wrong_neighbour vr1/1', 'wrong_neighbour vr1/2']);
  const ports = new NeighbourRule();
  ports.onFrame(first, says({ system: 'alpha', port: 'ge-0/0/1' }), 0);
  ports.onFrame(second, says({ system: 'alpha', port: 'ge-0/0/0' }), 0);
  assert.deepEqual(codes(ports, [one, two], 0), ['wrong_port vr1/1', 'wrong_port vr1/2']);
  ports.onFrame(first, says({ system: 'alpha', port: 'ge-0/0/1', ttlSeconds: 0 }), 0);
  ports.onFrame(first, says({ system: 'alpha', port: 'ge-0/0/0' }), 0);
  ports.onFrame(second, says({ system: 'alpha', port: 'ge-0/0/0', ttlSeconds: 0 }), 0);
  ports.onFrame(second, says({ system: 'alpha', port: 'ge-0/0/1' }), 0);
  assert.deepEqual(codes(ports, [one, two], 0), []);
});

test('machines that come and go leave nothing behind', () => {
  const rules: Rule[] = [new MacRule(), new MtuRule(), new NeighbourRule(), new OneWayRule()];
  const [made, a, b] = link('vr1/1', 'vr2/1');
  for (const rule of rules) {
    for (const end of [a, b, a, b]) rule.onFrame?.(end, says({ system: 'vr9', size: end.id }), 0);
    rule.onFrame?.(a, frame({ source: OTHER_MAC }), 0);
    rule.check([made], 0);
    assert.deepEqual(rule.check([], 0), []);
    assert.deepEqual(rule.check([link('vr1/1', 'vr2/1')[0]], 0), []);
  }
});
