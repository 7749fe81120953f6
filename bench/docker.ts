// Figures of the product in Docker, on one host and across two: image size, time from `docker run` to the first frame, ping and
// iperf3 between two QEMU machines in containers. Run by `make bench-docker`; prints a table for docs/multi-host.md.
//
// The "hosts" are network namespaces of one machine with two engines, so the overlay costs its encapsulation here, but no wire.
import { writeFileSync } from 'node:fs';
import { attachedEndpoints, waitForLinks } from '../test/support/docker-bridge.ts';
import type { DockerEngine } from '../test/support/docker-engine.ts';
import { type Router, RouterShells } from '../test/support/docker-routers.ts';
import { OVERLAY, startSwarm } from '../test/support/docker-swarm.ts';
import { iperf, ping, serveIperf } from '../test/support/guest-traffic.ts';

const ROUNDS = 7;
const PINGS = { count: 500, intervalMs: 10 };
const IPERF_SECONDS = 5;
const VR2 = '198.18.100.2';
const RESULT = 'build/bench-docker.json';

interface Figures {
  place: string;
  firstFrameMs: number[];
  pingAverageMs: number;
  pingMaxMs: number;
  pingLost: number;
  iperfMbitPerSecond: number[];
}

const endings: (() => Promise<void>)[] = [];
try {
  await measureAll();
} finally {
  for (const end of endings.reverse()) await end();
}

async function measureAll(): Promise<void> {
  const scope = { after: (end: () => Promise<void>): number => endings.push(end) };
  const [first, second] = await startSwarm(scope);
  const shells = await RouterShells.open(scope, first, ['vr1', 'vr2']);
  const bytes = Number(await first.docker('image', 'inspect', '--format', '{{.Size}}', 'tcpbridge'));

  await first.docker('network', 'create', 'local');
  const figures = [
    await measure('one host', shells, first, first, 'local'),
    await measure('two hosts, overlay', shells, first, second, OVERLAY),
  ];
  writeFileSync(RESULT, `${JSON.stringify({ date: new Date().toISOString(), imageBytes: bytes, figures }, null, 2)}\n`);
  console.log(`\nImage: ${(bytes / 1e6).toFixed(1)} MB\n`);
  console.log(
    '| | ping average / max | lost | iperf3, there and back | docker run to first frame, median (min to max) |',
  );
  console.log('|---|---|---|---|---|');
  for (const row of figures) console.log(formatRow(row));
  console.log(`\n${ROUNDS} starts, ${PINGS.count} pings, iperf3 for ${IPERF_SECONDS} s each way. JSON: ${RESULT}`);
}

async function measure(
  place: string,
  shells: RouterShells,
  near: DockerEngine,
  far: DockerEngine,
  network: string,
): Promise<Figures> {
  const join = ['--network', network];
  const [vr1, vr2] = await Promise.all([
    shells.start(near, 'vr1', ['198.18.100.1/24'], join),
    shells.start(far, 'vr2', [`${VR2}/24`], join),
  ]);
  const firstFrameMs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    firstFrameMs.push(await measureFirstFrame(near, vr1, vr2, join));
    if (round < ROUNDS - 1) await near.docker('rm', '--force', 'tcpbridge');
  }
  await waitForLinks(near, 'tcpbridge');
  const { averageMs, maxMs, sent, received } = await ping(vr1, VR2, PINGS);
  await serveIperf(vr2);
  const iperfMbitPerSecond: number[] = [];
  for (const reverse of [false, true]) {
    const { bitsPerSecond } = await iperf(vr1, VR2, { seconds: IPERF_SECONDS, reverse });
    iperfMbitPerSecond.push(Math.round(bitsPerSecond / 1e6));
  }
  if ((await attachedEndpoints(near, 'tcpbridge')).length !== 2)
    throw new Error('The link was not the one to be measured');
  await near.docker('rm', '--force', 'tcpbridge', 'vr1');
  await far.docker('rm', '--force', 'vr2');
  return {
    place,
    firstFrameMs,
    pingAverageMs: averageMs,
    pingMaxMs: maxMs,
    pingLost: sent - received,
    iperfMbitPerSecond,
  };
}

// From the moment before `docker run` until a ping that goes on all the time is answered for the first time. The machines know
// each other's MAC address beforehand: what is measured is the first frame, not how long ARP waits before it asks again.
async function measureFirstFrame(
  engine: DockerEngine,
  vr1: Router,
  vr2: Router,
  join: readonly string[],
): Promise<number> {
  await vr1.run(`ip neighbour replace ${VR2} lladdr 52:54:00:00:02:01 dev eth0`);
  await vr2.run('ip neighbour replace 198.18.100.1 lladdr 52:54:00:00:01:01 dev eth0');
  let startedAt = 0;
  let answeredAt = 0;
  const pinging = vr1.run(
    `timeout 60 ping -n -i 0.01 ${VR2} | while read -r line; do case "$line" in *from*) break; esac; done; echo done`,
    {
      timeoutMs: 120_000,
      onLine: () => {
        answeredAt ||= performance.now();
      },
    },
  );
  startedAt = performance.now();
  await engine.docker('run', '-d', '--name', 'tcpbridge', ...join, 'tcpbridge', '--p2p', 'vr1/1--vr2/1');
  await pinging;
  return Math.round(answeredAt - startedAt);
}

function formatRow({ place, firstFrameMs, pingAverageMs, pingMaxMs, pingLost, iperfMbitPerSecond }: Figures): string {
  const sorted = firstFrameMs.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  const start = `${median} ms (${sorted[0]} to ${sorted.at(-1)})`;
  const rate = iperfMbitPerSecond.map((mbit) => `${mbit}`).join(' and ');
  return `| ${place} | ${pingAverageMs} / ${pingMaxMs} ms | ${pingLost} | ${rate} Mbit/s | ${start} |`;
}
