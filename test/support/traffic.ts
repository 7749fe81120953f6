// Traffic between hosts that are network namespaces: ping(8) and iperf3(1).
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { LineReader } from './line-reader.ts';
import type { NetworkNamespace } from './network-namespace.ts';
import type { Scope } from './qemu.ts';

/** Pings with so many bytes, which may not be fragmented; every ping must be answered within its 20 s. */
export async function ping(from: NetworkNamespace, to: string, bytes = 56, count = 3): Promise<void> {
  const size = ['-M', 'do', '-s', String(bytes)];
  const output = await from.run('ping', '-n', '-c', String(count), '-i', '0.2', '-W', '20', ...size, to);
  assert.match(output, new RegExp(`${count} received`));
}

/** Waits until an address can be used: IPv6 looks for duplicates first (RFC 4862, 5.4). */
export async function untilUsable(namespace: NetworkNamespace, device: string): Promise<void> {
  const loop = `while ip -6 addr show dev ${device} tentative | grep -q inet6; do sleep 0.1; done`;
  await namespace.run('timeout', '30', 'sh', '-c', loop);
}

/** Sends over TCP for some seconds; returns the bytes that arrived. */
export async function iperf(
  scope: Scope,
  from: NetworkNamespace,
  to: NetworkNamespace,
  address: string,
  seconds: number,
): Promise<number> {
  const server = spawnInside(to, 'iperf3', ['-s', '-1', '--forceflush']);
  scope.after(async () => void server.kill('SIGKILL'));
  await lineOf(server, /Server listening/);
  const report = JSON.parse(await from.run('iperf3', '-J', '-c', address, '-t', String(seconds)));
  return Number(report.end.sum_received.bytes);
}

/** Counts frames of at least so many bytes that an interface receives; `end` stops and tells how many there were. */
export async function countFrames(
  scope: Scope,
  namespace: NetworkNamespace,
  device: string,
  bytes: number,
): Promise<{ end: () => Promise<number> }> {
  const watcher = spawnInside(namespace, 'tcpdump', ['-n', '-p', '-i', device, '-Q', 'in', '-l', `greater ${bytes}`]);
  scope.after(async () => void watcher.kill('SIGKILL'));
  let errors = '';
  const started = new Promise<void>((resolve) => {
    watcher.stderr?.on('data', (text: Buffer) => {
      errors += text;
      if (/listening on/.test(errors)) resolve();
    });
  });
  watcher.stdout?.resume();
  await started;
  return {
    end: async () => {
      watcher.kill('SIGINT');
      await once(watcher, 'close');
      return Number(/(\d+) packets? received by filter/.exec(errors)?.[1]);
    },
  };
}

function spawnInside(namespace: NetworkNamespace, file: string, args: readonly string[]): ChildProcess {
  const [launcher, ...rest] = [...namespace.launcher, file, ...args];
  return spawn(launcher as string, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function lineOf(child: ChildProcess, pattern: RegExp): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', new LineReader((line) => pattern.test(line) && resolve()).push);
    child.on('close', () => reject(new Error(`A program ended before it said ${pattern}`)));
  });
}
