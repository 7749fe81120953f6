// Sample frames: LLDP and CDP.
// Each with the line it must give and with what tshark must find in it.
import type { SampleFrame } from './sample-frame.ts';

/** Frames of LLDP and CDP. */
export const DISCOVERY_FRAMES: readonly SampleFrame[] = [
  {
    name: 'LLDP',
    hex: `
      0180c200 000e5254 00000001 88cc0207 04525400 00000104 0a054574 6865726e
      65743106 02007808 05746f20 72320a06 72312e6c 61620c0e 76697274 75616c20
      726f7574 65720e04 00140010 100c0501 0a000001 02000000 01000000
    `,
    line: '52:54:00:00:00:01 > 01:80:c2:00:00:0e LLDP chassis 52:54:00:00:00:01 port Ethernet1 ttl 120s desc to r2 name r1.lab mgmt 10.0.0.1',
    tshark: [
      'chassis {lldp.chassis.id.mac} port {lldp.port.id} ttl {lldp.time_to_live}s desc {lldp.port.desc} name {lldp.tlv.system.name} mgmt {lldp.mgn.addr.ip4}',
    ],
  },
  {
    name: 'LLDP leaving',
    hex: `
      0180c200 000e5254 00000001 88cc0206 05010a00 00010407 03525400 00000106
      02000000 00000000 00000000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 01:80:c2:00:00:0e LLDP chassis 10.0.0.1 port 52:54:00:00:00:01 leaving',
    tshark: ['chassis {lldp.chassis.id.ip4} port {lldp.port.id.mac} {lldp.time_to_live|0=leaving}'],
  },
  {
    name: 'CDP',
    hex: `
      01000ccc cccc5254 00000001 005daaaa 0300000c 200002b4 c7720001 000a7231
      2e6c6162 00020011 00000001 0101cc00 040a0000 01000300 16476967 61626974
      45746865 726e6574 302f3100 04000800 00000100 06001263 6973636f 20435352
      31303030 56000a00 060001
    `,
    line: '52:54:00:00:00:01 > 01:00:0c:cc:cc:cc CDPv2 ttl 180s device r1.lab address 10.0.0.1 port GigabitEthernet0/1 platform cisco CSR1000V native-vlan 1',
    tshark: [
      'CDPv{cdp.version} ttl {cdp.ttl}s device {cdp.deviceid} address {cdp.nrgyz.ip_address} port {cdp.portid} platform {cdp.platform} native-vlan {cdp.native_vlan}',
    ],
  },
];
