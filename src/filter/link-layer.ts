// Tests on what stands right behind the MAC addresses: EtherTypes, LLC, VLAN tags, MPLS labels. They follow what
// libpcap's code generator does (gencode.c), so that a filter means here what it means to tcpdump.
import { both, byteIn, byteIs, halfIn, halfIs, type Layers, some, type Test, wordIs } from './condition.ts';

/** EtherTypes by the name that a filter gives them. */
export const ETHERTYPES: Readonly<Record<string, number>> = {
  ip: 0x0800,
  arp: 0x0806,
  rarp: 0x8035,
  ip6: 0x86dd,
  pppoed: 0x8863,
  loopback: 0x9000,
};

/** Destination service access points of LLC by name. */
export const SAPS: Readonly<Record<string, number>> = { stp: 0x42, iso: 0xfe };

const LARGEST_LENGTH = 1500;
const SAP_ISO = 0xfe;
/** TPIDs that libpcap takes for a VLAN tag: 802.1Q, 802.1ad, and the one before it was standardised. */
const TAG_TYPES = [0x8100, 0x88a8, 0x9100] as const;
const MPLS = 0x8847;
const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const BOTTOM_OF_STACK = 0x01;
/** From the payload of a frame with LLC to the OSI protocol: DSAP, SSAP, control. */
const LLC_BYTES = 3;
const IS_IS = 0x83;

/** The frame carries this EtherType, or for 1500 and less this LLC service access point; undefined: none can say. */
export function linkTypeIs(layers: Layers, type: number): Test | undefined {
  const { typeAt, payloadAt, labels } = layers;
  if (labels > 0) {
    // Labels do not say what is behind them: the last one and the version of IP must do (gen_mpls_linktype).
    const version = type === IPV4 ? 0x40 : type === IPV6 ? 0x60 : undefined;
    if (version === undefined) return undefined;
    return both(byteIs(payloadAt - 2, BOTTOM_OF_STACK, BOTTOM_OF_STACK), byteIs(payloadAt, version, 0xf0));
  }
  if (type > LARGEST_LENGTH) return halfIs(typeAt, type);
  const isLength = halfIn(typeAt, 0, LARGEST_LENGTH);
  if (type === SAP_ISO) return both(isLength, halfIs(typeAt + 2, (SAP_ISO << 8) | SAP_ISO));
  return both(isLength, byteIs(typeAt + 2, type));
}

/** A VLAN tag, of any VLAN or of this one. */
export function vlanIs(layers: Layers, vlan: number | undefined): Test {
  const isTagged = some(...TAG_TYPES.map((type) => halfIs(layers.typeAt, type)));
  return vlan === undefined ? isTagged : both(isTagged, halfIs(layers.payloadAt, vlan, 0x0fff));
}

/** The layers behind a VLAN tag. */
export function behindTag(layers: Layers): Layers {
  return { ...layers, typeAt: layers.typeAt + 4, payloadAt: layers.payloadAt + 4 };
}

/** An MPLS label, any or this one. */
export function mplsIs(layers: Layers, label: number | undefined): Test {
  const { typeAt, payloadAt, labels } = layers;
  // Behind a label only the one before can tell whether there is another.
  const isLabelled = labels > 0 ? byteIs(payloadAt - 2, 0, BOTTOM_OF_STACK) : halfIs(typeAt, MPLS);
  return label === undefined ? isLabelled : both(isLabelled, wordIs(payloadAt, label << 12, 0xfffff000));
}

/** The layers behind an MPLS label. */
export function behindLabel(layers: Layers): Layers {
  return { ...layers, payloadAt: layers.payloadAt + 4, labels: layers.labels + 1 };
}

/** An OSI protocol: CLNP, ES-IS, IS-IS. */
export function osiIs(layers: Layers, protocol: number): Test | undefined {
  const isOsi = linkTypeIs(layers, SAP_ISO);
  return isOsi && both(isOsi, byteIs(layers.payloadAt + LLC_BYTES, protocol));
}

/** IS-IS with one of these types of PDU. */
export function isisIs(layers: Layers, types: readonly number[]): Test | undefined {
  const isIsis = osiIs(layers, IS_IS);
  return isIsis && both(isIsis, some(...types.map((type) => byteIs(layers.payloadAt + LLC_BYTES + 4, type))));
}

/** One of the MAC addresses, at 0 the destination and at 6 the source. */
export function macIs(at: number, mac: readonly number[]): Test {
  // libpcap compares the last four bytes first; where both are there, no one can tell.
  return both(
    wordIs(at + 2, (mac[2]! << 24) | (mac[3]! << 16) | (mac[4]! << 8) | mac[5]!),
    halfIs(at, (mac[0]! << 8) | mac[1]!),
  );
}

/** To all. */
export const IS_BROADCAST: Test = macIs(0, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
/** To a group, which includes all. */
export const IS_MULTICAST: Test = byteIs(0, 1, 1);

/** To a group of IPv4 or IPv6. */
export function ipMulticast(layers: Layers, version: 4 | 6): Test {
  const { payloadAt } = layers;
  if (version === 4) return both(linkTypeIs(layers, IPV4)!, byteIn(payloadAt + 16, 224, 255));
  return both(linkTypeIs(layers, IPV6)!, byteIs(payloadAt + 24, 0xff));
}
