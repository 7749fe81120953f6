// The impairments against Linux netem itself: a guest sends the same frames into its own kernel's netem and into the bridge,
// with the same words, and what arrives of them must look as if it came from the same wire. Two samples are compared, frame
// by frame where one can see that; a difference is one that chance makes once in a thousand million times. Nothing depends
// on how fast the machine is: delays are seconds, and what is counted are frames.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { ImpairmentSpec } from '../../src/topology/impairment.ts';
import { type ImpairmentForm, readForm } from '../../src/topology/impairment-form.ts';
import { PRESETS } from '../../src/topology/impairment-presets.ts';
import { netemText } from '../../src/topology/netem-text.ts';
import { impairmentSpecs } from '../support/impairments.ts';
import { chooseSeed } from '../support/random.ts';
import type { Arrival } from './arrivals.ts';
import { damagedBits, HEADER_BYTES, sequenceOf, TIMED_BYTES, transitMs } from './blast.ts';
import { aroundMedian, type Comparison, compareShapes, compareShares, mean, runsOf } from './two-samples.ts';
import { type Outcome, Wires } from './wires.ts';

const FRAMES = 20_000;
const FEWER_FRAMES = 10_000;
const UNTIMED_BYTES = 15;
/** For what a busy machine can spoil, and what never succeeds by chance. */
const TRIES = 4;

type Both<T> = Readonly<Record<keyof Outcome, T>>;

test('the bridge does to frames what netem does', async (t) => {
  const seed = chooseSeed(t);
  const wires = await Wires.start(t);
  const send = async (form: ImpairmentForm, count: number) => {
    await wires.impair({ ...form, seed });
    return await wires.send({ count, sizes: [UNTIMED_BYTES] });
  };

  await t.test('a loss of 0 % loses nothing, one of 100 % everything', async () => {
    const { kernel, bridge } = await send({ loss: '0%' }, 5000);
    const all = Array.from({ length: 5000 }, (_, index) => index + 1);
    assert.deepEqual(kernel.map(sequenceOf), all);
    assert.deepEqual(bridge.map(sequenceOf), all);
    assert.deepEqual(await send({ loss: '100%' }, 5000), { kernel: [], bridge: [] });
  });

  for (const form of [
    { loss: '10%' },
    { loss: '20% 25%' },
    { loss_gemodel: '4% 25%' },
    { loss_gemodel: '4% 20% 70% 2%' },
    { loss_state: '3% 20% 4% 50% 1%' },
  ]) {
    await t.test(`${Object.keys(form)[0]} ${Object.values(form)[0]}: as many, in runs as long`, async (c) => {
      const lost = map(await send(form, FRAMES), (arrivals) => {
        const arrived = new Set(arrivals.map(sequenceOf));
        return Array.from({ length: FRAMES }, (_, index) => !arrived.has(index + 1));
      });
      compareEvents(c, lost);
      for (const isLost of [true, false]) {
        const runs = map(lost, (events) => runsOf(isLost, events));
        c.diagnostic(`runs of ${isLost ? 'lost' : 'received'} frames: mean ${show(map(runs, mean))}`);
        check(compareShapes(runs.kernel, runs.bridge), `runs of ${isLost ? 'lost' : 'received'} frames`);
      }
    });
  }

  await t.test('duplicate 5%: as many, each beside its frame, in order', async (c) => {
    const doubled = map(await send({ duplicate: '5%' }, FEWER_FRAMES), (arrivals) => {
      const numbers = arrivals.map(sequenceOf);
      assert.deepEqual(
        numbers,
        numbers.toSorted((a, b) => a - b),
      );
      const events = Array.from({ length: FEWER_FRAMES }, () => false);
      for (const [index, number] of numbers.entries()) if (number === numbers[index - 1]) events[number - 1] = true;
      assert.equal(numbers.length, FEWER_FRAMES + events.filter(Boolean).length);
      return events;
    });
    compareEvents(c, doubled);
  });

  await t.test('corrupt 20%: as many, one bit each, anywhere in the frame', async (c) => {
    const bits = map(await send({ corrupt: '20%' }, FEWER_FRAMES), damagedBits);
    for (const damaged of [bits.kernel, bits.bridge]) assert.ok(damaged.every(({ length }) => length <= 1));
    compareEvents(
      c,
      map(bits, (all) => all.map(({ length }) => length === 1)),
    );
    check(compareShapes(bits.kernel.flat(), bits.bridge.flat()), 'places of the damaged bits');
    assert.ok(Math.max(...bits.bridge.flat()) < (HEADER_BYTES + UNTIMED_BYTES) * 8);
  });

  await t.test('reorder 25% gap 5: as many go ahead, as far apart', async (c) => {
    const ahead = map(await send({ delay: '3s', reorder: '25%', gap: 5 }, FEWER_FRAMES), sentAhead);
    compareEvents(c, ahead);
    const gaps = map(ahead, (events) => runsOf(false, events));
    check(compareShapes(gaps.kernel, gaps.bridge), 'distances');
    // The first and the last run end where the frames do.
    for (const runs of [gaps.kernel, gaps.bridge]) assert.ok(Math.min(...runs.slice(1, -1)) >= 4);
  });

  await t.test('rate 400kbit with overhead and cells: each frame takes as long', async (c) => {
    const frames = 1000;
    const expectedMs = ((Math.ceil((HEADER_BYTES + UNTIMED_BYTES + 18) / 48) * 53 * 8) / 400_000) * 1e3;
    const isRight = (ms: number): boolean => Math.abs(ms / expectedMs - 1) < 0.05;
    for (let tries = 1; ; tries++) {
      const outcome = await send({ rate: '400kbit', overhead: 18, cell: 48, cell_overhead: 5 }, frames);
      const each = map(outcome, (arrivals) => {
        // The middle one of many: whoever was held up for a while at one end or the other does not count.
        const half = frames / 2;
        const spans = arrivals.slice(half).map(({ atMs }, index) => (atMs - arrivals[index]!.atMs) / half);
        return spans.sort((a, b) => a - b)[half / 2]!;
      });
      c.diagnostic(`${expectedMs} ms a frame are ${show(each)}`);
      if (isRight(each.kernel) && isRight(each.bridge)) break;
      // Whoever was held up for most of the two seconds spoils a try; no chance makes a wrong rate right.
      assert.ok(tries < TRIES, `${expectedMs} ms a frame are ${show(each)}`);
    }
  });

  await t.test('jitter of each shape is spread alike, and shapes are told apart', async (c) => {
    // All at the same time: what is on its way keeps its delay when another shape is set. A shape that has no table stays
    // in netem as it was, so it is the first.
    const shapes = ['uniform', 'normal', 'pareto', 'paretonormal'] as const;
    const sizes = shapes.map((_, index) => TIMED_BYTES + index);
    // netem counts from when a frame leaves the guest's network stack, the bridge from when it has come. On a busy machine that
    // is a difference, which is kept small by short blasts, and taken out where it is the same for all.
    // Twice the jitter are 2^32 ns, so the remainder by which netem finds its place favours none.
    const form = { delay: '8.6s', jitter: '2147483647ns', seed };
    for (let tries = 1; ; tries++) {
      const outcome = await wires.send({ count: 250, times: 14, sizes }, async (size) => {
        c.diagnostic(await wires.impair({ ...form, distribution: shapes[sizes.indexOf(size)]! }));
      });
      const delays = sizes.map((size) =>
        map(outcome, (arrivals) =>
          aroundMedian(arrivals.filter(({ frame }) => frame.length === HEADER_BYTES + size).map(transitMs)),
        ),
      );
      const wrong: string[] = [];
      for (const [index, { kernel }] of delays.entries()) {
        for (const [other, { bridge }] of delays.entries()) {
          const { distance, limit } = compareShapes(kernel, bridge);
          const said = `${shapes[index]} by netem and ${shapes[other]} by the bridge: ${distance.toFixed(3)} apart`;
          if (index === other) c.diagnostic(`${said}, ${limit.toFixed(3)} are chance`);
          if (distance < limit !== (index === other)) wrong.push(said);
        }
      }
      if (wrong.length === 0) break;
      // A machine that was held up in a blast spoils a try.
      assert.ok(tries < TRIES, wrong.join('; '));
    }
  });

  await t.test('tc takes the words of "impair --tc", of every preset, and of whatever else can be said', async () => {
    await wires.impair({ delay: '20ms 5ms', distribution: 'pareto', loss: '0.1%', seed });
    const { code, stdout, stderr } = await wires.lab.type('impair', 'bridge', '--tc');
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(`^# bridge, a-to-b: one-way, .*, seed ${seed}\n`));
    await wires.run(stdout.replaceAll('DEV', 'eth0'));
    const said = PRESETS.flatMap((preset) => [preset['a-to-b'], preset['b-to-a']]).map((form) => readForm(form).spec);
    const chosen = fc.sample(impairmentSpecs.filter(isWithinTc), { seed, numRuns: 100 });
    const texts = [...said, ...chosen].map((spec) => netemText(spec).text);
    while (texts.length > 0) {
      const lines = texts.splice(0, 10).map((text) => `'qdisc replace dev eth0 root ${text}'`);
      await wires.run(`printf '%s\\n' ${lines.join(' ')} | tc -batch -`);
    }
    await wires.clear();
  });
});

/** tc counts delays in 32 bits of sixteenths of a microsecond, and chances in 32 bits; reordering takes both. */
function isWithinTc({ delayMs = 0, jitterMs = 0, reorder }: ImpairmentSpec): boolean {
  const isReordered = reorder === undefined || (reorder.percent > 1e-6 && delayMs > 1e-3);
  return Math.max(delayMs, jitterMs) < 250_000 && isReordered;
}

/** The same for both wires. */
function map<A, B>(both: Both<A>, change: (one: A) => B): Both<B> {
  return { kernel: change(both.kernel), bridge: change(both.bridge) };
}

/** A frame is ahead where one with a lower number comes after it. */
function sentAhead(arrivals: readonly Arrival[]): boolean[] {
  const events = Array.from({ length: arrivals.length }, () => false);
  let lowest = Number.POSITIVE_INFINITY;
  for (const number of arrivals.map(sequenceOf).reverse()) {
    if (number > lowest) events[number - 1] = true;
    lowest = Math.min(lowest, number);
  }
  return events;
}

function compareEvents(c: TestContext, events: Both<readonly boolean[]>): void {
  const shares = map(events, (all) => mean(all.map(Number)) * 100);
  c.diagnostic(`${show(shares)} % of the frames`);
  check(compareShares(events.kernel, events.bridge), 'how often');
}

function check({ distance, limit }: Comparison, what: string): void {
  assert.ok(distance <= limit, `${what}: ${distance} apart, and not more than ${limit} by chance`);
}

function show({ kernel, bridge }: Both<number>): string {
  return `${kernel.toFixed(3)} by netem, ${bridge.toFixed(3)} by the bridge`;
}
