// Sample frames: spanning tree and the slow protocols.
// Each with the line it must give and with what tshark must find in it.
import type { SampleFrame } from './sample-frame.ts';

/** Frames of spanning tree and the slow protocols. */
export const BRIDGING_FRAMES: readonly SampleFrame[] = [
  {
    name: 'STP configuration',
    hex: `
      0180c200 00005254 00000001 00264242 03000000 00018001 52540000 00090000
      4e208001 52540000 00018003 01001400 02000f00 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 01:80:c2:00:00:00 STP root 32769/52:54:00:00:00:09 cost 20000 bridge 32769/52:54:00:00:00:01 port 128.3 [topology-change] age 1s',
    tshark: [
      '{stp.version|0=STP,2=RSTP,3=MSTP} root',
      '/{stp.root.hw} cost {stp.root.cost} bridge',
      '/{stp.bridge.hw} port',
      'age {stp.msg_age|int}s',
      '[{stp.flags.tc?topology-change}]',
    ],
  },
  {
    name: 'STP topology change notification',
    hex: `
      0180c200 00005254 00000001 00074242 03000000 80000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 01:80:c2:00:00:00 STP topology change notification',
    tshark: ['STP {stp.type|128=topology change notification}'],
  },
  {
    name: 'RSTP designated',
    hex: `
      0180c200 00005254 00000001 00274242 03000002 023c8001 52540000 00090000
      4e208001 52540000 00018003 01001400 02000f00 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 01:80:c2:00:00:00 RSTP root 32769/52:54:00:00:00:09 cost 20000 bridge 32769/52:54:00:00:00:01 port 128.3 role designated [learning,forwarding] age 1s',
    tshark: [
      '{stp.version|0=STP,2=RSTP,3=MSTP} root',
      '/{stp.root.hw} cost {stp.root.cost} bridge',
      '/{stp.bridge.hw} port',
      'age {stp.msg_age|int}s',
      'role {stp.flags.port_role|0=unknown,1=alternate,2=root,3=designated} [{stp.flags.tc?topology-change},{stp.flags.proposal?proposal},{stp.flags.learning?learning},{stp.flags.forwarding?forwarding},{stp.flags.agreement?agreement}]',
    ],
  },
  {
    name: 'RSTP proposal',
    hex: `
      0180c200 00005254 00000001 00274242 03000002 020e8001 52540000 00090000
      4e208001 52540000 00018003 01001400 02000f00 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 01:80:c2:00:00:00 RSTP root 32769/52:54:00:00:00:09 cost 20000 bridge 32769/52:54:00:00:00:01 port 128.3 role designated [proposal] age 1s',
    tshark: [
      '{stp.version|0=STP,2=RSTP,3=MSTP} root',
      '/{stp.root.hw} cost {stp.root.cost} bridge',
      '/{stp.bridge.hw} port',
      'age {stp.msg_age|int}s',
      'role {stp.flags.port_role|0=unknown,1=alternate,2=root,3=designated} [{stp.flags.tc?topology-change},{stp.flags.proposal?proposal},{stp.flags.learning?learning},{stp.flags.forwarding?forwarding},{stp.flags.agreement?agreement}]',
    ],
  },
  {
    name: 'MSTP',
    hex: `
      0180c200 00005254 00000001 00794242 03000003 027c8001 52540000 00090000
      4e208001 52540000 00018003 01001400 02000f00 00005000 63616d70 75730000
      00000000 00000000 00000000 00000000 00000000 00000000 00070001 02030405
      06070809 0a0b0c0d 0e0f0000 00008000 52540000 0001147c 80015254 00000001
      00000000 808014
    `,
    line: '52:54:00:00:00:01 > 01:80:c2:00:00:00 MSTP root 32769/52:54:00:00:00:09 cost 20000 bridge 32769/52:54:00:00:00:01 port 128.3 role designated [learning,forwarding,agreement] age 1s region "campus" rev 7 hops 20 mstis 1',
    tshark: [
      '{stp.version|0=STP,2=RSTP,3=MSTP} root',
      '/{stp.root.hw} cost {stp.root.cost} bridge',
      '/{stp.bridge.hw} port',
      'age {stp.msg_age|int}s',
      'role {stp.flags.port_role|0=unknown,1=alternate,2=root,3=designated} [{stp.flags.tc?topology-change},{stp.flags.proposal?proposal},{stp.flags.learning?learning},{stp.flags.forwarding?forwarding},{stp.flags.agreement?agreement}]',
      'region "{mstp.config_name}" rev {mstp.config_revision_level} hops {mstp.cist_remaining_hops} mstis',
    ],
  },
  {
    name: 'PVST+',
    hex: `
      01000ccc cccd5254 00000001 0032aaaa 0300000c 010b0000 02023c80 01525400
      00000900 004e2080 01525400 00000180 03010014 0002000f 00000000 0002000a
    `,
    line: '52:54:00:00:00:01 > 01:00:0c:cc:cc:cd PVST+ vlan 10 RSTP root 32769/52:54:00:00:00:09 cost 20000 bridge 32769/52:54:00:00:00:01 port 128.3 role designated [learning,forwarding] age 1s',
    tshark: [
      'PVST+ vlan {stp.pvst.origvlan}',
      '{stp.version|0=STP,2=RSTP,3=MSTP} root',
      '/{stp.root.hw} cost {stp.root.cost} bridge',
      '/{stp.bridge.hw} port',
      'age {stp.msg_age|int}s',
      'role {stp.flags.port_role|0=unknown,1=alternate,2=root,3=designated} [{stp.flags.tc?topology-change},{stp.flags.proposal?proposal},{stp.flags.learning?learning},{stp.flags.forwarding?forwarding},{stp.flags.agreement?agreement}]',
    ],
  },
  {
    name: 'LACP',
    hex: `
      0180c200 00025254 00000001 88090101 01148000 52540000 0001000d 80000001
      3d000000 02148000 52540000 0002000e 80000002 3f000000 03100000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 01:80:c2:00:00:02 LACP actor 32768/52:54:00:00:00:01 key 13 port 32768/1 [active,aggregation,sync,collecting,distributing] partner 32768/52:54:00:00:00:02 key 14 port 32768/2 [active,short,aggregation,sync,collecting,distributing]',
    tshark: [
      'actor {lacp.actor.sys_priority}/{lacp.actor.sysid} key {lacp.actor.key} port {lacp.actor.port_priority}/{lacp.actor.port} [{lacp.actor.state.activity?active},{lacp.actor.state.timeout?short},{lacp.actor.state.aggregation?aggregation},{lacp.actor.state.synchronization?sync},{lacp.actor.state.collecting?collecting},{lacp.actor.state.distributing?distributing},{lacp.actor.state.defaulted?defaulted},{lacp.actor.state.expired?expired}]',
      'partner {lacp.partner.sys_priority}/{lacp.partner.sysid} key {lacp.partner.key} port {lacp.partner.port_priority}/{lacp.partner.port} [{lacp.partner.state.activity?active},{lacp.partner.state.timeout?short},{lacp.partner.state.aggregation?aggregation},{lacp.partner.state.synchronization?sync},{lacp.partner.state.collecting?collecting},{lacp.partner.state.distributing?distributing},{lacp.partner.state.defaulted?defaulted},{lacp.partner.state.expired?expired}]',
    ],
  },
  {
    name: 'LACP expired',
    hex: `
      0180c200 00025254 00000001 88090101 01148000 52540000 0001000d 80000001
      c7000000 02148000 00000000 00000000 80000000 00000000 03100000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 01:80:c2:00:00:02 LACP actor 32768/52:54:00:00:00:01 key 13 port 32768/1 [active,short,aggregation,defaulted,expired] partner 32768/00:00:00:00:00:00 key 0 port 32768/0 []',
    tshark: [
      'actor {lacp.actor.sys_priority}/{lacp.actor.sysid} key {lacp.actor.key} port {lacp.actor.port_priority}/{lacp.actor.port} [{lacp.actor.state.activity?active},{lacp.actor.state.timeout?short},{lacp.actor.state.aggregation?aggregation},{lacp.actor.state.synchronization?sync},{lacp.actor.state.collecting?collecting},{lacp.actor.state.distributing?distributing},{lacp.actor.state.defaulted?defaulted},{lacp.actor.state.expired?expired}]',
      'partner {lacp.partner.sys_priority}/{lacp.partner.sysid} key {lacp.partner.key} port {lacp.partner.port_priority}/{lacp.partner.port} [{lacp.partner.state.activity?active},{lacp.partner.state.timeout?short},{lacp.partner.state.aggregation?aggregation},{lacp.partner.state.synchronization?sync},{lacp.partner.state.collecting?collecting},{lacp.partner.state.distributing?distributing},{lacp.partner.state.defaulted?defaulted},{lacp.partner.state.expired?expired}]',
    ],
  },
  {
    name: 'LACP marker',
    hex: `
      0180c200 00025254 00000001 88090201 01100003 52540000 00010000 004d0000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 01:80:c2:00:00:02 marker request port 3 system 52:54:00:00:00:01 id 77',
    tshark: [
      'marker {marker.tlvType|1=request,2=response} port {marker.requesterPort} system {marker.requesterSystem} id {marker.requesterTransId}',
    ],
  },
  {
    name: 'link OAM',
    hex: `
      0180c200 00025254 00000001 88090300 50000110 01000100 1d05ee00 00000000
      00000000 00000000 00000000 00000000 00000000 00000000 00000000
    `,
    line: '52:54:00:00:00:01 > 01:80:c2:00:00:02 OAM information [stable,remote-stable]',
    tshark: [
      'OAM {oampdu.code|0=information} [{oampdu.flags.localStable?stable},{oampdu.flags.remoteStable?remote-stable}]',
    ],
  },
];
