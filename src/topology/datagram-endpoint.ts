// The endpoints that send each frame as a datagram: "udp:HOST:PORT,local=…" and "vxlan:HOST,vni=N". Pure.

import { isIP } from 'node:net';
import { TcpbridgeError } from '../errors.ts';
import { numberOption, single, splitOptions, wrongOption } from './endpoint-options.ts';
import { parseHost, parseListenAddress, parsePort, splitHostPort } from './host-port.ts';
import { isLoopback, isSameAddress, manyHosts } from './ip-address.ts';

/** One frame, one datagram: QEMU's "socket,udp=" and "dgram". */
export interface UdpSpec {
  readonly kind: 'udp';
  readonly text: string;
  readonly host: string;
  readonly port: number;
  /** Our own end; without an address: any. */
  readonly localAddress?: string;
  readonly localPort: number;
}

/** A tunnel of RFC 7348. */
export interface VxlanSpec {
  readonly kind: 'vxlan';
  readonly text: string;
  readonly host: string;
  /** The port of the other side, and ours. */
  readonly port: number;
  readonly vni: number;
  readonly localAddress?: string;
  readonly localPort: number;
}

type Ends = Pick<UdpSpec, 'host' | 'port' | 'localAddress' | 'localPort'>;

// RFC 7348, section 8 and 5.
const VXLAN_PORT = 4789;
const VNI = { min: 0, max: 0xff_ffff };
const PORT = { min: 1, max: 65_535 };
const LOCAL_EXAMPLE = 'local=20001';

/** Reads what follows "udp:". */
export function parseUdp(rest: string, text: string): UdpSpec {
  const { target, options } = splitOptions(rest, text, { local: false });
  const place = splitHostPort(target);
  const local = single(options, 'local');
  if (place === undefined || local === undefined) {
    throw new TcpbridgeError('endpoint_malformed', {
      text,
      form: 'udp:HOST:PORT,local=[ADDRESS:]PORT',
      example: 'udp:192.0.2.1:10001,local=20001',
      suggestion: undefined,
    });
  }
  const ends = { host: parseHost(place.host, text), port: parsePort(place.port, text), ...parseLocal(local, text) };
  checkEnds(ends, text);
  return { kind: 'udp', text, ...ends };
}

/** Reads what follows "vxlan:". */
export function parseVxlan(rest: string, text: string): VxlanSpec {
  const { target, options } = splitOptions(rest, text, { vni: false, port: false, local: false });
  const vni = numberOption(options, 'vni', text, VNI);
  const port = numberOption(options, 'port', text, PORT) ?? VXLAN_PORT;
  const local = single(options, 'local');
  if (vni === undefined || target === '') {
    throw new TcpbridgeError('endpoint_malformed', {
      text,
      form: 'vxlan:HOST,vni=N[,port=4789][,local=[ADDRESS:]PORT]',
      example: 'vxlan:192.0.2.1,vni=100',
      suggestion: undefined,
    });
  }
  const place = local === undefined ? { localPort: port } : parseLocal(local, text);
  const ends = { host: parseHost(target, text), port, ...place };
  checkEnds(ends, text);
  return { kind: 'vxlan', text, vni, ...ends };
}

/** What can be told without asking any name service: the other end is one host, of our family, and not ourselves. */
function checkEnds(ends: Ends, text: string): void {
  const { host, port, localAddress, localPort } = ends;
  const many = manyHosts(host);
  if (many !== undefined) throw new TcpbridgeError('host_not_one', { text, host, many });
  const isAny = localAddress === undefined || manyHosts(localAddress) === 'unspecified';
  if (isIP(host) === 0) return;
  if (localAddress !== undefined && isIP(host) !== isIP(localAddress)) {
    throw new TcpbridgeError('address_families_differ', { text, host, local: localAddress });
  }
  const isSelf = isAny ? isLoopback(host) : isSameAddress(host, localAddress);
  if (isSelf && port === localPort) throw new TcpbridgeError('endpoint_to_itself', { text, port });
}

function parseLocal(value: string, text: string): { readonly localAddress?: string; readonly localPort: number } {
  if (/^\d+$/.test(value)) return { localPort: parsePort(value, text) };
  const place = splitHostPort(value);
  if (place === undefined) wrongOption(text, 'local', value, 'write local=PORT or local=ADDRESS:PORT');
  const localAddress = parseListenAddress(place.host, text, LOCAL_EXAMPLE);
  const many = manyHosts(localAddress);
  if (many === 'multicast' || many === 'broadcast') {
    throw new TcpbridgeError('address_invalid', { text, address: place.host, example: LOCAL_EXAMPLE });
  }
  return { localAddress, localPort: parsePort(place.port, text) };
}
