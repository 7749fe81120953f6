// Sample frames: MPLS label stacks.
// Each with the line it must give and with what tshark must find in it.
import type { SampleFrame } from './sample-frame.ts';

/** Frames of MPLS label stacks. */
export const MPLS_FRAMES: readonly SampleFrame[] = [
  {
    name: 'label stack over IPv4',
    hex: `
      52540000 00025254 00000001 884703e8 1a3f0001 81404500 001c1234 00004001
      54ab0a00 00010a00 00020800 f7f30009 00030000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 MPLS 16001 tc 5 ttl 63, MPLS 24 ttl 64, IPv4 10.0.0.1 > 10.0.0.2 ttl 64 ICMP echo request id 9 seq 3',
    tshark: [
      'MPLS {mpls.label} tc {mpls.exp} ttl {mpls.ttl}, MPLS {mpls.label#2} ttl {mpls.ttl#2}, IPv4 {ip.src} > {ip.dst} ttl {ip.ttl}',
      'ICMP {icmp.type|0=echo reply,8=echo request} id {icmp.ident} seq {icmp.seq}',
    ],
  },
  {
    name: 'explicit null over IPv6',
    hex: `
      52540000 00025254 00000001 88470000 21ff6000 00000008 3a3f2001 0db80000
      00000000 00000000 00012001 0db80000 00000000 00000000 00028000 243d0005
      0006
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 MPLS ipv6-explicit-null ttl 255, IPv6 2001:db8::1 > 2001:db8::2 hlim 63 ICMPv6 echo request id 5 seq 6',
    tshark: ['MPLS {mpls.label|2=ipv6-explicit-null} ttl {mpls.ttl}, IPv6 {ipv6.src} > {ipv6.dst} hlim {ipv6.hlim}'],
  },
  {
    name: 'pseudowire with control word',
    hex: `
      52540000 00025254 00000001 88470012 c1020000 0007ffff ffffffff 02000000
      000a0806 00010800 06040001 02000000 000ac0a8 00010000 00000000 c0a80002
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 MPLS 300 ttl 2, control word seq 7, 02:00:00:00:00:0a > ff:ff:ff:ff:ff:ff ARP who-has 192.168.0.2 tell 192.168.0.1',
    tshark: [
      'MPLS {mpls.label} ttl {mpls.ttl}, control word seq {pweth.cw.sequence_number}, {eth.src#2} > {eth.dst#2}',
      'ARP who-has {arp.dst.proto_ipv4} tell {arp.src.proto_ipv4}',
    ],
  },
  {
    name: 'associated channel',
    hex: `
      52540000 00025254 00000001 88470000 d1011000 000720c0 03180000 00010000
      00020004 93e00004 93e00000 c3500000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 MPLS gal ttl 1, associated channel BFD up my 1 your 2 tx 300ms rx 300ms x3 echo 50ms',
    tshark: [
      'MPLS {mpls.label|13=gal} ttl {mpls.ttl}, associated channel {pwach.channel_type|7=BFD} {bfd.sta|3=up} my {bfd.my_discriminator|int} your {bfd.your_discriminator|int}',
    ],
  },
  {
    name: 'IPv6 below one label',
    hex: `
      52540000 00025254 00000001 8847001f 41096000 00000009 11092001 0db80000
      00000000 00000000 00012001 0db80000 00000000 00000000 000203e8 07d00009
      20af78
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 MPLS 500 ttl 9, IPv6 hlim 9 UDP [2001:db8::1]:1000 > [2001:db8::2]:2000 1 byte',
    tshark: [
      'MPLS {mpls.label} ttl {mpls.ttl}, IPv6 hlim {ipv6.hlim} UDP [{ipv6.src}]:{udp.srcport} > [{ipv6.dst}]:{udp.dstport}',
    ],
  },
];
