// Sample frames: TCP and UDP.
// Each with the line it must give and with what tshark must find in it.
import type { SampleFrame } from './sample-frame.ts';

/** Frames of TCP and UDP. */
export const TRANSPORT_FRAMES: readonly SampleFrame[] = [
  {
    name: 'TCP SYN',
    hex: `
      52540000 00025254 00000001 08004500 00341234 00004006 548e0a00 00010a00
      000280e8 00160000 03e80000 00008002 faf0d63f 00000204 05b40402 03030700
      0000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 TCP 10.0.0.1:33000 > 10.0.0.2:22 [SYN] seq 1000 win 64240 len 0 mss 1460 wscale 7',
    tshark: [
      'TCP {ip.src}:{tcp.srcport} > {ip.dst}:{tcp.dstport} [{tcp.flags.fin?FIN},{tcp.flags.syn?SYN},{tcp.flags.reset?RST},{tcp.flags.push?PSH},{tcp.flags.ack?ACK}] seq {tcp.seq_raw} win {tcp.window_size_value} len {tcp.len} mss {tcp.options.mss_val} wscale {tcp.options.wscale.shift}',
    ],
  },
  {
    name: 'TCP RST',
    hex: `
      52540000 00025254 00000001 08004500 00281234 00004006 549a0a00 00010a00
      00020016 80e80000 00000000 03e95014 000016e7 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 TCP 10.0.0.1:22 > 10.0.0.2:33000 [RST,ACK] seq 0 ack 1001 win 0 len 0',
    tshark: [
      'TCP {ip.src}:{tcp.srcport} > {ip.dst}:{tcp.dstport} [{tcp.flags.fin?FIN},{tcp.flags.syn?SYN},{tcp.flags.reset?RST},{tcp.flags.push?PSH},{tcp.flags.ack?ACK}] seq {tcp.seq_raw} ack {tcp.ack_raw} win {tcp.window_size_value} len {tcp.len}',
    ],
  },
  {
    name: 'TCP SYN with MD5 signature',
    hex: `
      52540000 00025254 00000001 08004500 00401234 00004006 54820a00 00010a00
      000280e8 00b30000 00050000 0000b002 40005e5c 00000204 05b41312 00000000
      00000000 00000000 00000000 0101
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 TCP 10.0.0.1:33000 > 10.0.0.2:179 [SYN] seq 5 win 16384 len 0 mss 1460 md5',
    tshark: [
      'TCP {ip.src}:{tcp.srcport} > {ip.dst}:{tcp.dstport} [{tcp.flags.fin?FIN},{tcp.flags.syn?SYN},{tcp.flags.reset?RST},{tcp.flags.push?PSH},{tcp.flags.ack?ACK}]',
      'mss {tcp.options.mss_val} md5',
    ],
  },
  {
    name: 'TCP over IPv6',
    hex: `
      52540000 00025254 00000001 86dd6000 00000014 06402001 0db80000 00000000
      00000000 00012001 0db80000 00000000 00000000 000280e8 01bb0000 00070000
      00085011 01f4cfb8 0000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv6 hlim 64 TCP [2001:db8::1]:33000 > [2001:db8::2]:443 [FIN,ACK] seq 7 ack 8 win 500 len 0',
    tshark: [
      'TCP [{ipv6.src}]:{tcp.srcport} > [{ipv6.dst}]:{tcp.dstport} [{tcp.flags.fin?FIN},{tcp.flags.syn?SYN},{tcp.flags.reset?RST},{tcp.flags.push?PSH},{tcp.flags.ack?ACK}] seq {tcp.seq_raw} ack {tcp.ack_raw}',
    ],
  },
  {
    name: 'UDP without a decoder',
    hex: `
      52540000 00025254 00000001 08004500 00211234 00004011 54960a00 00010a00
      00029c40 9c41000d 6f7d6865 6c6c6f00 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 UDP 10.0.0.1:40000 > 10.0.0.2:40001 5 bytes',
    tshark: ['UDP {ip.src}:{udp.srcport} > {ip.dst}:{udp.dstport} {data.len} bytes'],
  },
];
