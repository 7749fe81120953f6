// Carrier: which QEMU monitor sets the link state of which guest interface, so that a guest notices when its cable is
// pulled. Pure: what is written ("hmp:vr1:4000", "p%02d") <-> plain data. Used by topology files and by the part that
// talks to monitors.

import { isIPv6 } from 'node:net';
import { TcpbridgeError } from '../errors.ts';
import type { EndpointSpec } from './endpoint-spec.ts';
import { bracketHost, isHostName, splitHostPort } from './host-port.ts';

/** Where a QEMU monitor listens. */
export type MonitorAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** A QEMU monitor: the human one (HMP) or the one for programs (QMP). */
export interface MonitorSpec {
  readonly kind: 'hmp' | 'qmp';
  readonly address: MonitorAddress;
}

/** The guest's carrier behind an endpoint: the netdev whose link a monitor sets. */
export interface CarrierSpec {
  readonly endpoint: EndpointSpec;
  readonly monitor: MonitorSpec;
  readonly netdev: string;
}

/** Every form in which a monitor can be written. */
export const MONITOR_FORMS: readonly string[] = ['hmp:HOST:PORT', 'hmp-unix:PATH', 'qmp:HOST:PORT', 'qmp-unix:PATH'];

/** How vrnetlab names the netdev of interface N: p01, p02, … p10, … p100. */
export const DEFAULT_NETDEV = 'p%02d';

const MAX_PORT = 65_535;
// sun_path has 108 bytes, of which one ends the string: unix(7).
const MAX_PATH_BYTES = 107;
// QEMU's id_wellformed(), util/id.c. Nothing else may get into a command line of the human monitor.
const NETDEV_ID = /^[A-Za-z][A-Za-z0-9._-]{0,62}$/;
const NUMBER = /%(?:0([1-9]))?d/;

/** Reads a monitor in any of MONITOR_FORMS. */
export function parseMonitor(text: string): MonitorSpec {
  const match = /^(hmp|qmp)(-unix)?:(.*)$/s.exec(text);
  const address = match === null ? undefined : parseAddress(match[3]!, match[2] !== undefined);
  if (match === null || address === undefined) {
    throw new TcpbridgeError('monitor_malformed', { text, forms: MONITOR_FORMS });
  }
  return { kind: match[1] as MonitorSpec['kind'], address };
}

/** Writes a monitor the way parseMonitor() reads it. */
export function formatMonitor({ kind, address }: MonitorSpec): string {
  if (address.kind === 'unix') return `${kind}-unix:${address.path}`;
  return `${kind}:${bracketHost(address.host)}:${address.port}`;
}

/** Checks a netdev id, or a pattern such as "p%02d" for the ids of a whole machine. */
export function checkNetdev(pattern: string): string {
  if (!NETDEV_ID.test(pattern.replace(NUMBER, '1'))) throw new TcpbridgeError('netdev_invalid', { text: pattern });
  return pattern;
}

/** Whether a netdev pattern needs the number of an interface. */
export function needsNumber(pattern: string): boolean {
  return NUMBER.test(pattern);
}

/** The netdev id of interface `number`: "p%02d" and 7 give "p07". */
export function netdevOf(pattern: string, number: number): string {
  return pattern.replace(NUMBER, (_, width?: string) => String(number).padStart(Number(width ?? 1), '0'));
}

function parseAddress(rest: string, isUnix: boolean): MonitorAddress | undefined {
  if (isUnix) {
    const isPath = rest !== '' && !rest.includes('\0') && Buffer.byteLength(rest) <= MAX_PATH_BYTES;
    return isPath ? { kind: 'unix', path: rest } : undefined;
  }
  const parts = splitHostPort(rest);
  if (parts === undefined || !/^\d+$/.test(parts.port)) return undefined;
  const port = Number(parts.port);
  const address = /^\[(.*)\]$/.exec(parts.host)?.[1];
  const isHost = address === undefined ? isHostName(parts.host) : isIPv6(address);
  return isHost && port >= 1 && port <= MAX_PORT ? { kind: 'tcp', host: address ?? parts.host, port } : undefined;
}
