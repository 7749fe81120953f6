// SSH (RFC 4253), TCP ports 22 and 830 (NETCONF, RFC 6242): the banner tells who speaks; what follows is encrypted.
import { dataBytes } from './context.ts';
import type { View } from './view.ts';

const MAX_BANNER = 255;

/** Decodes what one segment of an SSH session shows. */
export function decodeSsh(view: View): string {
  // Section 4.2: "SSH-" begins the banner, which ends with CR LF.
  if (view.u32(0) !== 0x5353482d) return `SSH ${dataBytes(view)}`;
  const bytes = view.copy(0, MAX_BANNER);
  const end = bytes.findIndex((byte) => byte === 0x0d || byte === 0x0a);
  return `SSH ${view.text(0, end < 0 ? bytes.length : end)}`;
}
