// TAP to TAP: two machines are network namespaces, each with one interface, joined by tcpbridge or, as the reference, by the
// kernel's own bridge. What is measured is the round trip of ping, and what iperf3 gets through one TCP connection; both
// include the two stacks of the kernel, so compare, and do not quote alone. Needs root, iproute2, iputils-ping, iperf3.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { bundle, readBusyNs } from '../machine.ts';
import type { Measurement } from '../metrics.ts';
import { INTERFACES } from '../variants.ts';
import type { BenchCase, CaseContext } from './case.ts';

const run = promisify(execFile);
const ADDRESSES = ['198.18.90.1', '198.18.90.2'] as const;
const PING_INTERVAL_S = 0.002;
const MACHINES = ['a', 'b'] as const;

/** Two namespaces called tcpbridge-bench-PID-a and -b, and a third one for what joins them. */
class Machines {
  readonly middle = `tcpbridge-bench-${process.pid}`;
  readonly names = MACHINES.map((name) => `${this.middle}-${name}`);
  #bridge: ChildProcess | undefined;

  async open(joinedBy: string): Promise<number | undefined> {
    for (const name of [this.middle, ...this.names]) await ip('netns', 'add', name);
    if (joinedBy === 'kernel-bridge') await this.#joinByKernel();
    else await this.#joinByTaps();
    for (const [index, name] of this.names.entries()) {
      await ip('-n', name, 'address', 'add', `${ADDRESSES[index]}/24`, 'dev', 'nic');
      await ip('-n', name, 'link', 'set', 'nic', 'up');
      await ip('-n', name, 'link', 'set', 'lo', 'up');
    }
    await inside(this.names[0]!, 'ping', '-c', '1', '-w', '20', ADDRESSES[1]);
    return this.#bridge?.pid;
  }

  async close(): Promise<void> {
    if (this.#bridge !== undefined && this.#bridge.exitCode === null) {
      const gone = once(this.#bridge, 'exit');
      this.#bridge.kill('SIGTERM');
      await gone;
    }
    for (const name of [...this.names, this.middle]) await ip('netns', 'del', name).catch(() => {});
  }

  async #joinByKernel(): Promise<void> {
    await ip('-n', this.middle, 'link', 'add', 'bridge', 'type', 'bridge');
    await ip('-n', this.middle, 'link', 'set', 'bridge', 'up');
    for (const [index, name] of this.names.entries()) {
      const port = `port${index}`;
      await ip('-n', this.middle, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'nic', 'netns', name);
      await ip('-n', this.middle, 'link', 'set', port, 'master', 'bridge', 'up');
    }
  }

  // The interfaces are made in the middle and handed to the machines: the bridge holds on to their descriptors.
  async #joinByTaps(): Promise<void> {
    const link = MACHINES.map((name) => `tap:nic-${name}`).join('--');
    this.#bridge = spawn(
      'ip',
      [
        'netns',
        'exec',
        this.middle,
        process.execPath,
        bundle(),
        '--control',
        'none',
        '--log-format',
        'json',
        '--p2p',
        link,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let attached = 0;
    for await (const text of this.#bridge.stderr!.setEncoding('utf8')) {
      attached += String(text).split('"attached"').length - 1;
      if (attached >= MACHINES.length) break;
    }
    for (const [index, name] of this.names.entries()) {
      const nic = `nic-${MACHINES[index]}`;
      await ip('-n', this.middle, 'link', 'set', nic, 'down');
      await ip('-n', this.middle, 'link', 'set', nic, 'netns', name, 'name', 'nic');
    }
  }
}

async function ip(...args: string[]): Promise<void> {
  await run('ip', args);
}

async function inside(name: string, file: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('ip', ['netns', 'exec', name, file, ...args], { maxBuffer: 64 << 20 });
  return stdout;
}

async function measurePing(name: string, seconds: number): Promise<Measurement> {
  const count = String(Math.round(seconds / PING_INTERVAL_S));
  const text = await inside(name, 'ping', '-i', String(PING_INTERVAL_S), '-c', count, ADDRESSES[1]);
  const times = [...text.matchAll(/time=([\d.]+) ms/g)].map(([, ms]) => Number(ms) * 1000).sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))]!;
  return { p50Us: at(0.5), p99Us: at(0.99), p999Us: at(0.999), maxUs: at(1), lost: Number(count) - times.length };
}

async function measureThroughput(names: readonly string[], seconds: number): Promise<Measurement> {
  const server = spawn('ip', ['netns', 'exec', names[1]!, 'iperf3', '--server', '--one-off', '--forceflush'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(server.stdout!, 'data');
  const busyNs = readBusyNs();
  const text = await inside(names[0]!, 'iperf3', '--client', ADDRESSES[1], '--time', String(seconds), '--json');
  const machineNs = readBusyNs() - busyNs;
  const { bytes, bits_per_second } = (
    JSON.parse(text) as { end: { sum_received: { bytes: number; bits_per_second: number } } }
  ).end.sum_received;
  // One frame carries 1,448 bytes at an MTU of 1500; acknowledgements are not counted.
  return { gigabitsPerSecond: bits_per_second / 1e9, cpuSecondsPerMillionFrames: machineNs / 1e3 / (bytes / 1448) };
}

async function measure({ relay, seconds }: CaseContext): Promise<Measurement> {
  const machines = new Machines();
  try {
    await machines.open(relay.name);
    const latency = await measurePing(machines.names[0]!, seconds);
    return { ...latency, ...(await measureThroughput(machines.names, seconds)) };
  } finally {
    await machines.close();
  }
}

/** TAP to TAP. */
export const INTERFACE_CASES: readonly BenchCase[] = [
  {
    name: 'interfaces',
    title: 'two interfaces: ping (round trip) and iperf3; CPU is that of the whole machine',
    links: 1,
    bars: [],
    takesPart: (relay) => INTERFACES.includes(relay),
    run: measure,
  },
];
