// Sample frames: GRE, VXLAN and IP in IP.
// Each with the line it must give and with what tshark must find in it.
import type { SampleFrame } from './sample-frame.ts';

/** Frames of GRE, VXLAN and IP in IP. */
export const TUNNELS_FRAMES: readonly SampleFrame[] = [
  {
    name: 'GRE',
    hex: `
      52540000 00025254 00000001 08004500 00381234 0000402f 54610a00 00010a00
      00022000 08000000 002a4500 001c0001 00004001 f98cc0a8 0001c0a8 00020800
      f7fd0001 0001
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 10.0.0.1 > 10.0.0.2 ttl 64 GRE key 42, IPv4 192.168.0.1 > 192.168.0.2 ttl 64 ICMP echo request id 1 seq 1',
    tshark: [
      'IPv4 {ip.src} > {ip.dst} ttl {ip.ttl} GRE key {gre.key|int}, IPv4 {ip.src#2} > {ip.dst#2}',
      'ICMP {icmp.type|0=echo reply,8=echo request} id {icmp.ident} seq {icmp.seq}',
    ],
  },
  {
    name: 'GRE with Ethernet',
    hex: `
      52540000 00025254 00000001 08004500 00421234 0000402f 54570a00 00010a00
      00020000 6558ffff ffffffff 02000000 000a0806 00010800 06040001 02000000
      000ac0a8 00010000 00000000 c0a80002
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 10.0.0.1 > 10.0.0.2 ttl 64 GRE, 02:00:00:00:00:0a > ff:ff:ff:ff:ff:ff ARP who-has 192.168.0.2 tell 192.168.0.1',
    tshark: ['GRE, {eth.src#2} > {eth.dst#2} ARP who-has {arp.dst.proto_ipv4} tell {arp.src.proto_ipv4}'],
  },
  {
    name: 'VXLAN',
    hex: `
      52540000 00025254 00000001 08004500 00661234 00004011 54510a00 00010a00
      0002c350 12b50052 00000800 00000000 64000200 0000000b 02000000 000a0800
      45000034 00010000 4011f964 c0a80001 c0a80002 c0000ec8 0020a09c 20c00318
      00000001 00000002 000493e0 000493e0 0000c350
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 UDP 10.0.0.1:50000 > 10.0.0.2:4789 VXLAN vni 100, 02:00:00:00:00:0a > 02:00:00:00:00:0b IPv4 ttl 64 UDP 192.168.0.1:49152 > 192.168.0.2:3784 BFD up my 1 your 2 tx 300ms rx 300ms x3 echo 50ms',
    tshark: [
      'UDP {ip.src}:{udp.srcport} > {ip.dst}:{udp.dstport} VXLAN vni {vxlan.vni}, {eth.src#2} > {eth.dst#2}',
      'UDP {ip.src#2}:{udp.srcport#2} > {ip.dst#2}:{udp.dstport#2} BFD {bfd.sta|0=admin-down,1=down,2=init,3=up}',
    ],
  },
  {
    name: 'VXLAN in VXLAN',
    hex: `
      52540000 00025254 00000001 08004500 00981234 00004011 541f0a00 00010a00
      0002c350 12b50084 00000800 00000000 64000200 0000000b 02000000 000a0800
      45000066 00010000 4011f932 c0a80001 c0a80002 c35012b5 00520000 08000000
      00000700 02000000 000b0200 0000000a 08004500 00340001 00004011 f964c0a8
      0001c0a8 0002c000 0ec80020 a09c20c0 03180000 00010000 00020004 93e00004
      93e00000 c350
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 UDP 10.0.0.1:50000 > 10.0.0.2:4789 VXLAN vni 100, 02:00:00:00:00:0a > 02:00:00:00:00:0b IPv4 ttl 64 UDP 192.168.0.1:50000 > 192.168.0.2:4789 VXLAN vni 7, nested 66 bytes',
    tshark: ['VXLAN vni {vxlan.vni}, {eth.src#2} > {eth.dst#2}', 'VXLAN vni {vxlan.vni#2}, nested'],
  },
  {
    name: 'IPv4 in IPv4',
    hex: `
      52540000 00025254 00000001 08004500 00301234 00004004 54940a00 00010a00
      00024500 001c0001 00004001 f98cc0a8 0001c0a8 00020800 f7fd0001 0001
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 10.0.0.1 > 10.0.0.2 ttl 64 tunnel, IPv4 192.168.0.1 > 192.168.0.2 ttl 64 ICMP echo request id 1 seq 1',
    tshark: ['IPv4 {ip.src} > {ip.dst} ttl {ip.ttl} tunnel, IPv4 {ip.src#2} > {ip.dst#2}'],
  },
  {
    name: 'IPv6 in IPv4',
    hex: `
      52540000 00025254 00000001 08004500 00441234 00004029 545b0a00 00010a00
      00026000 00000008 3a402001 0db80000 00000000 00000000 00012001 0db80000
      00000000 00000000 00028000 24460001 0001
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 10.0.0.1 > 10.0.0.2 ttl 64 tunnel, IPv6 2001:db8::1 > 2001:db8::2 hlim 64 ICMPv6 echo request id 1 seq 1',
    tshark: ['IPv4 {ip.src} > {ip.dst} ttl {ip.ttl} tunnel, IPv6 {ipv6.src} > {ipv6.dst} hlim {ipv6.hlim}'],
  },
  {
    name: 'GRE keepalive',
    hex: `
      52540000 00025254 00000001 08004500 00301234 0000402f 54690a00 00010a00
      00020000 08004500 00180003 0000402f 66b20a00 00020a00 00010000 0000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 10.0.0.1 > 10.0.0.2 ttl 64 GRE, IPv4 10.0.0.2 > 10.0.0.1 ttl 64 GRE keepalive',
    tshark: ['GRE, IPv4 {ip.src#2} > {ip.dst#2}', 'GRE keepalive'],
  },
  {
    name: 'VXLAN over IPv6',
    hex: `
      52540000 00025254 00000001 86dd6000 0000003e 11402001 0db80000 00000000
      00000000 00012001 0db80000 00000000 00000000 0002c350 12b5003e 176b0800
      00000013 9200ffff ffffffff 02000000 000a8100 00040806 00010800 06040001
      02000000 000ac0a8 00010000 00000000 c0a80002
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv6 hlim 64 UDP [2001:db8::1]:50000 > [2001:db8::2]:4789 VXLAN vni 5010, 02:00:00:00:00:0a > ff:ff:ff:ff:ff:ff VLAN 4, ARP who-has 192.168.0.2 tell 192.168.0.1',
    tshark: [
      'UDP [{ipv6.src}]:{udp.srcport} > [{ipv6.dst}]:{udp.dstport} VXLAN vni {vxlan.vni}, {eth.src#2} > {eth.dst#2} VLAN {vlan.id}, ARP who-has {arp.dst.proto_ipv4} tell {arp.src.proto_ipv4}',
    ],
  },
];
