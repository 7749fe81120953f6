// The ports of this machine that endpoints need for themselves. A socket for all addresses and one for a single address
// cannot both have a port: the second bind() fails with EADDRINUSE (ip(7)), and its endpoint would wait for ever. Pure.

import { isIP, isIPv6 } from 'node:net';
import { type EndpointPlace, TcpbridgeError } from '../errors.ts';
import type { EndpointSpec } from './endpoint-spec.ts';
import { canonicalHost } from './host-port.ts';

interface LocalPort {
  readonly kind: 'listen' | 'udp' | 'vxlan';
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
  readonly address: string;
  /** 0: both, or one that only the resolver knows. */
  readonly family: 0 | 4 | 6;
  readonly place: EndpointPlace;
}

/** All addresses. */
const ANY = '*';

/** The ports that the endpoints of a topology need. */
export class LocalPorts {
  readonly #taken = new Map<string, LocalPort[]>();

  /** Notes an endpoint; tells what keeps it from its port, if an endpoint before it does. */
  take(endpoint: EndpointSpec, place: EndpointPlace): TcpbridgeError | undefined {
    const wanted = localPortOf(endpoint, place);
    if (wanted === undefined) return undefined;
    const key = `${wanted.protocol} ${wanted.port}`;
    const taken = this.#taken.get(key) ?? [];
    const other = taken.find((one) => clash(one, wanted));
    if (other !== undefined) {
      const { protocol, port } = wanted;
      const canShare = wanted.kind === 'vxlan' && other.kind === 'vxlan';
      return new TcpbridgeError('local_port_taken', { first: other.place, second: place, protocol, port, canShare });
    }
    // Tunnels share a socket, and there may be thousands.
    const isKnown = taken.some(({ kind, address, family }) => {
      return kind === wanted.kind && address === wanted.address && family === wanted.family;
    });
    if (!isKnown) this.#taken.set(key, [...taken, wanted]);
    return undefined;
  }
}

function clash(one: LocalPort, other: LocalPort): boolean {
  if (one.family !== 0 && other.family !== 0 && one.family !== other.family) return false;
  // Two of one kind are the same endpoint, or tunnels with one socket.
  if (one.address === other.address) return one.kind !== other.kind;
  return one.address === ANY || other.address === ANY;
}

function localPortOf(endpoint: EndpointSpec, place: EndpointPlace): LocalPort | undefined {
  switch (endpoint.kind) {
    case 'listen': {
      const { kind, address = '::', port } = endpoint;
      // A TCP socket for all IPv6 addresses is one for all IPv4 addresses, too.
      const family = address === '::' ? 0 : familyOf(address);
      return { kind, protocol: 'TCP', port, address: addressOf(address), family, place };
    }
    case 'udp':
    case 'vxlan': {
      const { kind, host, localAddress, localPort: port } = endpoint;
      const address = addressOf(localAddress ?? '::');
      // Without an address of our own it is the family of the other end.
      return { kind, protocol: 'UDP', port, address, family: familyOf(localAddress ?? host), place };
    }
    default:
      return undefined;
  }
}

function addressOf(address: string): string {
  const host = canonicalHost(address);
  return host === '0.0.0.0' || host === '[::]' ? ANY : host;
}

function familyOf(host: string): 0 | 4 | 6 {
  // An IPv4 address in IPv6 clothes is one of IPv4.
  if (isIPv6(host)) return isIP(canonicalHost(host)) === 4 ? 4 : 6;
  return isIP(host) === 4 ? 4 : 0;
}
