// Sample frames: DHCP, DNS, SNMP, syslog and TFTP.
// Each with the line it must give and with what tshark must find in it.
import type { SampleFrame } from './sample-frame.ts';

/** Frames of DHCP, DNS, SNMP, syslog and TFTP. */
export const SERVICES_FRAMES: readonly SampleFrame[] = [
  {
    name: 'DHCP discover',
    hex: `
      ffffffff ffff5254 00000001 08004500 011a0001 00004011 79d30000 0000ffff
      ffff0044 00430106 07ff0101 06001122 33440000 00000000 00000000 00000000
      00000000 00005254 00000001 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00006382 53633501 010c0272
      3132040a 000032ff
    `,
    line: '52:54:00:00:00:01 > ff:ff:ff:ff:ff:ff IPv4 ttl 64 UDP 0.0.0.0:68 > 255.255.255.255:67 DHCP discover xid 0x11223344 client 52:54:00:00:00:01 wants 10.0.0.50 host r1',
    tshark: [
      'UDP {ip.src}:{udp.srcport} > {ip.dst}:{udp.dstport}',
      'DHCP {dhcp.option.dhcp|1=discover,5=ack} xid {dhcp.id} client {dhcp.hw.mac_addr} wants {dhcp.option.requested_ip_address} host {dhcp.option.hostname}',
    ],
  },
  {
    name: 'DHCP ack',
    hex: `
      52540000 00015254 00000001 08004500 011c1234 00004011 536b0a00 00010a00
      00320043 00440108 34cf0201 06001122 33440000 00000000 00000a00 00320000
      00000000 00005254 00000001 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00006382 53633501 0536040a
      00000133 0400000e 10ff
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:01 IPv4 ttl 64 UDP 10.0.0.1:67 > 10.0.0.50:68 DHCP ack xid 0x11223344 client 52:54:00:00:00:01 gets 10.0.0.50 server 10.0.0.1 lease 3600s',
    tshark: [
      'DHCP {dhcp.option.dhcp|1=discover,5=ack} xid {dhcp.id} client {dhcp.hw.mac_addr} gets {dhcp.ip.your} server {dhcp.option.dhcp_server_id} lease {dhcp.option.ip_address_lease_time}s',
    ],
  },
  {
    name: 'DHCPv6 solicit',
    hex: `
      33330001 00025254 00000001 86dd6000 0000002a 1101fe80 00000000 00000000
      00000000 0001ff02 00000000 00000000 00000001 00020222 0223002a 75f10112
      34560001 000a0003 00015254 00000001 0003000c 00000001 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 33:33:00:01:00:02 IPv6 UDP [fe80::1]:546 > [ff02::1:2]:547 DHCPv6 solicit xid 0x123456 address wanted',
    tshark: [
      'UDP [{ipv6.src}]:{udp.srcport} > [{ipv6.dst}]:{udp.dstport}',
      'DHCPv6 {dhcpv6.msgtype|1=solicit,7=reply} xid {dhcpv6.xid}',
    ],
  },
  {
    name: 'DHCPv6 reply',
    hex: `
      52540000 00025254 00000001 86dd6000 00000065 1140fe80 00000000 00000000
      00000000 0001fe80 00000000 00000000 00000000 00020223 02220065 527b0712
      34560003 00280000 00010000 00000000 00000005 00182001 0db80000 00000000
      00000000 00500000 00000000 00000019 00290000 00020000 00000000 0000001a
      00190000 00000000 00003820 010db800 50000000 00000000 000000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv6 UDP [fe80::1]:547 > [fe80::2]:546 DHCPv6 reply xid 0x123456 address 2001:db8::50 prefix 2001:db8:50::/56',
    tshark: [
      'DHCPv6 {dhcpv6.msgtype|1=solicit,7=reply} xid {dhcpv6.xid} address {dhcpv6.iaaddr.ip} prefix {dhcpv6.iaprefix.pref_addr}/{dhcpv6.iaprefix.pref_len}',
    ],
  },
  {
    name: 'DNS query',
    hex: `
      52540000 00025254 00000001 08004500 003c1234 00004011 547b0a00 00010a00
      00029c40 00350028 81a81a2b 01000001 00000000 00000272 31076578 616d706c
      65036e65 7400001c 0001
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 UDP 10.0.0.1:40000 > 10.0.0.2:53 DNS query 0x1a2b AAAA r1.example.net',
    tshark: [
      'UDP {ip.src}:{udp.srcport} > {ip.dst}:{udp.dstport}',
      'DNS {dns.flags.response|0=query,1=answer} {dns.id} {dns.qry.type|28=AAAA} {dns.qry.name}',
    ],
  },
  {
    name: 'DNS answer',
    hex: `
      52540000 00025254 00000001 08004500 00841234 00004011 54330a00 00010a00
      00020035 9c400070 186f1a2b 81000001 00020000 00000272 31076578 616d706c
      65036e65 74000001 00010272 31076578 616d706c 65036e65 74000005 00010000
      00000010 02723907 6578616d 706c6503 6e657400 02723907 6578616d 706c6503
      6e657400 00010001 00000000 0004c000 0207
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 UDP 10.0.0.1:53 > 10.0.0.2:40000 DNS answer 0x1a2b A r1.example.net 192.0.2.7 (2 records)',
    tshark: [
      'DNS {dns.flags.response|0=query,1=answer} {dns.id} {dns.qry.type|1=A} {dns.qry.name} {dns.a} ({dns.count.answers} records)',
    ],
  },
  {
    name: 'DNS NXDOMAIN',
    hex: `
      52540000 00025254 00000001 08004500 003e1234 00004011 54790a00 00010a00
      00020035 9c40002a 5c4e1a2c 81030001 00000000 0000046e 6f706507 6578616d
      706c6503 6e657400 00010001
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 UDP 10.0.0.1:53 > 10.0.0.2:40000 DNS answer 0x1a2c A nope.example.net NXDOMAIN',
    tshark: ['DNS answer {dns.id} {dns.qry.type|1=A} {dns.qry.name} {dns.flags.rcode|3=NXDOMAIN}'],
  },
  {
    name: 'DNS over TCP',
    hex: `
      52540000 00025254 00000001 08004500 004a1234 00004006 54780a00 00010a00
      00029c40 00350000 00010000 00015018 20002b62 00000020 00770100 00010000
      00000000 02723107 6578616d 706c6503 6e657400 00010001
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 TCP 10.0.0.1:40000 > 10.0.0.2:53 [PSH,ACK] seq 1 ack 1 win 8192 len 34 DNS query 0x0077 A r1.example.net',
    tshark: ['DNS query {dns.id} {dns.qry.type|1=A} {dns.qry.name}'],
  },
  {
    name: 'SNMP get',
    hex: `
      52540000 00025254 00000001 08004500 00441234 00004011 54730a00 00010a00
      00029c40 00a10030 19723026 02010104 06707562 6c6963a0 19020100 02010002
      0100300e 300c0608 2b060102 01010100 0500
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 UDP 10.0.0.1:40000 > 10.0.0.2:161 SNMPv2c get community public 1.3.6.1.2.1.1.1.0',
    tshark: ['SNMPv{snmp.version|0=1,1=2c,3=3} get community {snmp.community} {snmp.name}'],
  },
  {
    name: 'syslog',
    hex: `
      52540000 00025254 00000001 08004500 005a1234 00004011 545d0a00 00010a00
      00020202 02020046 d3ab3c31 38393e4e 6f762032 32203036 3a30303a 30302072
      313a2025 4c494e4b 2d332d55 50444f57 4e3a2049 6e746572 66616365 20476930
      2f312069 73207570
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 UDP 10.0.0.1:514 > 10.0.0.2:514 syslog local7.notice Nov 22 06:00:00 r1: %LINK-3-UPDOWN: Interface Gi…',
    tshark: ['syslog {syslog.facility|23=local7}.{syslog.level|5=notice}'],
  },
  {
    name: 'TFTP read',
    hex: `
      52540000 00025254 00000001 08004500 00331234 00004011 54840a00 00010a00
      00029c40 0045001f 91080001 73746172 7475702d 636f6e66 6967006f 63746574
      00
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 UDP 10.0.0.1:40000 > 10.0.0.2:69 TFTP read "startup-config"',
    tshark: ['TFTP {tftp.opcode|1=read,2=write} "{tftp.source_file}"'],
  },
];
