// Sample frames: ARP, VLAN tags, MAC control, EAPOL, PPPoE and what has no decoder.
// Each with the line it must give and with what tshark must find in it.
import type { SampleFrame } from './sample-frame.ts';

/** Frames of ARP, VLAN tags, MAC control, EAPOL, PPPoE and what has no decoder. */
export const ETHERNET_FRAMES: readonly SampleFrame[] = [
  {
    name: 'ARP request',
    hex: `
      ffffffff ffff5254 00000001 08060001 08000604 00015254 00000001 0a000001
      00000000 00000a00 00020000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > ff:ff:ff:ff:ff:ff ARP who-has 10.0.0.2 tell 10.0.0.1',
    tshark: ['ARP who-has {arp.dst.proto_ipv4} tell {arp.src.proto_ipv4}'],
  },
  {
    name: 'ARP reply',
    hex: `
      52540000 00025254 00000001 08060001 08000604 00025254 00000001 0a000001
      52540000 00020a00 00020000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 ARP reply 10.0.0.1 is-at 52:54:00:00:00:01',
    tshark: ['ARP reply {arp.src.proto_ipv4} is-at {arp.src.hw_mac}'],
  },
  {
    name: 'ARP announcement',
    hex: `
      ffffffff ffff5254 00000001 08060001 08000604 00015254 00000001 0a000001
      00000000 00000a00 00010000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > ff:ff:ff:ff:ff:ff ARP announcement 10.0.0.1 is-at 52:54:00:00:00:01',
    tshark: ['ARP {arp.isannouncement?announcement} {arp.src.proto_ipv4} is-at {arp.src.hw_mac}'],
  },
  {
    name: 'ARP probe',
    hex: `
      ffffffff ffff5254 00000001 08060001 08000604 00015254 00000001 00000000
      00000000 00000a00 00090000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > ff:ff:ff:ff:ff:ff ARP probe who-has 10.0.0.9',
    tshark: ['ARP {arp.isprobe?probe} who-has {arp.dst.proto_ipv4}'],
  },
  {
    name: 'RARP request',
    hex: `
      ffffffff ffff5254 00000001 80350001 08000604 00035254 00000001 00000000
      52540000 00010000 00000000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > ff:ff:ff:ff:ff:ff ARP reverse who-is 52:54:00:00:00:01 tell 52:54:00:00:00:01',
    tshark: ['ARP reverse who-is {arp.dst.hw_mac} tell {arp.src.hw_mac}'],
  },
  {
    name: 'VLAN tag with priority',
    hex: `
      52540000 00025254 00000001 8100600a 08004500 00241234 00004001 54a30a00
      00010a00 00020800 66620001 00076162 63646566 67680000 00000000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 VLAN 10 prio 3, IPv4 10.0.0.1 > 10.0.0.2 ttl 64 ICMP echo request id 1 seq 7',
    tshark: [
      'VLAN {vlan.id} prio {vlan.priority}, ',
      'IPv4 {ip.src} > {ip.dst} ttl {ip.ttl}',
      'ICMP {icmp.type|0=echo reply,8=echo request} id {icmp.ident} seq {icmp.seq}',
    ],
  },
  {
    name: 'VLAN tag on an 802.3 length',
    hex: `
      0180c200 00005254 00000001 81000014 00074242 03000000 80000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 01:80:c2:00:00:00 VLAN 20, STP topology change notification',
    tshark: ['VLAN {vlan.id}, STP', '{stp.type|128=topology change notification}'],
  },
  {
    name: 'QinQ 802.1ad',
    hex: `
      52540000 00025254 00000001 88a8b064 810000c8 08004500 001c1234 00004001
      54ab0a00 00010a00 00020000 fffc0002 00010000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 S-VLAN 100 prio 5 dei, VLAN 200, IPv4 10.0.0.1 > 10.0.0.2 ttl 64 ICMP echo reply id 2 seq 1',
    tshark: [
      'S-VLAN {ieee8021ad.id} prio {ieee8021ad.priority} {ieee8021ad.dei?dei}, VLAN {vlan.id}, ',
      'ICMP {icmp.type|0=echo reply,8=echo request} id {icmp.ident} seq {icmp.seq}',
    ],
  },
  {
    name: 'QinQ 0x9100',
    hex: `
      52540000 00025254 00000001 91000064 8100000a 08060001 08000604 00015254
      00000001 0a000001 00000000 00000a00 00020000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 VLAN(0x9100) 100, VLAN 10, ARP who-has 10.0.0.2 tell 10.0.0.1',
    tshark: [
      'VLAN(0x9100) {vlan.id}, VLAN {vlan.id#2}, ',
      'ARP who-has {arp.dst.proto_ipv4} tell {arp.src.proto_ipv4}',
    ],
  },
  {
    name: 'pause',
    hex: `
      0180c200 00015254 00000001 88080001 ffff0000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 01:80:c2:00:00:01 pause 65535 quanta',
    tshark: ['{macc.opcode|1=pause} {macc.pause_time} quanta'],
  },
  {
    name: 'priority flow control',
    hex: `
      0180c200 00015254 00000001 88080101 00180000 00000000 00ff03e8 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 01:80:c2:00:00:01 PFC prio 3 255 quanta, prio 4 1000 quanta',
    tshark: ['prio 3 {macc.cbfc.pause_time.c3} quanta, prio 4 {macc.cbfc.pause_time.c4} quanta'],
  },
  {
    name: 'loopback',
    hex: `
      52540000 00015254 00000001 90000000 01000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:01 loopback reply receipt 0',
    tshark: ['loopback {loop.function|1=reply,2=forward} receipt {loop.receipt_number}'],
  },
  {
    name: 'EAPOL start',
    hex: `
      0180c200 00035254 00000001 888e0101 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 01:80:c2:00:00:03 EAPOL start',
    tshark: ['EAPOL {eapol.type|0=EAP,1=start}'],
  },
  {
    name: 'EAP identity',
    hex: `
      0180c200 00035254 00000001 888e0200 000a0205 000a0161 6c696365 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 01:80:c2:00:00:03 EAPOL EAP response id 5 identity "alice"',
    tshark: ['EAP {eap.code|1=request,2=response} id {eap.id} {eap.type|1=identity} "{eap.identity}"'],
  },
  {
    name: 'unknown EtherType',
    hex: `
      52540000 00025254 00000001 12346865 6c6c6f00 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 EtherType 0x1234, 46 bytes',
    tshark: ['EtherType {eth.type}, {data.len} bytes'],
  },
  {
    name: 'unknown LLC',
    hex: `
      52540000 00025254 00000001 0003f0f0 7f000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 LLC dsap 0xf0 ssap 0xf0 control 0x7f, 0 bytes',
    tshark: ['LLC dsap {llc.dsap} ssap {llc.ssap}'],
  },
  {
    name: 'SNAP with an EtherType',
    hex: `
      52540000 00025254 00000001 0024aaaa 03000000 08060001 08000604 00015254
      00000001 0a000001 00000000 00000a00 00020000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 SNAP ARP who-has 10.0.0.2 tell 10.0.0.1',
    tshark: ['SNAP ARP who-has {arp.dst.proto_ipv4} tell {arp.src.proto_ipv4}'],
  },
  {
    name: 'PPPoE discovery',
    hex: `
      ffffffff ffff5254 00000001 88631109 00000004 01010000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > ff:ff:ff:ff:ff:ff PPPoE discovery initiation',
    tshark: ['PPPoE discovery {pppoe.code|9=initiation}'],
  },
  {
    name: 'PPPoE session',
    hex: `
      52540000 00025254 00000001 88641100 0011001e 00214500 001c1234 00004001
      54ab0a00 00010a00 00020800 f7fd0001 00010000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 PPPoE session 17, IPv4 10.0.0.1 > 10.0.0.2 ttl 64 ICMP echo request id 1 seq 1',
    tshark: [
      'PPPoE session {pppoe.session_id|int}, IPv4 {ip.src} > {ip.dst} ttl {ip.ttl}',
      'ICMP {icmp.type|0=echo reply,8=echo request} id {icmp.ident} seq {icmp.seq}',
    ],
  },
];
