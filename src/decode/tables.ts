// Which number leads to which decoder. A protocol is one file and one line here.
import { decodeArp } from './arp.ts';
import { decodeBfd, decodeBfdEcho } from './bfd.ts';
import { decodeBgp } from './bgp.ts';
import { decodeCdp } from './cdp.ts';
import { type Decoder, LLC_ETHER_TYPE, type Tables } from './context.ts';
import { decodeDhcp } from './dhcp.ts';
import { decodeDhcpv6 } from './dhcpv6.ts';
import { decodeDns, decodeDnsStream, decodeMdns } from './dns.ts';
import { decodeEapol } from './eapol.ts';
import { decodeEigrp } from './eigrp.ts';
import { decodeEsp } from './esp.ts';
import { decodeGre, decodeInnerEthernet, decodeIpv4InIp, decodeIpv6InIp } from './gre.ts';
import { decodeHsrp } from './hsrp.ts';
import { decodeIcmp } from './icmp.ts';
import { decodeIcmpv6 } from './icmpv6.ts';
import { decodeIgmp } from './igmp.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';
import { decodeOsi } from './isis.ts';
import { decodeLdp } from './ldp.ts';
import { decodeLlc } from './llc.ts';
import { decodeLldp } from './lldp.ts';
import { decodeLoopback } from './loopback.ts';
import { decodeMacControl } from './mac-control.ts';
import { decodeMpls } from './mpls.ts';
import { decodeNtp } from './ntp.ts';
import { decodeOspf } from './ospf.ts';
import { decodePim } from './pim.ts';
import { decodePppoeDiscovery, decodePppoeSession } from './pppoe.ts';
import { decodeRip, decodeRipng } from './rip.ts';
import { decodeRsvp } from './rsvp.ts';
import { decodeSlowProtocol } from './slow-protocols.ts';
import { decodeSnmp } from './snmp.ts';
import { decodeBpdu, decodePvst } from './stp.ts';
import { decodeSyslog } from './syslog.ts';
import { decodeTcp } from './tcp.ts';
import { decodeTftp } from './tftp.ts';
import { decodeUdp } from './udp.ts';
import { vlanDecoder } from './vlan.ts';
import { decodeVrrp } from './vrrp.ts';
import { decodeVxlan } from './vxlan.ts';

const CISCO = 0x00000c;

/** All decoders, by the number that announces their protocol. */
export const TABLES: Tables = {
  // IEEE "EtherType Public Listing".
  etherTypes: new Map<number, Decoder>([
    [0x0800, decodeIpv4],
    [0x0806, decodeArp],
    [0x6558, decodeInnerEthernet],
    [0x8035, decodeArp],
    [0x8100, vlanDecoder(0x8100)],
    [0x86dd, decodeIpv6],
    [0x8808, decodeMacControl],
    [0x8809, decodeSlowProtocol],
    [0x8847, decodeMpls],
    [0x8848, decodeMpls],
    [0x8863, decodePppoeDiscovery],
    [0x8864, decodePppoeSession],
    [LLC_ETHER_TYPE, decodeLlc],
    [0x888e, decodeEapol],
    [0x88a8, vlanDecoder(0x88a8)],
    [0x88cc, decodeLldp],
    [0x9000, decodeLoopback],
    [0x9100, vlanDecoder(0x9100)],
  ]),
  // IEEE 802 "LLC addresses".
  llcSaps: new Map<number, Decoder>([
    [0x42, decodeBpdu],
    [0xfe, decodeOsi],
  ]),
  snapProtocols: new Map<number, Decoder>([
    [CISCO * 0x10000 + 0x010b, decodePvst],
    [CISCO * 0x10000 + 0x2000, decodeCdp],
  ]),
  // IANA "Assigned Internet Protocol Numbers".
  ipProtocols: new Map<number, Decoder>([
    [1, decodeIcmp],
    [2, decodeIgmp],
    [4, decodeIpv4InIp],
    [6, decodeTcp],
    [17, decodeUdp],
    [41, decodeIpv6InIp],
    [46, decodeRsvp],
    [47, decodeGre],
    [50, decodeEsp],
    [58, decodeIcmpv6],
    [88, decodeEigrp],
    [89, decodeOspf],
    [103, decodePim],
    [112, decodeVrrp],
    [137, decodeMpls],
    [143, decodeInnerEthernet],
  ]),
  // IANA "Service Name and Transport Protocol Port Number Registry".
  udpPorts: new Map<number, Decoder>([
    [53, decodeDns],
    [67, decodeDhcp],
    [68, decodeDhcp],
    [69, decodeTftp],
    [123, decodeNtp],
    [161, decodeSnmp],
    [162, decodeSnmp],
    [514, decodeSyslog],
    [520, decodeRip],
    [521, decodeRipng],
    [546, decodeDhcpv6],
    [547, decodeDhcpv6],
    [646, decodeLdp],
    [1985, decodeHsrp],
    [2029, decodeHsrp],
    [3784, decodeBfd],
    [3785, decodeBfdEcho],
    [4784, decodeBfd],
    [4789, decodeVxlan],
    [5353, decodeMdns],
    [6635, decodeMpls],
    [6784, decodeBfd],
    [8472, decodeVxlan],
  ]),
  tcpPorts: new Map<number, Decoder>([
    [53, decodeDnsStream],
    [179, decodeBgp],
    [646, decodeLdp],
  ]),
};
