// Ethernet addresses as people write them, in any of the usual ways -> "02:00:00:00:00:01", as everything here shows them.

import { TcpbridgeError } from '../errors.ts';

// With ":" as Linux writes them, with "-" as IEEE 802 does, with "." as routers of one kind do.
const FORMS = /^(?:[\da-f]{2}([:-]))(?:[\da-f]{2}\1){4}[\da-f]{2}$|^[\da-f]{4}\.[\da-f]{4}\.[\da-f]{4}$/;

/** Reads an address. */
export function readMac(text: string): string {
  const lower = text.toLowerCase();
  if (!FORMS.test(lower)) {
    const expected = 'an address such as "02:00:00:00:00:01", "02-00-00-00-00-01" or "0200.0000.0001"';
    throw new TcpbridgeError('option_invalid', { text, expected });
  }
  return lower.replace(/[:.-]/g, '').replace(/..(?!$)/g, '$&:');
}
