// Names that stand for numbers in a filter: protocols of IP, ports, and the constants of pcap-filter(7). A fixed list
// instead of /etc/protocols and /etc/services: a filter means the same on every machine.

/** Protocols of IP, as after "proto". */
export const IP_PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ['icmp', 1],
  ['igmp', 2],
  ['ipip', 4],
  ['tcp', 6],
  ['igrp', 9],
  ['udp', 17],
  ['rsvp', 46],
  ['gre', 47],
  ['esp', 50],
  ['ah', 51],
  ['icmp6', 58],
  ['ipv6-icmp', 58],
  ['eigrp', 88],
  ['ospf', 89],
  ['pim', 103],
  ['vrrp', 112],
  ['carp', 112],
  ['l2tp', 115],
  ['isis', 124],
  ['sctp', 132],
]);

/** Ports of services, as after "port". */
export const PORTS: ReadonlyMap<string, number> = new Map([
  ['ftp-data', 20],
  ['ftp', 21],
  ['ssh', 22],
  ['telnet', 23],
  ['smtp', 25],
  ['tacacs', 49],
  ['domain', 53],
  ['dns', 53],
  ['bootps', 67],
  ['bootpc', 68],
  ['tftp', 69],
  ['http', 80],
  ['ntp', 123],
  ['snmp', 161],
  ['snmp-trap', 162],
  ['snmptrap', 162],
  ['bgp', 179],
  ['https', 443],
  ['syslog', 514],
  ['rip', 520],
  ['ripng', 521],
  ['ldp', 646],
  ['netconf-ssh', 830],
  ['netconf', 830],
  ['radius', 1812],
  ['hsrp', 1985],
  ['bfd', 3784],
  ['bfd-control', 3784],
  ['bfd-echo', 3785],
  ['vxlan', 4789],
]);

/** Offsets and values for byte expressions (pcap-filter(7)). */
export const CONSTANTS: ReadonlyMap<string, number> = new Map([
  ['tcpflags', 13],
  ['tcp-fin', 0x01],
  ['tcp-syn', 0x02],
  ['tcp-rst', 0x04],
  ['tcp-push', 0x08],
  ['tcp-ack', 0x10],
  ['tcp-urg', 0x20],
  ['tcp-ece', 0x40],
  ['tcp-cwr', 0x80],
  ['icmptype', 0],
  ['icmpcode', 1],
  ['icmp-echoreply', 0],
  ['icmp-unreach', 3],
  ['icmp-sourcequench', 4],
  ['icmp-redirect', 5],
  ['icmp-echo', 8],
  ['icmp-routeradvert', 9],
  ['icmp-routersolicit', 10],
  ['icmp-timxceed', 11],
  ['icmp-paramprob', 12],
  ['icmp6type', 0],
  ['icmp6code', 1],
  ['icmp6-destinationunreach', 1],
  ['icmp6-packettoobig', 2],
  ['icmp6-timeexceeded', 3],
  ['icmp6-parameterproblem', 4],
  ['icmp6-echo', 128],
  ['icmp6-echoreply', 129],
  ['icmp6-routersolicit', 133],
  ['icmp6-routeradvert', 134],
  ['icmp6-neighborsolicit', 135],
  ['icmp6-neighboradvert', 136],
  ['icmp6-redirect', 137],
]);

/** Types of IS-IS PDUs by the word that means them (gen_proto_abbrev in libpcap's gencode.c). */
export const ISIS_TYPES: Readonly<Record<string, readonly number[]>> = {
  l1: [15, 17, 18, 24, 26],
  l2: [16, 17, 20, 25, 27],
  iih: [15, 16, 17],
  lsp: [18, 20],
  snp: [24, 25, 26, 27],
  csnp: [24, 25],
  psnp: [26, 27],
};

/** OSI protocols. */
export const OSI_PROTOCOLS: Readonly<Record<string, number>> = { clnp: 0x81, esis: 0x82, isis: 0x83 };

/** Reads a number as C writes it: 80, 0x50, 0120. */
export function parseNumber(text: string): number | undefined {
  if (/^0x[0-9a-f]+$/.test(text)) return limited(Number.parseInt(text, 16));
  if (/^0[0-7]+$/.test(text)) return limited(Number.parseInt(text, 8));
  return /^(0|[1-9]\d*)$/.test(text) ? limited(Number(text)) : undefined;
}

function limited(value: number): number | undefined {
  return value <= 0xffff_ffff ? value : undefined;
}
