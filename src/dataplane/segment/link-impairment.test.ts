// An impaired link on socket pairs, driven by a real loop: times are never too early, and nothing is lost without being
// counted, whatever happens to the link meanwhile.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DROP } from '../../channel/counters.ts';
import type { ImpairmentStates } from '../../channel/messages.ts';
import type { Direction, Impairments } from '../../topology/impairment.ts';
import { encodeFrame, join, Machine, Notes, settle } from '../endpoint/test-bench.ts';
import { PUSHBACK_NS } from '../limits.ts';
import { Loop } from '../loop/loop.ts';
import { monotonicNs } from '../sys/clock.ts';
import { Link } from './link.ts';

const DEADLINE_NS = 60e9;

function makeLink(impairments: Impairments, states?: ImpairmentStates) {
  const loop = new Loop(() => {});
  const notes = new Notes();
  const healed: Direction[] = [];
  const [a, b, c] = [1, 2, 3].map((id) => new Machine(id, loop, notes)) as [Machine, Machine, Machine];
  const link = new Link(1, loop, { clock: monotonicNs, onHealed: (_id, direction) => healed.push(direction) });
  const ports = [a, b].map((machine, index) => link.addPort(index, machine.counters));
  link.impair(impairments, states);
  for (const [index, machine] of [a, b].entries()) {
    machine.endpoint.port = ports[index]!;
    machine.attach();
    link.plug(ports[index]!, machine.endpoint);
  }
  const end = () => {
    for (const machine of [a, b, c]) {
      if (machine.endpoint.isAttached) machine.endpoint.close(DROP.stopped);
      if (machine.fd >= 0) machine.leave();
    }
    loop.close();
  };
  return { loop, a, b, c, link, ports, healed, end };
}

function frame(number: number, length = 60): Uint8Array {
  const payload = Buffer.alloc(length);
  payload.writeUInt32BE(number);
  return encodeFrame(payload);
}

/** Drives the loop until `machine` has `bytes` bytes. */
function receive(loop: Loop, machine: Machine, bytes: number): Uint8Array {
  const untilNs = monotonicNs() + DEADLINE_NS;
  const got: Uint8Array[] = [];
  let size = 0;
  while (size < bytes) {
    assert.ok(monotonicNs() < untilNs, `${size} of ${bytes} bytes came`);
    loop.poll();
    const piece = machine.read() ?? new Uint8Array(0);
    got.push(piece);
    size += piece.length;
  }
  return join(got);
}

test('a delayed frame arrives whole and not before its time, and the other direction does not notice', () => {
  const { loop, a, b, end } = makeLink({ 'a-to-b': { delayMs: 30, seed: 1 } });
  const frames = join([frame(1), frame(2, 1514)]);
  const startNs = monotonicNs();
  a.write(frames);
  b.write(frame(3));
  assert.deepEqual(receive(loop, a, 64), frame(3));
  settle(loop);
  assert.ok(b.counts.delayedFrames === 2 || monotonicNs() - startNs >= 30e6);
  assert.deepEqual(receive(loop, b, frames.length), frames);
  assert.ok(monotonicNs() - startNs >= 30e6);
  assert.deepEqual([b.counts.delayedFrames, b.counts.txFrames, b.counts.drops], [0, 2, {}]);
  end();
});

test('a machine that does not read holds up its sender, and gets every frame in the end', () => {
  // For a second at most: a try in which this process was held up for most of that does not count.
  for (let tries = 1; ; tries++) {
    const clock = { longestPauseNs: 0, lastNs: monotonicNs() };
    try {
      holdUp(() => {
        const nowNs = monotonicNs();
        clock.longestPauseNs = Math.max(clock.longestPauseNs, nowNs - clock.lastNs);
        clock.lastNs = nowNs;
      });
      return;
    } catch (error) {
      if (clock.longestPauseNs < PUSHBACK_NS / 2 || tries === 10) throw error;
    }
  }
});

function holdUp(tick: () => void): void {
  const { loop, a, b, end } = makeLink({ 'a-to-b': { delayMs: 1, seed: 1 } });
  const frames = Array.from({ length: 12_000 }, (_, index) => frame(index, 1514));
  const bytes = join(frames);
  try {
    let at = 0;
    let idle = 0;
    while (idle < 1000 && at < bytes.length) {
      tick();
      const wrote = a.write(bytes.subarray(at, at + 100_000));
      at += wrote;
      idle = wrote === 0 ? idle + 1 : 0;
      loop.poll();
    }
    tick();
    assert.ok(at < bytes.length, 'the sender was held up');
    assert.ok(b.counts.pushbacks > 0);
    const got: Uint8Array[] = [];
    const untilNs = monotonicNs() + DEADLINE_NS;
    for (let size = 0; size < bytes.length; ) {
      tick();
      assert.ok(monotonicNs() < untilNs, `${size} of ${bytes.length} bytes came; ${JSON.stringify(b.counts)}`);
      if (at < bytes.length) at += a.write(bytes.subarray(at, at + 100_000));
      loop.poll();
      const piece = b.read() ?? new Uint8Array(0);
      if (piece.length === 0) assert.deepEqual(b.counts.drops, {});
      size += piece.length;
      got.push(piece);
    }
    assert.ok(Buffer.from(join(got)).equals(bytes));
    assert.deepEqual(b.counts.drops, {});
  } finally {
    tick();
    end();
  }
}

test('a link that is cut loses what is on its way, counted link_down', () => {
  const { loop, a, b, link, end } = makeLink({ 'a-to-b': { delayMs: 600_000, seed: 1 } });
  a.write(join([frame(1), frame(2)]));
  settle(loop);
  link.isUp = false;
  a.write(frame(3));
  settle(loop);
  assert.deepEqual([b.counts.drops, b.counts.delayedFrames], [{ link_down: 3 }, 0]);
  end();
});

test('a link that is removed counts what was on its way', () => {
  const { loop, a, b, link, ports, end } = makeLink({ 'a-to-b': { delayMs: 600_000, seed: 1 } });
  a.write(join([frame(1), frame(2)]));
  settle(loop);
  b.endpoint.close(DROP.notConnected);
  link.unplug(ports[1]!);
  link.removePort(ports[1]!);
  assert.deepEqual(b.counts.drops, { not_connected: 2 });
  end();
});

test('when the impairment is taken away, frames on their way still arrive, not before their time', () => {
  const { loop, a, b, link, end } = makeLink({ 'a-to-b': { delayMs: 50, seed: 1 } });
  const startNs = monotonicNs();
  a.write(frame(1));
  settle(loop);
  link.impair({});
  a.write(frame(1));
  assert.deepEqual(receive(loop, b, 128), join([frame(1), frame(1)]));
  assert.ok(monotonicNs() - startNs >= 50e6);
  end();
});

test('a duration ends by itself, once', () => {
  const { loop, a, b, healed, end } = makeLink({
    'b-to-a': { loss: { model: 'random', percent: 100 }, durationMs: 20 },
  });
  b.write(frame(1));
  const untilNs = monotonicNs() + DEADLINE_NS;
  while (healed.length === 0 && monotonicNs() < untilNs) loop.poll();
  b.write(frame(2));
  assert.deepEqual(receive(loop, a, 64), frame(2));
  settle(loop);
  assert.deepEqual([healed, a.counts.drops], [['b-to-a'], { loss: 1 }]);
  assert.deepEqual(b.counts.drops, {});
  end();
});

test('frames wait while the end of the link moves, and go to whoever is plugged in then', () => {
  const { loop, a, b, c, link, ports, end } = makeLink({ 'a-to-b': { delayMs: 5, seed: 1 } });
  a.write(frame(1));
  settle(loop);
  b.endpoint.close(DROP.notConnected);
  link.unplug(ports[1]!);
  const untilNs = monotonicNs() + 10e6;
  while (monotonicNs() < untilNs) loop.poll();
  c.endpoint.port = ports[1]!;
  c.attach();
  link.plug(ports[1]!, c.endpoint);
  assert.deepEqual(receive(loop, c, 64), frame(1));
  end();
});

test('a hand-over carries frames on their way and goes on with the same chances', () => {
  const spec = { delayMs: 20, jitterMs: 5, loss: { model: 'random', percent: 30 } as const, seed: 7, every: 2 };
  const frames = Array.from({ length: 200 }, (_, index) => frame(index));
  const arrived = (bytes: Uint8Array) =>
    Array.from({ length: bytes.length / 64 }, (_, index) => Buffer.from(bytes).readUInt32BE(index * 64 + 4)).toSorted();
  const whole = makeLink({ 'a-to-b': spec });
  whole.a.write(join(frames));
  settle(whole.loop);
  const expected = arrived(receive(whole.loop, whole.b, (200 - whole.b.counts.drops.loss!) * 64));
  whole.end();

  const first = makeLink({ 'a-to-b': spec });
  first.a.write(join(frames.slice(0, 100)));
  settle(first.loop);
  const states = structuredClone(first.link.saveImpairments()!);
  assert.equal(first.b.counts.delayedFrames, 0);
  const early = first.b.read()!;
  first.end();
  const second = makeLink({ 'a-to-b': spec }, states);
  second.a.write(join(frames.slice(100)));
  const late = receive(second.loop, second.b, expected.length * 64 - early.length);
  assert.deepEqual(arrived(join([early, late])), expected);
  second.end();
});

test('stopping counts what is on its way', () => {
  const { loop, a, b, link, end } = makeLink({ 'a-to-b': { delayMs: 600_000, seed: 1 } });
  a.write(frame(1));
  settle(loop);
  link.dropDelayed(DROP.stopped);
  assert.deepEqual(b.counts.drops, { stopped: 1 });
  end();
});
