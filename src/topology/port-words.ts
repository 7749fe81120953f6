// The settings of a switch's port as people write them (vlan: 10, trunk: "10,20-30", native: 1, …) <-> plain data. Pure.
// Topology files, the API and the command line all speak in these words; the rules between them are checked here.

import { TcpbridgeError } from '../errors.ts';
import type { PortSettings, VlanRange } from './switch-settings.ts';

/** The words for a port. */
export interface PortWords {
  readonly vlan?: number | undefined;
  /** "all", or VLANs and ranges: 10, "20-30", "10,20-30", [10, "20-30"]. */
  readonly trunk?: string | number | (string | number)[] | undefined;
  readonly native?: number | undefined;
  readonly tunnel?: boolean | undefined;
  readonly isolated?: boolean | undefined;
}

/** What is wrong with the settings of a port: which of them, what it is, and what would be right. */
export interface PortFault {
  readonly setting: PortWord;
  readonly found: string;
  readonly right: string;
}

/** All words, in the order in which they are written. */
export const PORT_WORDS = ['vlan', 'trunk', 'native', 'tunnel', 'isolated'] as const;
/** One of {@link PORT_WORDS}. */
export type PortWord = (typeof PORT_WORDS)[number];

// IEEE 802.1Q, table 9-2: 0 is a priority tag without VLAN, 4095 is reserved.
/** The first VLAN. */
export const MIN_VLAN = 1;
/** The last VLAN. */
export const MAX_VLAN = 4094;

const VLAN = `write a VLAN from ${MIN_VLAN} to ${MAX_VLAN}`;
const TRUNK = `write "all", or VLANs and ranges from ${MIN_VLAN} to ${MAX_VLAN}, such as "10,20-30"`;

/** Reads the settings of a port; what says nothing is left out, so that equal ports are equal data. */
export function readPort(words: PortWords): PortSettings {
  const { vlan, trunk, native, tunnel = false, isolated = false } = words;
  const settings: PortSettings = {
    ...(vlan === undefined ? {} : { access: vlan }),
    ...(trunk === undefined ? {} : { trunk: readTrunk(trunk) }),
    ...(native === undefined ? {} : { native }),
    ...(tunnel ? { tunnel } : {}),
    ...(isolated ? { isolated } : {}),
  };
  const fault = findPortFault(settings);
  if (fault !== undefined) throw new TcpbridgeError('port_setting_invalid', fault);
  return settings;
}

/** What is wrong with settings, if anything is. */
export function findPortFault({ access, trunk, native, tunnel = false }: PortSettings): PortFault | undefined {
  const fault = (setting: PortWord, found: string | number, right: string) => ({
    setting,
    found: String(found),
    right,
  });
  if (access !== undefined && !isVlan(access)) return fault('vlan', access, VLAN);
  if (native !== undefined && !isVlan(native)) return fault('native', native, VLAN);
  if (trunk !== undefined && trunk !== 'all' && !isTrunk(trunk)) return fault('trunk', writeRanges(trunk), TRUNK);
  if (access !== undefined && trunk !== undefined) {
    return fault('trunk', writeTrunk(trunk), 'a port has either "vlan" or "trunk"; leave one of them out');
  }
  if (native !== undefined && trunk === undefined) {
    return fault('native', native, 'it is for frames without a tag on a trunk; write "trunk", too, or "vlan" instead');
  }
  if (tunnel && access === undefined) {
    return fault('tunnel', 'true', 'it puts the tag of "vlan" in front of all others; write "vlan", too');
  }
  return undefined;
}

/** Writes settings in words: the way back from readPort(). */
export function writePort({ access, trunk, native, tunnel = false, isolated = false }: PortSettings): PortWords {
  return {
    ...(access === undefined ? {} : { vlan: access }),
    ...(trunk === undefined ? {} : { trunk: trunk === 'all' ? trunk : trunk.map(writeRange) }),
    ...(native === undefined ? {} : { native }),
    ...(tunnel ? { tunnel } : {}),
    ...(isolated ? { isolated } : {}),
  };
}

/** Writes settings in a few words for tables and drawings, such as "trunk 10,20-30 native 1"; "" for a plain port. */
export function portText({ access, trunk, native, tunnel = false, isolated = false }: PortSettings): string {
  return [
    ...(access === undefined ? [] : [`vlan ${access}`]),
    ...(tunnel ? ['tunnel'] : []),
    ...(trunk === undefined ? [] : [`trunk ${writeTrunk(trunk)}`]),
    ...(native === undefined ? [] : [`native ${native}`]),
    ...(isolated ? ['isolated'] : []),
  ].join(' ');
}

/** Whether nothing is said about a port. */
export function isPlainPort(settings: PortSettings): boolean {
  return portText(settings) === '';
}

function readTrunk(words: NonNullable<PortWords['trunk']>): readonly VlanRange[] | 'all' {
  const parts = (Array.isArray(words) ? words : [words]).flatMap((word: string | number) => String(word).split(','));
  const found = parts.join(',');
  if (found.trim() === 'all') return 'all';
  const ranges = parts.map((part): VlanRange => {
    const [, first, last = first] = /^\s*(\d{1,4})(?:\s*-\s*(\d{1,4}))?\s*$/.exec(part) ?? [];
    const range: VlanRange = [Number(first ?? 0), Number(last ?? 0)];
    if (!isTrunk([range])) throw new TcpbridgeError('port_setting_invalid', { setting: 'trunk', found, right: TRUNK });
    return range;
  });
  return mergeRanges(ranges);
}

// In order and without gaps that are none, so that equal trunks are equal data.
function mergeRanges(ranges: readonly VlanRange[]): VlanRange[] {
  const merged: [first: number, last: number][] = [];
  for (const [first, last] of ranges.toSorted(([one], [other]) => one - other)) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

function isTrunk(ranges: readonly VlanRange[]): boolean {
  return ranges.length > 0 && ranges.every(([first, last]) => isVlan(first) && isVlan(last) && first <= last);
}

function isVlan(value: number): boolean {
  return Number.isInteger(value) && value >= MIN_VLAN && value <= MAX_VLAN;
}

function writeTrunk(trunk: readonly VlanRange[] | 'all'): string {
  return trunk === 'all' ? trunk : writeRanges(trunk);
}

function writeRanges(ranges: readonly VlanRange[]): string {
  return ranges.map(writeRange).join(',');
}

function writeRange([first, last]: VlanRange): number | string {
  return first === last ? first : `${first}-${last}`;
}
