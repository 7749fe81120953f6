// Which VLANs a port of a switch carries, and which of them without a tag. A port is one of four kinds:
//
//   plain          all frames as they are; frames without a tag, or with a tag of VLAN 0, are in VLAN 0
//   access N       VLAN N without a tag. A frame that comes in with a tag of just this VLAN is taken too, as a Linux
//                  bridge and most switches do; one of any other VLAN is not
//   trunk          the listed VLANs with their tags, and VLAN 0 as it is; with a native VLAN, this one without a tag,
//                  whether it is listed or not, and no VLAN 0
//   tunnel N       VLAN N without a tag, and whatever tags a frame has when it comes in are none of the switch's business

import type { PortSettings } from '../../topology/switch-settings.ts';

const VLANS = 4096;
/** IEEE 802.1Q, table 9-2: 4095 is never a VLAN; it passes where all frames pass. */
const LAST_VLAN = 4094;

/** The VLANs of one port. */
export class PortVlans {
  /** The VLAN of frames without a tag, in and out. 0: they are in no VLAN. */
  untagged = 0;
  /** Whether tags of frames that come in are looked at. */
  isTunnel = false;
  private members = new Uint32Array(VLANS / 32);

  constructor() {
    this.addRange(0, VLANS - 1);
  }

  carries(vlan: number): boolean {
    return ((this.members[vlan >>> 5]! >>> (vlan & 31)) & 1) === 1;
  }

  /** Takes settings; returns whether they differ from those before. */
  configure({ access, trunk, native, tunnel = false }: PortSettings): boolean {
    const before = this.members;
    const untaggedBefore = this.untagged;
    const wasTunnel = this.isTunnel;
    this.members = new Uint32Array(VLANS / 32);
    this.untagged = access ?? (trunk === undefined ? 0 : (native ?? 0));
    this.isTunnel = tunnel && access !== undefined;
    if (access === undefined) {
      if (trunk === undefined) this.addRange(0, VLANS - 1);
      else for (const [first, last] of trunk === 'all' ? [[1, LAST_VLAN] as const] : trunk) this.addRange(first, last);
    }
    this.addRange(this.untagged, this.untagged);
    return (
      this.untagged !== untaggedBefore ||
      this.isTunnel !== wasTunnel ||
      this.members.some((word, index) => word !== before[index])
    );
  }

  private addRange(first: number, last: number): void {
    for (let vlan = first; vlan <= last; vlan++) this.members[vlan >>> 5]! |= 1 << (vlan & 31);
  }
}
