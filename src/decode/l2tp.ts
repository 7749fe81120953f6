// L2TP: version 2 over UDP port 1701 (RFC 2661), version 3 over IP protocol 115 (RFC 3931).
import { type Context, dataBytes } from './context.ts';
import { decodePpp } from './pppoe.ts';
import type { View } from './view.ts';
import { nameOf } from './wording.ts';

const MESSAGES: Readonly<Record<number, string>> = {
  1: 'SCCRQ',
  2: 'SCCRP',
  3: 'SCCCN',
  4: 'StopCCN',
  6: 'hello',
  7: 'OCRQ',
  8: 'OCRP',
  9: 'OCCN',
  10: 'ICRQ',
  11: 'ICRP',
  12: 'ICCN',
  14: 'CDN',
  15: 'WEN',
  16: 'SLI',
  20: 'ack',
};
const CONTROL = 0x8000;
const LENGTH = 0x4000;
const SEQUENCE = 0x0800;
const OFFSET = 0x0200;
/** PPP's address and control, which most senders put in front (RFC 1662). */
const ADDRESS_CONTROL = 0xff03;

/** Decodes L2TP over UDP. */
export function decodeL2tp(view: View, context: Context): string {
  if (!view.has(6)) return view.short('L2TP', 6);
  const flags = view.u16(0);
  const version = flags & 0xf;
  if (version === 3)
    return (flags & CONTROL) === 0 ? decodeL2tpIp(view.at(4)) : `L2TPv3 control ${readMessage(view.at(12))}`;
  let offset = 2 + (flags & LENGTH ? 2 : 0);
  const ids = `tunnel ${view.u16(offset)} session ${view.u16(offset + 2)}`;
  offset += 4 + (flags & SEQUENCE ? 4 : 0);
  if (flags & OFFSET) offset += 2 + view.u16(offset);
  if (!view.has(offset)) return view.short(`L2TP ${ids}`, offset);
  const body = view.at(offset);
  if (flags & CONTROL) return `L2TP ${body.size === 0 ? 'ack' : readMessage(body)} ${ids}`;
  return `L2TP ${ids}, ${decodePpp(body.u16(0) === ADDRESS_CONTROL ? body.at(2) : body, context)}`;
}

/** Decodes L2TPv3 over IP: session 0 is control. What a session carries, only its two ends know. */
export function decodeL2tpIp(view: View): string {
  if (!view.has(4)) return view.short('L2TPv3', 4);
  const session = view.u32(0);
  // Section 4.1.1.2: a second word of flags, then length and connection.
  if (session === 0) return `L2TPv3 control ${readMessage(view.at(16))} connection ${view.u32(8)}`;
  return `L2TPv3 session ${session}, ${dataBytes(view.at(4))}`;
}

// The first attribute of a control message says which one it is: flags and length, vendor, attribute 0, its value.
function readMessage(view: View): string {
  return view.size === 0 ? 'ack' : nameOf(MESSAGES, view.u16(6), 'message');
}
