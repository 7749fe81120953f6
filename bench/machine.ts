// Where the benchmark runs: the project's folder, the two processors, the compiled C programs, and what to say of the machine.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder, wherever this file was compiled to. */
export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    if (folder === dirname(folder)) throw new Error('No package.json above the benchmark');
    folder = dirname(folder);
  }
  return folder;
}

/** The product as `npm run build` makes it. */
export function bundle(): string {
  return join(projectRoot(), 'dist', 'bin.js');
}

/** What a reader of the figures must know of the machine. */
export interface Machine {
  readonly kernel: string;
  readonly cpuModel: string;
  readonly cpuCount: number;
  readonly memoryGibibytes: number;
  readonly nodeVersion: string;
}

/** Describes this machine. */
export function describeMachine(): Machine {
  return {
    kernel: release(),
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    cpuCount: availableParallelism(),
    memoryGibibytes: Math.round(totalmem() / 2 ** 30),
    nodeVersion: process.version,
  };
}

/** The processors of the generator and of the relay; both undefined on a machine with one. */
export interface Processors {
  readonly generator: number | undefined;
  readonly relay: number | undefined;
}

/** Picks the first and the last processor that this process may use. */
export function pickProcessors(): Processors {
  const list = /Cpus_allowed_list:\s*(\S+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  const numbers = list.split(/[-,]/).map(Number);
  const generator = numbers[0]!;
  const relay = numbers[numbers.length - 1]!;
  return generator === relay ? { generator: undefined, relay: undefined } : { generator, relay };
}

const PROGRAMS = {
  floor: ['floor.c'],
  generator: ['generator.c', 'generator-options.h', 'frame.h', 'histogram.h', 'process.h', 'window.h'],
  'tap-port': ['soak/tap-port.c'],
} as const;

/** Compiles one C program of `bench/` unless it is newer than all sources, and returns its path. */
export function compileProgram(name: keyof typeof PROGRAMS): string {
  const sources = PROGRAMS[name].map((file) => join(projectRoot(), 'bench', file));
  const output = join(projectRoot(), 'build', 'bench', 'bin', name);
  const newest = Math.max(...sources.map((file) => statSync(file).mtimeMs));
  if (existsSync(output) && statSync(output).mtimeMs > newest) return output;
  mkdirSync(dirname(output), { recursive: true });
  try {
    execFileSync('gcc', ['-O2', '-Wall', '-Wextra', '-o', output, sources[0]!], { stdio: 'pipe' });
  } catch (cause) {
    throw new Error(`Cannot compile "${sources[0]}": run scripts/install-bench-tools for gcc and libc6-dev`, { cause });
  }
  return output;
}

/** CPU time that anything at all has used on this machine since it started, in nanoseconds. */
export function readBusyNs(): number {
  const busyMs = cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
  return busyMs * 1e6;
}
