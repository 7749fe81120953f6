// Multicast listener discovery: MLDv1 (RFC 2710) and MLDv2 (RFC 3810), the ICMPv6 messages 130, 131, 132 and 143; with
// the group records that IGMPv3 shares.
import type { View } from './view.ts';
import { firstOf, nameOf, words } from './wording.ts';

/** Decodes a listener query; version 2 is known by its length (RFC 3810 section 8.1). */
export function decodeMldQuery(view: View): string {
  if (!view.has(24)) return view.short('ICMPv6 MLD query', 24);
  const version = view.size >= 28 ? 2 : 1;
  const group = view.ipv6(8);
  return words(`ICMPv6 MLDv${version} query`, group === '::' ? 'general' : `group ${group}`, `max ${view.u16(4)}ms`);
}

/** Decodes a report or done message of MLDv1 (RFC 2710 section 3). */
export function decodeMldv1(view: View, name: string): string {
  if (!view.has(24)) return view.short(`ICMPv6 MLDv1 ${name}`, 24);
  return `ICMPv6 MLDv1 ${name} group ${view.ipv6(8)}`;
}

/** Decodes a report of MLDv2 (RFC 3810 section 5.2). */
export function decodeMldv2Report(view: View): string {
  return words('ICMPv6 MLDv2 report', firstOf(describeGroupRecords(view.at(8), view.u16(6), 16)));
}

// RFC 3810 section 5.2.12 and RFC 3376 section 4.2.12 use the same numbers.
const RECORD_TYPES: Readonly<Record<number, string>> = {
  1: 'include',
  2: 'exclude',
  3: 'to-include',
  4: 'to-exclude',
  5: 'allow',
  6: 'block',
};
const MAX_RECORDS = 64;

/** Words for each group record of an MLDv2 or IGMPv3 report. */
export function describeGroupRecords(view: View, count: number, addressBytes: 4 | 16): string[] {
  const records: string[] = [];
  let offset = 0;
  for (let index = 0; index < Math.min(count, MAX_RECORDS) && view.has(offset + 4 + addressBytes); index += 1) {
    const group = addressBytes === 4 ? view.ipv4(offset + 4) : view.ipv6(offset + 4);
    const sources = view.u16(offset + 2);
    const type = nameOf(RECORD_TYPES, view.u8(offset), 'type');
    records.push(`${group} ${type} ${sources === 0 ? '{}' : `{${sources}}`}`);
    // Auxiliary data is counted in words of 4 bytes.
    offset += 4 + addressBytes * (1 + sources) + view.u8(offset + 1) * 4;
  }
  return records;
}
