// EIGRP (RFC 7868), IP protocol 88.
import { findTlv, readTlvs } from './tlv.ts';
import type { View } from './view.ts';
import { flagNames, nameOf, words } from './wording.ts';

// RFC 7868 section 6.4.
const OPCODES: Readonly<Record<number, string>> = {
  1: 'update',
  2: 'request',
  3: 'query',
  4: 'reply',
  5: 'hello',
  10: 'sia-query',
  11: 'sia-reply',
};
const PARAMETERS = 0x0001;

/** Decodes an EIGRP packet. */
export function decodeEigrp(view: View): string {
  if (!view.has(20)) return view.short('EIGRP', 20);
  const opcode = view.u8(1);
  const [sequence, acknowledged] = [view.u32(8), view.u32(12)];
  const flags = flagNames(view.u32(4), ['init', 'cond-receive', 'restart', 'end-of-table']);
  // A hello that acknowledges is an acknowledgement (section 5.3.3).
  const name = opcode === 5 && acknowledged !== 0 ? 'ack' : nameOf(OPCODES, opcode, 'opcode');
  const parameters = findTlv(readTlvs(view.at(20), { typeBytes: 2, lengthBytes: 2, whole: true }), PARAMETERS);
  return words(
    `EIGRP ${name} as ${view.u16(18)}`,
    flags !== '[]' && flags,
    sequence !== 0 && `seq ${sequence}`,
    acknowledged !== 0 && `ack ${acknowledged}`,
    parameters?.has(8) && `hold ${parameters.u16(6)}s`,
  );
}
