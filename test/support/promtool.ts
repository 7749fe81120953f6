// promtool, Prometheus's own judge of metrics and configuration (Debian package prometheus; scripts/install-metrics-tools).
import { spawnSync } from 'node:child_process';
import { ROOT } from './repository.ts';

const TIMEOUT_MS = 120_000;
const PATH = `${process.env.PATH}:${ROOT}.cache/promtool`;

/** What it said. */
export interface Verdict {
  readonly code: number | null;
  readonly text: string;
}

/** Runs it with these arguments and this input. */
export function promtool(args: readonly string[], input: string | Buffer = ''): Verdict {
  const { status, stdout, stderr } = spawnSync('promtool', args, {
    input,
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    env: { ...process.env, PATH },
  });
  return { code: status, text: `${stdout}${stderr}` };
}

/** Tells whether it is there. */
export function hasPromtool(): boolean {
  return promtool(['--version']).code === 0;
}
