// Where the API listens over TCP, as people write it. Pure.

import { isIP } from 'node:net';
import { TcpbridgeError } from '../../errors.ts';
import { isHostName, splitHostPort } from '../../topology/host-port.ts';

/** A host of this machine, and a port; 0 for a free one. */
export interface ListenAddress {
  readonly text: string;
  readonly host: string;
  readonly port: number;
}

const LOOPBACK = '127.0.0.1';

/** Reads HOST:PORT, [IPV6]:PORT or PORT, which means this machine only. */
export function parseListenAddress(text: string): ListenAddress {
  const parts = /^\d+$/.test(text) ? { host: LOOPBACK, port: text } : splitHostPort(text);
  if (parts === undefined || !/^\d{1,5}$/.test(parts.port)) throw new TcpbridgeError('listen_invalid', { text });
  const port = Number(parts.port);
  const address = /^\[(.*)\]$/.exec(parts.host)?.[1];
  const isHost = address === undefined ? isHostName(parts.host) : isIP(address) === 6;
  if (!isHost || port > 65_535) throw new TcpbridgeError('listen_invalid', { text });
  return { text, host: address ?? parts.host, port };
}

/** Whether only this machine can connect there. */
export function isLoopback({ host }: ListenAddress): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
