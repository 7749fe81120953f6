// TACACS+ (RFC 8907), TCP port 49: what is asked, in which session, and whether it is hidden, as it nearly always is.
import type { View } from './view.ts';
import { nameOf, words } from './wording.ts';

const TYPES: Readonly<Record<number, string>> = { 1: 'authentication', 2: 'authorization', 3: 'accounting' };
const UNENCRYPTED = 0x01;

/** Decodes the packet at the start of a segment. */
export function decodeTacacs(view: View): string {
  if (!view.has(12)) return view.short('TACACS+', 12);
  const { size } = view.at(12);
  return words(
    `TACACS+ ${nameOf(TYPES, view.u8(1), 'type')}`,
    // Section 4.1: the client's numbers are odd.
    view.u8(2) % 2 === 1 ? 'request' : 'reply',
    `seq ${view.u8(2)} session ${view.u32(4)} len ${view.u32(8)}`,
    (view.u8(3) & UNENCRYPTED) !== 0 && 'unencrypted',
    view.u32(8) > size && '[continued]',
  );
}
