// The address table against a Map, and what a hostile machine may try.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { vlanOf } from '../../channel/mac-words.ts';
import { LEARNED, MacTable, NO_PORT } from './mac-table.ts';

const SEED = Date.now() % 2 ** 31;
console.log(`fast-check seed ${SEED}`);

function makeTable({ limit = 1000, ageingS = 300, random = Math.random } = {}): MacTable {
  const table = new MacTable(random);
  table.limit = limit;
  table.ageingS = ageingS;
  return table;
}

/** Low words of addresses whose places are the last two and the first: chains that go round the end of the table. */
function neighbours(table: MacTable): number[] {
  const lows: number[] = [];
  for (let low = 0; lows.length < 41; low++) {
    const place = table.home(((lows.length % 3) << 16) | 0x0200, low);
    if (place >= 254 || place === 0) lows.push(low);
  }
  return lows;
}

const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('learn' as const),
        key: fc.nat(40),
        port: fc.integer({ min: 1, max: 4 }),
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('lookup' as const), key: fc.nat(40) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 7 }) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('removePort' as const), port: fc.integer({ min: 1, max: 4 }) }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('removeVlan' as const), vlan: fc.nat(2) }) },
  ),
  { maxLength: 300, size: 'max' },
);

test('MacTable does what a Map does, wherever its keys fall', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 30 }), fc.boolean(), (script, limit, collides) => {
      const table = makeTable({ limit, ageingS: 10 });
      const model = new Map<number, { port: number; seenS: number }>();
      let nowS = 100;
      const lows = collides ? neighbours(table) : Array.from({ length: 41 }, (_, key) => key * 7919);
      const words = (key: number) => [((key % 3) << 16) | 0x0200, lows[key]!] as const;
      for (const step of script) {
        if (step.do === 'learn') {
          const [high, low] = words(step.key);
          const known = model.get(step.key);
          const result = table.learn(high, low, step.port, nowS);
          if (known === undefined && model.size >= limit) assert.equal(result, LEARNED.refused);
          else if (known === undefined) assert.equal(result, LEARNED.added);
          else if (known.port === step.port) assert.equal(result, LEARNED.known);
          else assert.equal(result, nowS - known.seenS < 10 ? LEARNED.moved : LEARNED.added);
          if (result === LEARNED.moved) assert.equal(table.movedFrom, known!.port);
          if (result !== LEARNED.refused) model.set(step.key, { port: step.port, seenS: nowS });
        } else if (step.do === 'lookup') {
          const known = model.get(step.key);
          const isGood = known !== undefined && nowS - known.seenS < 10;
          assert.equal(table.lookup(...words(step.key), nowS), isGood ? known.port : NO_PORT);
          if (!isGood) model.delete(step.key);
        } else if (step.do === 'pass') nowS += step.seconds;
        else if (step.do === 'sweep') {
          table.sweep(nowS, 1 << 20);
          for (const [key, { seenS }] of model) if (nowS - seenS >= 10) model.delete(key);
        } else if (step.do === 'removePort') {
          table.removePort(step.port);
          for (const [key, { port }] of model) if (port === step.port) model.delete(key);
        } else {
          table.removeWhere((high) => vlanOf(high) === step.vlan);
          for (const key of [...model.keys()]) if (key % 3 === step.vlan) model.delete(key);
        }
        assert.equal(table.count, model.size);
      }
      const seen = new Set<string>();
      table.forEach((high, low, port, seenS) => {
        seen.add([high, low, port, seenS].join(' '));
      });
      const wanted = new Set([...model].map(([key, { port, seenS }]) => [...words(key), port, seenS].join(' ')));
      assert.deepEqual(seen, wanted);
    }),
    { seed: SEED, numRuns: 200 },
  );
});

test('MacTable refuses a million addresses beyond its limit, keeps the others and takes no more memory', () => {
  const table = makeTable({ limit: 16_384 });
  for (let low = 0; low < 1_000_000; low++) {
    assert.equal(table.learn(0x0200, low, 1, 0), low < 16_384 ? LEARNED.added : LEARNED.refused);
  }
  assert.equal(table.count, 16_384);
  for (let low = 0; low < 16_384; low++) assert.equal(table.lookup(0x0200, low, 299), 1);
  table.sweep(300, 1 << 20);
  assert.equal(table.count, 0);
  assert.equal(table.learn(0x0200, 1_000_000, 1, 300), LEARNED.added);
});

test('MacTable holds addresses that differ in any way: in one byte, by strides, in the VLAN only', () => {
  for (const stride of [1, 256, 65_536, 1 << 24]) {
    const table = makeTable({ limit: 4096 });
    for (let i = 0; i < 4096; i++) {
      const [high, low] = stride === 1 << 24 ? [(i << 16) | 0x0200, 1] : [0x0200, Math.imul(i, stride)];
      table.learn(high, low, 1 + (i % 7), 0);
    }
    const distinct = stride === 1 << 24 ? 4096 : Math.min(4096, 2 ** 32 / stride);
    assert.equal(table.count, distinct, `stride ${stride}`);
  }
});

test('MacTable sweeps a part at a time, and gets round', () => {
  const table = makeTable({ limit: 16_384, ageingS: 10 });
  for (let low = 0; low < 10_000; low++) table.learn(0x0200, low, 1, 0);
  table.sweep(10, 100);
  assert.ok(table.count > 9000 && table.count < 10_000, `${table.count} left`);
  for (let turn = 0; turn < 400; turn++) table.sweep(10, 100);
  assert.equal(table.count, 0);
});
