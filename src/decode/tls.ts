// TLS (RFC 8446), on the ports of HTTPS, gNMI and gRPC: which handshake message, and the name that a client asks for (RFC
// 6066 section 3). A segment that does not begin with a record is only measured.
import { dataBytes } from './context.ts';
import { readTlvs } from './tlv.ts';
import type { View } from './view.ts';
import { nameOf, words } from './wording.ts';

const RECORDS: Readonly<Record<number, string>> = {
  20: 'change cipher spec',
  21: 'alert',
  22: 'handshake',
  23: 'data',
};
const HANDSHAKES: Readonly<Record<number, string>> = {
  0: 'hello request',
  1: 'client hello',
  2: 'server hello',
  4: 'new session ticket',
  8: 'encrypted extensions',
  11: 'certificate',
  12: 'server key exchange',
  13: 'certificate request',
  14: 'server hello done',
  15: 'certificate verify',
  16: 'client key exchange',
  20: 'finished',
};
const RECORD_BYTES = 5;
const SERVER_NAME = 0;

/** Decodes the record at the start of a segment. */
export function decodeTls(view: View): string {
  const type = view.u8(0);
  if (RECORDS[type] === undefined || view.u8(1) !== 3) return `TLS ${dataBytes(view)}`;
  if (!view.has(RECORD_BYTES)) return view.short('TLS', RECORD_BYTES);
  const body = view.at(RECORD_BYTES, view.u16(3));
  if (type === 21 && body.size === 2) return `TLS alert level ${body.u8(0)} code ${body.u8(1)}`;
  if (type !== 22) return `TLS ${RECORDS[type]} ${view.u16(3)} bytes`;
  const message = HANDSHAKES[body.u8(0)];
  // Behind the key exchange nothing can be read any more.
  if (message === undefined || body.u24(1) > body.size) return `TLS handshake ${view.u16(3)} bytes`;
  return words(`TLS ${nameOf(HANDSHAKES, body.u8(0), 'message')}`, body.u8(0) === 1 && readServerName(body.at(4)));
}

// Section 4.1.2: version, random, then session, cipher suites and compression, each behind its own length.
function readServerName(hello: View): string {
  let offset = 34;
  offset += 1 + hello.u8(offset);
  offset += 2 + hello.u16(offset);
  offset += 1 + hello.u8(offset);
  const extensions = readTlvs(hello.at(offset + 2, hello.u16(offset)), { typeBytes: 2, lengthBytes: 2 });
  const name = extensions.find(({ type }) => type === SERVER_NAME)?.value;
  // A list of one: its length, a type of 0, the length of the name.
  return name === undefined ? '' : `for ${name.text(5, name.u16(3))}`;
}
