// `make demo`: two simulated routers, wired first by a real tcpbridge process and then by a plain relay, over real
// loopback sockets. The same pings run both times.
//   1. start two routers (demo/router.ts), each a process that listens as a QEMU machine does
//   2. wire them with `tcpbridge --p2p`, let them find each other by ARP, ping
//   3. the same with demo/relay.ts
//   4. print the comparison (demo/report.ts)
// Usage: node build/demo/main.js [--pings N]. Exit code 0 when every ping through tcpbridge was answered.
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { RouterSettings } from './messages.ts';
import { type Child, Processes } from './processes.ts';
import { choosePaint, formatNextSteps, formatReply, formatTable, formatVerdict, type PingResult } from './report.ts';

// A wire of a lab is seldom idle, and only then do relays differ: when nothing but a ping runs, each answer carries the
// acknowledgement that the next request would otherwise wait for.
const BFD_INTERVAL_MS = 50;
const VOICE_INTERVAL_MS = 10;
const PING_INTERVAL_MS = 25;
const DEFAULT_PINGS = 155;
const MAX_PINGS = 65_535; // The sequence number has 16 bits (RFC 792).

const DEADLINE_MS = 20_000;
const FIRST_PORT = 10_000;
const INTERFACES_TO_TRY = 50;
const HOSTS = ['127.0.1.1', '127.0.2.1'] as const;
const ADDRESSES = ['10.0.0.1', '10.0.0.2'] as const;
const MACS = ['52:54:00:00:00:01', '52:54:00:00:00:02'] as const;

const TCPBRIDGE = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
const ROUTER = fileURLToPath(new URL('./router.js', import.meta.url));
const RELAY = fileURLToPath(new URL('./relay.js', import.meta.url));

type Routers = readonly [Child, Child];

const paint = choosePaint(process.stdout.isTTY, process.env);
const processes = new Processes();

for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => processes.stopAll().finally(() => process.exit(128 + constants.signals[signal])));
}
process.stdout.on('error', () => process.exit(1)); // Nobody reads any more: `make demo | head`.

try {
  const pings = readPings();
  if (!existsSync(TCPBRIDGE)) throw new Error(`Cannot find "${TCPBRIDGE}", run "npm run build" first`);
  await Promise.race([demonstrate(pings), processes.failure]);
} catch (error) {
  process.stderr.write(`\n${paint('red', `The demonstration failed: ${(error as Error).message}`)}\n`);
  process.exitCode = 1;
} finally {
  await processes.stopAll();
}

function readPings(): number {
  const text = parseArgs({ options: { pings: { type: 'string' } } }).values.pings ?? String(DEFAULT_PINGS);
  if (!/^\d+$/.test(text) || Number(text) < 1 || Number(text) > MAX_PINGS) {
    throw new Error(`Cannot send "${text}" pings, expected a number from 1 to ${MAX_PINGS}`);
  }
  return Number(text);
}

async function demonstrate(pings: number): Promise<void> {
  const { routers, interfaceNumber } = await startRouters();
  const port = FIRST_PORT + interfaceNumber;
  write(`${paint('bold', 'Two simulated routers')} listen as QEMU machines do:\n`);
  write(`  r1  ${ADDRESSES[0]}  -netdev socket,listen=${HOSTS[0]}:${port}\n`);
  write(`  r2  ${ADDRESSES[1]}  -netdev socket,listen=${HOSTS[1]}:${port}\n`);
  write(`r1 pings r2 every ${PING_INTERVAL_MS} ms. Meanwhile both run BFD (a packet every ${BFD_INTERVAL_MS} ms),\n`);
  write(`and r1 sends r2 a voice stream (a packet every ${VOICE_INTERVAL_MS} ms).\n\n`);

  const link = `${HOSTS[0]}/${interfaceNumber}--${HOSTS[1]}/${interfaceNumber}`;
  write(`${paint('bold', 'Wired by tcpbridge:')} tcpbridge --p2p ${link}\n`);
  const bridged = await measure('tcpbridge', [TCPBRIDGE, '--p2p', link], routers, pings);

  write(`${paint('bold', 'Wired by a plain relay')} in node:net, for comparison:\n`);
  const endpoints = HOSTS.map((host) => `${host}:${port}`);
  const relayed = await measure('plain relay', [RELAY, ...endpoints], routers, pings);

  write(`${formatTable(paint, [bridged, relayed])}\n`);
  const lost = bridged.sent - bridged.roundTripsMs.length;
  if (lost > 0) throw new Error(`${lost} of ${bridged.sent} pings through tcpbridge were not answered`);
  write(`${formatVerdict(paint, bridged, relayed)}\n${formatNextSteps(paint)}`);
}

/** Starts both routers on the first interface number whose ports are free. */
async function startRouters(): Promise<{ routers: Routers; interfaceNumber: number }> {
  for (let interfaceNumber = 1; interfaceNumber <= INTERFACES_TO_TRY; interfaceNumber += 1) {
    const routers: Routers = [startRouter(0, interfaceNumber), startRouter(1, interfaceNumber)];
    const answers = await Promise.all(
      routers.map((router) => router.waitFor(['listening', 'address-in-use'], 'start', DEADLINE_MS)),
    );
    if (answers.every((answer) => answer.kind === 'listening')) return { routers, interfaceNumber };
    write(`Port ${FIRST_PORT + interfaceNumber} is taken, trying the next.\n`);
    await Promise.all(routers.map((router) => router.stop()));
  }
  throw new Error(
    `Cannot find a free port from ${FIRST_PORT + 1} to ${FIRST_PORT + INTERFACES_TO_TRY} on ${HOSTS.join(' and ')}`,
  );
}

function startRouter(index: 0 | 1, interfaceNumber: number): Child {
  const settings: RouterSettings = {
    mac: MACS[index],
    address: ADDRESSES[index],
    peerAddress: ADDRESSES[1 - index]!,
    listenAddress: HOSTS[index],
    listenPort: FIRST_PORT + interfaceNumber,
  };
  return processes.start(`r${index + 1}`, [ROUTER, JSON.stringify(settings)], 'router');
}

/** Wires the routers with a relay, pings, and takes the wire away again. */
async function measure(name: string, command: readonly string[], routers: Routers, pings: number): Promise<PingResult> {
  const attached = routers.map((router) => router.waitFor(['attached'], `get a connection from ${name}`, DEADLINE_MS));
  const relay = processes.start(name, command, 'relay');
  await Promise.all(attached);

  const resolved = routers.map((router) =>
    router.waitFor(['resolved'], `get an ARP reply through ${name}`, DEADLINE_MS),
  );
  for (const router of routers) router.send({ kind: 'resolve' });
  const [answer] = await Promise.all(resolved);
  write(`  ${ADDRESSES[1]} is at ${answer!.mac}\n`);

  const result = await exchangePings(name, routers, pings);

  for (const router of routers) router.send({ kind: 'stop-traffic' });
  const detached = routers.map((router) =>
    router.waitFor(['detached'], `lose the connection from ${name}`, DEADLINE_MS),
  );
  await relay.stop();
  await Promise.all(detached);
  if (!relay.endedWell) throw new Error([`${name} ${relay.ending}`, ...relay.lastLines].join('\n  '));
  return result;
}

async function exchangePings(name: string, routers: Routers, count: number): Promise<PingResult> {
  const [pinger] = routers;
  const roundTripsMs: number[] = [];
  const stopListening = pinger.onEvent((event) => {
    if (event.kind !== 'reply') return;
    write(formatReply(paint, { ...event, index: roundTripsMs.length, count, from: ADDRESSES[1] }));
    roundTripsMs.push(event.roundTripMs);
  });
  const done = pinger.waitFor(['pings-done'], 'finish its pings', count * PING_INTERVAL_MS + DEADLINE_MS);
  for (const router of routers) router.send({ kind: 'start-bfd', intervalMs: BFD_INTERVAL_MS });
  pinger.send({ kind: 'start-voice', intervalMs: VOICE_INTERVAL_MS });
  pinger.send({ kind: 'ping', count, intervalMs: PING_INTERVAL_MS });
  const { sent } = await done;
  stopListening();
  write('\n');
  return { name, sent, roundTripsMs };
}

function write(text: string): void {
  process.stdout.write(text);
}
