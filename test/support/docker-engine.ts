// A Docker engine of the test's own, in a network namespace of the test's own: no bridge, address or firewall rule of it
// exists outside, no image registry is asked, and everything it wrote is gone at the end.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { type CommandEnd, runCommand, tryCommand } from './command.ts';
import { withDeadline } from './deadline.ts';
import { NetworkNamespace } from './network-namespace.ts';
import type { Scope } from './qemu.ts';

const START_DEADLINE_MS = 120_000;
const END_DEADLINE_MS = 120_000;
const LAST_LINES = 15;
// A unix socket's path is short (unix(7)), and /tmp may be in memory.
const FOLDERS = '/var/tmp/tcpbridge-docker-';

/** A running engine and the command line that talks to it. */
export class DockerEngine {
  readonly namespace: NetworkNamespace;
  /** A folder for what containers mount; it goes with the engine. */
  readonly folder: string;
  /** Environment of every program that shall reach this engine. */
  readonly env: NodeJS.ProcessEnv;

  private constructor(namespace: NetworkNamespace, folder: string) {
    this.namespace = namespace;
    this.folder = folder;
    this.env = {
      ...process.env,
      PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin`,
      DOCKER_HOST: `unix://${folder}/docker.sock`,
      DOCKER_CONFIG: folder,
      // BuildKit would ask a registry about the base image; the plain builder takes the local one.
      DOCKER_BUILDKIT: '0',
    };
  }

  /** Starts engine `number` (0, 1, …); the number keeps the addresses of engines in one network apart. */
  static async start(scope: Scope, number = 0, namespace?: NetworkNamespace): Promise<DockerEngine> {
    const place = namespace ?? (await NetworkNamespace.open(scope));
    await removeOrphans();
    const engine = new DockerEngine(place, mkdtempSync(`${FOLDERS}${process.pid}-`));
    const daemon = spawn(
      'setpriv',
      ['--pdeathsig', 'TERM', 'nsenter', `--net=${place.path}`, ...engine.#daemon(number)],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: engine.env,
      },
    );
    const exited = once(daemon, 'exit');
    scope.after(() => engine.#stop(daemon, exited));
    const last: string[] = [];
    const listening = new Promise<void>((resolve) => {
      createInterface({ input: daemon.stderr }).on('line', (line) => {
        last.push(line);
        if (last.length > LAST_LINES) last.shift();
        if (line.includes('API listen on')) resolve();
      });
    });
    const ended = exited.then(() => {
      throw new Error(`The Docker engine did not start:\n${last.join('\n')}`);
    });
    ended.catch(() => {});
    await withDeadline(Promise.race([listening, ended]), START_DEADLINE_MS, 'the Docker engine to listen');
    return engine;
  }

  /** Runs a docker command that must succeed; resolves to what it printed. */
  async docker(...args: string[]): Promise<string> {
    return await runCommand('docker', args, { env: this.env });
  }

  /** Runs a docker command that may fail. */
  async tryDocker(...args: string[]): Promise<CommandEnd> {
    return await tryCommand('docker', args, { env: this.env });
  }

  /** One value out of what the engine knows about a container; `template` is a Go template. */
  async inspect(container: string, template: string): Promise<string> {
    return await this.docker('inspect', '--format', template, container);
  }

  #daemon(number: number): string[] {
    // 198.18.0.0/15 is the range for tests (RFC 2544, appendix C.2.2). The second half of it is for overlays.
    return [
      'dockerd',
      ...['--data-root', `${this.folder}/data`, '--exec-root', `${this.folder}/exec`],
      ...['--pidfile', `${this.folder}/pid`, '--host', `unix://${this.folder}/docker.sock`],
      ...['--bip', `198.18.${16 + number}.1/24`],
      ...['--default-address-pool', `base=198.19.${32 * number}.0/19,size=24`],
    ];
  }

  async #stop(daemon: ChildProcess, exited: Promise<unknown>): Promise<void> {
    if (daemon.exitCode === null) {
      await this.tryDocker('swarm', 'leave', '--force');
      const { stdout } = await this.tryDocker('ps', '--all', '--quiet');
      const containers = stdout.split('\n').filter((id) => id !== '');
      if (containers.length > 0) await this.tryDocker('rm', '--force', '--volumes', ...containers);
      daemon.kill('SIGTERM');
      await withDeadline(exited, END_DEADLINE_MS, 'the Docker engine to end').catch(() => daemon.kill('SIGKILL'));
    }
    await removeFolder(this.folder);
  }
}

async function removeFolder(folder: string): Promise<void> {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${folder}/`));
  for (const path of mounts.reverse()) await tryCommand('umount', ['--lazy', path]);
  rmSync(folder, { recursive: true, force: true });
}

// Engines end with their test process, but one that was killed cannot remove what they wrote.
async function removeOrphans(): Promise<void> {
  for (const name of readdirSync(dirname(FOLDERS))) {
    const path = join(dirname(FOLDERS), name);
    const owner = path.startsWith(FOLDERS) ? path.slice(FOLDERS.length).split('-')[0] : undefined;
    if (owner !== undefined && !existsSync(`/proc/${owner}`)) await removeFolder(path);
  }
}
