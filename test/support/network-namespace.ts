// Network namespaces of the tests' own: nothing that is made in one can be seen or reached from the machine around it.
// They have no name (ip-netns(8)) but a process that holds them, and it ends with the test process, however that ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { runCommand } from './command.ts';
import { withDeadline } from './deadline.ts';
import type { Scope } from './qemu.ts';

const DEADLINE_MS = 30_000;

/** A namespace with a loopback interface that is up. */
export class NetworkNamespace {
  readonly #holder: ChildProcess;

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
  }

  /** Makes one that is gone with `scope`. */
  static async open(scope: Scope): Promise<NetworkNamespace> {
    // cat ends when its input does: when we close it, or when there is no more "we".
    const holder = spawn('unshare', ['--net', 'sh', '-c', 'ip link set lo up && echo ready && exec cat'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const exited = once(holder, 'exit');
    scope.after(async () => {
      holder.stdin.end();
      await exited;
    });
    const ready = Promise.race([
      once(holder.stdout, 'data'),
      exited.then(() => {
        throw new Error('Cannot make a network namespace: unshare(1) or ip(8) failed');
      }),
    ]);
    await withDeadline(ready, DEADLINE_MS, 'a network namespace');
    return new NetworkNamespace(holder);
  }

  /** For programs that take a namespace by path, such as nsenter(1). */
  get path(): string {
    return `/proc/${this.#holder.pid}/ns/net`;
  }

  /** What a program is run by to be inside. */
  get launcher(): readonly string[] {
    return ['nsenter', `--net=${this.path}`];
  }

  /** Runs a program inside; resolves to its standard output. */
  async run(file: string, ...args: string[]): Promise<string> {
    return await runCommand('nsenter', [`--net=${this.path}`, file, ...args]);
  }

  /** Runs ip(8) inside. */
  async ip(...args: string[]): Promise<string> {
    return await this.run('ip', ...args);
  }

  /** Takes an interface out of another namespace. */
  async adopt(from: NetworkNamespace, name: string): Promise<void> {
    await from.ip('link', 'set', name, 'netns', String(this.#holder.pid));
  }

  /** Joins two namespaces by a veth(4) pair that has the same name in each, with these addresses. */
  static async join(
    a: NetworkNamespace,
    aAddress: string,
    b: NetworkNamespace,
    bAddress: string,
    name = 'peer',
  ): Promise<void> {
    await a.ip('link', 'add', name, 'type', 'veth', 'peer', 'name', name, 'netns', String(b.#holder.pid));
    for (const [namespace, address] of [
      [a, aAddress],
      [b, bAddress],
    ] as const) {
      await namespace.ip('address', 'add', address, 'dev', name);
      await namespace.ip('link', 'set', name, 'up');
    }
  }
}
