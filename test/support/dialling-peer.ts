// A machine that dials the bridge's listening endpoint, as `-netdev stream,server=off` does, over TCP or a unix socket.
import { once } from 'node:events';
import { connect, isIPv6 } from 'node:net';
import type { TestContext } from 'node:test';
import { DEADLINE_MS } from './condition.ts';
import { withDeadline } from './deadline.ts';
import { Peer } from './peer.ts';
import { findFreePort } from './ports.ts';

/** Where the bridge listens. */
export type DialPlace = { host: string; port: number } | { path: string };

/** A scripted machine that connects to the bridge. */
export class DiallingPeer extends Peer {
  readonly #place: DialPlace;

  constructor(t: TestContext, place: DialPlace, endpoint = nameOf(place)) {
    super(t, endpoint);
    this.#place = place;
  }

  /** A machine for an endpoint on a free port of this address; it has not dialled yet. */
  static async prepare(t: TestContext, host = '127.0.0.1'): Promise<DiallingPeer> {
    return new DiallingPeer(t, { host, port: await findFreePort(host) });
  }

  /** Dials once; the bridge must be listening. */
  async dial(): Promise<void> {
    const socket = connect(this.#place);
    await withDeadline(once(socket, 'connect'), DEADLINE_MS, `a connection to "${this.endpoint}"`);
    this.adopt(socket);
  }

  override async stop(): Promise<void> {
    this.destroyConnections();
  }
}

function nameOf(place: DialPlace): string {
  if ('path' in place) return `unix-listen:${place.path}`;
  return `listen:${isIPv6(place.host) ? `[${place.host}]` : place.host}:${place.port}`;
}
