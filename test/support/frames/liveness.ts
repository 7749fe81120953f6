// Sample frames: BFD, VRRP, HSRP and NTP.
// Each with the line it must give and with what tshark must find in it.
import type { SampleFrame } from './sample-frame.ts';

/** Frames of BFD, VRRP, HSRP and NTP. */
export const LIVENESS_FRAMES: readonly SampleFrame[] = [
  {
    name: 'BFD up',
    hex: `
      52540000 00025254 00000001 080045c0 00340001 0000ff11 a6f50a00 00010a00
      0002c000 0ec80020 0dee20c0 03180000 00010000 00020004 93e00004 93e00000
      c350
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 255 dscp cs6 UDP 10.0.0.1:49152 > 10.0.0.2:3784 BFD up my 1 your 2 tx 300ms rx 300ms x3 echo 50ms',
    tshark: [
      'UDP {ip.src}:{udp.srcport} > {ip.dst}:{udp.dstport} BFD {bfd.sta|0=admin-down,1=down,2=init,3=up} my {bfd.my_discriminator|int} your {bfd.your_discriminator|int} tx {bfd.desired_min_tx_interval|ms} rx {bfd.required_min_rx_interval|ms} x{bfd.detect_time_multiplier} echo {bfd.required_min_echo_interval|ms}',
    ],
  },
  {
    name: 'BFD down',
    hex: `
      52540000 00025254 00000001 080045c0 00340001 0000ff11 a6f50a00 00010a00
      0002c000 0ec80020 73cb2160 03180000 00010000 0000000f 4240000f 42400000
      0000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 255 dscp cs6 UDP 10.0.0.1:49152 > 10.0.0.2:3784 BFD down [poll] diag detection time expired my 1 your 0 tx 1000ms rx 1000ms x3',
    tshark: [
      'BFD {bfd.sta|0=admin-down,1=down,2=init,3=up} [{bfd.flags.p?poll},{bfd.flags.f?final}] diag {bfd.diag|1=detection time expired} my {bfd.my_discriminator|int} your {bfd.your_discriminator|int} tx {bfd.desired_min_tx_interval|ms} rx {bfd.required_min_rx_interval|ms} x{bfd.detect_time_multiplier}',
    ],
  },
  {
    name: 'BFD multihop with authentication',
    hex: `
      52540000 00025254 00000001 080045c0 003d0001 0000ff11 a6ec0a00 00010a00
      0002c000 12b00029 bbe12084 03210000 00010000 00020004 93e00004 93e00000
      c3500109 01736563 726574
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 255 dscp cs6 UDP 10.0.0.1:49152 > 10.0.0.2:4784 BFD init my 1 your 2 tx 300ms rx 300ms x3 echo 50ms auth password',
    tshark: [
      'BFD {bfd.sta|0=admin-down,1=down,2=init,3=up} my {bfd.my_discriminator|int} your {bfd.your_discriminator|int} tx {bfd.desired_min_tx_interval|ms} rx {bfd.required_min_rx_interval|ms} x{bfd.detect_time_multiplier}',
      'auth {bfd.auth.type|1=password}',
    ],
  },
  {
    name: 'BFD echo',
    hex: `
      52540000 00025254 00000001 080045c0 00280001 0000ff11 a7010a00 00010a00
      0002c000 0ec90014 1cfa0000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 255 dscp cs6 UDP 10.0.0.1:49152 > 10.0.0.2:3785 BFD echo 12 bytes',
    tshark: ['UDP {ip.src}:{udp.srcport} > {ip.dst}:{udp.dstport} BFD echo'],
  },
  {
    name: 'VRRPv2',
    hex: `
      01005e00 00125254 00000001 08004500 00280001 0000ff70 d1510a00 0001e000
      00122101 64010001 6ffe0a00 00fe0000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 01:00:5e:00:00:12 IPv4 10.0.0.1 > 224.0.0.18 ttl 255 VRRPv2 vrid 1 prio 100 interval 1s 10.0.0.254',
    tshark: [
      'IPv4 {ip.src} > {ip.dst} ttl {ip.ttl}',
      'VRRPv{vrrp.version} vrid {vrrp.virt_rtr_id} prio {vrrp.prio} interval {vrrp.adver_int}s {vrrp.ip_addr}',
    ],
  },
  {
    name: 'VRRPv3',
    hex: `
      01005e00 00125254 00000001 08004500 00240001 0000ff70 d1550a00 0001e000
      00123102 ff020064 cf070a00 00fe0a00 00fd0000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 01:00:5e:00:00:12 IPv4 10.0.0.1 > 224.0.0.18 ttl 255 VRRPv3 vrid 2 prio 255 [owner] interval 1000ms 10.0.0.254 (+1)',
    tshark: [
      'IPv4 {ip.src} > {ip.dst} ttl {ip.ttl}',
      'VRRPv{vrrp.version} vrid {vrrp.virt_rtr_id} prio {vrrp.prio} {vrrp.prio|255=[owner]} interval',
      '{vrrp.ip_addr}',
    ],
  },
  {
    name: 'VRRPv3 for IPv6',
    hex: `
      33330000 00125254 00000001 86dd6000 00000018 70fffe80 00000000 00000000
      00000000 0001ff02 00000000 00000000 00000000 00123103 00010064 d0f7fe80
      00000000 00000000 00000000 0100
    `,
    line: '52:54:00:00:00:01 > 33:33:00:00:00:12 IPv6 fe80::1 > ff02::12 VRRPv3 vrid 3 prio 0 [resigns] interval 1000ms fe80::100',
    tshark: [
      'IPv6 {ipv6.src} > {ipv6.dst}',
      'VRRPv{vrrp.version} vrid {vrrp.virt_rtr_id} prio {vrrp.prio}',
      '{vrrp.ipv6_addr}',
    ],
  },
  {
    name: 'HSRP',
    hex: `
      01005e00 00025254 00000001 08004500 00300001 00000111 cfb90a00 0001e000
      000207c1 07c1001c 99ea0000 10030a78 01006369 73636f00 00000a00 00fe
    `,
    line: '52:54:00:00:00:01 > 01:00:5e:00:00:02 IPv4 ttl 1 UDP 10.0.0.1:1985 > 224.0.0.2:1985 HSRPv1 hello group 1 active prio 120 hello 3s hold 10s 10.0.0.254',
    tshark: [
      'UDP {ip.src}:{udp.srcport} > {ip.dst}:{udp.dstport}',
      'HSRPv1 {hsrp.opcode|0=hello} group {hsrp.group} {hsrp.state|16=active} prio {hsrp.priority} hello {hsrp.hellotime}s hold {hsrp.holdtime}s {hsrp.virt_ip}',
    ],
  },
  {
    name: 'HSRPv2',
    hex: `
      01005e00 00665254 00000001 08004500 00460001 00000111 cf3f0a00 0001e000
      006607c1 07c10032 6be10128 02000604 000a5254 00000001 0000006e 00000bb8
      00002710 0a0000fe 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 01:00:5e:00:00:66 IPv4 ttl 1 UDP 10.0.0.1:1985 > 224.0.0.102:1985 HSRPv2 hello group 10 active prio 110 hello 3000ms hold 10000ms 10.0.0.254',
    tshark: [
      'HSRPv{hsrp2.version} {hsrp2.opcode|0=hello} group {hsrp2.group} {hsrp2.state|6=active} prio {hsrp2.priority} hello {hsrp2.hellotime}ms hold {hsrp2.holdtime}ms {hsrp2.virt_ip}',
    ],
  },
  {
    name: 'NTP client',
    hex: `
      52540000 00025254 00000001 08004500 004c1234 00004011 546b0a00 00010a00
      0002007b 007b0038 c0992300 06ec0000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 0000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 UDP 10.0.0.1:123 > 10.0.0.2:123 NTPv4 client stratum 0',
    tshark: [
      'UDP {ip.src}:{udp.srcport} > {ip.dst}:{udp.dstport}',
      'NTPv{ntp.flags.vn} {ntp.flags.mode|3=client,4=server} stratum {ntp.stratum}',
    ],
  },
  {
    name: 'NTP server',
    hex: `
      52540000 00025254 00000001 08004500 004c1234 00004011 546b0a00 00010a00
      0002007b 007b0038 fd952402 06ec0000 00000000 0000c000 02010000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 0000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 UDP 10.0.0.1:123 > 10.0.0.2:123 NTPv4 server stratum 2 ref 192.0.2.1',
    tshark: ['NTPv{ntp.flags.vn} {ntp.flags.mode|3=client,4=server} stratum {ntp.stratum}'],
  },
  {
    name: 'NTP stratum 1',
    hex: `
      52540000 00025254 00000001 08004500 004c1234 00004011 546b0a00 00010a00
      0002007b 007b0038 25482401 06ec0000 00000000 00004750 53000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 0000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 UDP 10.0.0.1:123 > 10.0.0.2:123 NTPv4 server stratum 1 ref GPS',
    tshark: ['stratum {ntp.stratum} ref GPS'],
  },
];
