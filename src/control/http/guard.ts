// Who may speak to the API. The unix socket is protected by its file mode, TCP by a token. On both, Host and Origin are
// checked: a page in a browser may reach them too, over a forwarded port, by a name that it made point here.

import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { quote, TcpbridgeError } from '../../errors.ts';
import type { Transport } from './operation.ts';

/** What the guard goes by. */
export interface Policy {
  /** The token that requests over TCP must bring. */
  readonly token: string | undefined;
  /** Names under which this machine is known, beside "localhost" and all addresses. */
  readonly hostNames: readonly string[];
}

/** What the guard looks at. */
export interface Visitor {
  readonly transport: Transport;
  readonly host: string | null;
  readonly origin: string | null;
  readonly authorization: string | null;
}

/** Throws unless the visitor may be answered at all. */
export function checkOrigin({ host, origin }: Visitor, { hostNames }: Policy): void {
  if (host === null || !isOwnHost(host, hostNames)) throw new TcpbridgeError('host_forbidden', { host: host ?? '' });
  if (origin === null || origin === `http://${host}` || origin === `https://${host}`) return;
  throw new TcpbridgeError('origin_forbidden', { origin });
}

/** Throws unless the visitor may see and change everything. */
export function checkToken({ transport, authorization }: Visitor, { token }: Policy): void {
  if (transport === 'unix') return;
  // RFC 6750 section 2.1; the name of the scheme has no case.
  const [, given] = /^bearer +(\S+) *$/i.exec(authorization ?? '') ?? [];
  if (given === undefined) throw new TcpbridgeError('token_missing', undefined);
  if (token === undefined || !isEqual(given, token)) throw new TcpbridgeError('token_wrong', undefined);
}

// A page can make any name point to any address, but the browser still sends that name as the host: an address in its
// place, or a name of this machine, was meant.
function isOwnHost(host: string, hostNames: readonly string[]): boolean {
  const [, bracketed, name] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::\d{1,5})?$/i.exec(host) ?? [];
  if (bracketed !== undefined) return isIP(bracketed) === 6;
  if (name === undefined) return false;
  const lower = name.toLowerCase().replace(/\.$/, '');
  return isIP(lower) === 4 || lower === 'localhost' || hostNames.some((own) => own.toLowerCase() === lower);
}

// Hashes have one length, and comparing them takes the same time wherever they differ.
function isEqual(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/** The path of a URL, cut at its slashes and decoded. */
export function decodePath(pathname: string): string[] {
  return pathname.split('/').map((part) => {
    try {
      return decodeURIComponent(part);
    } catch (cause) {
      const reason = `its path has ${quote(part)}, which is not percent-encoded UTF-8`;
      throw new TcpbridgeError('request_malformed', { reason }, { cause });
    }
  });
}
