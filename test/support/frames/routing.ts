// Sample frames: OSPF, IS-IS, EIGRP, RIP, PIM and RSVP.
// Each with the line it must give and with what tshark must find in it.
import type { SampleFrame } from './sample-frame.ts';

/** Frames of OSPF, IS-IS, EIGRP, RIP, PIM and RSVP. */
export const ROUTING_FRAMES: readonly SampleFrame[] = [
  {
    name: 'OSPFv2 hello',
    hex: `
      01005e00 00055254 00000001 080045c0 00440001 00000159 ce9a0a00 0001e000
      00050201 00300101 01010000 0000e491 00000000 00000000 0000ffff ff00000a
      00010000 00280a00 00010a00 00020202 0202
    `,
    line: '52:54:00:00:00:01 > 01:00:5e:00:00:05 IPv4 10.0.0.1 > 224.0.0.5 ttl 1 dscp cs6 OSPFv2 hello router 1.1.1.1 area 0.0.0.0 interval 10s dead 40s prio 1 dr 10.0.0.1 bdr 10.0.0.2 1 neighbor',
    tshark: [
      'IPv4 {ip.src} > {ip.dst} ttl {ip.ttl}',
      'OSPFv{ospf.version} {ospf.msg|1=hello,2=database description,4=link-state update} router {ospf.srcrouter} area {ospf.area_id} interval {ospf.hello.hello_interval}s dead {ospf.hello.router_dead_interval}s prio {ospf.hello.router_priority} dr {ospf.hello.designated_router} bdr {ospf.hello.backup_designated_router}',
    ],
  },
  {
    name: 'OSPFv2 database description',
    hex: `
      01005e00 00055254 00000001 080045c0 00340001 00000159 ceaa0a00 0001e000
      00050202 00200101 01010000 0001ea3f 00000000 00000000 000005dc 00070000
      0bb8
    `,
    line: '52:54:00:00:00:01 > 01:00:5e:00:00:05 IPv4 10.0.0.1 > 224.0.0.5 ttl 1 dscp cs6 OSPFv2 database description router 1.1.1.1 area 0.0.0.1 mtu 1500 [master,more,init] seq 3000 0 LSAs',
    tshark: [
      'OSPFv{ospf.version} {ospf.msg|1=hello,2=database description,4=link-state update} router {ospf.srcrouter} area {ospf.area_id} mtu {ospf.db.interface_mtu} [{ospf.dbd.ms?master},{ospf.dbd.m?more},{ospf.dbd.i?init}] seq {ospf.db.dd_sequence}',
    ],
  },
  {
    name: 'OSPFv2 update',
    hex: `
      01005e00 00055254 00000001 080045c0 00540001 00000159 ce8a0a00 0001e000
      00050204 00400101 01010000 0000dbd7 00000000 00000000 00000000 00010001
      00010101 01010101 01018000 00058fa5 00240000 00010a00 0000ffff ff000300
      000a
    `,
    line: '52:54:00:00:00:01 > 01:00:5e:00:00:05 IPv4 10.0.0.1 > 224.0.0.5 ttl 1 dscp cs6 OSPFv2 link-state update router 1.1.1.1 area 0.0.0.0 1 LSA router 1.1.1.1 by 1.1.1.1 seq 0x80000005',
    tshark: [
      'OSPFv{ospf.version} {ospf.msg|1=hello,2=database description,4=link-state update} router {ospf.srcrouter} area {ospf.area_id} {ospf.ls.number_of_lsas} LSA {ospf.lsa|1=router} {ospf.lsa.id} by {ospf.advrouter} seq {ospf.lsa.seqnum}',
    ],
  },
  {
    name: 'OSPFv3 hello',
    hex: `
      33330000 00055254 00000001 86dd6000 00000028 5901fe80 00000000 00000000
      00000000 0001ff02 00000000 00000000 00000000 00050301 00280101 01010000
      0000f58e 00000000 00030100 0000000a 00280101 01010000 00000202 0202
    `,
    line: '52:54:00:00:00:01 > 33:33:00:00:00:05 IPv6 fe80::1 > ff02::5 OSPFv3 hello router 1.1.1.1 area 0.0.0.0 interval 10s dead 40s prio 1 dr 1.1.1.1 1 neighbor',
    tshark: [
      'IPv6 {ipv6.src} > {ipv6.dst} OSPFv{ospf.version} {ospf.msg|1=hello,2=database description,4=link-state update} router {ospf.srcrouter} area {ospf.area_id} interval {ospf.hello.hello_interval}s dead {ospf.hello.router_dead_interval}s prio {ospf.hello.router_priority} dr {ospf.hello.designated_router}',
    ],
  },
  {
    name: 'OSPFv3 database description',
    hex: `
      33330000 00055254 00000001 86dd6000 0000001c 5901fe80 00000000 00000000
      00000000 0001ff02 00000000 00000000 00000000 00050302 001c0101 01010000
      0000f6b0 00000000 000005dc 00070000 004d
    `,
    line: '52:54:00:00:00:01 > 33:33:00:00:00:05 IPv6 fe80::1 > ff02::5 OSPFv3 database description router 1.1.1.1 area 0.0.0.0 mtu 1500 [master,more,init] seq 77 0 LSAs',
    tshark: [
      'OSPFv{ospf.version} {ospf.msg|1=hello,2=database description,4=link-state update} router {ospf.srcrouter} area {ospf.area_id} mtu {ospf.db.interface_mtu} [{ospf.dbd.ms?master},{ospf.dbd.m?more},{ospf.dbd.i?init}] seq {ospf.db.dd_sequence}',
    ],
  },
  {
    name: 'IS-IS L2 LAN hello',
    hex: `
      0180c200 00155254 00000001 0027fefe 03831b01 00100100 00020000 00000001
      001e0024 40000000 00000101 01040349 00018101 cc000000 00000000
    `,
    line: '52:54:00:00:00:01 > 01:80:c2:00:00:15 IS-IS L2 hello 0000.0000.0001 hold 30s prio 64 dis 0000.0000.0001.01 area 49.0001',
    tshark: [
      'IS-IS {isis.type|15=L1 hello,16=L2 hello} {isis.hello.source_id} hold {isis.hello.holding_timer}s prio {isis.hello.priority} dis {isis.hello.lan_id}',
    ],
  },
  {
    name: 'IS-IS point-to-point hello',
    hex: `
      0180c200 00145254 00000001 0024fefe 03831401 00110100 00030000 00000001
      001e0021 01010403 490001f0 05010000 00010000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 01:80:c2:00:00:14 IS-IS p2p hello 0000.0000.0001 L1L2 hold 30s state init area 49.0001',
    tshark: [
      'IS-IS {isis.type|17=p2p hello} {isis.hello.source_id} {isis.hello.circuit_type|3=L1L2} hold {isis.hello.holding_timer}s state {isis.hello.adjacency_state|0=up,1=init,2=down}',
    ],
  },
  {
    name: 'IS-IS L2 LSP',
    hex: `
      0180c200 00155254 00000001 0028fefe 03831b01 00140100 00002504 af000000
      00000100 00000000 05740103 01040349 00018902 72310000 00000000
    `,
    line: '52:54:00:00:00:01 > 01:80:c2:00:00:15 IS-IS L2 LSP 0000.0000.0001.00-00 seq 0x5 lifetime 1199s area 49.0001 name r1',
    tshark: [
      'IS-IS {isis.type|18=L1 LSP,20=L2 LSP} {isis.lsp.lsp_id} seq',
      'lifetime {isis.lsp.remaining_life}s',
      'name {isis.lsp.hostname}',
    ],
  },
  {
    name: 'IS-IS L1 CSNP',
    hex: `
      0180c200 00145254 00000001 0046fefe 03832101 00180100 00004300 00000000
      01000000 00000000 0000ffff ffffffff ffff0920 04af0000 00000001 00000000
      0005abcd 044c0000 00000002 00000000 0006abce
    `,
    line: '52:54:00:00:00:01 > 01:80:c2:00:00:14 IS-IS L1 CSNP 0000.0000.0001 0000.0000.0000.00-00 to ffff.ffff.ffff.ff-ff 2 LSPs',
    tshark: ['IS-IS {isis.type|24=L1 CSNP} {isis.csnp.source_id} {isis.csnp.start_lsp_id} to {isis.csnp.end_lsp_id}'],
  },
  {
    name: 'IS-IS L2 PSNP',
    hex: `
      0180c200 00155254 00000001 0036fefe 03831101 001b0100 00003300 00000000
      02000920 04af0000 00000001 00000000 0005abcd 044c0000 00000002 00000000
      0006abce
    `,
    line: '52:54:00:00:00:01 > 01:80:c2:00:00:15 IS-IS L2 PSNP 0000.0000.0002 2 LSPs',
    tshark: ['IS-IS {isis.type|27=L2 PSNP} {isis.psnp.source_id}'],
  },
  {
    name: 'EIGRP hello',
    hex: `
      01005e00 000a5254 00000001 080045c0 00340001 00000258 cda60a00 0001e000
      000a0205 fb7a0000 00000000 00000000 00000000 00640001 000c0100 01000000
      000f
    `,
    line: '52:54:00:00:00:01 > 01:00:5e:00:00:0a IPv4 10.0.0.1 > 224.0.0.10 ttl 2 dscp cs6 EIGRP hello as 100 hold 15s',
    tshark: [
      'IPv4 {ip.src} > {ip.dst} ttl {ip.ttl}',
      'EIGRP {eigrp.opcode|5=hello} as {eigrp.as} hold {eigrp.par.holdtime}s',
    ],
  },
  {
    name: 'RIPv2 response',
    hex: `
      01005e00 00095254 00000001 08004500 00340001 00000111 cfae0a00 0001e000
      00090208 02080020 058d0202 00000002 00000a01 0000ffff 00000000 00000000
      0002
    `,
    line: '52:54:00:00:00:01 > 01:00:5e:00:00:09 IPv4 ttl 1 UDP 10.0.0.1:520 > 224.0.0.9:520 RIPv2 response 1 route 10.1.0.0/16 metric 2',
    tshark: [
      'UDP {ip.src}:{udp.srcport} > {ip.dst}:{udp.dstport}',
      'RIPv{rip.version} {rip.command|2=response} 1 route {rip.ip}/',
      'metric {rip.metric}',
    ],
  },
  {
    name: 'RIPng response',
    hex: `
      33330000 00095254 00000001 86dd6000 00000020 11fffe80 00000000 00000000
      00000000 0001ff02 00000000 00000000 00000000 00090209 02090020 9e4c0201
      00002001 0db80005 00000000 00000000 00000000 3003
    `,
    line: '52:54:00:00:00:01 > 33:33:00:00:00:09 IPv6 UDP [fe80::1]:521 > [ff02::9]:521 RIPng response 1 route 2001:db8:5::/48 metric 3',
    tshark: [
      'UDP [{ipv6.src}]:{udp.srcport} > [{ipv6.dst}]:{udp.dstport}',
      'RIPng {ripng.cmd|2=response} 1 route {ripng.rte.ipv6_prefix}/{ripng.rte.prefix_length} metric {ripng.rte.metric}',
    ],
  },
  {
    name: 'PIM hello',
    hex: `
      01005e00 000d5254 00000001 080045c0 002e0001 00000167 ce9a0a00 0001e000
      000d2000 02310001 00020069 00130004 00000001 00140004 cafe1234
    `,
    line: '52:54:00:00:00:01 > 01:00:5e:00:00:0d IPv4 10.0.0.1 > 224.0.0.13 ttl 1 dscp cs6 PIMv2 hello hold 105s dr-prio 1 generation 0xcafe1234',
    tshark: [
      'IPv4 {ip.src} > {ip.dst} ttl {ip.ttl}',
      'PIMv{pim.version} {pim.type|0=hello} hold {pim.holdtime}s dr-prio {pim.dr_priority} generation',
    ],
  },
  {
    name: 'PIM join',
    hex: `
      01005e00 000d5254 00000001 080045c0 00360001 00000167 ce920a00 0001e000
      000d2300 c4d40100 0a000002 000100d2 01000020 ef010101 00010000 01000720
      0a090909
    `,
    line: '52:54:00:00:00:01 > 01:00:5e:00:00:0d IPv4 10.0.0.1 > 224.0.0.13 ttl 1 dscp cs6 PIMv2 join/prune upstream 10.0.0.2 hold 210s groups 1: 239.1.1.1 join 1 prune 0',
    tshark: [
      'PIMv{pim.version} {pim.type|3=join/prune} upstream {pim.upstream_neighbor} hold {pim.holdtime}s groups {pim.numgroups}: {pim.group} join {pim.numjoins} prune {pim.numprunes}',
    ],
  },
  {
    name: 'RSVP path',
    hex: `
      52540000 00025254 00000001 080046c0 005c0001 0000ff2e 11a50a00 00010a00
      00099404 00001001 557cff00 00440010 01070a00 00090000 00070a00 0001000c
      03010a00 00010000 00000008 05010000 75300008 13010000 08000010 cf070707
      00056c73 702d3100 0000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 10.0.0.1 > 10.0.0.9 ttl 255 dscp cs6 [router-alert] RSVP path tunnel 7 to 10.0.0.9 ext 10.0.0.1 name lsp-1',
    tshark: [
      'IPv4 {ip.src} > {ip.dst} ttl {ip.ttl}',
      'RSVP {rsvp.msg|1=path} tunnel {rsvp.session.tunnel_id} to {rsvp.session.ip}',
      'name {rsvp.session_attribute.name}',
    ],
  },
  {
    name: 'RSVP resv',
    hex: `
      52540000 00025254 00000001 08004500 00340001 0000ff2e a7980a00 00020a00
      00011002 6deaff00 00200010 01070a00 00090000 00070a00 00010008 10010000
      5dc1
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 10.0.0.2 > 10.0.0.1 ttl 255 RSVP resv tunnel 7 to 10.0.0.9 ext 10.0.0.1 label 24001',
    tshark: ['RSVP {rsvp.msg|2=resv} tunnel {rsvp.session.tunnel_id} to {rsvp.session.ip}', 'label {rsvp.label.label}'],
  },
  {
    name: 'PIM register',
    hex: `
      52540000 00025254 00000001 08004500 003c0001 00004067 66510a00 00010a00
      00092100 deff0000 00004500 00200002 00004011 7fc70a01 0101ef01 01019c40
      9c41000c f38c6461 7461
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 10.0.0.1 > 10.0.0.9 ttl 64 PIMv2 register IPv4 ttl 64 UDP 10.1.1.1:40000 > 239.1.1.1:40001 4 bytes',
    tshark: [
      'IPv4 {ip.src} > {ip.dst} ttl {ip.ttl} PIMv{pim.version} {pim.type|1=register} IPv4 ttl {ip.ttl#2} UDP {ip.src#2}:{udp.srcport} > {ip.dst#2}:{udp.dstport}',
    ],
  },
  {
    name: 'OSPFv2 acknowledgement',
    hex: `
      01005e00 00055254 00000001 080045c0 00400001 00000159 ce9e0a00 0001e000
      00050205 002c0101 01010000 00005d7b 00000000 00000000 00000e10 00050a09
      00000303 03038000 00090000 0024
    `,
    line: '52:54:00:00:00:01 > 01:00:5e:00:00:05 IPv4 10.0.0.1 > 224.0.0.5 ttl 1 dscp cs6 OSPFv2 link-state ack router 1.1.1.1 area 0.0.0.0 1 LSA external 10.9.0.0 by 3.3.3.3 seq 0x80000009 [flushed]',
    tshark: [
      'router {ospf.srcrouter} area {ospf.area_id} 1 LSA {ospf.lsa|5=external} {ospf.lsa.id} by {ospf.advrouter} seq {ospf.lsa.seqnum} {ospf.lsa.age|3600=[flushed]}',
    ],
  },
  {
    name: 'RSVP hello',
    hex: `
      52540000 00025254 00000001 08004500 00280001 0000012e a59e0a00 00010a00
      00091014 dabaff00 0014000c 16010000 00070000 00080000 00000000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 10.0.0.1 > 10.0.0.9 ttl 1 RSVP hello',
    tshark: ['RSVP {rsvp.msg|20=hello}'],
  },
];
