// The machines inside router containers, seen from the test: each dials a unix socket in a folder that its container mounts
// (see /launch in scripts/build-docker-router), whatever host and network it runs on, and anew each time it starts.
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { withDeadline } from './deadline.ts';
import type { DockerEngine } from './docker-engine.ts';
import { ROUTER_IMAGE } from './docker-images.ts';
import { type CommandOptions, type CommandResult, GuestShell } from './guest-shell.ts';
import type { Scope } from './qemu.ts';

const BOOT_DEADLINE_MS = 180_000;

/** A machine that has booted. */
export class Router {
  readonly name: string;
  readonly #shell: GuestShell;

  constructor(name: string, shell: GuestShell) {
    this.name = name;
    this.#shell = shell;
  }

  /** Runs a shell command as root in the machine. */
  run(command: string, options?: CommandOptions): Promise<CommandResult> {
    return this.#shell.run(command, options);
  }
}

/** Waits for the machines that start in containers. */
export class RouterShells {
  /** To be mounted at /shell. */
  readonly folder: string;
  readonly #servers = new Map<string, Server>();

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Listens for these machines; a machine that finds nobody would say "ready" to nobody. */
  static async open(scope: Scope, engine: DockerEngine, names: readonly string[]): Promise<RouterShells> {
    const shells = new RouterShells(join(engine.folder, 'shell'));
    mkdirSync(shells.folder);
    for (const name of names) {
      const server = createServer();
      server.listen(join(shells.folder, name));
      await once(server, 'listening');
      shells.#servers.set(name, server);
    }
    scope.after(async () => {
      for (const server of shells.#servers.values()) server.close();
    });
    return shells;
  }

  /** The next start of machine `name`; ask before its container starts. */
  async nextBoot(name: string): Promise<Router> {
    const server = this.#servers.get(name);
    if (server === undefined) throw new Error(`Nobody listens for machine "${name}"`);
    const booted = new Promise<Router>((resolve) => {
      const onConnection = (socket: Socket): void => {
        const shell = new GuestShell(socket);
        const done = (): void => {
          server.off('connection', onConnection);
          resolve(new Router(name, shell));
        };
        // A connection that ends before that was of a container that was being stopped: the next one counts.
        shell.ready.then(done, () => {});
      };
      server.on('connection', onConnection);
    });
    return await withDeadline(booted, BOOT_DEADLINE_MS, `machine "${name}" to boot`);
  }

  /** What `docker run` needs for router `name`, image included; `more` goes before the image. */
  runArguments(name: string, addresses: readonly string[], more: readonly string[] = []): string[] {
    return [
      ...['run', '--detach', '--name', name, '--volume', `${this.folder}:/shell`, '--env', `ROUTER_NAME=${name}`],
      ...[
        '--env',
        `ROUTER_IP=${addresses.join(',')}`,
        '--env',
        `ROUTER_NICS=${addresses.length}`,
        ...more,
        ROUTER_IMAGE,
      ],
    ];
  }

  /** Starts a router container and resolves once its machine has booted. */
  async start(
    engine: DockerEngine,
    name: string,
    addresses: readonly string[],
    more?: readonly string[],
  ): Promise<Router> {
    const booted = this.nextBoot(name);
    booted.catch(() => {});
    await engine.docker(...this.runArguments(name, addresses, more));
    return await booted;
  }
}
