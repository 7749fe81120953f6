// Sample frames: SSH, TLS, RADIUS and TACACS+.
// Each with the line it must give and with what tshark must find in it.
import type { SampleFrame } from './sample-frame.ts';

/** Frames of SSH, TLS, RADIUS and TACACS+. */
export const ACCESS_FRAMES: readonly SampleFrame[] = [
  {
    name: 'SSH banner',
    hex: `
      52540000 00025254 00000001 08004500 00481234 00004006 547a0a00 00010a00
      00020016 c3500000 03e80000 07d05018 faf0a3f5 00005353 482d322e 302d4f70
      656e5353 485f392e 32703120 44656269 616e2d32 0d0a
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 TCP 10.0.0.1:22 > 10.0.0.2:50000 [PSH,ACK] seq 1000 ack 2000 win 64240 len 32 SSH SSH-2.0-OpenSSH_9.2p1 Debian-2',
    tshark: ['SSH {ssh.protocol}'],
  },
  {
    name: 'SSH, encrypted',
    hex: `
      52540000 00025254 00000001 08004500 00501234 00004006 54720a00 00010a00
      0002c350 033e0000 03e80000 07d05018 faf04bd4 00004041 42434445 46474849
      4a4b4c4d 4e4f5051 52535455 56575859 5a5b5c5d 5e5f6061 62636465 6667
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 TCP 10.0.0.1:50000 > 10.0.0.2:830 [PSH,ACK] seq 1000 ack 2000 win 64240 len 40 SSH 40 bytes',
    tshark: ['TCP {ip.src}:{tcp.srcport} > {ip.dst}:{tcp.dstport}'],
  },
  {
    name: 'TLS client hello',
    hex: `
      52540000 00025254 00000001 08004500 00801234 00004006 54420a00 00010a00
      0002c351 e0380000 03e80000 07d05018 faf06ca9 00001603 01005301 00004f03
      03000102 03040506 0708090a 0b0c0d0e 0f101112 13141516 1718191a 1b1c1d1e
      1f046162 63640004 13011302 0100001e 00000013 00110000 0e72312e 6c61622e
      6578616d 706c6500 2b000302 0304
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 TCP 10.0.0.1:50001 > 10.0.0.2:57400 [PSH,ACK] seq 1000 ack 2000 win 64240 len 88 TLS client hello for r1.lab.example',
    tshark: ['TLS {tls.handshake.type|1=client hello} for {tls.handshake.extensions_server_name}'],
  },
  {
    name: 'TLS alert',
    hex: `
      52540000 00025254 00000001 08004500 002f1234 00004006 54930a00 00010a00
      000201bb c3510000 03e80000 07d05018 faf08e08 00001503 03000202 28
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 TCP 10.0.0.1:443 > 10.0.0.2:50001 [PSH,ACK] seq 1000 ack 2000 win 64240 len 7 TLS alert level 2 code 40',
    tshark: ['TLS alert level {tls.alert_message.level} code {tls.alert_message.desc}'],
  },
  {
    name: 'TLS data',
    hex: `
      52540000 00025254 00000001 08004500 00411234 00004006 54810a00 00010a00
      000201bb c3510000 03e80000 07d05018 faf0a1f8 00001703 03001400 00000000
      00000000 00000000 00000000 000000
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 TCP 10.0.0.1:443 > 10.0.0.2:50001 [PSH,ACK] seq 1000 ack 2000 win 64240 len 25 TLS data 20 bytes',
    tshark: ['TLS data {tls.record.length} bytes'],
  },
  {
    name: 'RADIUS access-request',
    hex: `
      52540000 00025254 00000001 08004500 00531234 00004011 54640a00 00010a00
      0002c352 0714003f 5b110107 00370001 02030405 06070809 0a0b0c0d 0e0f0107
      61646d69 6e021200 00000000 00000000 00000000 00000004 060a0000 01200472
      31
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 UDP 10.0.0.1:50002 > 10.0.0.2:1812 RADIUS access-request id 7 user admin nas 10.0.0.1 nas-id r1',
    tshark: [
      'RADIUS {radius.code|1=access-request,2=access-accept} id {radius.id|int} user {radius.User_Name} nas {radius.NAS_IP_Address} nas-id {radius.NAS_Identifier}',
    ],
  },
  {
    name: 'RADIUS access-accept',
    hex: `
      52540000 00025254 00000001 08004500 00391234 00004011 547e0a00 00010a00
      00020714 c3520025 3c970207 001d0001 02030405 06070809 0a0b0c0d 0e0f1209
      57656c63 6f6d65
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 UDP 10.0.0.1:1812 > 10.0.0.2:50002 RADIUS access-accept id 7 "Welcome"',
    tshark: ['RADIUS {radius.code|1=access-request,2=access-accept} id {radius.id|int} "{radius.Reply_Message}"'],
  },
  {
    name: 'RADIUS accounting',
    hex: `
      52540000 00025254 00000001 08004500 003d1234 00004011 547a0a00 00010a00
      0002c353 07150029 7eea0409 00210001 02030405 06070809 0a0b0c0d 0e0f2806
      00000001 01076164 6d696e
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 UDP 10.0.0.1:50003 > 10.0.0.2:1813 RADIUS accounting-request id 9 start user admin',
    tshark: [
      'RADIUS {radius.code|4=accounting-request} id {radius.id|int} {radius.Acct_Status_Type|1=start} user {radius.User_Name}',
    ],
  },
  {
    name: 'TACACS+ authentication',
    hex: `
      52540000 00025254 00000001 08004500 00441234 00004006 547e0a00 00010a00
      0002c354 00310000 03e80000 07d05018 faf06f81 0000c001 01001234 56780000
      00100001 02030405 06070809 0a0b0c0d 0e0f
    `,
    line: '52:54:00:00:00:01 > 52:54:00:00:00:02 IPv4 ttl 64 TCP 10.0.0.1:50004 > 10.0.0.2:49 [PSH,ACK] seq 1000 ack 2000 win 64240 len 28 TACACS+ authentication request seq 1 session 305419896 len 16',
    tshark: [
      'TACACS+ {tacplus.type|1=authentication} request seq {tacplus.seqno} session {tacplus.session_id} len {tacplus.packet_len}',
    ],
  },
];
