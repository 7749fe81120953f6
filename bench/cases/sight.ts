// What it costs to look: metrics scraped every second, a capture that is armed, a capture that is written to a file.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Generator, type Traffic } from '../generator.ts';
import { bundle } from '../machine.ts';
import type { Measurement } from '../metrics.ts';
import { RunningRelay } from '../relays.ts';
import { WATCHED, WATCHED_SOCKET } from '../variants.ts';
import { type BenchCase, type CaseContext, measureTraffic, toMeasurement } from './case.ts';

const SCRAPE_MS = 1000;
const SETTLE_SECONDS = 2;
const ATTEMPT_MS = 50;

/** Looks at the bridge until it is told to stop. */
type Watcher = (signal: AbortSignal) => Promise<void>;

async function ask(method: string, path: string): Promise<number> {
  return await new Promise((resolve, reject) => {
    const sent = request({ socketPath: WATCHED_SOCKET, method, path }, (reply) => {
      reply.resume().on('end', () => resolve(reply.statusCode ?? 0));
    });
    sent.on('error', reject).end();
  });
}

async function command(...args: string[]): Promise<void> {
  const child = spawn(process.execPath, [bundle(), ...args, '--control', WATCHED_SOCKET], { stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`"tcpbridge ${args.join(' ')}" ended with ${code}`);
}

const WATCHERS: Readonly<Record<string, Watcher>> = {
  'watched-not': async () => {},
  'watched-metrics': async (signal) => {
    while (!signal.aborted) {
      if ((await ask('GET', '/metrics')) !== 200) throw new Error('No metrics');
      await pause(SCRAPE_MS, undefined, { signal }).catch(() => {});
    }
  },
  'watched-armed': async () => await command('capture', 'arm'),
  'watched-captured': async (signal) => {
    const args = [bundle(), 'capture', '-w', '/dev/null', '--control', WATCHED_SOCKET];
    const child: ChildProcess = spawn(process.execPath, args, { stdio: 'ignore' });
    signal.addEventListener('abort', () => child.kill('SIGINT'));
    await once(child, 'exit');
  },
};

async function isThere(): Promise<void> {
  for (;;) {
    const status = await ask('GET', '/healthz').catch(() => 0);
    if (status === 200) return;
    await pause(ATTEMPT_MS);
  }
}

async function run(context: CaseContext, traffic: Traffic): Promise<Measurement> {
  const { generatorBinary, processors, relay, seconds, warmUpSeconds } = context;
  const timed = { seconds, warmUpSeconds, settleSeconds: SETTLE_SECONDS, ...traffic };
  const generator = new Generator(generatorBinary, timed, processors.generator);
  const stop = new AbortController();
  let running: RunningRelay | undefined;
  let watching: Promise<void> = Promise.resolve();
  try {
    running = new RunningRelay(relay, await generator.listening, processors.relay);
    generator.reportPids(running.pids);
    await Promise.race([isThere(), running.failure]);
    watching = WATCHERS[relay.name]!(stop.signal);
    watching.catch(() => {});
    await Promise.race([generator.measuring, running.failure]);
    return toMeasurement(await Promise.race([measureTraffic(generator), running.failure]));
  } finally {
    stop.abort();
    await watching;
    await running?.stop();
    generator.kill();
  }
}

function sight(name: string, title: string, traffic: Traffic): BenchCase {
  return {
    name: `sight-${name}`,
    title: `looked at, ${title}`,
    links: traffic.links,
    bars: [],
    takesPart: (relay) => WATCHED.includes(relay),
    run: async (context) => await run(context, traffic),
  };
}

/** The cases that are looked at. */
export const SIGHT_CASES: readonly BenchCase[] = [
  sight('paced', '50 links, 200/s and 40/s back, 64 bytes', {
    mode: 'paced',
    links: 50,
    rate: 200,
    backRate: 40,
    frameBytes: 64,
  }),
  sight('flood', '1 link, flood of 1514 bytes, 32 frames a send', {
    mode: 'flood',
    links: 1,
    frameBytes: 1514,
    batch: 32,
  }),
];
