// tcpbridge in other arrangements than a link between two TCP ports: two of it with a transport in between, a hub or a
// switch with all machines in it, impaired or watched links. Each takes part in the cases that name it.
import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LinkPorts } from './generator.ts';
import { bundle } from './machine.ts';
import type { Relay } from './relays.ts';

const HOST = '127.0.0.1';
// Two more addresses of this machine: on them, the port numbers of the generator are free.
const NEAR = '127.0.0.2';
const FAR = '127.0.0.3';
const VXLAN_PORT = 4789;

const missing = (): string | undefined => (existsSync(bundle()) ? undefined : 'dist/bin.js (run npm run build)');
const start = (...args: string[]): string[] => [process.execPath, bundle(), '--control', 'none', ...args];

function variant(name: string, title: string, commands: Relay['commands']): Relay {
  return { name, title, maxLinks: Number.POSITIVE_INFINITY, isSpecial: true, descriptors: '1024', missing, commands };
}

/** Two bridges: what a machine sends crosses a transport between them. */
function via(name: string, title: string, ends: (link: LinkPorts) => readonly [near: string, far: string]): Relay {
  return variant(`via-${name}`, `two tcpbridge, ${title} between them`, (links) => [
    start('--p2p', ...links.map((link) => `tcp:${HOST}:${link[0]}--${ends(link)[0]}`)),
    start('--p2p', ...links.map((link) => `${ends(link)[1]}--tcp:${HOST}:${link[1]}`)),
  ]);
}

/** All machines in one segment; those of a link talk to each other. */
function segment(kind: 'hub' | 'switch'): Relay {
  return variant(`tcpbridge-${kind}`, `tcpbridge, one ${kind}`, (links) => [
    start(`--${kind}`, ...links.flat().map((port) => `tcp:${HOST}:${port}`)),
  ]);
}

function socketPath(port: number): string {
  const path = join(tmpdir(), `tcpbridge-bench-${port}.sock`);
  rmSync(path, { force: true });
  return path;
}

/** The transports, side by side. */
export const TRANSPORTS: readonly Relay[] = [
  via('tcp', 'TCP', ([a]) => [`listen:${NEAR}:${a}`, `tcp:${NEAR}:${a}`]),
  via('unix', 'a unix socket', ([a]) => [`unix-listen:${socketPath(a)}`, `unix:${socketPath(a)}`]),
  via('udp', 'UDP', ([a]) => [`udp:${FAR}:${a},local=${NEAR}:${a}`, `udp:${NEAR}:${a},local=${FAR}:${a}`]),
  via('vxlan', 'VXLAN', ([a]) => [
    `vxlan:${FAR},vni=${a},local=${NEAR}:${VXLAN_PORT}`,
    `vxlan:${NEAR},vni=${a},local=${FAR}:${VXLAN_PORT}`,
  ]),
];

/** Broadcast domains. */
export const SEGMENTS: readonly Relay[] = [segment('hub'), segment('switch')];

/** What joins two network interfaces; the case that names them starts them. */
export const INTERFACES: readonly Relay[] = [
  variant('kernel-bridge', "the kernel's bridge", () => []),
  variant('tap-to-tap', 'tcpbridge, TAP to TAP', () => []),
];

/** All of them. */
export const VARIANTS: readonly Relay[] = [...TRANSPORTS, ...SEGMENTS, ...INTERFACES];
