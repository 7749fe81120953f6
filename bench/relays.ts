// The relays that are compared: how each is started on a list of links, and how they end. Every relay gets the same
// addresses, one processor, and all the descriptors it wants, except tcpbridge, which must raise its own limit.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LinkPorts } from './generator.ts';
import { bundle, compileProgram, projectRoot } from './machine.ts';
import { VARIANTS } from './variants.ts';

/** A relay: a name, what it can do, and the commands that relay the given links. */
export interface Relay {
  readonly name: string;
  readonly title: string;
  /** More links than this it cannot do, or not sensibly. */
  readonly maxLinks: number;
  /** Takes part only in cases that name it: see `takesPart`. */
  readonly isSpecial?: boolean;
  /** The soft limit of descriptors that it starts with. */
  readonly descriptors: '1024' | 'hard';
  /** What is missing to run it, or undefined. */
  missing(): string | undefined;
  commands(links: readonly LinkPorts[]): string[][];
}

const HOST = '127.0.0.1';
const flat = (links: readonly LinkPorts[]): string[] => links.flat().map((port) => `${HOST}:${port}`);
const needs = (tool: string): (() => string | undefined) => {
  return () => (spawnSync('which', [tool]).status === 0 ? undefined : `${tool} (run scripts/install-bench-tools)`);
};

/** All relays, in the order in which the table shows them. */
export const RELAYS: readonly Relay[] = [
  {
    name: 'floor',
    title: 'floor (C, epoll, QUICKACK)',
    maxLinks: Number.POSITIVE_INFINITY,
    descriptors: 'hard',
    missing: needs('gcc'),
    commands: (links) => [[compileProgram('floor'), ...flat(links)]],
  },
  {
    name: 'tcpbridge',
    title: 'tcpbridge',
    maxLinks: Number.POSITIVE_INFINITY,
    descriptors: '1024',
    missing: () => (existsSync(bundle()) ? undefined : 'dist/bin.js (run npm run build)'),
    commands: (links) => [
      [process.execPath, bundle(), '--p2p', ...links.map(([a, b]) => `tcp:${HOST}:${a}--tcp:${HOST}:${b}`)],
    ],
  },
  {
    name: 'socat',
    title: 'socat, one process a link',
    maxLinks: 20,
    descriptors: 'hard',
    missing: needs('socat'),
    commands: (links) => links.map(([a, b]) => ['socat', `TCP:${HOST}:${a},nodelay`, `TCP:${HOST}:${b},nodelay`]),
  },
  {
    name: 'node-relay',
    title: 'node:net, pipe both ways',
    maxLinks: Number.POSITIVE_INFINITY,
    descriptors: 'hard',
    missing: () => undefined,
    commands: (links) => [[process.execPath, join(projectRoot(), 'bench', 'node-relay.mjs'), ...flat(links)]],
  },
  {
    name: 'ancestor',
    title: 'the ancestor: Python, select, 2 KiB reads',
    // select(2) takes descriptors below 1,024 only.
    maxLinks: 500,
    descriptors: 'hard',
    missing: needs('python3'),
    commands: (links) => [['python3', join(projectRoot(), 'bench', 'ancestor.py'), ...flat(links)]],
  },
  ...VARIANTS,
];

/** The processes of one running relay. */
export class RunningRelay {
  readonly pids: readonly number[];
  /** Rejects when a process ends before `stop`; never resolves. */
  readonly failure: Promise<never>;
  readonly #processes: ChildProcess[];
  #stopping = false;

  constructor(relay: Relay, links: readonly LinkPorts[], cpu: number | undefined) {
    const pin = cpu === undefined ? [] : ['taskset', '--cpu-list', String(cpu)];
    // The shell and taskset replace themselves, so the process id stays that of the relay.
    const limit = ['bash', '-c', 'ulimit -Sn "$0" && exec "$@"', relay.descriptors, ...pin];
    this.#processes = relay.commands(links).map((command) => {
      const [file, ...args] = [...limit, ...command];
      return spawn(file!, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    });
    this.failure = new Promise((_, reject) => {
      for (const child of this.#processes) {
        let complaint = '';
        child.stderr!.setEncoding('utf8').on('data', (text: string) => {
          complaint = (complaint + text).slice(-2000);
        });
        child.once('error', reject);
        child.once('close', (code, signal) => {
          if (this.#stopping) return;
          const lastLine = complaint.trim().split('\n').at(-1) ?? '';
          reject(new Error(`${relay.name} ended (${signal ?? `code ${code}`}): ${lastLine}`));
        });
      }
    });
    this.failure.catch(() => {});
    this.pids = this.#processes.map((child) => child.pid).filter((pid) => pid !== undefined);
  }

  /** Asks the processes to end, insists after two seconds, and resolves when they are gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(
      this.#processes.map(async (child) => {
        if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
        const gone = new Promise((resolve) => child.once('close', resolve));
        child.kill('SIGTERM');
        const insist = setTimeout(() => child.kill('SIGKILL'), 2000);
        await gone;
        clearTimeout(insist);
      }),
    );
  }
}
