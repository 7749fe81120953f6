// The product's container, seen from the outside: its health, its log, its end.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { withDeadline } from './deadline.ts';
import type { DockerEngine } from './docker-engine.ts';
import { type Machine, ping } from './guest-traffic.ts';
import type { Scope } from './qemu.ts';

const DEADLINE_MS = 120_000;
const POLL_MS = 10;
// proc(5), /proc/net/tcp: the local port in hexadecimal, and state 0A, which is TCP_LISTEN of include/net/tcp_states.h.
const FIRST_NIC_LISTENS = /:2711 [0-9A-F]+:[0-9A-F]+ 0A /;

/** Waits until Docker's own health check says so. */
export async function waitForHealth(engine: DockerEngine, container: string, health: string): Promise<void> {
  await poll(`container "${container}" to be ${health}`, async () => {
    const now = await engine.inspect(container, '{{.State.Health.Status}} {{.State.Status}}');
    if (now.includes('exited'))
      throw new Error(`It has ended: ${JSON.stringify(await engine.tryDocker('logs', container))}`);
    return now.startsWith(`${health} `);
  });
}

/** Waits until a bridge says that all its links run; Docker's health check asks the same, but more rarely. */
export async function waitForLinks(engine: DockerEngine, container: string): Promise<void> {
  await poll(`container "${container}" to have all its links`, async () => {
    const { stdout } = await engine.tryDocker('exec', container, 'cat', '/health');
    return stdout.trim() === '0 running';
  });
}

/** The endpoints that a bridge has ever attached, by its log. */
export async function attachedEndpoints(engine: DockerEngine, container: string): Promise<string[]> {
  const { stderr } = await engine.tryDocker('logs', container);
  return [...new Set([...stderr.matchAll(/(\S+) attached \(/g)].map((match) => match[1]!))];
}

/** Milliseconds from the moment that a router's first NIC listens to the line in which the bridge says "attached". */
export async function nextAttachment(
  scope: Scope,
  engine: DockerEngine,
  bridge: string,
  endpoint: string,
  router: string,
): Promise<number> {
  const before = await engine.tryDocker('inspect', '--format', '{{.State.Pid}}', router);
  const log = spawn('docker', ['logs', '--follow', '--since', '0s', bridge], { env: engine.env });
  const ended = once(log, 'close');
  scope.after(async () => {
    log.kill();
    await ended;
  });
  const attached = new Promise<number>((resolve) => {
    createInterface({ input: log.stderr }).on('line', (line) => {
      if (line.includes(`${endpoint} attached`)) resolve(performance.now());
    });
  });
  const listening = poll(`port 10001 of "${router}" to listen`, async () => {
    const { stdout } = await engine.tryDocker('inspect', '--format', '{{.State.Pid}}', router);
    const pid = stdout.trim();
    return pid !== '' && pid !== '0' && pid !== before.stdout.trim() && (await listens(pid));
  }).then(() => performance.now());
  const [attachedAt, listeningAt] = await Promise.all([
    withDeadline(attached, DEADLINE_MS, `"${endpoint}" to be attached`),
    listening,
  ]);
  return Math.round(attachedAt - listeningAt);
}

/** Pings from a machine, and fails with the numbers of the lost ones and the bridge's own account if any is lost. */
export async function pingWithoutLoss(
  t: TestContext,
  from: Machine,
  address: string,
  bridges: readonly { engine: DockerEngine; id: string }[],
  count = 100,
): Promise<void> {
  const answered = new Set<number>();
  const onLine = (line: string): void => {
    const match = /icmp_seq=(\d+) ttl/.exec(line);
    if (match) answered.add(Number(match[1]));
  };
  const { sent, received, averageMs, maxMs } = await ping(from, address, { count, onLine });
  t.diagnostic(`ping ${address}: ${received} of ${sent}, average ${averageMs} ms, maximum ${maxMs} ms`);
  if (received === sent) return;
  const lost = Array.from({ length: sent }, (_, index) => index + 1).filter((number) => !answered.has(number));
  const accounts = bridges.map(async ({ engine, id }) => {
    await engine.tryDocker('stop', id);
    const { stdout, stderr } = await engine.tryDocker('logs', id);
    return `${stderr}${stdout}`;
  });
  const said = (await Promise.all(accounts)).join('\n');
  assert.fail(`${from.name} has lost the pings ${lost.join(' ')} to ${address}; the bridge says:\n${said}`);
}

/** Stops a container and says how many milliseconds that took. */
export async function stopMeasured(engine: DockerEngine, container: string): Promise<number> {
  const startedAt = performance.now();
  await engine.docker('stop', container);
  return Math.round(performance.now() - startedAt);
}

/** The code that a container has ended with. */
export async function exitCodeOf(engine: DockerEngine, container: string): Promise<number> {
  return Number(await engine.inspect(container, '{{.State.ExitCode}}'));
}

/** Asks until the answer is yes: for states that nobody announces. */
export async function poll(what: string, holds: () => Promise<boolean>, deadlineMs = DEADLINE_MS): Promise<void> {
  let over = false;
  const asking = async (): Promise<void> => {
    while (!over && !(await holds())) await pause(POLL_MS);
  };
  try {
    await withDeadline(asking(), deadlineMs, what);
  } finally {
    over = true;
  }
}

async function listens(pid: string): Promise<boolean> {
  try {
    return FIRST_NIC_LISTENS.test(readFileSync(`/proc/${pid}/net/tcp`, 'utf8'));
  } catch {
    // It has ended in the meantime.
    return false;
  }
}
