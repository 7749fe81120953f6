// Programs run to their end, for tests that drive tools such as ip and docker.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What a program came to. */
export interface CommandEnd {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Where a program runs, and how long it may take before it is killed. */
export interface CommandPlace {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  deadlineMs?: number;
}

const DEADLINE_MS = 600_000;

/** Runs a program to its end, whatever that is. */
export async function tryCommand(file: string, args: readonly string[], place: CommandPlace = {}): Promise<CommandEnd> {
  const { env, cwd, deadlineMs = DEADLINE_MS } = place;
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: deadlineMs,
    killSignal: 'SIGKILL',
    ...(env && { env }),
    ...(cwd !== undefined && { cwd }),
  });
  const end = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      end[name] += text;
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...end };
}

/** Runs a program that must succeed; resolves to its standard output without white space at its ends. */
export async function runCommand(file: string, args: readonly string[], place?: CommandPlace): Promise<string> {
  const { code, stdout, stderr } = await tryCommand(file, args, place);
  if (code === 0) return stdout.trim();
  throw new Error(
    `"${file} ${args.join(' ')}" ended with ${code ?? 'a signal'}: ${stderr.slice(-4000)}${stdout.slice(-4000)}`,
  );
}
