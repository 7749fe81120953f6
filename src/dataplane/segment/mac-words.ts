// The two words by which a switch knows an address in a VLAN, and the text that people write for it.

/** The VLAN in the high word. */
export function vlanOf(high: number): number {
  return high >>> 16;
}

/** "02:00:00:00:00:01" */
export function formatMac(high: number, low: number): string {
  const digits = (high & 0xffff).toString(16).padStart(4, '0') + (low >>> 0).toString(16).padStart(8, '0');
  return digits.replace(/..(?=.)/g, '$&:');
}

/** The address bytes in the high word and the low word, whatever stands between the digits; undefined when it is none. */
export function parseMac(text: string): { readonly top: number; readonly low: number } | undefined {
  const digits = text.replace(/[-:.]/g, '');
  if (!/^[\da-f]{12}$/i.test(digits)) return undefined;
  return { top: Number.parseInt(digits.slice(0, 4), 16), low: Number.parseInt(digits.slice(4), 16) | 0 };
}
