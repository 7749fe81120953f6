// Whether a frame is larger than the MTU of an interface on its way would allow: the MTU counts what stands behind the
// Ethernet header, and VLAN tags come on top of it (as Linux and most switches count).

const ETHERNET_BYTES = 14;
const TAG_BYTES = 4;
const TYPE_AT = 12;

/** Whether the frame in `bytes` from `start` to before `end` is too large for `mtuBytes`. */
export function exceedsMtu(bytes: Uint8Array, start: number, end: number, mtuBytes: number): boolean {
  const length = end - start;
  let most = mtuBytes + ETHERNET_BYTES;
  if (length <= most) return false;
  for (let at = start + TYPE_AT; at + TAG_BYTES <= end && isTag(bytes, at); at += TAG_BYTES) most += TAG_BYTES;
  return length > most;
}

// 802.1Q, 802.1ad, and the TPID that was used for stacked tags before.
function isTag(bytes: Uint8Array, at: number): boolean {
  const type = (bytes[at]! << 8) | bytes[at + 1]!;
  return type === 0x8100 || type === 0x88a8 || type === 0x9100;
}
