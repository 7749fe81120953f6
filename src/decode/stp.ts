// Bridge protocol data units: STP, RSTP and MSTP (IEEE 802.1Q clause 14) over LLC 0x42, and Cisco's per-VLAN variant
// PVST+ over SNAP 00000c/010b.
import type { View } from './view.ts';
import { flagNames, nameOf, words } from './wording.ts';

const VERSIONS: Readonly<Record<number, string>> = { 0: 'STP', 2: 'RSTP', 3: 'MSTP', 4: 'SPT' };
const ROLES = ['unknown', 'alternate', 'root', 'designated'];
const TOPOLOGY_CHANGE_NOTIFICATION = 0x80;
const CONFIGURATION_BYTES = 35;

/** Decodes a BPDU. */
export function decodeBpdu(view: View): string {
  if (!view.has(4)) return view.short('STP', 4);
  if (view.u16(0) !== 0) return `STP [protocol ${view.u16(0)}]`;
  const version = view.u8(2);
  const name = nameOf(VERSIONS, version, 'STP version');
  if (view.u8(3) === TOPOLOGY_CHANGE_NOTIFICATION) return `${name} topology change notification`;
  if (!view.has(CONFIGURATION_BYTES)) return view.short(name, CONFIGURATION_BYTES);
  return words(
    `${name} root ${bridgeId(view, 5)} cost ${view.u32(13)} bridge ${bridgeId(view, 17)} port ${portId(view.u16(25))}`,
    describeFlags(view.u8(4), version),
    // Clause 14.2.2: times are counted in 1/256 s.
    `age ${view.u16(27) / 256}s`,
    version >= 3 && describeMst(view),
  );
}

/** Decodes a PVST+ BPDU, which names its VLAN in a trailer. */
export function decodePvst(view: View): string {
  // After the BPDU (a version-0 one is padded to the same 36 bytes): type 0, length 2, VLAN.
  const trailer = view.at(CONFIGURATION_BYTES + 1, 6);
  const vlan = trailer.has(6) && trailer.u32(0) % 0x10000 === 2 ? `vlan ${trailer.u16(4)}` : '';
  return words('PVST+', vlan, decodeBpdu(view));
}

// Clause 14.2.8: bits 1 to 7; a configuration BPDU of version 0 uses only the outermost two.
function describeFlags(flags: number, version: number): string {
  const names = flagNames(flags, [
    'topology-change',
    'proposal',
    '',
    '',
    'learning',
    'forwarding',
    'agreement',
    'tc-ack',
  ]);
  const shown = names === '[]' ? '' : names;
  return version === 0 ? shown : words(`role ${ROLES[(flags >> 2) & 3]!}`, shown);
}

// Clause 14.2.5: 16 bits of priority and system identifier extension, then the address; written as "show spanning-tree"
// does.
function bridgeId(view: View, offset: number): string {
  return `${view.u16(offset)}/${view.mac(offset + 2)}`;
}

// Clause 14.2.7: four bits of priority in steps of 16, twelve of number.
function portId(value: number): string {
  return `${(value >> 12) * 16}.${value & 0xfff}`;
}

// Clause 14.4: version 1 length, version 3 length, format, name of 32 bytes, revision, digest, internal root cost,
// bridge, hops; then 16 bytes for each instance.
function describeMst(view: View): string {
  const mstAt = CONFIGURATION_BYTES + 3;
  if (!view.has(mstAt + 64)) return view.short('mst', mstAt + 64);
  const instances = Math.trunc(Math.max(0, view.u16(mstAt - 2) - 64) / 16);
  const region = view.text(mstAt + 1, 32);
  return words(`region "${region}" rev ${view.u16(mstAt + 33)}`, `hops ${view.u8(mstAt + 63)}`, `mstis ${instances}`);
}
