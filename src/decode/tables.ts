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
import { decodeGeneve } from './geneve.ts';
import { decodeGre, decodeInnerEthernet, decodeIpv4InIp, decodeIpv6InIp } from './gre.ts';
import { decodeHsrp } from './hsrp.ts';
import { decodeIcmp } from './icmp.ts';
import { decodeIcmpv6 } from './icmpv6.ts';
import { decodeIgmp } from './igmp.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';
import { decodeOsi } from './isis.ts';
import { decodeL2tp, decodeL2tpIp } from './l2tp.ts';
import { decodeLdp } from './ldp.ts';
import { decodeLlc } from './llc.ts';
import { decodeLldp } from './lldp.ts';
import { decodeLoopback } from './loopback.ts';
import { decodeMacControl } from './mac-control.ts';
import { decodeMacsec } from './macsec.ts';
import { decodeMpls } from './mpls.ts';
import { decodeNetflow } from './netflow.ts';
import { decodeNtp } from './ntp.ts';
import { decodeOspf } from './ospf.ts';
import { decodePim } from './pim.ts';
import { decodePppoeDiscovery, decodePppoeSession } from './pppoe.ts';
import { decodePtp } from './ptp.ts';
import { decodeRadius } from './radius.ts';
import { decodeRip, decodeRipng } from './rip.ts';
import { decodeRsvp } from './rsvp.ts';
import { decodeSlowProtocol } from './slow-protocols.ts';
import { decodeSnmp } from './snmp.ts';
import { decodeSsh } from './ssh.ts';
import { decodeBpdu, decodePvst } from './stp.ts';
import { decodeSyslog } from './syslog.ts';
import { decodeTacacs } from './tacacs.ts';
import { decodeTcp } from './tcp.ts';
import { decodeTftp } from './tftp.ts';
import { decodeTls } from './tls.ts';
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
    [0x88e5, decodeMacsec],
    [0x88f7, decodePtp],
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
    [115, decodeL2tpIp],
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
    [319, decodePtp],
    [320, decodePtp],
    [514, decodeSyslog],
    [520, decodeRip],
    [521, decodeRipng],
    [546, decodeDhcpv6],
    [547, decodeDhcpv6],
    [646, decodeLdp],
    [1645, decodeRadius],
    [1646, decodeRadius],
    [1701, decodeL2tp],
    [1812, decodeRadius],
    [1813, decodeRadius],
    [1985, decodeHsrp],
    [2029, decodeHsrp],
    [2055, decodeNetflow],
    [3784, decodeBfd],
    [3785, decodeBfdEcho],
    [3799, decodeRadius],
    [4739, decodeNetflow],
    [4784, decodeBfd],
    [4789, decodeVxlan],
    [5353, decodeMdns],
    [6081, decodeGeneve],
    [6635, decodeMpls],
    [6784, decodeBfd],
    [8472, decodeVxlan],
    [9995, decodeNetflow],
    [9996, decodeNetflow],
  ]),
  // gNMI and gRPC of routers: 9339 (IANA), 6030 (Arista), 32767 (Juniper), 50051, 57400 (Cisco, Nokia).
  tcpPorts: new Map<number, Decoder>([
    [22, decodeSsh],
    [49, decodeTacacs],
    [53, decodeDnsStream],
    [179, decodeBgp],
    [443, decodeTls],
    [646, decodeLdp],
    [830, decodeSsh],
    [6030, decodeTls],
    [9339, decodeTls],
    [32767, decodeTls],
    [50051, decodeTls],
    [57400, decodeTls],
  ]),
};
