// The configuration test protocol of Ethernet 2.0 section 8, EtherType 0x9000, which Cisco routers send to themselves
// as a keepalive. Its numbers are little-endian, unlike everything else here.
import type { View } from './view.ts';

/** Decodes a loopback frame. */
export function decodeLoopback(view: View): string {
  if (!view.has(6)) return view.short('loopback', 6);
  const skipBytes = view.u8(0) | (view.u8(1) << 8);
  const at = 2 + skipBytes;
  if (!view.has(at + 4)) return view.short(`loopback skip ${skipBytes}`, at + 4);
  const operation = view.u8(at) | (view.u8(at + 1) << 8);
  if (operation === 1) return `loopback reply receipt ${view.u8(at + 2) | (view.u8(at + 3) << 8)}`;
  return operation === 2 ? `loopback forward to ${view.mac(at + 2)}` : `loopback function ${operation}`;
}
