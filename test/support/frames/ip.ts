// Sample frames: IPv4, IPv6, ICMP, IGMP, neighbour and listener discovery.
// Each with the line it must give and with what tshark must find in it.
import type { SampleFrame } from './sample-frame.ts';

/** Frames of IPv4, IPv6, ICMP, IGMP, neighbour and listener discovery. */
export const IP_FRAMES: readonly SampleFrame[] = [
  {
    name: 'IPv4 echo request',
    hex: `
      52540000 00025254 00000001 08004500 00241234 00004001 54a30a00 00010a00
      00020800 66620001 00076162 63646566 67680000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 10.0.0.1 > 10.0.0.2 ttl 64 ICMP echo request id 1 seq 7',
    tshark: [
      'IPv4 {ip.src} > {ip.dst} ttl {ip.ttl}',
      'ICMP {icmp.type|0=echo reply,8=echo request} id {icmp.ident} seq {icmp.seq}',
    ],
  },
  {
    name: 'IPv4 with DSCP and router alert',
    hex: `
      01005e00 00165254 00000001 080046c0 00340001 00000102 39ec0a00 0001e000
      00169404 00002200 eeec0000 00020400 0000ef01 01010100 0001ef01 01020a00
      0009
    `,
    line: '52:54:00:00:00:01 > 01:00:5e:00:00:16 IPv4 10.0.0.1 > 224.0.0.22 ttl 1 dscp cs6 [router-alert] IGMPv3 report 239.1.1.1 to-exclude {} (+1)',
    tshark: [
      'IPv4 {ip.src} > {ip.dst} ttl {ip.ttl} dscp {ip.dsfield.dscp|48=cs6} [{ip.opt.type|148=router-alert}]',
      'IGMPv{igmp.version} {igmp.type|34=report} {igmp.maddr} {igmp.record_type|4=to-exclude}',
    ],
  },
  {
    name: 'IPv4 first fragment',
    hex: `
      52540000 00025254 00000001 08004500 00341234 20004001 34930a00 00010a00
      00020800 f7fa0004 00010000 00000000 00000000 00000000 00000000 00000000
      0000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 10.0.0.1 > 10.0.0.2 ttl 64 fragment 4660 at 0 more ICMP echo request id 4 seq 1',
    tshark: ['IPv4 {ip.src} > {ip.dst} ttl {ip.ttl} fragment {ip.id|int} at {ip.frag_offset} {ip.flags.mf?more}'],
  },
  {
    name: 'IPv4 last fragment',
    hex: `
      52540000 00025254 00000001 08004500 001c1234 00084001 54a30a00 00010a00
      00020000 00000000 00000000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 10.0.0.1 > 10.0.0.2 ttl 64 fragment 4660 at 64 ICMP 8 bytes',
    tshark: ['IPv4 {ip.src} > {ip.dst} ttl {ip.ttl} fragment {ip.id|int} at {ip.frag_offset|x8} ICMP {data.len} bytes'],
  },
  {
    name: 'unknown IP protocol',
    hex: `
      52540000 00025254 00000001 08004500 00171234 000040fd 53b40a00 00010a00
      00027879 7a000000 00000000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 10.0.0.1 > 10.0.0.2 ttl 64 protocol 253 3 bytes',
    tshark: ['IPv4 {ip.src} > {ip.dst} ttl {ip.ttl} protocol {ip.proto} {data.len} bytes'],
  },
  {
    name: 'ICMP port unreachable',
    hex: `
      52540000 00025254 00000001 08004500 003d1234 00004001 548a0a00 00010a00
      00020303 111e0000 00004500 00210001 00004011 66c90a00 00020a00 000180e8
      829a000d ad787472 616365
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 10.0.0.1 > 10.0.0.2 ttl 64 ICMP unreachable port about UDP 10.0.0.2:33000 > 10.0.0.1:33434',
    tshark: [
      'IPv4 {ip.src} > {ip.dst} ttl {ip.ttl}',
      'ICMP {icmp.type|3=unreachable} {icmp.code|3=port} about UDP {ip.src#2}:{udp.srcport} > {ip.dst#2}:{udp.dstport}',
    ],
  },
  {
    name: 'ICMP fragmentation needed',
    hex: `
      52540000 00025254 00000001 08004500 00441234 00004001 54830a00 00010a00
      00020304 0ba10000 05784500 00280001 00004006 66cd0a00 00020a00 000180e8
      00500000 00000000 00005002 2000faa7 0000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 10.0.0.1 > 10.0.0.2 ttl 64 ICMP fragmentation needed mtu 1400 about TCP 10.0.0.2:33000 > 10.0.0.1:80',
    tshark: ['mtu {icmp.mtu} about TCP {ip.src#2}:{tcp.srcport} > {ip.dst#2}:{tcp.dstport}'],
  },
  {
    name: 'ICMP time exceeded',
    hex: `
      52540000 00025254 00000001 08004500 00381234 00004001 548f0a00 00010a00
      00020b00 f4ff0000 00004500 001c0001 00000101 a5d50a00 00020a09 00010800
      f7f20004 0009
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 10.0.0.1 > 10.0.0.2 ttl 64 ICMP time exceeded in transit about 10.0.0.2 > 10.9.0.1 ICMP',
    tshark: ['about {ip.src#2} > {ip.dst#2} ICMP'],
  },
  {
    name: 'ICMP redirect',
    hex: `
      52540000 00025254 00000001 08004500 00381234 00004001 548f0a00 00010a00
      00020501 04260a00 00fe4500 001c0001 00000111 a5c50a00 00020a09 00010001
      00020008 ebcf
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 10.0.0.1 > 10.0.0.2 ttl 64 ICMP redirect host via 10.0.0.254 about UDP 10.0.0.2:1 > 10.9.0.1:2',
    tshark: ['ICMP redirect {icmp.code|1=host} via {icmp.redir_gw} about UDP'],
  },
  {
    name: 'IGMPv2 query',
    hex: `
      01005e00 00015254 00000001 08004500 001c0001 00000102 cfdd0a00 0001e000
      00011164 ee9b0000 00000000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 01:00:5e:00:00:01 IPv4 10.0.0.1 > 224.0.0.1 ttl 1 IGMPv2 query general max 10000ms',
    tshark: ['IPv4 {ip.src} > {ip.dst} ttl {ip.ttl}', 'IGMPv{igmp.version} {igmp.type|17=query} general'],
  },
  {
    name: 'IGMPv2 leave',
    hex: `
      01005e00 00025254 00000001 08004500 001c0001 00000102 cfdc0a00 0001e000
      00021714 f8e8ef01 01010000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 01:00:5e:00:00:02 IPv4 10.0.0.1 > 224.0.0.2 ttl 1 IGMPv2 leave group 239.1.1.1',
    tshark: ['IPv4 {ip.src} > {ip.dst} ttl {ip.ttl}', 'IGMPv{igmp.version} {igmp.type|23=leave} group {igmp.maddr}'],
  },
  {
    name: 'IPv6 echo request',
    hex: `
      52540000 00025254 00000001 86dd6b80 0000000c 3a402001 0db80000 00000000
      00000000 00012001 0db80000 00000000 00000000 00028000 5f7a0001 00026162
      6364
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv6 2001:db8::1 > 2001:db8::2 hlim 64 dscp ef ICMPv6 echo request id 1 seq 2',
    tshark: [
      'IPv6 {ipv6.src} > {ipv6.dst} hlim {ipv6.hlim} dscp {ipv6.tclass.dscp|46=ef} ICMPv6 {icmpv6.type|128=echo request} id {icmpv6.echo.identifier|int} seq {icmpv6.echo.sequence_number}',
    ],
  },
  {
    name: 'IPv6 router solicitation',
    hex: `
      33330000 00025254 00000001 86dd6000 00000010 3afffe80 00000000 00000000
      00000000 0001ff02 00000000 00000000 00000000 00028500 29d80000 00000101
      52540000 0001
    `,
    line: '52:54:00:00:00:01 > 33:33:00:00:00:02 IPv6 fe80::1 > ff02::2 ICMPv6 router solicitation from 52:54:00:00:00:01',
    tshark: [
      'IPv6 {ipv6.src} > {ipv6.dst} ICMPv6 {icmpv6.type|133=router solicitation} from {icmpv6.opt.src_linkaddr}',
    ],
  },
  {
    name: 'IPv6 router advertisement',
    hex: `
      33330000 00015254 00000001 86dd6000 00000040 3afffe80 00000000 00000000
      00000000 0001ff02 00000000 00000000 00000000 00018600 873100c8 07080000
      00000000 00000101 52540000 00010501 00000000 23280304 40c0ffff ffffffff
      ffff0000 00002001 0db80001 00000000 00000000 0000
    `,
    line: '52:54:00:00:00:01 > 33:33:00:00:00:01 IPv6 fe80::1 > ff02::1 ICMPv6 router advertisement lifetime 1800s [other,managed] prefix 2001:db8:1::/64 mtu 9000 from 52:54:00:00:00:01',
    tshark: [
      'IPv6 {ipv6.src} > {ipv6.dst} ICMPv6 {icmpv6.type|134=router advertisement} lifetime {icmpv6.nd.ra.router_lifetime}s [{icmpv6.nd.ra.flag.o?other},{icmpv6.nd.ra.flag.m?managed}] prefix {icmpv6.opt.prefix}/{icmpv6.opt.prefix.length} mtu {icmpv6.opt.mtu} from {icmpv6.opt.src_linkaddr}',
    ],
  },
  {
    name: 'IPv6 neighbor solicitation',
    hex: `
      3333ff00 00025254 00000001 86dd6000 00000020 3afffe80 00000000 00000000
      00000000 0001ff02 00000000 00000000 0001ff00 00028700 2a430000 0000fe80
      00000000 00000000 00000000 00020101 52540000 0001
    `,
    line: '52:54:00:00:00:01 > 33:33:ff:00:00:02 IPv6 fe80::1 > ff02::1:ff00:2 ICMPv6 neighbor solicitation who-has fe80::2 from 52:54:00:00:00:01',
    tshark: [
      '{icmpv6.type|135=neighbor solicitation} who-has {icmpv6.nd.ns.target_address} from {icmpv6.opt.src_linkaddr}',
    ],
  },
  {
    name: 'IPv6 neighbor advertisement',
    hex: `
      52540000 00025254 00000001 86dd6000 00000020 3afffe80 00000000 00000000
      00000000 0002fe80 00000000 00000000 00000000 00018800 47c5e000 0000fe80
      00000000 00000000 00000000 00020201 52540000 0002
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv6 fe80::2 > fe80::1 ICMPv6 neighbor advertisement fe80::2 is-at 52:54:00:00:00:02 [override,solicited,router]',
    tshark: [
      '{icmpv6.type|136=neighbor advertisement} {icmpv6.nd.na.target_address} is-at {icmpv6.opt.target_linkaddr} [{icmpv6.nd.na.flag.o?override},{icmpv6.nd.na.flag.s?solicited},{icmpv6.nd.na.flag.r?router}]',
    ],
  },
  {
    name: 'IPv6 packet too big',
    hex: `
      52540000 00025254 00000001 86dd6000 00000044 3a3e2001 0db80000 00000000
      00000000 00012001 0db80000 00000000 00000000 00020200 36d20000 05006000
      00000014 06402001 0db80000 00000000 00000000 00022001 0db80000 00000000
      00000000 000980e8 00b30000 00000000 00005002 2000b2ca 0000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv6 2001:db8::1 > 2001:db8::2 hlim 62 ICMPv6 packet too big mtu 1280 about TCP [2001:db8::2]:33000 > [2001:db8::9]:179',
    tshark: [
      'IPv6 {ipv6.src} > {ipv6.dst} hlim {ipv6.hlim}',
      'mtu {icmpv6.mtu} about TCP [{ipv6.src#2}]:{tcp.srcport} > [{ipv6.dst#2}]:{tcp.dstport}',
    ],
  },
  {
    name: 'MLDv1 report',
    hex: `
      33330000 00fb5254 00000001 86dd6000 00000020 0001fe80 00000000 00000000
      00000000 0001ff02 00000000 00000000 00000000 00fb3a00 05020000 01008300
      7e2f0000 0000ff02 00000000 00000000 00000000 00fb
    `,
    line: '52:54:00:00:00:01 > 33:33:00:00:00:fb IPv6 fe80::1 > ff02::fb [router-alert] ICMPv6 MLDv1 report group ff02::fb',
    tshark: [
      'IPv6 {ipv6.src} > {ipv6.dst} [{ipv6.opt.type|5=router-alert}] ICMPv6 MLDv1 {icmpv6.type|131=report,132=done} group {icmpv6.mld.multicast_address}',
    ],
  },
  {
    name: 'MLDv2 report',
    hex: `
      33330000 00165254 00000001 86dd6000 00000024 0001fe80 00000000 00000000
      00000000 0001ff02 00000000 00000000 00000000 00163a00 05020000 01008f00
      71070000 00010400 0000ff02 00000000 00000000 0001ff00 0001
    `,
    line: '52:54:00:00:00:01 > 33:33:00:00:00:16 IPv6 fe80::1 > ff02::16 [router-alert] ICMPv6 MLDv2 report ff02::1:ff00:1 to-exclude {}',
    tshark: [
      'IPv6 {ipv6.src} > {ipv6.dst}',
      'MLDv2 report {icmpv6.mldr.mar.multicast_address} {icmpv6.mldr.mar.record_type|4=to-exclude}',
    ],
  },
  {
    name: 'MLDv2 query',
    hex: `
      33330000 00015254 00000001 86dd6000 00000024 0001fe80 00000000 00000000
      00000000 0001ff02 00000000 00000000 00000000 00013a00 05020000 01008200
      59132710 00000000 00000000 00000000 00000000 00000000 0000
    `,
    line: '52:54:00:00:00:01 > 33:33:00:00:00:01 IPv6 fe80::1 > ff02::1 [router-alert] ICMPv6 MLDv2 query general max 10000ms',
    tshark: ['IPv6 {ipv6.src} > {ipv6.dst}', 'MLDv2 query general max {icmpv6.mld.maximum_response_code}ms'],
  },
  {
    name: 'IPv6 fragment',
    hex: `
      52540000 00025254 00000001 86dd6000 00000028 2c402001 0db80000 00000000
      00000000 00012001 0db80000 00000000 00000000 00023a00 00210000 00630000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 0000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv6 2001:db8::1 > 2001:db8::2 hlim 64 fragment 99 at 32 more ICMPv6 32 bytes',
    tshark: [
      'IPv6 {ipv6.src} > {ipv6.dst} hlim {ipv6.hlim} fragment {ipv6.fraghdr.ident|int} at {ipv6.fraghdr.offset|x8} {ipv6.fraghdr.more?more} ICMPv6 {data.len} bytes',
    ],
  },
  {
    name: 'IPv6 segment routing',
    hex: `
      52540000 00025254 00000001 86dd6000 00000030 2b402001 0db80000 00000000
      00000000 00012001 0db80000 00000000 00000000 00023a04 04010100 00002001
      0db80000 00000000 00000000 00092001 0db80000 00000000 00000000 00028100
      233a0003 0004
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv6 2001:db8::1 > 2001:db8::2 hlim 64 srh left 1 ICMPv6 echo reply id 3 seq 4',
    tshark: ['IPv6 {ipv6.src} > {ipv6.dst} hlim {ipv6.hlim} {ipv6.routing.type|4=srh} left {ipv6.routing.segleft}'],
  },
  {
    name: 'ESP',
    hex: `
      52540000 00025254 00000001 08004500 00341234 00004032 54620a00 00010a00
      0002dead beef0000 000c0000 00000000 00000000 00000000 00000000 00000000
      0000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 10.0.0.1 > 10.0.0.2 ttl 64 ESP spi 0xdeadbeef seq 12 24 bytes',
    tshark: ['IPv4 {ip.src} > {ip.dst} ttl {ip.ttl} ESP spi {esp.spi} seq {esp.sequence}'],
  },
  {
    name: 'IPv6 destination options',
    hex: `
      52540000 00025254 00000001 86dd6000 00000010 3c052001 0db80000 00000000
      00000000 00012001 0db80000 00000000 00000000 00023a00 01040000 00008000
      24450001 0002
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv6 2001:db8::1 > 2001:db8::2 hlim 5 dest-options ICMPv6 echo request id 1 seq 2',
    tshark: ['IPv6 {ipv6.src} > {ipv6.dst} hlim {ipv6.hlim} dest-options ICMPv6 {icmpv6.type|128=echo request}'],
  },
  {
    name: 'IPv6 authentication header',
    hex: `
      52540000 00025254 00000001 86dd6000 00000020 33052001 0db80000 00000000
      00000000 00012001 0db80000 00000000 00000000 00023a04 00000000 10010000
      00070000 00000000 00000000 00008000 00000001 0002
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv6 2001:db8::1 > 2001:db8::2 hlim 5 AH spi 0x1001 ICMPv6 echo request id 1 seq 2',
    tshark: [
      'IPv6 {ipv6.src} > {ipv6.dst} hlim {ipv6.hlim} AH spi',
      'ICMPv6 {icmpv6.type|128=echo request} id {icmpv6.echo.identifier|int} seq {icmpv6.echo.sequence_number}',
    ],
  },
  {
    name: 'ICMPv6 redirect',
    hex: `
      52540000 00025254 00000001 86dd6000 00000028 3afffe80 00000000 00000000
      00000000 00012001 0db80000 00000000 00000000 00028900 1e130000 0000fe80
      00000000 00000000 00000000 00092001 0db80009 00000000 00000000 0001
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv6 fe80::1 > 2001:db8::2 ICMPv6 redirect 2001:db8:9::1 via fe80::9',
    tshark: ['ICMPv6 {icmpv6.type|137=redirect} {icmpv6.rd.na.destination_address} via {icmpv6.nd.rd.target_address}'],
  },
  {
    name: 'IGMPv3 query',
    hex: `
      01005e01 01015254 00000001 080046c0 00240001 00000102 2a100a00 0001ef01
      01019404 0000110a fef2ef01 01010000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 01:00:5e:01:01:01 IPv4 10.0.0.1 > 239.1.1.1 ttl 1 dscp cs6 [router-alert] IGMPv3 query group 239.1.1.1 max 1000ms',
    tshark: ['IGMPv{igmp.version} {igmp.type|17=query} group {igmp.maddr}'],
  },
];
