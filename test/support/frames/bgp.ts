// Sample frames: BGP.
// Each with the line it must give and with what tshark must find in it.
import type { SampleFrame } from './sample-frame.ts';

/** Frames of BGP. */
export const BGP_FRAMES: readonly SampleFrame[] = [
  {
    name: 'OPEN',
    hex: `
      52540000 00025254 00000001 080045c0 00671234 00000106 929b0a00 00010a00
      0002814c 00b30000 00010000 00015018 02003d7c 0000ffff ffffffff ffffffff
      ffffffff ffff003f 01045ba0 00b40101 01012202 06010400 01000102 06010400
      19004602 02020002 064104fa 56ea0102 04400200 78
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 1 dscp cs6 TCP 10.0.0.1:33100 > 10.0.0.2:179 [PSH,ACK] seq 1 ack 1 win 512 len 63 BGP OPEN AS 4200000001 hold 180s id 1.1.1.1 ipv4-unicast,l2vpn-evpn [refresh,graceful-restart]',
    tshark: [
      'TCP {ip.src}:{tcp.srcport} > {ip.dst}:{tcp.dstport}',
      'BGP {bgp.type|1=OPEN,2=UPDATE,3=NOTIFICATION,4=KEEPALIVE,5=ROUTE-REFRESH} AS {bgp.cap.4as} hold {bgp.open.holdtime}s id {bgp.open.identifier} {bgp.cap.mp.afi|1=ipv4}-{bgp.cap.mp.safi|1=unicast},{bgp.cap.mp.afi#2|25=l2vpn}-{bgp.cap.mp.safi#2|70=evpn}',
    ],
  },
  {
    name: 'KEEPALIVE twice',
    hex: `
      52540000 00025254 00000001 080045c0 004e1234 00000106 92b40a00 00010a00
      000200b3 9c400000 00010000 00015018 0200e597 0000ffff ffffffff ffffffff
      ffffffff ffff0013 04ffffff ffffffff ffffffff ffffffff ff001304
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 1 dscp cs6 TCP 10.0.0.1:179 > 10.0.0.2:40000 [PSH,ACK] seq 1 ack 1 win 512 len 38 BGP KEEPALIVE; BGP KEEPALIVE',
    tshark: [
      'TCP {ip.src}:{tcp.srcport} > {ip.dst}:{tcp.dstport}',
      'BGP {bgp.type|1=OPEN,2=UPDATE,3=NOTIFICATION,4=KEEPALIVE,5=ROUTE-REFRESH}; BGP {bgp.type#2|4=KEEPALIVE}',
    ],
  },
  {
    name: 'UPDATE announcing',
    hex: `
      52540000 00025254 00000001 080045c0 006c1234 00000106 92960a00 00010a00
      0002814d 00b30000 00010000 00015018 0200fb6c 0000ffff ffffffff ffffffff
      ffffffff ffff0044 02000000 26400101 0040020a 02020000 fde9fa56 ea014003
      040a0000 01800404 00000032 40050400 0000c818 0a010010 ac10
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 1 dscp cs6 TCP 10.0.0.1:33101 > 10.0.0.2:179 [PSH,ACK] seq 1 ack 1 win 512 len 68 BGP UPDATE announce 10.1.0.0/24 (+1) origin igp as-path 65001 4200000001 next-hop 10.0.0.1 med 50 local-pref 200',
    tshark: [
      'BGP {bgp.type|1=OPEN,2=UPDATE,3=NOTIFICATION,4=KEEPALIVE,5=ROUTE-REFRESH} announce {bgp.nlri_prefix}/{bgp.prefix_length}',
      'origin {bgp.update.path_attribute.origin|0=igp} as-path {bgp.update.path_attribute.as_path_segment.as4} {bgp.update.path_attribute.as_path_segment.as4#2} next-hop {bgp.update.path_attribute.next_hop} med {bgp.update.path_attribute.multi_exit_disc} local-pref {bgp.update.path_attribute.local_pref}',
    ],
  },
  {
    name: 'UPDATE with two-octet AS numbers',
    hex: `
      52540000 00025254 00000001 080045c0 00521234 00000106 92b00a00 00010a00
      0002814e 00b30000 00010000 00015018 0200b8f5 0000ffff ffffffff ffffffff
      ffffffff ffff002a 02000000 12400101 02400204 0201fde9 4003040a 00000100
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 1 dscp cs6 TCP 10.0.0.1:33102 > 10.0.0.2:179 [PSH,ACK] seq 1 ack 1 win 512 len 42 BGP UPDATE announce 0.0.0.0/0 origin incomplete as-path 65001 next-hop 10.0.0.1',
    tshark: [
      'announce {bgp.nlri_prefix}/{bgp.prefix_length} origin {bgp.update.path_attribute.origin|2=incomplete} as-path {bgp.update.path_attribute.as_path_segment.as2} next-hop',
    ],
  },
  {
    name: 'UPDATE withdrawing',
    hex: `
      52540000 00025254 00000001 080045c0 00431234 00000106 92bf0a00 00010a00
      0002814f 00b30000 00010000 00015018 02000777 0000ffff ffffffff ffffffff
      ffffffff ffff001b 02000418 0a010000 00
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 1 dscp cs6 TCP 10.0.0.1:33103 > 10.0.0.2:179 [PSH,ACK] seq 1 ack 1 win 512 len 27 BGP UPDATE withdraw 10.1.0.0/24',
    tshark: [
      'BGP {bgp.type|1=OPEN,2=UPDATE,3=NOTIFICATION,4=KEEPALIVE,5=ROUTE-REFRESH} withdraw {bgp.withdrawn_prefix}/{bgp.prefix_length}',
    ],
  },
  {
    name: 'UPDATE end of RIB',
    hex: `
      52540000 00025254 00000001 080045c0 003f1234 00000106 92c30a00 00010a00
      00028150 00b30000 00010000 00015018 02001597 0000ffff ffffffff ffffffff
      ffffffff ffff0017 02000000 00
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 1 dscp cs6 TCP 10.0.0.1:33104 > 10.0.0.2:179 [PSH,ACK] seq 1 ack 1 win 512 len 23 BGP UPDATE end-of-rib ipv4-unicast',
    tshark: ['BGP {bgp.type|1=OPEN,2=UPDATE,3=NOTIFICATION,4=KEEPALIVE,5=ROUTE-REFRESH} end-of-rib'],
  },
  {
    name: 'UPDATE for IPv6',
    hex: `
      52540000 00025254 00000001 080045c0 006b1234 00000106 92970a00 00010a00
      00028151 00b30000 00010000 00015018 02009360 0000ffff ffffffff ffffffff
      ffffffff ffff0043 02000000 2c400101 00400206 02010000 fde9800e 1c000201
      1020010d b8000000 00000000 00000000 01003020 010db800 01
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 1 dscp cs6 TCP 10.0.0.1:33105 > 10.0.0.2:179 [PSH,ACK] seq 1 ack 1 win 512 len 67 BGP UPDATE origin igp as-path 65001 announce ipv6-unicast 2001:db8:1::/48 next-hop 2001:db8::1',
    tshark: [
      'announce {bgp.update.path_attribute.mp_reach_nlri.afi|2=ipv6}-{bgp.update.path_attribute.mp_reach_nlri.safi|1=unicast} {bgp.mp_reach_nlri_ipv6_prefix}/{bgp.prefix_length} next-hop {bgp.update.path_attribute.mp_reach_nlri.next_hop.ipv6}',
    ],
  },
  {
    name: 'UPDATE for EVPN',
    hex: `
      52540000 00025254 00000001 080045c0 007c1234 00000106 92860a00 00010a00
      00028152 00b30000 00010000 00015018 0200d42d 0000ffff ffffffff ffffffff
      ffffffff ffff0054 02000000 3d400101 00400200 40050400 00006480 0e2c0019
      46040101 01010002 21000101 01010100 64000000 00000000 00000000 00000030
      52540000 00020000 2710
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 1 dscp cs6 TCP 10.0.0.1:33106 > 10.0.0.2:179 [PSH,ACK] seq 1 ack 1 win 512 len 84 BGP UPDATE origin igp as-path local local-pref 100 announce l2vpn-evpn mac-ip 52:54:00:00:00:02 next-hop 1.1.1.1',
    tshark: [
      'announce {bgp.update.path_attribute.mp_reach_nlri.afi|25=l2vpn}-{bgp.update.path_attribute.mp_reach_nlri.safi|70=evpn} {bgp.evpn.nlri.rt|2=mac-ip} {bgp.evpn.nlri.mac_addr} next-hop {bgp.update.path_attribute.mp_reach_nlri.next_hop.ipv4}',
    ],
  },
  {
    name: 'NOTIFICATION',
    hex: `
      52540000 00025254 00000001 080045c0 00491234 00000106 92b90a00 00010a00
      00028153 00b30000 00010000 00015018 02008574 0000ffff ffffffff ffffffff
      ffffffff ffff0021 0306020b 6d61696e 74656e61 6e6365
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 1 dscp cs6 TCP 10.0.0.1:33107 > 10.0.0.2:179 [PSH,ACK] seq 1 ack 1 win 512 len 33 BGP NOTIFICATION 6/2 cease administrative shutdown "maintenance"',
    tshark: [
      'BGP {bgp.type|1=OPEN,2=UPDATE,3=NOTIFICATION,4=KEEPALIVE,5=ROUTE-REFRESH} {bgp.notify.major_error}/{bgp.notify.minor_error_cease} {bgp.notify.major_error|6=cease}',
      '"{bgp.notify.communication}"',
    ],
  },
  {
    name: 'NOTIFICATION hold timer',
    hex: `
      52540000 00025254 00000001 080045c0 003d1234 00000106 92c50a00 00010a00
      00028154 00b30000 00010000 00015018 02001493 0000ffff ffffffff ffffffff
      ffffffff ffff0015 030400
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 1 dscp cs6 TCP 10.0.0.1:33108 > 10.0.0.2:179 [PSH,ACK] seq 1 ack 1 win 512 len 21 BGP NOTIFICATION 4/0 hold timer expired',
    tshark: [
      'BGP {bgp.type|1=OPEN,2=UPDATE,3=NOTIFICATION,4=KEEPALIVE,5=ROUTE-REFRESH} {bgp.notify.major_error|4=4/0 hold timer expired}',
    ],
  },
  {
    name: 'ROUTE-REFRESH',
    hex: `
      52540000 00025254 00000001 080045c0 003f1234 00000106 92c30a00 00010a00
      00028155 00b30000 00010000 00015018 02001092 0000ffff ffffffff ffffffff
      ffffffff ffff0017 05000100 01
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 1 dscp cs6 TCP 10.0.0.1:33109 > 10.0.0.2:179 [PSH,ACK] seq 1 ack 1 win 512 len 23 BGP ROUTE-REFRESH ipv4-unicast',
    tshark: [
      'BGP {bgp.type|1=OPEN,2=UPDATE,3=NOTIFICATION,4=KEEPALIVE,5=ROUTE-REFRESH} {bgp.route_refresh.afi|1=ipv4}-{bgp.route_refresh.safi|1=unicast}',
    ],
  },
  {
    name: 'continued message',
    hex: `
      52540000 00025254 00000001 080045c0 00461234 00000106 92bc0a00 00010a00
      00028156 00b30000 00010000 00015018 020017a1 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 1 dscp cs6 TCP 10.0.0.1:33110 > 10.0.0.2:179 [PSH,ACK] seq 1 ack 1 win 512 len 30 BGP continued 30 bytes',
    tshark: ['BGP continued'],
  },
  {
    name: 'UPDATE for VPNs',
    hex: `
      52540000 00025254 00000001 080045c0 00701234 00000106 92920a00 00010a00
      0002815c 00b30000 00010000 00015018 0200c1f3 0000ffff ffffffff ffffffff
      ffffffff ffff0048 02000000 31400101 00400200 40050400 00006480 0e200001
      800c0000 00000000 00000101 01010070 01869100 00fde900 0000640a 0500
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 1 dscp cs6 TCP 10.0.0.1:33116 > 10.0.0.2:179 [PSH,ACK] seq 1 ack 1 win 512 len 72 BGP UPDATE origin igp as-path local local-pref 100 announce ipv4-vpn 15 bytes of routes next-hop 1.1.1.1',
    tshark: [
      'announce {bgp.update.path_attribute.mp_reach_nlri.afi|1=ipv4}-{bgp.update.path_attribute.mp_reach_nlri.safi|128=vpn}',
      'next-hop 1.1.1.1',
    ],
  },
];
