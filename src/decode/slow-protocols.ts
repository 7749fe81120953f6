// Slow protocols, EtherType 0x8809 (IEEE 802.3 annex 57A): LACP and its marker (IEEE 802.1AX clause 6.4, 6.5), link OAM
// (IEEE 802.3 clause 57).
import { dataBytes } from './context.ts';
import type { View } from './view.ts';
import { flagNames, nameOf, words } from './wording.ts';

/** Decodes a slow protocol frame. */
export function decodeSlowProtocol(view: View): string {
  if (!view.has(2)) return view.short('slow protocol', 2);
  switch (view.u8(0)) {
    case 1:
      return decodeLacp(view);
    case 2:
      return decodeMarker(view);
    case 3:
      return decodeOam(view);
    case 10:
      return `OSSP ${dataBytes(view.at(1))}`;
    default:
      return `slow protocol ${view.u8(0)}, ${dataBytes(view.at(1))}`;
  }
}

// Clause 6.4.2.3, bit 0 first. "passive", "long" and "individual" are what their absence means.
const STATE = ['active', 'short', 'aggregation', 'sync', 'collecting', 'distributing', 'defaulted', 'expired'];

function decodeLacp(view: View): string {
  if (!view.has(2 + 40)) return view.short('LACP', 2 + 40);
  return `LACP actor ${describeSystem(view.at(2, 20))} partner ${describeSystem(view.at(22, 20))}`;
}

// Type, length, system priority and address, key, port priority and number, state.
function describeSystem(tlv: View): string {
  const system = `${tlv.u16(2)}/${tlv.mac(4)} key ${tlv.u16(10)} port ${tlv.u16(12)}/${tlv.u16(14)}`;
  return `${system} ${flagNames(tlv.u8(16), STATE)}`;
}

const MARKERS: Readonly<Record<number, string>> = { 1: 'request', 2: 'response' };

function decodeMarker(view: View): string {
  if (!view.has(16)) return view.short('marker', 16);
  return `marker ${nameOf(MARKERS, view.u8(2), 'type')} port ${view.u16(4)} system ${view.mac(6)} id ${view.u32(12)}`;
}

// Clause 57.4.2.2 and table 57-4.
const OAM_CODES: Readonly<Record<number, string>> = {
  0: 'information',
  1: 'event',
  2: 'variable request',
  3: 'variable response',
  4: 'loopback control',
  254: 'organization specific',
};
const OAM_FLAGS = [
  'link-fault',
  'dying-gasp',
  'critical-event',
  'evaluating',
  'stable',
  'remote-evaluating',
  'remote-stable',
];

function decodeOam(view: View): string {
  if (!view.has(4)) return view.short('OAM', 4);
  const flags = flagNames(view.u16(1), OAM_FLAGS);
  return words(`OAM ${nameOf(OAM_CODES, view.u8(3), 'code')}`, flags !== '[]' && flags);
}
