// `make demo-qemu`: two real QEMU machines, wired by a real tcpbridge process, and then the same two joined directly.
//   1. boot the machines: the first NIC listens as in vrnetlab; the second joins them without anything in between
//   2. wire the first NICs with `tcpbridge --p2p`, ping, iperf3 both ways
//   3. the same over the second NICs, for comparison
//   4. print the comparison (demo/qemu-report.ts)
// Usage: node build/demo/qemu.js, after scripts/build-guest and `npm run build`. Exit code 0 when no ping was lost.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { withDeadline } from '../test/support/deadline.ts';
import { iperf, type PingResult, ping, serveIperf } from '../test/support/guest-traffic.ts';
import { findFreePort } from '../test/support/ports.ts';
import { type Guest, startGuest } from '../test/support/qemu.ts';
import { formatBitRate, formatCeiling, formatNextSteps, formatTable, type LinkFigures } from './qemu-report.ts';
import { choosePaint } from './report.ts';

const PINGS = 20;
const PING_INTERVAL_MS = 100;
const IPERF_SECONDS = 2;
const DEADLINE_MS = 60_000;
const FIRST_PORT = 10_000;
const INTERFACES_TO_TRY = 50;
// Two loopback addresses stand for two routers, each with its first NIC on port 10001.
const HOSTS = ['127.0.1.1', '127.0.2.1'] as const;

const TCPBRIDGE = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));

const paint = choosePaint(process.stdout.isTTY, process.env);
const cleanUps: (() => Promise<void>)[] = [];
const scope = { after: (cleanUp: () => Promise<void>): void => void cleanUps.push(cleanUp) };

for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => cleanUpAll().finally(() => process.exit(128 + constants.signals[signal])));
}
process.stdout.on('error', () => cleanUpAll().finally(() => process.exit(1))); // Nobody reads any more.

try {
  if (!existsSync(TCPBRIDGE)) throw new Error(`Cannot find "${TCPBRIDGE}", run "npm run build" first`);
  await demonstrate();
} catch (error) {
  process.stderr.write(`\n${paint('red', `The demonstration failed: ${(error as Error).message}`)}\n`);
  process.exitCode = 1;
} finally {
  await cleanUpAll();
}

async function demonstrate(): Promise<void> {
  const interfaceNumber = await findFreeInterface();
  write(`${paint('bold', 'Two QEMU machines')}, a Debian kernel each, on emulated processors (TCG):\n`);
  const guests = await startGuests(FIRST_PORT + interfaceNumber);

  const link = `${HOSTS[0]}/${interfaceNumber}--${HOSTS[1]}/${interfaceNumber}`;
  write(`\n${paint('bold', 'Wired by tcpbridge:')} tcpbridge --p2p ${link}\n`);
  const bridge = await startTcpbridge(link);
  const bridged = await Promise.race([measure('tcpbridge', guests, '198.18.0.2'), bridge.failure]);
  await bridge.stop();

  write(`\n${paint('bold', 'Joined directly')}, listen= and connect=, for comparison:\n`);
  const joined = await measure('joined directly', guests, '198.18.1.2');

  write(`\n${formatTable(paint, [bridged, joined])}\n`);
  const lost = bridged.ping.sent - bridged.ping.received;
  if (lost > 0) throw new Error(`${lost} of ${bridged.ping.sent} pings through tcpbridge were not answered`);
  write(`${formatCeiling(paint)}\n${formatNextSteps(paint, link)}`);
}

/** Boots one after the other: the second NIC of r2 can only connect when r1 listens. */
async function startGuests(port: number): Promise<[Guest, Guest]> {
  const direct = `127.0.0.1:${await findFreePort()}`;
  const joins = [`listen=${direct}`, `connect=${direct}`];
  const guests: Guest[] = [];
  for (const [index, host] of HOSTS.entries()) {
    const name = `r${index + 1}`;
    const netdev = `socket,id=p1,listen=${host}:${port}`;
    const ip = [`198.18.0.${index + 1}/24`, `198.18.1.${index + 1}/24`];
    write(`  ${name}  198.18.0.${index + 1}  -netdev ${netdev}`);
    const startedMs = Date.now();
    guests.push(await startGuest({ scope, name, ip, netdev: [netdev, `socket,id=p2,${joins[index]}`] }));
    write(`   booted in ${((Date.now() - startedMs) / 1000).toFixed(1)} s\n`);
  }
  const [a, b] = guests as [Guest, Guest];
  await serveIperf(b);
  return [a, b];
}

interface RunningBridge {
  /** Rejects when the process ends unasked. */
  failure: Promise<never>;
  stop(): Promise<void>;
}

/** Starts tcpbridge and waits until it says that it has attached both machines. */
async function startTcpbridge(link: string): Promise<RunningBridge> {
  const child = spawn(process.execPath, [TCPBRIDGE, '--log-format', 'json', '--p2p', link], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  scope.after(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  let isStopping = false;
  let last = '';
  const failure = exited.then(([code, signal]) => {
    if (!isStopping) throw new Error(`tcpbridge ended with "${signal ?? code}", its last line: ${last}`);
    return new Promise<never>(() => {});
  });
  failure.catch(() => {});
  const attached = new Promise<void>((resolve) => {
    let missing = HOSTS.length;
    createInterface({ input: child.stderr }).on('line', (line) => {
      last = line;
      const record = (line.startsWith('{') ? JSON.parse(line) : {}) as { event?: string; endpoint?: string };
      if (record.event !== 'attached') return;
      write(`  ${record.endpoint} is attached\n`);
      missing -= 1;
      if (missing === 0) resolve();
    });
  });
  await withDeadline(Promise.race([attached, failure]), DEADLINE_MS, 'tcpbridge to attach both machines');
  const stop = async (): Promise<void> => {
    isStopping = true;
    child.kill('SIGTERM');
    const [code, signal] = (await withDeadline(exited, DEADLINE_MS, 'tcpbridge to end')) as unknown[];
    if (code !== 0) throw new Error(`tcpbridge ended with "${signal ?? code}" after SIGTERM, its last line: ${last}`);
  };
  return { failure, stop };
}

async function measure(name: string, [a, b]: [Guest, Guest], address: string): Promise<LinkFigures> {
  // A first ping that does not count: ARP, and the emulator has yet to translate the code that answers it (20 ms, also
  // without anything in between).
  await ping(a, address, { count: 1 });
  write(`  ${a.name}# ${paint('cyan', `ping -c ${PINGS} -i ${PING_INTERVAL_MS / 1000} ${address}`)}\n`);
  const pinged: PingResult = await ping(a, address, {
    count: PINGS,
    intervalMs: PING_INTERVAL_MS,
    onLine: (line) => {
      if (line.includes('icmp_seq')) write(`  ${line}\n`);
    },
  });
  write(`  ${a.name}# ${paint('cyan', `iperf3 -t ${IPERF_SECONDS} -c ${address}`)}`);
  const forth = await iperf(a, address, { seconds: IPERF_SECONDS });
  write(`      ${a.name} to ${b.name}  ${formatBitRate(forth.bitsPerSecond)}\n`);
  write(`  ${a.name}# ${paint('cyan', `iperf3 -t ${IPERF_SECONDS} -R -c ${address}`)}`);
  const back = await iperf(a, address, { seconds: IPERF_SECONDS, reverse: true });
  write(`   ${b.name} to ${a.name}  ${formatBitRate(back.bitsPerSecond)}\n`);
  return { name, ping: pinged, forthBitsPerSecond: forth.bitsPerSecond, backBitsPerSecond: back.bitsPerSecond };
}

/** The first interface number whose port is free on both addresses. */
async function findFreeInterface(): Promise<number> {
  for (let number = 1; number <= INTERFACES_TO_TRY; number += 1) {
    const free = await Promise.all(HOSTS.map((host) => canListen(host, FIRST_PORT + number)));
    if (free.every(Boolean)) return number;
  }
  throw new Error(
    `Cannot find a free port from ${FIRST_PORT + 1} to ${FIRST_PORT + INTERFACES_TO_TRY} on ${HOSTS.join(' and ')}`,
  );
}

async function canListen(host: string, port: number): Promise<boolean> {
  const server = createServer();
  const listening = once(server, 'listening');
  server.listen(port, host);
  try {
    await listening;
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}

async function cleanUpAll(): Promise<void> {
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()));
}

function write(text: string): void {
  process.stdout.write(text);
}
