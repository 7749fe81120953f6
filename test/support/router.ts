// Routers: machines in which BIRD runs OSPF, BGP and BFD. One is a QEMU guest, or a network namespace of this host. What they
// agree on is asked of the daemon itself, with birdc(8).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandEnd, tryCommand } from './command.ts';
import type { CommandOptions, CommandResult } from './guest-shell.ts';
import type { NetworkNamespace } from './network-namespace.ts';
import type { Guest, Scope } from './qemu.ts';

/** The layer of the guest that has BIRD, made by scripts/build-routing-layer. */
export const ROUTING_LAYER = join('.cache', 'guest', 'routing.img');

const BIRD = join('.cache', 'soak', 'bird', 'usr', 'sbin');
const AGREE_DEADLINE_MS = 180_000;

/** What a router speaks, and with whom. */
export interface RouterPlan {
  /** Its number: router id 10.0.0.N, AS 65000 + N, and the address 198.18.200.N of its own. */
  readonly number: number;
  readonly interfaces: readonly string[];
  readonly neighbours: readonly { readonly number: number; readonly own: string; readonly address: string }[];
  /** BFD's interval and multiplier; an emulated machine is slow at times. */
  readonly bfdMs?: number;
  readonly bfdMultiplier?: number;
  /** Cost of OSPF by interface; 10 where nothing is said. */
  readonly costs?: Readonly<Record<string, number>>;
}

/** Runs commands where the router is. */
export interface Machine {
  readonly name: string;
  run(command: string, options?: CommandOptions): Promise<CommandResult>;
}

/** The address that a router has of its own. */
export function ownAddress(number: number): string {
  return `198.18.200.${number}`;
}

/** BIRD's configuration. */
export function birdConfiguration({
  number,
  interfaces,
  neighbours,
  bfdMs = 1000,
  bfdMultiplier = 5,
  costs = {},
}: RouterPlan): string {
  const ospf = interfaces.map(
    (name) => `interface "${name}" { type ptp; hello 1; dead 20; cost ${costs[name] ?? 10}; bfd yes; };`,
  );
  const peers = neighbours.map(
    ({ number: other, own, address }) => `protocol bgp peer${other} {
  local ${own} as ${65_000 + number};
  neighbor ${address} as ${65_000 + other};
  connect delay time 1; connect retry time 2; error wait time 1, 5;
  bfd yes;
  ipv4 { import all; export where source = RTS_STATIC || source = RTS_BGP; };
}`,
  );
  return `router id 10.0.0.${number};
protocol device { scan time 2; }
protocol kernel { ipv4 { export where source != RTS_DEVICE; }; }
protocol static { ipv4; route 203.0.113.${number}/32 blackhole; }
protocol bfd { interface "*" { interval ${bfdMs} ms; multiplier ${bfdMultiplier}; }; }
protocol ospf v2 {
  ipv4 { import all; export none; };
  area 0 { ${ospf.join(' ')} interface "lo" { stub; }; };
}
${peers.join('\n')}
`;
}

/** Starts BIRD in a guest that has the layer. */
export async function startGuestRouter(guest: Guest, plan: RouterPlan): Promise<Router> {
  const text = birdConfiguration(plan).replaceAll('"', '\\"');
  const commands = [
    'sysctl -q -w net.ipv4.ip_forward=1',
    `ip address add ${ownAddress(plan.number)}/32 dev lo`,
    ...text
      .trim()
      .split('\n')
      .map((line, index) => `echo "${line}" ${index === 0 ? '>' : '>>'} /tmp/bird.conf`),
    'bird -c /tmp/bird.conf -s /tmp/bird.ctl',
  ];
  for (const command of commands) {
    const { code, output } = await guest.run(command);
    assert.equal(code, 0, `${command}: ${output}`);
  }
  return new Router(guest, 'birdc -s /tmp/bird.ctl');
}

/** Starts BIRD in a namespace. */
export async function startNamespaceRouter(
  scope: Scope,
  namespace: NetworkNamespace,
  name: string,
  plan: RouterPlan,
): Promise<Router> {
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-bird-'));
  writeFileSync(join(folder, 'bird.conf'), birdConfiguration(plan));
  await namespace.run('sysctl', '-q', '-w', 'net.ipv4.ip_forward=1');
  await namespace.ip('address', 'add', `${ownAddress(plan.number)}/32`, 'dev', 'lo');
  const control = join(folder, 'control');
  const args = [...namespace.launcher, join(BIRD, 'bird'), '-f', '-c', join(folder, 'bird.conf'), '-s', control];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...args], { stdio: 'ignore' });
  const gone = once(child, 'exit');
  scope.after(async () => {
    child.kill('SIGTERM');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  });
  const machine: Machine = {
    name,
    run: async (command) => {
      const [program, ...rest] = [...namespace.launcher, 'sh', '-c', command];
      const { code, stdout, stderr }: CommandEnd = await tryCommand(program!, rest);
      return { code: code ?? -1, output: stdout + stderr };
    },
  };
  return new Router(machine, `${join(BIRD, 'birdc')} -s ${control}`);
}

/** A machine in which BIRD runs. */
export class Router {
  readonly machine: Machine;
  readonly #birdc: string;

  constructor(machine: Machine, birdc: string) {
    this.machine = machine;
    this.#birdc = birdc;
  }

  /** What the daemon says. */
  async ask(question: string): Promise<string> {
    return (await this.machine.run(`${this.#birdc} ${question}`)).output;
  }

  /** Waits until so many lines of the daemon's answer match. */
  async agrees(question: string, pattern: string, lines: number): Promise<void> {
    const command = `until [ "$(${this.#birdc} ${question} | grep -c -E '${pattern}')" -ge ${lines} ]; do sleep 0.5; done`;
    const limited = `timeout ${AGREE_DEADLINE_MS / 1000} sh -c '${command.replaceAll("'", "'\\''")}'`;
    const { code } = await this.machine.run(limited, { timeoutMs: AGREE_DEADLINE_MS + 30_000 });
    if (code === 0) return;
    assert.fail(
      `"${this.machine.name}" never had ${lines} of /${pattern}/ in ${question}: ${await this.ask(question)}`,
    );
  }
}
