// EAPOL (IEEE 802.1X clause 11), EtherType 0x888e: port authentication and MACsec key agreement.
import { dataBytes } from './context.ts';
import type { View } from './view.ts';
import { nameOf, words } from './wording.ts';

const TYPES: Readonly<Record<number, string>> = {
  0: 'EAP',
  1: 'start',
  2: 'logoff',
  3: 'key',
  4: 'alert',
  5: 'MKA',
};
// RFC 3748 section 4 and IANA "EAP Registry".
const EAP_CODES: Readonly<Record<number, string>> = { 1: 'request', 2: 'response', 3: 'success', 4: 'failure' };
const EAP_METHODS: Readonly<Record<number, string>> = {
  1: 'identity',
  3: 'nak',
  4: 'md5',
  13: 'tls',
  21: 'ttls',
  25: 'peap',
  43: 'fast',
};

/** Decodes an EAPOL frame. */
export function decodeEapol(view: View): string {
  if (!view.has(4)) return view.short('EAPOL', 4);
  const type = view.u8(1);
  const line = `EAPOL ${nameOf(TYPES, type, 'type')}`;
  const body = view.at(4, view.u16(2));
  if (type !== 0) return words(line, body.size > 0 && dataBytes(body));
  if (!body.has(4)) return body.short(line, 4);
  const code = body.u8(0);
  const hasMethod = (code === 1 || code === 2) && body.has(5);
  return words(
    `${line} ${nameOf(EAP_CODES, code, 'code')} id ${body.u8(1)}`,
    hasMethod && nameOf(EAP_METHODS, body.u8(4), 'method'),
    hasMethod && body.u8(4) === 1 && body.size > 5 && `"${body.text(5, body.size)}"`,
  );
}
