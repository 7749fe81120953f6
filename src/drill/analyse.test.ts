// Drills that never were: a lab with two paths, frames sent at times that are known, and an outage that is known. What the
// analysis says must be that.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chooseSeed } from '../../test/support/random.ts';
import { analyse } from './analyse.ts';
import { drawDrill } from './plot.ts';
import type { Lane, StreamResult } from './result.ts';
import { Sightings } from './sightings.ts';
import { summarize } from './summary.ts';

const MS = 1e6;
const LANES: readonly Lane[] = ['west', 'main', 'spare', 'east'].map((link) => ({
  link,
  direction: 'a-to-b',
  from: `${link}-a`,
  to: `${link}-b`,
}));
const [WEST, MAIN, SPARE, EAST] = [0, 1, 2, 3];
const HOP_NS = 0.2 * MS;
const START_NS = 5_000_000 * MS;
const MOMENTS = {
  startNs: START_NS,
  cutBegunNs: START_NS + 1000 * MS,
  cutDoneNs: START_NS + 1001 * MS,
  healBegunNs: START_NS + 3000 * MS,
  healDoneNs: START_NS + 3001 * MS,
  untilNs: START_NS + 5000 * MS,
  endNs: START_NS + 5200 * MS,
};

interface Note {
  readonly lane: number;
  readonly isOut: boolean;
  readonly ns: number;
  readonly drop: string;
  readonly bytes: Uint8Array;
}

/** An echo request number `n`, behind so many routers. */
function frame(n: number, hops: number): Uint8Array {
  const bytes = Buffer.from(`525400000002525400000001${'0800'}4500005412344000400100${'00'}c6120101c6120201`, 'hex');
  const echo = Buffer.from('0800000011d70000', 'hex');
  bytes.writeUInt16BE(n & 0xffff, 18);
  bytes[22] = 64 - hops;
  echo.writeUInt16BE(n & 0xffff, 6);
  return new Uint8Array([...bytes, ...echo]);
}

/** What is seen of a frame that enters at `ns` and goes along `path`; it ends where `lost` says. */
function travel(n: number, ns: number, path: readonly number[], lost?: { hop: number; drop: string }): Note[] {
  const notes: Note[] = [];
  for (const [hop, lane] of path.entries()) {
    const at = ns + hop * HOP_NS;
    const bytes = frame(n, hop);
    const isLost = lost?.hop === hop;
    notes.push({ lane, isOut: false, ns: at, drop: isLost ? lost.drop : '', bytes });
    if (isLost) break;
    notes.push({ lane, isOut: true, ns: at + HOP_NS / 2, drop: '', bytes });
  }
  return notes;
}

function analyseNotes(notes: readonly Note[], to: readonly string[] = []) {
  const sightings = new Sightings();
  for (const note of notes) sightings.add(note);
  return analyse(sightings, { lanes: LANES, moments: MOMENTS, to });
}

function onlyStream(streams: readonly StreamResult[]): StreamResult {
  assert.equal(streams.length, 1);
  return streams[0]!;
}

test('analyse() finds the outage that there was, to the microsecond, whatever the order in which frames were noted', (t) => {
  const seed = chooseSeed(t);
  const property = fc.property(
    fc.record({
      intervalMs: fc.constantFrom(1, 3.7, 10),
      outageMs: fc.double({ min: 60, max: 1800, noNaN: true }),
      behindMs: fc.double({ min: 0, max: 300, noNaN: true }),
      isBlackHole: fc.boolean(),
    }),
    fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
    ({ intervalMs, outageMs, behindMs, isBlackHole }, shuffle) => {
      const [cutNs, backNs] = [MOMENTS.cutDoneNs, MOMENTS.cutDoneNs + outageMs * MS];
      const returnNs = MOMENTS.healDoneNs + behindMs * MS;
      const notes: Note[] = [];
      const sent: { ns: number; isLost: boolean }[] = [];
      for (let n = 0; n * intervalMs < 5100; n++) {
        const ns = START_NS + n * intervalMs * MS;
        // The frame is at the second cable one hop later.
        const isLost = ns + HOP_NS >= cutNs && ns < backNs;
        sent.push({ ns, isLost });
        const path = ns >= backNs && ns < returnNs ? [WEST, SPARE, EAST] : [WEST, MAIN, EAST];
        const lost = isBlackHole ? { hop: 2, drop: '' } : { hop: 1, drop: 'link_down' };
        const seen = travel(n, ns, path, isLost ? lost : undefined);
        notes.push(...(isLost && isBlackHole ? seen.slice(0, 4) : seen));
      }
      // Threads are read one after the other, so frames are not noted in the order of time.
      const order = notes.map((note, i) => ({ note, key: note.ns + (shuffle[i % 40]! % 7) * MS }));
      const result = analyseNotes(order.sort((a, b) => a.key - b.key).map(({ note }) => note));
      const stream = onlyStream(result.streams);
      const arrivedNs = (ns: number): number => (ns + 2.5 * HOP_NS - START_NS) / MS;
      const last = sent.findLast(({ ns, isLost }) => !isLost && ns < cutNs)!;
      const next = sent.find(({ ns }) => ns >= backNs)!;
      const lost = sent.filter(({ isLost }) => isLost).length;
      const { atCut } = stream;
      assert.ok(Math.abs(atCut!.stoppedMs - arrivedNs(last.ns)) < 0.002);
      assert.ok(Math.abs(atCut!.resumedMs! - arrivedNs(next.ns)) < 0.002);
      assert.ok(Math.abs(atCut!.convergenceMs! - (next.ns - last.ns) / MS) < 0.002);
      assert.deepEqual([atCut!.lost, atCut!.missingSequence], [lost, lost]);
      assert.deepEqual(
        [atCut!.pathBefore, atCut!.pathAfter],
        [
          ['west', 'main', 'east'],
          ['west', 'spare', 'east'],
        ],
      );
      assert.equal(stream.atHeal, null);
      assert.equal(stream.lost.before + stream.lost.during + stream.lost.after, lost);
      const why = isBlackHole ? 'machine' : 'link_down';
      assert.deepEqual(stream.lostAt, [{ link: 'main', direction: 'a-to-b', why, to: 'main-b', frames: lost }]);
      const main = result.lanes.find(({ link }) => link === 'main')!;
      assert.equal(main.drops.link_down ?? 0, isBlackHole ? 0 : lost);
      assert.equal(
        main.steps.reduce((sum, frames) => sum + frames, 0),
        main.framesOut,
      );
    },
  );
  fc.assert(property, { seed, numRuns: 60 });
});

test('analyse() says nothing of a change that nobody noticed, and tells an outage when the link is mended', () => {
  const send = (isLost: (ms: number) => boolean): Note[] =>
    Array.from({ length: 1000 }, (_, n) =>
      travel(n, START_NS + n * 5 * MS, [WEST, MAIN, EAST], isLost(n * 5) ? { hop: 1, drop: 'loss' } : undefined),
    ).flat();
  const quiet = onlyStream(analyseNotes(send(() => false)).streams);
  assert.deepEqual([quiet.atCut, quiet.atHeal, quiet.entered, quiet.left], [null, null, 1000, 1000]);
  const { atCut, atHeal } = onlyStream(analyseNotes(send((ms) => ms >= 3000 && ms < 3100)).streams);
  assert.equal(atCut, null);
  assert.deepEqual([atHeal?.convergenceMs, atHeal?.lost], [105, 20]);
});

test('analyse() does not blame the lab for a pause of the sender', () => {
  const isSent = (ms: number): boolean => ms < 1500 || ms > 1700;
  const times = Array.from({ length: 1000 }, (_, n) => n * 5).filter(isSent);
  const paused = times.flatMap((ms, n) => travel(n, START_NS + ms * MS, [WEST, MAIN, EAST]));
  assert.equal(onlyStream(analyseNotes(paused).streams).atCut, null);
  // Numbers are missing: the sender had no way to send them.
  const silent = times.flatMap((ms) => travel(ms / 5, START_NS + ms * MS, [WEST, MAIN, EAST]));
  const { atCut } = onlyStream(analyseNotes(silent).streams);
  assert.deepEqual([atCut?.convergenceMs, atCut?.lost, atCut?.missingSequence], [210, 0, 41]);
  // Nothing is missing, but everything comes late.
  const held = Array.from({ length: 1000 }, (_, n) => {
    const seen = travel(n, START_NS + n * 5 * MS, [WEST, MAIN, EAST]);
    return n < 300 ? seen : seen.map((note, i) => (i < 3 ? note : { ...note, ns: note.ns + 50 * MS }));
  }).flat();
  assert.equal(onlyStream(analyseNotes(held).streams).atCut?.convergenceMs, 55);
});

test('analyse() tells of a flow that never came back, and of one that came back only by the mended link', () => {
  const send = (fromMs: number, toMs: number): Note[] =>
    Array.from({ length: 1000 }, (_, n) => {
      const isLost = n * 5 >= fromMs && n * 5 < toMs;
      return travel(n, START_NS + n * 5 * MS, [WEST, MAIN, EAST], isLost ? { hop: 1, drop: 'link_down' } : undefined);
    }).flat();
  const never = onlyStream(analyseNotes(send(1000, 1e6)).streams);
  assert.deepEqual([never.atCut?.resumedMs, never.atCut?.convergenceMs, never.atCut?.lost], [null, null, 800]);
  assert.equal(never.atHeal, null);
  const late = onlyStream(analyseNotes(send(1000, 3200)).streams);
  assert.deepEqual([late.atCut?.convergenceMs, late.atHeal], [2205, null]);
  const runs = [never, late].map((stream, i) => ({
    ...analyseNotes([]),
    ...{ run: i + 1, startedAt: '2026-01-01T00:00:00.000Z', missed: i, streams: [stream] },
  }));
  const summary = summarize(runs);
  assert.deepEqual([summary.interrupted, summary.neverResumed, summary.convergenceMs?.most], [2, 1, 2205]);
  assert.equal(summary.isCertain, false);
});

test('analyse() takes a frame in a loop for one frame, and frames that are alike for many', () => {
  const loop: Note[] = [0, 1, 2, 3, 4].map((turn) => ({
    ...{ lane: MAIN, isOut: false, ns: MOMENTS.cutDoneNs + turn * MS, drop: '', bytes: frame(300, turn) },
  }));
  const steady = Array.from({ length: 1000 }, (_, n) =>
    n === 300 ? [] : travel(n, START_NS + n * 5 * MS, [WEST, MAIN, EAST]),
  ).flat();
  const looped = onlyStream(analyseNotes([...steady, ...loop]).streams);
  assert.deepEqual([looped.entered, looped.left], [1000, 999]);
  const alike = Array.from({ length: 1000 }, (_, n) => travel(7, START_NS + n * 5 * MS, [WEST, MAIN, EAST])).flat();
  const same = onlyStream(analyseNotes(alike).streams);
  assert.deepEqual([same.entered, same.left, same.path], [1000, 1000, ['west', 'main', 'east']]);
});

test('analyse() leaves out what was never seen to arrive before the change, and takes the links it is told', () => {
  const late = Array.from({ length: 100 }, (_, n) => travel(n, MOMENTS.cutDoneNs + n * MS, [WEST, EAST])).flat();
  const { streams, otherStreams } = analyseNotes(late);
  assert.deepEqual([streams, otherStreams], [[], 1]);
  // Handed to a router that does not pass it on: only who knows the lab can say that this is not where it leaves.
  const dead = Array.from({ length: 1000 }, (_, n) => {
    const ms = n * 5;
    return travel(n, START_NS + ms * MS, ms < 1001 || ms > 2000 ? [WEST, MAIN, EAST] : [WEST, SPARE]);
  }).flat();
  assert.equal(onlyStream(analyseNotes(dead, ['east']).streams).atCut?.convergenceMs, 1005);
  assert.equal(onlyStream(analyseNotes(dead).streams).atCut?.convergenceMs, 1005);
});

test('Sightings.add() counts what it has no room for', () => {
  const sightings = new Sightings(3);
  for (const note of travel(1, START_NS, [WEST, MAIN, EAST])) sightings.add(note);
  assert.deepEqual([sightings.count, sightings.refused], [3, 3]);
});

test('drawDrill() draws any drill, and writes nothing that is no XML', () => {
  const notes = Array.from({ length: 600 }, (_, n) =>
    travel(
      n,
      START_NS + n * 5 * MS,
      [WEST, MAIN, EAST],
      n > 250 && n < 300 ? { hop: 1, drop: 'link_down' } : undefined,
    ),
  ).flat();
  const run = { run: 1, startedAt: '2026-01-01T00:00:00.000Z', missed: 0, ...analyseNotes(notes) };
  const drill = {
    ...{
      id: 1,
      state: 'finished' as const,
      link: 'a<b',
      change: 'cut',
      flow: 'ip & "x"\u0007',
      startedAt: run.startedAt,
    },
    ...{ summary: summarize([run]), runs: [run, { ...run, run: 2 }] },
  };
  const svg = drawDrill(drill);
  assert.match(svg, /<title>Drill of a&lt;b: cut<\/title>/);
  assert.ok(!svg.includes('NaN') && !svg.includes('\u0007') && svg.includes('Run 2'));
  assert.equal(svg.match(/<path [^>]*fill="#0a7d4f"/g)?.length, 6);
});

test('another link to the same host is a way out as well, and elsewhere a host is none', () => {
  const notes: Note[] = [];
  for (let n = 0; n < 400; n++) {
    const isCut = n >= 100 && n < 130;
    const lost = isCut ? { hop: 0, drop: 'link_down' } : undefined;
    notes.push(...travel(n, START_NS + n * 10 * MS, [n < 130 ? MAIN : SPARE], lost));
  }
  const sightings = new Sightings();
  for (const note of notes) sightings.add(note);
  const facts = { lanes: LANES, moments: MOMENTS, to: [] };
  const there = onlyStream(analyse(sightings, { ...facts, hosts: ['', 'vr2', 'vr2', ''] }).streams);
  assert.deepEqual([there.lost.during, there.atCut?.resumedMs, there.atCut?.pathAfter], [30, 1300.1, ['spare']]);
  for (const hosts of [[], ['', '', '', ''], ['', 'vr2', 'vr3', '']]) {
    assert.equal(onlyStream(analyse(sightings, { ...facts, hosts }).streams).atCut?.resumedMs, null);
  }
});

test('what was held back when the link was cut has the reason that the counters know', () => {
  const notes: Note[] = [];
  for (let n = 0; n < 400; n++) {
    const [entering, leaving] = travel(n, START_NS + n * 10 * MS, [MAIN]);
    notes.push({ ...entering!, drop: n >= 100 && n < 300 ? 'link_down' : '' });
    if (n < 80 || n >= 300) notes.push(leaving!);
  }
  const sightings = new Sightings();
  for (const note of notes) sightings.add(note);
  const dropped = [{}, { link_down: 250, loss: 0 }, {}, {}];
  const { streams, lanes } = analyse(sightings, { lanes: LANES, moments: MOMENTS, to: [], dropped });
  assert.deepEqual([lanes[0]!.framesIn, lanes[0]!.framesOut, lanes[0]!.drops], [400, 180, { link_down: 220 }]);
  assert.deepEqual(
    onlyStream(streams).lostAt.map(({ why, frames }) => [why, frames]),
    [['link_down', 220]],
  );
});
