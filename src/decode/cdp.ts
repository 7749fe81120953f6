// CDP, Cisco's discovery protocol, over SNAP 00000c/2000. Cisco documents it only in parts; layout as in the IOS guide
// "Cisco Discovery Protocol" and in the frames of its routers.
import { readTlvs, type Tlv } from './tlv.ts';
import type { View } from './view.ts';
import { words } from './wording.ts';

/** Decodes a CDP frame. */
export function decodeCdp(view: View): string {
  if (!view.has(4)) return view.short('CDP', 4);
  const tlvs = readTlvs(view.at(4), { typeBytes: 2, lengthBytes: 2, whole: true });
  return words(`CDPv${view.u8(0)} ttl ${view.u8(1)}s`, ...tlvs.map(describeTlv));
}

function describeTlv({ type, value }: Tlv): string {
  switch (type) {
    case 1:
      return `device ${value.text(0, value.size)}`;
    case 2:
      return describeAddress(value);
    case 3:
      return `port ${value.text(0, value.size)}`;
    case 6:
      return `platform ${value.text(0, value.size)}`;
    case 10:
      return `native-vlan ${value.u16(0)}`;
    default:
      return '';
  }
}

// A count of 4 bytes, then for each: protocol type, its length, protocol, address length, address. NLPID 0xcc is IPv4.
function describeAddress(value: View): string {
  const isIpv4 = value.u8(4) === 1 && value.u8(5) === 1 && value.u8(6) === 0xcc && value.u16(7) === 4;
  return isIpv4 ? `address ${value.ipv4(9)}` : '';
}
