// NetFlow (versions 1 to 9, RFC 3954) and IPFIX (RFC 7011), UDP ports 2055, 4739, 9995 and 9996: how much one router reports.
import type { View } from './view.ts';

/** Decodes the head of an export packet. */
export function decodeNetflow(view: View): string {
  if (!view.has(16)) return view.short('NetFlow', 16);
  const version = view.u16(0);
  if (version === 10) return `IPFIX len ${view.u16(2)} seq ${view.u32(8)} domain ${view.u32(12)}`;
  if (version !== 9) return `NetFlow v${version} ${view.u16(2)} records seq ${view.u32(16)}`;
  return `NetFlow v9 ${view.u16(2)} records seq ${view.u32(12)} source ${view.u32(16)}`;
}
