// Carriers against scripted monitors: what is wanted in each state of a bridge, and that it comes about in the end.

import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { type TestContext, test } from 'node:test';
import { Condition } from '../../test/support/condition.ts';
import { ScriptedMonitor } from '../../test/support/scripted-monitor.ts';
import { type EndState, makeCounterBlock, readCounters } from '../channel/counters.ts';
import type { LogFields, Logger } from '../log/logger.ts';
import type { CarrierSpec } from '../topology/carrier.ts';
import { parseEndpoint } from '../topology/endpoint-spec.ts';
import { makeHub, makeTopology, parseLink, type SegmentSpec } from '../topology/topology.ts';
import { Carrier, type CarrierSource } from './carrier.ts';
import { carrierWishes } from './carrier-wishes.ts';
import type { BridgeEvents } from './events.ts';
import { KEEPER_WORLD } from './monitor/monitor-keeper.ts';
import type { SegmentStatus } from './segment-record.ts';

const LONG_MS = 60_000;
const DEADLINES = { connectMs: LONG_MS, busyMs: 50, queueMs: LONG_MS, answerMs: LONG_MS };
const WORLD = {
  ...KEEPER_WORLD,
  random: () => 0.5,
  times: { retryFirstMs: 5, retryMaxMs: 20, repeatMs: LONG_MS, deadlines: DEADLINES },
};

/** A bridge of which a test says what it does. */
class FakeBridge extends EventEmitter<BridgeEvents> implements CarrierSource {
  topology = makeTopology([]);
  readonly #ends = new Map<string, { state: EndState; attaches: number }>();

  set(segments: readonly SegmentSpec[], carriers: readonly CarrierSpec[]): void {
    this.topology = makeTopology(segments, { carriers });
    this.emit('changed', { action: 'up', link: '' });
  }

  setUp(name: string, isUp: boolean): void {
    const { segments, carriers } = this.topology;
    const changed = segments.map((segment) => (segment.name === name ? { ...segment, isUp } : segment));
    this.set(changed, carriers);
  }

  attach(endpoint: string): void {
    this.#ends.set(endpoint, { state: 'attached', attaches: (this.#ends.get(endpoint)?.attaches ?? 0) + 1 });
    this.emit('attached', { link: '', endpoint, peer: '' });
  }

  detach(endpoint: string): void {
    this.#ends.set(endpoint, { state: 'waiting', attaches: this.#ends.get(endpoint)?.attaches ?? 0 });
    this.emit('detached', { link: '', endpoint, reason: '' });
  }

  status(): SegmentStatus[] {
    const zero = readCounters(makeCounterBlock());
    return this.topology.segments.map(({ name, kind, isUp, endpoints }) => ({
      name,
      kind,
      isUp,
      ends: endpoints.map(({ text }) => ({ ...zero, endpoint: text, detail: '', ...this.#ends.get(text) })),
    }));
  }
}

/** A log that can be waited for. */
class Records implements Logger {
  readonly all: { event: string; message: string }[] = [];
  readonly #condition = new Condition();

  record(_level: string, event: string, message: string, _fields?: LogFields): void {
    this.all.push({ event, message });
    this.#condition.changed();
  }

  of(event: string): string[] {
    return this.all.filter((record) => record.event === event).map(({ message }) => message);
  }

  async until(event: string, count = 1): Promise<string> {
    const describe = (): string => `${count} × "${event}" in ${JSON.stringify(this.all)}`;
    await this.#condition.until(() => this.of(event).length >= count, describe);
    return this.of(event)[count - 1]!;
  }
}

function start(t: TestContext, world = WORLD, tickMs = 20): { bridge: FakeBridge; log: Records; carrier: Carrier } {
  const bridge = new FakeBridge();
  const log = new Records();
  const carrier = new Carrier(bridge, { log, world, tickMs });
  t.after(() => carrier.close());
  return { bridge, log, carrier };
}

function follows(endpoint: string, netdev: string, monitor: ScriptedMonitor): CarrierSpec {
  return { endpoint: parseEndpoint(endpoint), netdev, monitor: monitor.spec };
}

test('carrierWishes() wants a link up where the link is up and the other end is attached', () => {
  const bridge = new FakeBridge();
  bridge.set([parseLink('a/1--b/1'), makeHub('h', ['a/2', 'b/2', 'c/2'])], []);
  const wanted = (): Record<string, boolean> =>
    Object.fromEntries([...carrierWishes(bridge.status())].map(([key, { isUp }]) => [key.slice(4), isUp]));
  const all = (...up: string[]): Record<string, boolean> =>
    Object.fromEntries(['a:10001', 'b:10001', 'a:10002', 'b:10002', 'c:10002'].map((key) => [key, up.includes(key)]));
  assert.deepEqual(wanted(), all());
  bridge.attach('a/1');
  assert.deepEqual(wanted(), all('b:10001'));
  bridge.attach('b/1');
  assert.deepEqual(wanted(), all('a:10001', 'b:10001'));
  bridge.setUp('a/1--b/1', false);
  assert.deepEqual(wanted(), all());
  bridge.attach('a/2');
  assert.deepEqual(wanted(), all('b:10002', 'c:10002'));
  bridge.attach('b/2');
  assert.deepEqual(wanted(), all('a:10002', 'b:10002', 'c:10002'));
});

for (const kind of ['hmp', 'qmp'] as const) {
  test(`Carrier follows link and peer over ${kind}`, async (t) => {
    const monitor = await ScriptedMonitor.start(t, kind, { netdevs: ['p01'] });
    const { bridge, log, carrier } = start(t);
    let times = 0;
    const becomes = async (isUp: boolean): Promise<void> => {
      times += 1;
      await log.until('carrier', times);
      assert.equal(monitor.netdevs.get('p01'), isUp);
    };
    bridge.set([parseLink('a/1--b/1')], [follows('a/1', 'p01', monitor)]);
    await becomes(false);
    bridge.attach('b/1');
    await becomes(true);
    bridge.detach('b/1');
    await becomes(false);
    bridge.attach('b/1');
    await becomes(true);
    bridge.setUp('a/1--b/1', false);
    await becomes(false);
    assert.equal(log.of('carrier')[4], 'a/1 sees its link down: link "a/1--b/1" is down');
    assert.equal(carrier.stateOf('tcp:a:10001'), 'down');
    assert.equal(carrier.stateOf('tcp:b:10001'), undefined);
    assert.deepEqual(monitor.commands, ['p01 off', 'p01 on', 'p01 off', 'p01 on', 'p01 off']);
  });
}

test('Carrier sets everything again when the machine was started anew', async (t) => {
  const monitor = await ScriptedMonitor.start(t, 'qmp', { netdevs: ['p01', 'p02'] });
  const { bridge, log } = start(t);
  const carriers = [follows('a/1', 'p01', monitor), follows('a/2', 'p02', monitor)];
  bridge.attach('a/1');
  bridge.set([parseLink('a/1--b/1'), parseLink('a/2--b/2')], carriers);
  await log.until('carrier', 2);
  bridge.detach('a/1');
  await monitor.stop();
  assert.deepEqual([...monitor.netdevs.values()], [true, true]);
  bridge.attach('a/1');
  await log.until('monitor_unreachable');
  await monitor.listen();
  await monitor.until(() => ![...monitor.netdevs.values()].includes(true), 'both links off');
  await log.until('monitor');
  assert.equal(log.of('monitor_unreachable').length, 1, 'said once, however many attempts');
});

test('Carrier repeats what is set already, in case somebody else changed it', async (t) => {
  const monitor = await ScriptedMonitor.start(t, 'hmp', { netdevs: ['p01'] });
  const { bridge } = start(t, { ...WORLD, times: { ...WORLD.times, repeatMs: 10 } });
  bridge.set([parseLink('a/1--b/1')], [follows('a/1', 'p01', monitor)]);
  await monitor.until(() => monitor.netdevs.get('p01') === false, 'p01 off');
  monitor.netdevs.set('p01', true);
  await monitor.until(() => monitor.netdevs.get('p01') === false, 'p01 off again');
});

test('Carrier says that a monitor is busy, waits in line with one connection, and goes on when it is free', async (t) => {
  const monitor = await ScriptedMonitor.start(t, 'hmp', { netdevs: ['p01', 'p02'] });
  const holder = await KEEPER_WORLD.open(monitor.spec);
  const { bridge, log, carrier } = start(t);
  const carriers = [follows('a/1', 'p01', monitor), follows('a/2', 'p02', monitor)];
  bridge.set([parseLink('a/1--b/1'), parseLink('a/2--b/2')], carriers);
  assert.match(await log.until('monitor_busy'), /serves another client.*-qmp tcp:0\.0\.0\.0:4100,server=on,wait=off/);
  assert.deepEqual(
    carrier.status().map((status) => status.carrier),
    ['busy', 'busy'],
  );
  for (let times = 0; times < 10; times++) bridge.attach('b/1');
  assert.equal(monitor.mostAtOnce, 2);
  holder.close();
  await monitor.until(() => monitor.netdevs.get('p02') === false && monitor.commands.includes('p01 on'), 'both set');
  assert.equal(log.of('monitor_busy').length, 1);
});

test('Carrier tells of a netdev that does not exist, and looks after the others', async (t) => {
  const monitor = await ScriptedMonitor.start(t, 'qmp', { netdevs: ['p01'] });
  const { bridge, log, carrier } = start(t);
  const carriers = [follows('a/2', 'p02', monitor), follows('a/1', 'p01', monitor)];
  bridge.set([parseLink('a/1--b/1'), parseLink('a/2--b/2')], carriers);
  assert.match(await log.until('carrier_refused'), /^a\/2 has no carrier that follows: .*Device 'p02' not found/);
  await monitor.until(() => monitor.netdevs.get('p01') === false, 'p01 off');
  assert.equal(carrier.stateOf('tcp:a:10002'), 'unknown');
  await monitor.until(() => monitor.commands.filter((command) => command === 'p02 off').length >= 3, 'more attempts');
  assert.equal(log.of('carrier_refused').length, 1);
});

test('Carrier pulls the cable of an endpoint that leaves, and knows it when it comes back', async (t) => {
  const monitor = await ScriptedMonitor.start(t, 'qmp', { netdevs: ['p01'] });
  const { bridge, carrier } = start(t);
  bridge.attach('b/1');
  bridge.set([parseLink('a/1--b/1')], [follows('a/1', 'p01', monitor)]);
  await monitor.until(() => monitor.commands.length === 1 && monitor.netdevs.get('p01') === true, 'p01 on');
  bridge.set([], [follows('a/1', 'p01', monitor)]);
  await monitor.until(() => monitor.netdevs.get('p01') === false, 'p01 off');
  bridge.set([parseLink('a/1--b/1')], bridge.topology.carriers);
  await monitor.until(() => monitor.netdevs.get('p01') === true, 'p01 on again');
  bridge.detach('b/1');
  await monitor.until(() => monitor.netdevs.get('p01') === false, 'p01 off again');
  assert.equal(carrier.stateOf('tcp:a:10001') !== undefined, true);
});

test('Carrier gives back the carrier of an endpoint that is opted out', async (t) => {
  const monitor = await ScriptedMonitor.start(t, 'qmp', { netdevs: ['p01'] });
  const { bridge, carrier } = start(t);
  bridge.set([parseLink('a/1--b/1')], [follows('a/1', 'p01', monitor)]);
  await monitor.until(() => monitor.netdevs.get('p01') === false, 'p01 off');
  bridge.set([parseLink('a/1--b/1')], []);
  await monitor.until(() => monitor.netdevs.get('p01') === true, 'p01 on');
  assert.deepEqual(carrier.status(), []);
});

test('Carrier of a bridge that has just started pulls no cable because nobody is attached yet, until its first tick', async (t) => {
  const monitor = await ScriptedMonitor.start(t, 'qmp', { netdevs: ['p01', 'p02', 'p03'] });
  const { bridge } = start(t, WORLD, LONG_MS);
  const carriers = ['1', '2', '3'].map((n) => follows(`a/${n}`, `p0${n}`, monitor));
  bridge.set([parseLink('a/1--b/1'), { ...parseLink('a/2--b/2'), isUp: false }], carriers);
  await monitor.until(() => monitor.commands.length === 2, 'what is down or in no link');
  bridge.attach('b/1');
  await monitor.until(() => monitor.commands.length === 3, 'p01');
  assert.deepEqual(monitor.commands.toSorted(), ['p01 on', 'p02 off', 'p03 off']);
  const { bridge: early } = start(t, WORLD, 1);
  const [first] = carriers;
  early.set([parseLink('a/1--b/1')], [first!]);
  await monitor.until(() => monitor.netdevs.get('p01') === false, 'p01 off after a tick');
});

test('Carrier.close() leaves the carriers alone, or sets them as told', async (t) => {
  for (const last of ['keep', 'down', 'up'] as const) {
    const monitor = await ScriptedMonitor.start(t, 'qmp', { netdevs: ['p01', 'p02'] });
    const { bridge, log, carrier } = start(t);
    bridge.attach('b/1');
    const carriers = [follows('a/1', 'p01', monitor), follows('a/2', 'p02', monitor)];
    bridge.set([parseLink('a/1--b/1'), parseLink('a/2--b/2')], carriers);
    await log.until('carrier', 2);
    await carrier.close(last, LONG_MS);
    const expected = last === 'keep' ? [true, false] : last === 'up' ? [true, true] : [false, false];
    assert.deepEqual([...monitor.netdevs.values()], expected);
    assert.equal(bridge.listenerCount('attached'), 0);
  }
});

test('Carrier.close() does not wait for a monitor that does not answer', async (t) => {
  const monitor = await ScriptedMonitor.start(t, 'qmp', { misbehave: () => {} });
  const { bridge, log, carrier } = start(t);
  bridge.set([parseLink('a/1--b/1')], [follows('a/1', 'p01', monitor)]);
  await log.until('monitor_busy');
  await carrier.close('down', 10);
});

test('Carrier without carriers opens no connection and never asks for the status', async (t) => {
  const { bridge, carrier } = start(t);
  bridge.status = () => assert.fail('asked');
  bridge.set([parseLink('a/1--b/1')], []);
  bridge.attach('a/1');
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(carrier.status(), []);
});
