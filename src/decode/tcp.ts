// TCP (RFC 9293), IP protocol 6: addresses with ports, flags, numbers, the options that matter when a session does not
// come up, and the protocol that either port stands for.
import type { Context } from './context.ts';
import { describePorts } from './ip.ts';
import { readTlvs } from './tlv.ts';
import type { View } from './view.ts';
import { flagNames, words } from './wording.ts';

const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];
const ACK = 0x10;

/** Decodes a TCP segment. */
export function decodeTcp(view: View, context: Context): string {
  if (!view.has(4)) return view.short('TCP', 20);
  const [source, destination] = [view.u16(0), view.u16(2)];
  const ends = `TCP ${describePorts(context.ip, view)}`;
  if (!view.has(20)) return view.short(ends, 20);
  const headerBytes = (view.u8(12) >> 4) * 4;
  const flags = view.u8(13);
  const line = words(ends, flagNames(flags, FLAGS), `seq ${view.u32(4)}`, (flags & ACK) !== 0 && `ack ${view.u32(8)}`);
  if (headerBytes < 20) return `${line} [header of ${headerBytes} bytes]`;
  if (!view.has(headerBytes)) return view.short(`${line} options`, headerBytes);
  const payload = view.at(headerBytes);
  const { tcpPorts } = context.tables;
  const decoder = tcpPorts.get(destination) ?? tcpPorts.get(source);
  return words(
    line,
    `win ${view.u16(14)}`,
    `len ${payload.size}`,
    describeOptions(view.at(20, headerBytes - 20)),
    decoder && payload.size > 0 && decoder(payload, context),
  );
}

function describeOptions(view: View): string {
  const options = readTlvs(view, { typeBytes: 1, lengthBytes: 1, whole: true, padType: 1, endType: 0 });
  return words(...options.map(({ type, value }) => describeOption(type, value)));
}

// IANA "TCP Option Kind Numbers". Timestamps and selective acknowledgements come with every segment and are left out.
function describeOption(type: number, value: View): string | undefined {
  switch (type) {
    case 2:
      return `mss ${value.u16(0)}`;
    case 3:
      return `wscale ${value.u8(0)}`;
    case 19:
      return 'md5'; // RFC 2385
    case 29:
      return `ao key ${value.u8(0)}`; // RFC 5925
    case 30:
      return 'mptcp'; // RFC 8684
    default:
      return undefined;
  }
}
