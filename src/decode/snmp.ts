// SNMP, UDP ports 161 and 162: version 1 (RFC 1157), 2c (RFC 3416) and the outside of 3 (RFC 3412), as far as BER
// (ITU-T X.690) shows without a MIB.
import type { View } from './view.ts';
import { words } from './wording.ts';

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;
const VERSIONS = ['1', '2c', '2u', '3'];
// RFC 3416 section 3, context tags 0 to 8.
const OPERATIONS = ['get', 'get-next', 'response', 'set', 'trap', 'get-bulk', 'inform', 'trap', 'report'];
const MAX_OID_BYTES = 64;

/** Decodes the start of an SNMP message. */
export function decodeSnmp(view: View): string {
  const message = readElement(view);
  if (message?.tag !== SEQUENCE) return view.short('SNMP', 2);
  const version = readElement(message.value);
  if (version?.tag !== INTEGER) return 'SNMP [no version]';
  const name = `SNMPv${VERSIONS[version.value.u8(0)] ?? version.value.u8(0)}`;
  const community = readElement(version.rest);
  if (community?.tag !== OCTET_STRING) return name;
  const operation = readElement(community.rest);
  if (operation === undefined) return name;
  return words(
    `${name} ${OPERATIONS[operation.tag & 0x1f] ?? `operation ${operation.tag & 0x1f}`}`,
    `community ${community.value.text(0, community.value.size)}`,
    describeFirstVariable(operation.value),
  );
}

// Request number, error status, error index, then a sequence of variables, each a sequence of name and value.
function describeFirstVariable(view: View): string {
  let rest = view;
  for (let index = 0; index < 3; index += 1) {
    const number = readElement(rest);
    if (number?.tag !== INTEGER) return '';
    rest = number.rest;
  }
  const list = readElement(rest);
  const first = list && readElement(list.value);
  const name = first && readElement(first.value);
  return name?.tag === OBJECT_IDENTIFIER ? formatOid(name.value) : '';
}

function formatOid(view: View): string {
  // X.690 clause 8.19: the first two numbers share a byte, the others have seven bits a byte.
  const numbers = [Math.trunc(view.u8(0) / 40), view.u8(0) % 40];
  let number = 0;
  for (let offset = 1; offset < Math.min(view.length, MAX_OID_BYTES); offset += 1) {
    number = number * 128 + (view.u8(offset) & 0x7f);
    if (view.u8(offset) < 0x80) {
      numbers.push(number);
      number = 0;
    }
  }
  return numbers.join('.');
}

interface Element {
  readonly tag: number;
  readonly value: View;
  readonly rest: View;
}

// X.690 clause 8.1: a tag, a length of one byte or of as many as its low bits say, the value.
function readElement(view: View): Element | undefined {
  if (!view.has(2)) return undefined;
  const first = view.u8(1);
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  if (lengthBytes > 3) return undefined;
  let length = first < 0x80 ? first : 0;
  for (let index = 0; index < lengthBytes; index += 1) length = length * 256 + view.u8(2 + index);
  const start = 2 + lengthBytes;
  return { tag: view.u8(0), value: view.at(start, length), rest: view.at(start + length) };
}
