// PIM (RFC 7761), IP protocol 103.
import { type Context, decodeTunnelled } from './context.ts';
import { decodeIpv4 } from './ipv4.ts';
import { decodeIpv6 } from './ipv6.ts';
import { findTlv, readTlvs } from './tlv.ts';
import type { View } from './view.ts';
import { nameOf, words } from './wording.ts';

const TYPES: Readonly<Record<number, string>> = {
  0: 'hello',
  1: 'register',
  2: 'register-stop',
  3: 'join/prune',
  4: 'bootstrap',
  5: 'assert',
  6: 'graft',
  7: 'graft-ack',
  8: 'candidate-rp',
  9: 'state-refresh',
};

/** Decodes a PIM message. */
export function decodePim(view: View, context: Context): string {
  if (!view.has(4)) return view.short('PIM', 4);
  const type = view.u8(0) & 15;
  const line = `PIMv${view.u8(0) >> 4} ${nameOf(TYPES, type, 'type')}`;
  const body = view.at(4);
  switch (type) {
    case 0:
      return words(line, describeHello(body));
    case 1:
      return words(line, describeRegister(body, context));
    case 3:
    case 6:
    case 7:
      return words(line, describeJoinPrune(body));
    default:
      return line;
  }
}

// RFC 7761 section 4.9.2: options 1 hold time, 19 DR priority, 20 generation.
function describeHello(view: View): string {
  const options = readTlvs(view, { typeBytes: 2, lengthBytes: 2 });
  const [hold, priority, generation] = [findTlv(options, 1), findTlv(options, 19), findTlv(options, 20)];
  return words(
    hold && `hold ${hold.u16(0)}s`,
    priority && `dr-prio ${priority.u32(0)}`,
    generation && `generation 0x${generation.u32(0).toString(16)}`,
  );
}

function describeRegister(view: View, context: Context): string {
  if (!view.has(4)) return view.short('header', 4);
  // Section 4.9.3: the null bit marks a register without data.
  if (view.u8(0) & 0x40) return 'null';
  const inner = view.at(4);
  return decodeTunnelled(inner.u8(0) >> 4 === 6 ? decodeIpv6 : decodeIpv4, inner, context);
}

// Section 4.9.5, with the encoded addresses of section 4.9.1: family, encoding, address for unicast; two bytes more
// (flags and mask length) for groups and sources.
function describeJoinPrune(view: View): string {
  const upstream = readAddress(view, 0, 2);
  const at = upstream.end;
  if (!view.has(at + 4)) return view.short(`upstream ${upstream.text}`, at + 4);
  const groups = view.u8(at + 1);
  const line = words(`upstream ${upstream.text}`, `hold ${view.u16(at + 2)}s`, `groups ${groups}`);
  if (groups === 0) return line;
  const group = readAddress(view, at + 4, 4);
  const sources = group.end;
  if (!view.has(sources + 4)) return view.short(line, sources + 4);
  return `${line}: ${group.text} join ${view.u16(sources)} prune ${view.u16(sources + 2)}`;
}

function readAddress(view: View, offset: number, headerBytes: number): { text: string; end: number } {
  const isIpv6 = view.u8(offset) === 2;
  const start = offset + headerBytes;
  return isIpv6 ? { text: view.ipv6(start), end: start + 16 } : { text: view.ipv4(start), end: start + 4 };
}
