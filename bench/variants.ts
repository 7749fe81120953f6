// tcpbridge in other arrangements than a link between two TCP ports: two of it with a transport in between, a hub or a
// switch with all machines in it, impaired or watched links. Each takes part in the cases that name it.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
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

const topologyFiles = new Set<string>();
process.once('exit', () => {
  for (const path of topologyFiles) rmSync(path, { force: true });
});

/** A link whose directions are both like this, in the words of a topology file. */
function impaired(name: string, settings: Readonly<Record<string, unknown>>): Relay {
  return variant(`impaired-${name}`, `tcpbridge, ${JSON.stringify(settings)}`, (links) => {
    const path = join(tmpdir(), `tcpbridge-bench-${process.pid}-${name}.json`);
    const document = links.map(([a, b]) => ({
      endpoints: [`tcp:${HOST}:${a}`, `tcp:${HOST}:${b}`],
      impairments: { both: { ...settings, seed: 1 } },
    }));
    writeFileSync(path, JSON.stringify({ links: document }));
    topologyFiles.add(path);
    return [[process.execPath, bundle(), 'run', '--control', 'none', '-t', path]];
  });
}

/** Each impairment by itself; the first holds nothing back and draws nothing. */
export const IMPAIRED: readonly Relay[] = [
  impaired('every', { loss: '0%' }),
  impaired('delay', { delay: '20ms' }),
  impaired('jitter', { delay: '20ms', jitter: '5ms', distribution: 'normal' }),
  impaired('loss', { loss: '1%' }),
  impaired('duplicate', { duplicate: '1%' }),
  impaired('corrupt', { corrupt: '1%' }),
  impaired('reorder', { delay: '20ms', reorder: '25%' }),
  impaired('rate', { rate: '1gbit' }),
];

/** Where the watched bridge can be asked. */
export const WATCHED_SOCKET = join(tmpdir(), `tcpbridge-bench-${process.pid}.sock`);

function watched(name: string, title: string): Relay {
  return variant(`watched-${name}`, `tcpbridge, ${title}`, (links) => [
    ...[[process.execPath, bundle(), '--control', WATCHED_SOCKET, '--p2p', ...linkTexts(links)]],
  ]);
}

function linkTexts(links: readonly LinkPorts[]): string[] {
  return links.map(([a, b]) => `tcp:${HOST}:${a}--tcp:${HOST}:${b}`);
}

/** Bridges that are looked at meanwhile; the case says how. */
export const WATCHED: readonly Relay[] = [
  watched('not', 'nobody looks'),
  watched('metrics', 'metrics scraped every second'),
  watched('armed', 'a capture of all links armed'),
  watched('captured', 'a capture of all links written to a file'),
];

/** All of them. */
export const VARIANTS: readonly Relay[] = [...TRANSPORTS, ...SEGMENTS, ...INTERFACES, ...IMPAIRED, ...WATCHED];
