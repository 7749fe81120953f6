// UDP (RFC 768), IP protocol 17: addresses with ports, and the protocol that either port stands for.
import { type Context, dataBytes } from './context.ts';
import { describePorts } from './ip.ts';
import type { View } from './view.ts';
import { words } from './wording.ts';

/** Decodes a UDP datagram. */
export function decodeUdp(view: View, context: Context): string {
  if (!view.has(4)) return view.short('UDP', 8);
  const [source, destination] = [view.u16(0), view.u16(2)];
  const ends = `UDP ${describePorts(context.ip, view)}`;
  if (!view.has(8)) return view.short(ends, 8);
  const length = view.u16(4);
  const payload = length >= 8 ? view.at(8, length - 8) : view.at(8);
  const { udpPorts } = context.tables;
  const decoder = udpPorts.get(destination) ?? udpPorts.get(source);
  return words(
    ends,
    length > view.size && `[length ${length}, packet has ${view.size}]`,
    decoder && payload.size > 0 ? decoder(payload, context) : dataBytes(payload),
  );
}
