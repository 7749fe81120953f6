// Sample frames: LDP.
// Each with the line it must give and with what tshark must find in it.
import type { SampleFrame } from './sample-frame.ts';

/** Frames of LDP. */
export const LDP_FRAMES: readonly SampleFrame[] = [
  {
    name: 'hello',
    hex: `
      01005e00 00025254 00000001 08004500 003e0001 00000111 cfab0a00 0001e000
      00020286 0286002a 033b0001 001e0101 01010000 01000014 00000001 04000004
      000f0000 04010004 01010101
    `,
    line: '52:54:00:00:00:01 > 01:00:5e:00:00:02 IPv4 ttl 1 UDP 10.0.0.1:646 > 224.0.0.2:646 LDP 1.1.1.1:0 hello hold 15s transport 1.1.1.1',
    tshark: [
      'UDP {ip.src}:{udp.srcport} > {ip.dst}:{udp.dstport}',
      'LDP {ldp.hdr.ldpid.lsr}:{ldp.hdr.ldpid.lsid} {ldp.msg.type|256=hello} hold {ldp.msg.tlv.hello.hold}s transport {ldp.msg.tlv.ipv4.taddr}',
    ],
  },
  {
    name: 'initialization and keepalive',
    hex: `
      52540000 00025254 00000001 080045c0 00540001 0000ff06 a6e00a00 00010a00
      00028157 02860000 00010000 00015018 020005ad 00000001 00280101 01010000
      02000016 00000002 0500000e 000100b4 00000000 02020202 00000201 00040000
      0003
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 255 dscp cs6 TCP 10.0.0.1:33111 > 10.0.0.2:646 [PSH,ACK] seq 1 ack 1 win 512 len 44 LDP 1.1.1.1:0 initialization keepalive 180s for 2.2.2.2:0, keepalive',
    tshark: [
      'TCP {ip.src}:{tcp.srcport} > {ip.dst}:{tcp.dstport}',
      'LDP {ldp.hdr.ldpid.lsr}:{ldp.hdr.ldpid.lsid} {ldp.msg.type|512=initialization} keepalive {ldp.msg.tlv.sess.ka}s for {ldp.msg.tlv.sess.rxlsr}:{ldp.msg.tlv.sess.rxls}, {ldp.msg.type#2|513=keepalive}',
    ],
  },
  {
    name: 'addresses',
    hex: `
      52540000 00025254 00000001 080045c0 00480001 0000ff06 a6ec0a00 00010a00
      00028158 02860000 00010000 00015018 02000386 00000001 001c0101 01010000
      03000012 00000004 0101000a 00010a00 00010101 0101
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 255 dscp cs6 TCP 10.0.0.1:33112 > 10.0.0.2:646 [PSH,ACK] seq 1 ack 1 win 512 len 32 LDP 1.1.1.1:0 address 10.0.0.1 (+1)',
    tshark: ['LDP {ldp.hdr.ldpid.lsr}:{ldp.hdr.ldpid.lsid} {ldp.msg.type|768=address} {ldp.msg.tlv.addrl.addr}'],
  },
  {
    name: 'label mapping',
    hex: `
      52540000 00025254 00000001 080045c0 004e0001 0000ff06 a6e60a00 00010a00
      00028159 02860000 00010000 00015018 02000750 00000001 00220101 01010000
      04000018 00000005 01000008 02000120 01010101 02000004 00000003
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 255 dscp cs6 TCP 10.0.0.1:33113 > 10.0.0.2:646 [PSH,ACK] seq 1 ack 1 win 512 len 38 LDP 1.1.1.1:0 label mapping fec 1.1.1.1/32 label 3',
    tshark: [
      'LDP {ldp.hdr.ldpid.lsr}:{ldp.hdr.ldpid.lsid} {ldp.msg.type|1024=label mapping} fec',
      'label {ldp.msg.tlv.generic.label|int}',
    ],
  },
  {
    name: 'notification',
    hex: `
      52540000 00025254 00000001 080045c0 00480001 0000ff06 a6ec0a00 00010a00
      0002815a 02860000 00010000 00015018 0200907b 00000001 001c0101 01010000
      00010012 00000006 0300000a 8000000a 00000000 0000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 255 dscp cs6 TCP 10.0.0.1:33114 > 10.0.0.2:646 [PSH,ACK] seq 1 ack 1 win 512 len 32 LDP 1.1.1.1:0 notification shutdown [fatal]',
    tshark: [
      'LDP {ldp.hdr.ldpid.lsr}:{ldp.hdr.ldpid.lsid} {ldp.msg.type|1=notification} {ldp.msg.tlv.status.data|10=shutdown} {ldp.msg.tlv.status.ebit?[fatal]}',
    ],
  },
  {
    name: 'pseudowire mapping',
    hex: `
      52540000 00025254 00000001 080045c0 00560001 0000ff06 a6de0a00 00010a00
      0002815b 02860000 00010000 00015018 020021d8 00000001 002a0101 01010000
      04000020 00000005 01000010 80800508 00000000 0000004d 010405dc 02000004
      00005dc5
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 255 dscp cs6 TCP 10.0.0.1:33115 > 10.0.0.2:646 [PSH,ACK] seq 1 ack 1 win 512 len 46 LDP 1.1.1.1:0 label mapping pseudowire 77 label 24005',
    tshark: [
      'LDP {ldp.hdr.ldpid.lsr}:{ldp.hdr.ldpid.lsid} {ldp.msg.type|1024=label mapping} pseudowire {ldp.msg.tlv.fec.pw.pwid} label {ldp.msg.tlv.generic.label|int}',
    ],
  },
];
