// The HTTP server of a running bridge, on a unix socket, on TCP, or on both. Until the first request it is nothing but
// listening sockets: the application behind it takes longer to load than a bridge to start.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { hostname } from 'node:os';
import type { Duplex } from 'node:stream';
import { TcpbridgeError } from '../../errors.ts';
import { bracketHost } from '../../topology/host-port.ts';
import { TAKEOVER_PATH, TAKEOVER_PROTOCOL } from '../takeover/protocol.ts';
import type { Api } from './api.ts';
import { describeError } from './error-reply.ts';
import { checkOrigin, type Policy } from './guard.ts';
import { isLoopback, type ListenAddress } from './listen-address.ts';
import type { Transport } from './operation.ts';
import { listenUnix, type UnixSocketOptions } from './unix-socket.ts';

/** Where to listen, and who is let in. */
export interface ServerOptions {
  readonly unix?: UnixSocketOptions & { readonly path: string };
  readonly tcp?: ListenAddress;
  /** Must be there for TCP. */
  readonly token?: string;
  /** Names under which this machine is known, beside the one it has itself. */
  readonly hostNames?: readonly string[];
  /** Gets the connection of a process that wants to take over. */
  readonly onTakeover?: (socket: Socket) => void;
}

/** A server that runs. */
export interface RunningServer {
  /** "unix:PATH" and "http://HOST:PORT". */
  readonly addresses: readonly string[];
  /** Ends streams and connections, and removes the socket. */
  close(): Promise<void>;
}

type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const MAX_CONNECTIONS = 256;
// A client that sends slowly loses its own connection only, but connections are counted.
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const CHECK_INTERVAL_MS = 1000;
const KEEP_ALIVE_MS = 5000;
// Replies that are on their way get this long when the bridge ends.
const GRACE_MS = 50;

/** Serves `api` until it is closed. */
export async function startServer(api: Api, options: ServerOptions): Promise<RunningServer> {
  const { unix, tcp, token, onTakeover } = options;
  if (tcp !== undefined && token === undefined) {
    throw new TcpbridgeError('listen_without_token', { text: tcp.text, isLoopback: isLoopback(tcp) });
  }
  const hostNames = [hostname(), ...(options.hostNames ?? []), ...(tcp === undefined ? [] : [tcp.host])];
  const policy: Policy = { token, hostNames };
  const servers: Server[] = [];
  const addresses: string[] = [];
  let removePath = () => {};
  const stopListening = async () => {
    removePath();
    await Promise.all(servers.map(closeServer));
  };
  try {
    if (unix !== undefined) {
      const server = makeServer(api, policy, 'unix', onTakeover);
      removePath = await listenUnix(server, unix.path, unix);
      servers.push(server);
      addresses.push(`unix:${unix.path}`);
    }
    if (tcp !== undefined) {
      const server = makeServer(api, policy, 'tcp', undefined);
      addresses.push(await listenTcp(server, tcp));
      servers.push(server);
    }
  } catch (error) {
    await stopListening();
    throw error;
  }
  const close = async () => {
    api.streams.close();
    api.captures.close();
    await stopListening();
  };
  return { addresses, close };
}

function makeServer(api: Api, policy: Policy, transport: Transport, onTakeover: ServerOptions['onTakeover']): Server {
  let listener: Listener | undefined;
  const load = async (): Promise<Listener> => {
    const { createListener } = await import('./app.ts');
    listener ??= createListener(api, policy, transport) as Listener;
    return listener;
  };
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // Answered by us, in JSON.
      requireHostHeader: false,
    },
    (request, response) => {
      const fault = faultOf(request);
      if (fault !== undefined) refuse(request.socket, new TcpbridgeError('request_malformed', { reason: fault }));
      else if (listener !== undefined) void listener(request, response);
      else {
        load()
          .then((loaded) => loaded(request, response))
          .catch((error) => {
            api.onFailure(error);
            refuse(request.socket, error);
          });
      }
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuse(socket, describeClientError(error)));
  server.on('upgrade', (request, socket) => {
    try {
      if (onTakeover === undefined || !isTakeover(request)) {
        const { method = '', url = '' } = request;
        throw new TcpbridgeError('route_unknown', { method, path: url });
      }
      const { host = null, origin = null } = request.headers as Record<string, string | undefined>;
      checkOrigin({ transport, host, origin, authorization: null }, policy);
      onTakeover(socket as Socket);
    } catch (error) {
      refuse(socket, error);
    }
  });
  return server;
}

function isTakeover({ url, headers }: IncomingMessage): boolean {
  return url === TAKEOVER_PATH && headers.upgrade === TAKEOVER_PROTOCOL;
}

// What would let a proxy and us see two different requests: RFC 9112 section 3.2.
function faultOf({ url, rawHeaders }: IncomingMessage): string | undefined {
  if (!url?.startsWith('/')) return 'its target is not a path';
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  return hosts.length > 1 ? 'it has two Host headers' : undefined;
}

function describeClientError({ code, message }: NodeJS.ErrnoException): TcpbridgeError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new TcpbridgeError('request_timeout', undefined);
  if (code === 'HPE_HEADER_OVERFLOW') return new TcpbridgeError('headers_too_large', undefined);
  return new TcpbridgeError('request_malformed', { reason: message });
}

/** Answers on the bare connection, which ends with it. */
function refuse(socket: Duplex, error: unknown): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { status, headers, body } = describeError(error);
  const text = `${JSON.stringify(body)}\n`;
  const lines = Object.entries({ ...headers, 'content-length': Buffer.byteLength(text), connection: 'close' });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.on('error', () => {});
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n${text}`, () => socket.destroy());
}

async function listenTcp(server: Server, { text, host, port }: ListenAddress): Promise<string> {
  try {
    server.listen({ host, port });
    await once(server, 'listening');
  } catch (cause) {
    throw new TcpbridgeError('listen_failed', { text, reason: reasonOf(cause as NodeJS.ErrnoException) }, { cause });
  }
  return `http://${bracketHost(host)}:${(server.address() as AddressInfo).port}`;
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'EADDRINUSE') return 'address already in use';
  if (code === 'EADDRNOTAVAIL') return 'address not available on this host';
  return code === 'EACCES' ? 'permission denied' : message;
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(timer);
}
