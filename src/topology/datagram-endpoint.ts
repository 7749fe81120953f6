// The endpoints that send each frame as a datagram: "udp:HOST:PORT,local=…" and "vxlan:HOST,vni=N". Pure.

import { TcpbridgeError } from '../errors.ts';
import { numberOption, single, splitOptions, wrongOption } from './endpoint-options.ts';
import { parseHost, parseListenAddress, parsePort, splitHostPort } from './host-port.ts';

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

// RFC 7348, section 8 and 5.
const VXLAN_PORT = 4789;
const VNI = { min: 0, max: 0xff_ffff };
const PORT = { min: 1, max: 65_535 };

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
  return {
    kind: 'udp',
    text,
    host: parseHost(place.host, text),
    port: parsePort(place.port, text),
    ...parseLocal(local, text),
  };
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
  return {
    kind: 'vxlan',
    text,
    host: parseHost(target, text),
    port,
    vni,
    ...(local === undefined ? { localPort: port } : parseLocal(local, text)),
  };
}

function parseLocal(value: string, text: string): { readonly localAddress?: string; readonly localPort: number } {
  if (/^\d+$/.test(value)) return { localPort: parsePort(value, text) };
  const place = splitHostPort(value);
  if (place === undefined) wrongOption(text, 'local', value, 'write local=PORT or local=ADDRESS:PORT');
  return { localAddress: parseListenAddress(place.host, text), localPort: parsePort(place.port, text) };
}
