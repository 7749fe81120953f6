// IPv4 (RFC 791) with options and fragments; EtherType 0x0800, and inside tunnels.
import type { Context } from './context.ts';
import { describeIp, describeTrafficClass } from './ip.ts';
import { readTlvs } from './tlv.ts';
import type { View } from './view.ts';
import { nameOf, words } from './wording.ts';

// IANA "IP Option Numbers"; the router alert is RFC 2113.
const OPTIONS: Readonly<Record<number, string>> = {
  7: 'record-route',
  68: 'timestamp',
  131: 'loose-source-route',
  137: 'strict-source-route',
  148: 'router-alert',
};

/** Decodes an IPv4 packet. */
export function decodeIpv4(view: View, context: Context): string {
  if (!view.has(20)) return view.short('IPv4', 20);
  const version = view.u8(0) >> 4;
  const headerBytes = (view.u8(0) & 15) * 4;
  if (version !== 4) return `IPv4 [version ${version}]`;
  if (headerBytes < 20) return `IPv4 [header of ${headerBytes} bytes]`;
  const totalBytes = view.u16(2);
  const offset = (view.u16(6) & 0x1fff) * 8;
  const notes = words(
    `ttl ${view.u8(8)}`,
    describeTrafficClass(view.u8(1)),
    describeFragment(view.u16(4), offset, (view.u16(6) & 0x2000) !== 0),
    describeOptions(view.at(20, headerBytes - 20)),
    describeLength(totalBytes, headerBytes, view.size),
  );
  // A length of 0 is what segmentation offload leaves in frames between virtual machines.
  const payload = view.at(0, totalBytes < headerBytes ? view.size : totalBytes).at(headerBytes);
  const ends = { version: 4, source: view.ipv4(12), destination: view.ipv4(16) } as const;
  return describeIp({ ends, protocol: view.u8(9), notes, laterFragment: offset > 0 }, payload, context);
}

/** The words for a fragment's place in its packet; empty for a whole packet. */
export function describeFragment(id: number, offset: number, more: boolean): string {
  return offset > 0 || more ? words(`fragment ${id} at ${offset}`, more && 'more') : '';
}

function describeOptions(options: View): string {
  const shape = { typeBytes: 1, lengthBytes: 1, whole: true, padType: 1, endType: 0 } as const;
  const names = readTlvs(options, shape).map(({ type }) => nameOf(OPTIONS, type, 'option'));
  return names.length > 0 ? `[${names.join(',')}]` : '';
}

function describeLength(totalBytes: number, headerBytes: number, frameBytes: number): string {
  if (totalBytes > frameBytes) return `[length ${totalBytes}, frame has ${frameBytes}]`;
  return totalBytes < headerBytes && totalBytes !== 0 ? `[length ${totalBytes}]` : '';
}
