// Sample frames: L2TP, Geneve, MACsec, PTP and NetFlow.
// Each with the line it must give and with what tshark must find in it.
import type { SampleFrame } from './sample-frame.ts';

/** Frames of L2TP, Geneve, MACsec, PTP and NetFlow. */
export const FABRIC_FRAMES: readonly SampleFrame[] = [
  {
    name: 'L2TP control',
    hex: `
      52540000 00025254 00000001 08004500 00541234 00004011 54630a00 00010a00
      000206a5 06a50040 c4e2c802 00380000 00000000 00008008 00000000 00018008
      00000002 0100800a 00000007 6c616331 800a0000 00030000 00038008 00000009
      002a
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 UDP 10.0.0.1:1701 > 10.0.0.2:1701 L2TP SCCRQ tunnel 0 session 0',
    tshark: ['L2TP {l2tp.avp.message_type|1=SCCRQ} tunnel {l2tp.tunnel} session {l2tp.session}'],
  },
  {
    name: 'L2TP acknowledgement',
    hex: `
      52540000 00025254 00000001 08004500 00281234 00004011 548f0a00 00010a00
      000206a5 06a50014 163fc802 000c002a 00000001 0001
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 UDP 10.0.0.1:1701 > 10.0.0.2:1701 L2TP ack tunnel 42 session 0',
    tshark: ['L2TP ack tunnel {l2tp.tunnel} session {l2tp.session}'],
  },
  {
    name: 'L2TP data',
    hex: `
      52540000 00025254 00000001 08004500 00421234 00004011 54750a00 00010a00
      000206a5 06a5002e deed0002 002a0007 ff030021 4500001c 12340000 400154ab
      0a000001 0a000002 0800f7fd 00010001
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 UDP 10.0.0.1:1701 > 10.0.0.2:1701 L2TP tunnel 42 session 7, IPv4 10.0.0.1 > 10.0.0.2 ttl 64 ICMP echo request id 1 seq 1',
    tshark: ['L2TP tunnel {l2tp.tunnel} session {l2tp.session}, IPv4 {ip.src#2} > {ip.dst#2}'],
  },
  {
    name: 'L2TPv3 over IP',
    hex: `
      52540000 00025254 00000001 08004500 002c1234 00004073 54290a00 00010a00
      00020000 004d0000 00000000 00000000 00000000 00000000 0000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 10.0.0.1 > 10.0.0.2 ttl 64 L2TPv3 session 77, 20 bytes',
    tshark: ['L2TPv3 session {l2tp.sid|int}, 20 bytes'],
  },
  {
    name: 'Geneve',
    hex: `
      52540000 00025254 00000001 08004500 004e1234 00004011 54690a00 00010a00
      0002c355 17c1003a 86800000 65580013 8900ffff ffffffff 02000000 000a0806
      00010800 06040001 02000000 000ac0a8 00010000 00000000 c0a80002
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 UDP 10.0.0.1:50005 > 10.0.0.2:6081 Geneve vni 5001, 02:00:00:00:00:0a > ff:ff:ff:ff:ff:ff ARP who-has 192.168.0.2 tell 192.168.0.1',
    tshark: ['Geneve vni {geneve.vni|int}, {eth.src#2} > {eth.dst#2} ARP'],
  },
  {
    name: 'Geneve with options and IPv4',
    hex: `
      52540000 00025254 00000001 08004500 00441234 00004011 54730a00 00010a00
      0002c355 17c10030 7a5f0100 08000013 89000102 03004500 001c1234 00004001
      54ab0a00 00010a00 00020800 f7fd0001 0001
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 UDP 10.0.0.1:50005 > 10.0.0.2:6081 Geneve vni 5001 options 4 bytes, IPv4 10.0.0.1 > 10.0.0.2 ttl 64 ICMP echo request id 1 seq 1',
    tshark: ['Geneve vni {geneve.vni|int} options 4 bytes, IPv4 {ip.src#2} > {ip.dst#2}'],
  },
  {
    name: 'MACsec',
    hex: `
      52540000 00025254 00000001 88e52d00 00000009 52540000 00010001 00010203
      04050607 08090a0b 0c0d0e0f 10111213 14151617 18191a1b 1c1d1e1f 20212223
      24252627 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 MACsec an 1 pn 9 sci 52:54:00:00:00:01/1 encrypted 40 bytes',
    tshark: ['MACsec an {macsec.AN|int} pn {macsec.PN}'],
  },
  {
    name: 'PTP announce',
    hex: `
      52540000 00025254 00000001 88f70b02 00400000 02000000 00000000 00000000
      00005254 00fffe00 00010001 00060500 00000000 00000000 00000025 00800621
      4e5d7f52 5400fffe 00000100 00a0
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 PTPv2 announce domain 0 clock 0x525400fffe000001 port 1 seq 6 grandmaster 0x525400fffe000001 priority 128/127',
    tshark: [
      'PTPv{ptp.v2.versionptp} {ptp.v2.messagetype|11=announce} domain {ptp.v2.domainnumber} clock {ptp.v2.clockidentity} port {ptp.v2.sourceportid} seq {ptp.v2.sequenceid} grandmaster {ptp.v2.an.grandmasterclockidentity} priority {ptp.v2.an.priority1}/{ptp.v2.an.priority2}',
    ],
  },
  {
    name: 'PTP sync',
    hex: `
      52540000 00025254 00000001 08004500 00481234 00004011 546f0a00 00010a00
      0002013f 013f0034 8fa00002 002c0000 02000000 00000000 00000000 00005254
      00fffe00 00010001 00050000 00000000 03e80000 01f4
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 UDP 10.0.0.1:319 > 10.0.0.2:319 PTPv2 sync domain 0 clock 0x525400fffe000001 port 1 seq 5',
    tshark: [
      'PTPv{ptp.v2.versionptp} {ptp.v2.messagetype|0=sync} domain {ptp.v2.domainnumber} clock {ptp.v2.clockidentity} port {ptp.v2.sourceportid} seq {ptp.v2.sequenceid}',
    ],
  },
  {
    name: 'NetFlow v5',
    hex: `
      52540000 00025254 00000001 08004500 00641234 00004011 54530a00 00010a00
      0002c356 08070050 8a450005 00010000 03e86553 f1000000 00000000 00210000
      00000a00 00010a00 00020000 00000001 00020000 000a0000 03e80000 00010000
      000204d2 00500010 06000000 00001818 0000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 UDP 10.0.0.1:50006 > 10.0.0.2:2055 NetFlow v5 1 records seq 33',
    tshark: ['NetFlow v{cflow.version} {cflow.count} records seq {cflow.sequence}'],
  },
  {
    name: 'NetFlow v9',
    hex: `
      52540000 00025254 00000001 08004500 00401234 00004011 54770a00 00010a00
      0002c356 0807002c c4980009 00010000 03e86553 f1000000 00220000 00070000
      00100100 00020008 0004000c 0004
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 UDP 10.0.0.1:50006 > 10.0.0.2:2055 NetFlow v9 1 records seq 34 source 7',
    tshark: ['NetFlow v{cflow.version} {cflow.count} records seq {cflow.sequence} source {cflow.source_id}'],
  },
  {
    name: 'IPFIX',
    hex: `
      52540000 00025254 00000001 08004500 003c1234 00004011 547b0a00 00010a00
      0002c357 12830028 bde7000a 00206553 f1000000 00230000 00080002 00100100
      00020008 0004000c 0004
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 UDP 10.0.0.1:50007 > 10.0.0.2:4739 IPFIX len 32 seq 35 domain 8',
    tshark: ['IPFIX len {cflow.len} seq {cflow.sequence} domain {cflow.od_id}'],
  },
];
