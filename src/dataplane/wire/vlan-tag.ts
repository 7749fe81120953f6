// 802.1Q tags: four bytes behind the two addresses of a frame, a type and 16 bits with the VLAN's number in the lower 12
// (IEEE 802.1Q-2022, 9.3).

/** Bytes of a tag. */
export const TAG_BYTES = 4;
/** Where the tag of a frame is. */
export const TAG_AT = 12;
/** The type of an ordinary tag. */
export const TAG_TYPE = 0x8100;

/**
 * Puts a tag, type and contents in one number, into the frame at `at`, whose addresses move forward by four bytes. Returns
 * where the frame starts then.
 */
export function insertTag(bytes: Uint8Array, at: number, tag: number): number {
  const start = at - TAG_BYTES;
  bytes.copyWithin(start, at, at + TAG_AT);
  bytes[start + TAG_AT] = tag >>> 24;
  bytes[start + TAG_AT + 1] = tag >>> 16;
  bytes[start + TAG_AT + 2] = tag >>> 8;
  bytes[start + TAG_AT + 3] = tag;
  return start;
}

/** Whether the frame in `[at, end)` has the tag of this VLAN. */
export function isTagged(bytes: Uint8Array, at: number, end: number, vlan: number): boolean {
  const tag = at + TAG_AT;
  if (tag + TAG_BYTES > end || bytes[tag] !== TAG_TYPE >>> 8 || bytes[tag + 1] !== (TAG_TYPE & 0xff)) return false;
  return (((bytes[tag + 2]! & 0x0f) << 8) | bytes[tag + 3]!) === vlan;
}
