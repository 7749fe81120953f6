// LLDP (IEEE 802.1AB clause 8), EtherType 0x88cc: who is on the other end of this cable.
import type { View } from './view.ts';
import { words } from './wording.ts';

const MAX_TLVS = 64;

/** Decodes an LLDP data unit. */
export function decodeLldp(view: View): string {
  if (!view.has(2)) return view.short('LLDP', 2);
  const parts = ['LLDP'];
  let offset = 0;
  for (let count = 0; count < MAX_TLVS && view.has(offset + 2); count += 1) {
    // Clause 8.4: seven bits of type, nine of length.
    const type = view.u8(offset) >> 1;
    const length = view.u16(offset) & 0x1ff;
    if (type === 0) break;
    parts.push(describeTlv(type, view.at(offset + 2, length)));
    offset += 2 + length;
  }
  return words(...parts);
}

function describeTlv(type: number, value: View): string {
  switch (type) {
    case 1:
      return `chassis ${describeId(value, { mac: 4, network: 5 })}`;
    case 2:
      return `port ${describeId(value, { mac: 3, network: 4 })}`;
    case 3:
      // Clause 8.5.4: 0 means that the sender is going away.
      return value.u16(0) === 0 ? 'leaving' : `ttl ${value.u16(0)}s`;
    case 4:
      return `desc ${value.text(0, value.size)}`;
    case 5:
      return `name ${value.text(0, value.size)}`;
    case 8:
      return `mgmt ${describeAddress(value.at(1, value.u8(0)))}`;
    default:
      return '';
  }
}

// Clauses 8.5.2 and 8.5.3: a subtype, then an address or text; chassis and port number the address subtypes
// differently.
function describeId(value: View, subtypes: { mac: number; network: number }): string {
  const subtype = value.u8(0);
  if (subtype === subtypes.mac) return value.mac(1);
  if (subtype === subtypes.network) return describeAddress(value.at(1));
  return value.text(1, value.size - 1);
}

// IANA "Address Family Numbers": 1 IPv4, 2 IPv6, 6 MAC.
function describeAddress(view: View): string {
  if (view.u8(0) === 1) return view.ipv4(1);
  if (view.u8(0) === 2) return view.ipv6(1);
  return view.u8(0) === 6 ? view.mac(1) : view.hex(1, 16);
}
