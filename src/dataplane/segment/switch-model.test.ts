// The switch against its model: any ports, any frames, any changes in between. And what holds without a model: nothing
// goes back where it came from, nothing leaves its VLAN, every frame is accounted for.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FIELD } from '../../channel/counters.ts';
import { DEFAULT_SWITCH, type PortSettings } from '../../topology/switch-settings.ts';
import { MAX_FRAME_BYTES } from '../limits.ts';
import { BROADCAST, macBytes, SwitchBench, type TestTag } from './test-switch-bench.ts';
import { encodeModelFrame, type ModelFrame, SwitchModel } from './test-switch-model.ts';

const SEED = Date.now() % 2 ** 31;
console.log(`fast-check seed ${SEED}`);

const vlan = fc.constantFrom(1, 2, 3, 4094);
const portSettings: fc.Arbitrary<PortSettings> = fc.oneof(
  fc.constant({}),
  fc.record({ access: vlan }),
  fc.record({ access: vlan, tunnel: fc.constant(true) }),
  fc.record({ trunk: fc.constantFrom('all' as const, [[1, 2]] as const, [[3, 3]] as const) }),
  fc.record({ trunk: fc.constantFrom('all' as const, [[1, 2]] as const), native: vlan }),
);
const port = fc
  .tuple(portSettings, fc.boolean())
  .map(([settings, isolated]): PortSettings => (isolated ? { ...settings, isolated } : settings));
const ports = fc.array(port, { minLength: 1, maxLength: 6, size: 'max' });

const hosts = fc.nat(5).map((last) => macBytes(last));
const groups = fc.constantFrom(
  BROADCAST,
  macBytes(1, true),
  Buffer.from('0180c200000e', 'hex'),
  Buffer.from('0180c2000010', 'hex'),
  Buffer.alloc(6),
);
const tag: fc.Arbitrary<TestTag> = fc.record({
  vlan: fc.oneof({ weight: 6, arbitrary: vlan }, { weight: 1, arbitrary: fc.constantFrom(0, 5, 4095) }),
  type: fc.constantFrom(0x8100, 0x88a8),
  priority: fc.nat(15),
});
const payload = fc.oneof(
  { weight: 20, arbitrary: fc.nat(80) },
  { weight: 1, arbitrary: fc.nat(20).map((less) => MAX_FRAME_BYTES - 14 - less) },
);
const frame: fc.Arbitrary<ModelFrame> = fc
  .record({
    to: fc.oneof({ weight: 4, arbitrary: hosts }, { weight: 1, arbitrary: groups }),
    from: fc.oneof({ weight: 20, arbitrary: hosts }, { weight: 1, arbitrary: groups }),
    tags: fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 3, arbitrary: fc.array(tag, { maxLength: 3 }) },
    ),
    bytes: payload,
    fill: fc.nat(255),
  })
  .map(({ bytes, fill, ...rest }) => {
    const room = MAX_FRAME_BYTES - 14 - 4 * rest.tags.length;
    return { ...rest, payload: Buffer.alloc(Math.min(bytes, room), fill) };
  });

const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      at: fc.nat(),
      frames: fc.array(frame, { minLength: 1, maxLength: 12 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('configurePort' as const), at: fc.nat(), settings: port }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('configure' as const),
      macLimit: fc.integer({ min: 1, max: 12 }),
      filters: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), at: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('addPort' as const), settings: port }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('removePort' as const), at: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('setUp' as const), isUp: fc.boolean() }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class Comparison {
  readonly bench: SwitchBench;
  readonly model: SwitchModel;

  constructor(settings: readonly PortSettings[]) {
    const start = { ...DEFAULT_SWITCH, ageingSeconds: 10, macLimit: 6 };
    this.bench = new SwitchBench(settings, start);
    this.model = new SwitchModel(start);
    for (const [index, port] of settings.entries()) this.model.ports.set(index + 1, port);
  }

  run(step: Step): void {
    const { bench, model } = this;
    const endIds = [...model.ports.keys()];
    const endId = 'at' in step ? endIds[step.at % endIds.length] : undefined;
    if (step.do === 'pass') {
      bench.pass(step.seconds);
      model.pass(step.seconds);
    } else if (step.do === 'configure') {
      const settings = { macLimit: step.macLimit, reserved: step.filters ? ('filter' as const) : ('forward' as const) };
      bench.configure(settings);
      model.settings = { ...model.settings, ...settings };
    } else if (step.do === 'setUp') {
      bench.switch.isUp = step.isUp;
      model.isUp = step.isUp;
      if (!step.isUp) model.table.clear();
    } else if (step.do === 'addPort') {
      const added = Math.max(0, ...endIds, ...this.bench.ports.keys()) + 1;
      bench.addPort(added, step.settings);
      model.ports.set(added, step.settings);
    } else if (endId === undefined) {
      return;
    } else if (step.do === 'send') {
      bench.send(endId, ...step.frames.map(encodeModelFrame));
      for (const one of step.frames) model.send(endId, one);
    } else if (step.do === 'configurePort') {
      const carried = () => Array.from({ length: 4096 }, (_, vlan) => model.carries(endId, vlan)).join();
      const { access, native, tunnel } = model.ports.get(endId)!;
      const before = carried();
      bench.configurePort(endId, step.settings);
      model.ports.set(endId, step.settings);
      const isSame =
        (access ?? native) === (step.settings.access ?? step.settings.native) && tunnel === step.settings.tunnel;
      if (!isSame || before !== carried()) model.forgetBehind(endId);
    } else if (step.do === 'leave') {
      bench.ports.get(endId)!.onDetached();
      model.forgetBehind(endId);
    } else {
      bench.removePort(endId);
      model.forgetBehind(endId);
      model.ports.delete(endId);
    }
  }

  check(): void {
    const { bench, model } = this;
    const drops = [...bench.machines].flatMap(([endId, { drops: its }]) =>
      Object.entries(its).map(([reason, count]) => [`${endId} ${reason}`, count] as const),
    );
    for (const key of [...model.drops.keys()]) if (!model.ports.has(Number.parseInt(key, 10))) model.drops.delete(key);
    assert.deepEqual(new Map(drops.sort()), new Map([...model.drops].sort()));
    for (const endId of [...model.got.keys()]) if (!model.ports.has(endId)) model.got.delete(endId);
    assert.deepEqual(bench.taken(), Object.fromEntries(model.got));
    model.got.clear();
    const table = [...model.table].map(([key, { port: at }]) => {
      const [its, digits] = key.split(' ');
      return `${digits!.replace(/..(?=.)/g, '$&:')} ${its} at ${at}`;
    });
    assert.deepEqual(bench.macs(), table.sort());
    assert.ok(table.length <= 12);
  }
}

test('Switch does what its model does', () => {
  fc.assert(
    fc.property(ports, fc.array(step, { maxLength: 60, size: 'max' }), (settings, script) => {
      const comparison = new Comparison(settings);
      for (const one of script) {
        comparison.run(one);
        comparison.check();
      }
    }),
    { seed: SEED, numRuns: 150 },
  );
});

test('Switch never sends a frame back or into another VLAN, and accounts for each', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ access: vlan }), { minLength: 2, maxLength: 6, size: 'max' }),
      fc.array(fc.tuple(fc.nat(), frame), { maxLength: 60, size: 'max' }),
      (settings, script) => {
        const bench = new SwitchBench(settings);
        for (const [at, one] of script) {
          const endId = 1 + (at % settings.length);
          const { counters } = bench.machines.get(endId)!;
          const dropsBefore = counters.slice(FIELD.drops).reduce((sum, count) => sum + count, 0);
          const bytes = encodeModelFrame(one);
          bench.send(endId, bytes);
          const dropped = counters.slice(FIELD.drops).reduce((sum, count) => sum + count, 0) - dropsBefore;
          const got = bench.taken();
          assert.equal(got[endId], undefined, 'back to its port');
          for (const other of Object.keys(got)) {
            assert.equal(settings[Number(other) - 1]!.access, settings[endId - 1]!.access, 'another VLAN');
          }
          const copies = Object.values(got).flat().length;
          assert.ok(dropped === 1 ? copies === 0 : copies > 0, `${dropped} dropped, ${copies} copies`);
        }
      },
    ),
    { seed: SEED, numRuns: 100 },
  );
});

test('Switch takes any bytes for frames', () => {
  fc.assert(
    fc.property(
      ports,
      fc.array(
        fc.tuple(
          fc.nat(),
          fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), {
            maxLength: 40,
            size: 'max',
          }),
        ),
        {
          maxLength: 20,
        },
      ),
      (settings, script) => {
        const bench = new SwitchBench(settings, { macLimit: 20 });
        let sent = 0;
        for (const [at, frames] of script) {
          bench.send(1 + (at % settings.length), ...frames);
          sent += frames.length;
        }
        const counters = [...bench.machines.values()].map(({ counters: its }) => its);
        assert.equal(
          counters.reduce((sum, its) => sum + its[FIELD.rxFrames]!, 0),
          sent,
        );
        assert.ok(bench.macs().length <= 20);
        for (const got of Object.values(bench.taken())) for (const one of got) assert.ok(one.length >= 14);
      },
    ),
    { seed: SEED, numRuns: 200 },
  );
});
