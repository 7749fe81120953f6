// Real guests see their cable: pulled when the link is set down or the machine at the other end dies, plugged in again when
// both are there; also after a machine was started anew. And QEMU tells whom it serves, and that its monitor is busy.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Bridge } from '../../src/control/bridge.ts';
import { Carrier } from '../../src/control/carrier.ts';
import { examine } from '../../src/control/doctor/examine.ts';
import type { Finding } from '../../src/control/doctor/finding.ts';
import type { Logger } from '../../src/log/logger.ts';
import { parseMonitor } from '../../src/topology/carrier.ts';
import { parseEndpoint } from '../../src/topology/endpoint-spec.ts';
import { makeTopology, parseLink, type Topology } from '../../src/topology/topology.ts';
import { Bridge as BridgeProcess } from '../support/bridge.ts';
import { Condition } from '../support/condition.ts';
import { chooseLoopbackAddress, findFreePort } from '../support/ports.ts';
import { type Guest, startGuest } from '../support/qemu.ts';

const BOOT_MS = 120_000;

/** A machine that can be started again, with a monitor of its own for tcpbridge. */
interface Machine {
  readonly name: string;
  readonly host: string;
  readonly endpoint: string;
  readonly monitor: string;
}

/** What was logged, to be waited for. */
class Records implements Logger {
  readonly events: string[] = [];
  readonly #condition = new Condition();

  record(_level: string, event: string, message: string): void {
    this.events.push(`${event}: ${message}`);
    this.#condition.changed();
  }

  until(pattern: RegExp, count = 1): Promise<void> {
    const holds = (): boolean => this.events.filter((event) => pattern.test(event)).length >= count;
    return this.#condition.until(holds, () => `${pattern} × ${count} in:\n${this.events.join('\n')}`);
  }
}

test('the carrier of a guest follows its link, the other machine, and comes back after a restart', async (t) => {
  const machines = [await prepare('r1', 'qmp'), await prepare('r2', 'hmp')] as const;
  const [first, second] = machines;
  const topology = wire(machines);
  const { bridge, log } = runBridge(t, topology);
  let a = await boot(t, first);
  // Nobody is at the other end yet.
  await sees(a, 0);
  let b = await boot(t, second);
  await Promise.all([sees(a, 1), sees(b, 1)]);

  await bridge.apply(setUp(topology, false));
  await Promise.all([sees(a, 0), sees(b, 0)]);
  await bridge.apply(setUp(topology, true));
  await Promise.all([sees(a, 1), sees(b, 1)]);

  await b.kill();
  await sees(a, 0);
  b = await boot(t, second);
  await Promise.all([sees(a, 1), sees(b, 1)]);

  // What a machine is told it forgets when it ends; it is told again.
  await bridge.apply(setUp(topology, false));
  await sees(a, 0);
  await a.kill();
  a = await boot(t, first);
  await sees(a, 0);
  await bridge.apply(setUp(topology, true));
  await Promise.all([sees(a, 1), sees(b, 1)]);
  await log.until(/^carrier: .* sees its link up/, 4);
});

test('a monitor that serves somebody else is busy, and is used when it is free', async (t) => {
  const machines = [await prepare('r1', 'hmp'), await prepare('r2', 'hmp')] as const;
  const [first] = machines;
  const guest = await boot(t, first);
  // As launch.py of vrnetlab does, for the life of the machine.
  const holder = connect(portOf(first.monitor), first.host);
  t.after(() => holder.destroy());
  await once(holder, 'data');
  const { log, carrier } = runBridge(t, wire([first, machines[1]]));
  await log.until(/^monitor_busy: .*serves another client.*-qmp tcp:0\.0\.0\.0:4100/);
  assert.equal(carrier.stateOf(`tcp:${first.host}:10001`), 'busy');
  assert.equal((await guest.run('cat /sys/class/net/eth0/carrier')).output, '1');
  const found = await examine(
    makeTopology([parseLink(`${first.endpoint}--listen:${await findFreePort()}`)], {
      carriers: wire([first, machines[1]]).carriers,
    }),
  );
  const monitor = found.endpoints[0]!.findings.find(({ check }) => check === 'monitor')!;
  assert.match(monitor.message, /serves another client$/);
  assert.match(monitor.advice ?? '', /QEMU_ADDITIONAL_ARGS/);
  holder.destroy();
  await sees(guest, 0);
});

test('tcpbridge doctor tells by the kernel and by QEMU whether a machine serves us or another client', async (t) => {
  const machines = [await prepare('r1', 'qmp'), await prepare('r2', 'qmp')] as const;
  const [first, second] = machines;
  await Promise.all([boot(t, first), boot(t, second)]);
  // Another tcpbridge is faster at the first machine.
  const other = await BridgeProcess.start(t, ['--p2p', `${first.endpoint}--listen:${await findFreePort()}`]);
  await other.event('attached', first.endpoint);
  const topology = wire(machines);
  const { bridge, log } = runBridge(t, topology);
  await log.until(/^attached: /, 2);
  const judge = async (): Promise<(readonly Finding[])[]> => {
    const running = { pid: process.pid, isLocal: true, segments: bridge.status() };
    const { endpoints } = await examine(topology, { running });
    return endpoints.map(({ findings }) => findings.filter(({ check }) => check === 'attachment'));
  };
  // Connected is not accepted: QEMU may take a moment.
  let [queued, attached] = await judge();
  while (!attached!.every(({ level }) => level === 'ok')) [queued, attached] = await judge();
  assert.equal(queued!.length, 2, `One by the kernel, one by the monitor: ${JSON.stringify(queued)}`);
  const [, client] =
    /^queued: connected to .*, which serves .*\(process \d+\) at (\S+)$/.exec(queued![0]!.message) ?? [];
  assert.ok(client, queued![0]!.message);
  assert.ok(queued![0]!.message.includes(`(process ${other.pid})`), queued![0]!.message);
  assert.ok(
    queued![1]!.message.startsWith(`queued: QEMU serves ${client}, not this tcpbridge at `),
    queued![1]!.message,
  );
  assert.match(attached![0]!.message, /^attached: accepted by qemu-system-x86/);
  assert.match(attached![1]!.message, /^QEMU serves this tcpbridge/);

  await other.finish();
  const settled = async (): Promise<boolean> => (await judge()).flat().every(({ level }) => level === 'ok');
  // QEMU takes the next one when it notices that the first has left.
  while (!(await settled()));
});

async function prepare(name: string, kind: 'hmp' | 'qmp'): Promise<Machine> {
  const host = chooseLoopbackAddress();
  return { name, host, endpoint: `${host}/1`, monitor: `${kind}:${host}:${await findFreePort(host)}` };
}

function boot(t: TestContext, { name, host, monitor }: Machine): Promise<Guest> {
  const option = monitor.startsWith('qmp') ? '-qmp' : '-monitor';
  return startGuest({
    scope: t,
    name,
    netdev: [`socket,id=p1,listen=${host}:10001`],
    ip: `198.18.0.${name.slice(1)}/24`,
    memMb: 192,
    bootDeadlineMs: BOOT_MS,
    extraArgs: [option, `tcp:${host}:${portOf(monitor)},server=on,wait=off`],
  });
}

function wire(machines: readonly [Machine, Machine]): Topology {
  const carriers = machines.map(({ endpoint, monitor }) => ({
    endpoint: parseEndpoint(endpoint),
    monitor: parseMonitor(monitor),
    netdev: 'p1',
  }));
  return makeTopology([parseLink(machines.map(({ endpoint }) => endpoint).join('--'))], { carriers });
}

function setUp(topology: Topology, isUp: boolean): Topology {
  return makeTopology(
    topology.segments.map((segment) => ({ ...segment, isUp })),
    topology,
  );
}

function runBridge(t: TestContext, topology: Topology): { bridge: Bridge; carrier: Carrier; log: Records } {
  const bridge = Bridge.start(topology);
  const log = new Records();
  const carrier = new Carrier(bridge, { log });
  bridge.on('attached', ({ endpoint }) => log.record('info', 'attached', endpoint));
  bridge.on('detached', ({ endpoint }) => log.record('info', 'detached', endpoint));
  t.after(async () => {
    await carrier.close();
    await bridge.close();
  });
  return { bridge, carrier, log };
}

/** The guest itself waits until its interface has, or has not, a carrier. */
async function sees(guest: Guest, carrier: 0 | 1): Promise<void> {
  const command = `until [ "$(cat /sys/class/net/eth0/carrier)" = ${carrier} ]; do sleep 0.1; done`;
  const { code } = await guest.run(command, { timeoutMs: BOOT_MS });
  assert.equal(code, 0);
}

function portOf(monitor: string): number {
  return Number(monitor.slice(monitor.lastIndexOf(':') + 1));
}
