// What a decoder is given besides its bytes: the tables in which it looks up what lies below, the addresses of the IP
// packet it is in, and how many tunnels it is inside. Passing the tables keeps the protocol files free of import
// cycles.
import type { View } from './view.ts';
import { hexNumber } from './wording.ts';

/** Turns the bytes of one protocol into its part of the line. */
export type Decoder = (view: View, context: Context) => string;

/** Where decoders are found, by the number that announces them. */
export interface Tables {
  readonly etherTypes: ReadonlyMap<number, Decoder>;
  /** By LLC service access point, where destination and source are the same (IEEE 802.2). */
  readonly llcSaps: ReadonlyMap<number, Decoder>;
  /** By SNAP organisation and protocol, `(oui * 65536) + pid`; organisation 0 uses the EtherTypes. */
  readonly snapProtocols: ReadonlyMap<number, Decoder>;
  readonly ipProtocols: ReadonlyMap<number, Decoder>;
  readonly udpPorts: ReadonlyMap<number, Decoder>;
  readonly tcpPorts: ReadonlyMap<number, Decoder>;
}

/** The IP packet that a decoder is inside of. */
export interface IpEnds {
  readonly version: 4 | 6;
  readonly source: string;
  readonly destination: string;
}

/** What surrounds the bytes of a decoder. */
export interface Context {
  readonly tables: Tables;
  readonly ip?: IpEnds;
  /** Tunnels entered so far. */
  readonly tunnels: number;
}

const MAX_TUNNELS = 3;

/** Decodes what a tunnel carries; a frame nested deeper than anybody reads is only measured. */
export function decodeTunnelled(decoder: Decoder, view: View, context: Context, maxTunnels = MAX_TUNNELS): string {
  if (context.tunnels >= maxTunnels) return `nested ${dataBytes(view)}`;
  return decoder(view, { tables: context.tables, tunnels: context.tunnels + 1 });
}

/** The words for bytes that are not looked into. */
export function dataBytes(view: View): string {
  return `${view.size} byte${view.size === 1 ? '' : 's'}`;
}

/** Decodes what an EtherType announces; values up to 1500 are lengths of an LLC frame (IEEE 802.3 clause 3.2.6). */
export function decodeEtherType(type: number, view: View, context: Context): string {
  if (type <= 1500) return context.tables.etherTypes.get(LLC_ETHER_TYPE)!(view.at(0, type), context);
  const decoder = context.tables.etherTypes.get(type);
  return decoder ? decoder(view, context) : `EtherType ${hexNumber(type, 2)}, ${dataBytes(view)}`;
}

/** LLC in frames longer than a length field can say ("jumbo LLC"), the EtherType under which LLC is registered. */
export const LLC_ETHER_TYPE = 0x8870;
