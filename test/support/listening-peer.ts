// A machine that listens, as `-netdev socket,listen=` does: the bridge connects to it, over TCP or a unix socket.
import { once } from 'node:events';
import { createServer, isIPv6, type Server } from 'node:net';
import type { TestContext } from 'node:test';
import { Peer } from './peer.ts';
import { findFreePort } from './ports.ts';

/** Where a machine listens. */
export type ListenPlace = { host: string; port: number } | { path: string };

/** A scripted machine that waits to be connected to. */
export class ListeningPeer extends Peer {
  readonly #place: ListenPlace;
  #server: Server | undefined;

  constructor(t: TestContext, place: ListenPlace, endpoint = nameOf(place)) {
    super(t, endpoint);
    this.#place = place;
  }

  /** Begins to listen: on a free port of this address, or where it is told. */
  static async start(t: TestContext, where: ListenPlace | string = '127.0.0.1'): Promise<ListeningPeer> {
    const peer = await ListeningPeer.prepare(t, where);
    await peer.listen();
    return peer;
  }

  /** Chooses its place like `start`, but does not listen yet. */
  static async prepare(t: TestContext, where: ListenPlace | string = '127.0.0.1'): Promise<ListeningPeer> {
    const place = typeof where === 'string' ? { host: where, port: await findFreePort(where) } : where;
    return new ListeningPeer(t, place);
  }

  /** Listens, for the first time or again. */
  async listen(): Promise<void> {
    const server = createServer((socket) => this.adopt(socket));
    this.#server = server;
    server.listen(this.#place);
    await once(server, 'listening');
  }

  /** Stops listening; a connection stays. */
  async refuse(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    // The event "close" waits for the last connection, the port is closed at once.
    server.close();
  }

  override async stop(): Promise<void> {
    await this.refuse();
    this.destroyConnections();
  }
}

function nameOf(place: ListenPlace): string {
  if ('path' in place) return `unix:${place.path}`;
  return `tcp:${isIPv6(place.host) ? `[${place.host}]` : place.host}:${place.port}`;
}
