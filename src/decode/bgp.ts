// BGP (RFC 4271), TCP port 179: the messages that start in this segment. UPDATE has its own file. A segment may also
// begin in the middle of a message; nothing is put together across segments here.

import { afiSafi } from './bgp-families.ts';
import { describeUpdate } from './bgp-update.ts';
import { dataBytes } from './context.ts';
import { readTlvs } from './tlv.ts';
import type { View } from './view.ts';
import { words } from './wording.ts';

const HEADER_BYTES = 19;
const MAX_MESSAGES = 4;

/** Decodes the BGP messages of a TCP segment. */
export function decodeBgp(view: View): string {
  const messages: string[] = [];
  let rest = view;
  while (rest.size > 0) {
    if (messages.length === MAX_MESSAGES) return `${messages.join('; ')}; more`;
    // The marker is 16 bytes of ones (section 4.1); anything else is the rest of an earlier message.
    if (rest.u8(0) !== 0xff || rest.hex(0, 16) !== 'f'.repeat(2 * Math.min(16, rest.length))) {
      messages.push(`BGP continued ${dataBytes(rest)}`);
      break;
    }
    if (!rest.has(HEADER_BYTES)) return [...messages, rest.short('BGP', HEADER_BYTES)].join('; ');
    const length = rest.u16(16);
    if (length < HEADER_BYTES) return [...messages, `BGP [length ${length}]`].join('; ');
    const isPartial = length > rest.size;
    messages.push(words(describeMessage(rest.u8(18), rest.at(HEADER_BYTES, length - HEADER_BYTES)), isPartial && '…'));
    rest = rest.at(length);
  }
  return messages.join('; ');
}

function describeMessage(type: number, body: View): string {
  switch (type) {
    case 1:
      return describeOpen(body);
    case 2:
      return `BGP UPDATE ${describeUpdate(body)}`;
    case 3:
      return describeNotification(body);
    case 4:
      return 'BGP KEEPALIVE';
    case 5:
      return `BGP ROUTE-REFRESH ${body.has(4) ? afiSafi(body.u16(0), body.u8(3)) : body.short('family', 4)}`;
    default:
      return `BGP type ${type} ${dataBytes(body)}`;
  }
}

const CAPABILITIES_PARAMETER = 2;
const MULTIPROTOCOL = 1;
const FOUR_OCTET_AS = 65;
// IANA "Capability Codes", the ones whose presence explains something.
const CAPABILITIES: Readonly<Record<number, string>> = {
  2: 'refresh',
  5: 'extended-next-hop',
  6: 'extended-message',
  64: 'graceful-restart',
  69: 'add-path',
  70: 'enhanced-refresh',
  71: 'long-lived-gr',
};

// Section 4.2; capabilities RFC 5492, multiprotocol RFC 4760, four-octet AS numbers RFC 6793.
function describeOpen(body: View): string {
  if (!body.has(10)) return body.short('BGP OPEN', 10);
  const capabilities = readTlvs(body.at(10, body.u8(9)), { typeBytes: 1, lengthBytes: 1 })
    .filter(({ type }) => type === CAPABILITIES_PARAMETER)
    .flatMap(({ value }) => readTlvs(value, { typeBytes: 1, lengthBytes: 1 }));
  const wide = capabilities.find(({ type, value }) => type === FOUR_OCTET_AS && value.has(4));
  const families = capabilities
    .filter(({ type, value }) => type === MULTIPROTOCOL && value.has(4))
    .map(({ value }) => afiSafi(value.u16(0), value.u8(3)));
  const names = capabilities.flatMap(({ type }) => CAPABILITIES[type] ?? []);
  return words(
    `BGP OPEN AS ${wide ? wide.value.u32(0) : body.u16(1)} hold ${body.u16(3)}s id ${body.ipv4(5)}`,
    body.u8(0) !== 4 && `version ${body.u8(0)}`,
    families.length > 0 && [...new Set(families)].join(','),
    names.length > 0 && `[${[...new Set(names)].join(',')}]`,
  );
}

// RFC 4271 section 4.5, RFC 4486, RFC 6608, RFC 7313, RFC 8538.
const ERRORS: Readonly<Record<number, { name: string; subcodes: readonly string[] }>> = {
  1: { name: 'message header error', subcodes: ['', 'connection not synchronized', 'bad length', 'bad type'] },
  2: {
    name: 'OPEN error',
    subcodes: [
      '',
      'unsupported version',
      'bad peer AS',
      'bad identifier',
      'unsupported parameter',
      '',
      'unacceptable hold time',
      'unsupported capability',
      '',
      '',
      '',
      'role mismatch',
    ],
  },
  3: {
    name: 'UPDATE error',
    subcodes: [
      '',
      'malformed attribute list',
      'unrecognized well-known attribute',
      'missing well-known attribute',
      'attribute flags',
      'attribute length',
      'invalid origin',
      '',
      'invalid next hop',
      'optional attribute',
      'invalid network',
      'malformed AS path',
    ],
  },
  4: { name: 'hold timer expired', subcodes: [] },
  5: { name: 'FSM error', subcodes: ['', 'in OpenSent', 'in OpenConfirm', 'in Established'] },
  6: {
    name: 'cease',
    subcodes: [
      '',
      'maximum prefixes',
      'administrative shutdown',
      'peer de-configured',
      'administrative reset',
      'connection rejected',
      'configuration change',
      'connection collision',
      'out of resources',
      'hard reset',
      'bfd down',
    ],
  },
  7: { name: 'ROUTE-REFRESH error', subcodes: ['', 'bad length'] },
};

function describeNotification(body: View): string {
  if (!body.has(2)) return body.short('BGP NOTIFICATION', 2);
  const [code, subcode] = [body.u8(0), body.u8(1)];
  const known = ERRORS[code];
  // RFC 9003: a shutdown or reset may say why, in UTF-8.
  const reasonBytes = code === 6 && (subcode === 2 || subcode === 4) ? body.u8(2) : 0;
  return words(
    `BGP NOTIFICATION ${code}/${subcode}`,
    known?.name,
    known?.subcodes[subcode],
    reasonBytes > 0 && `"${body.text(3, reasonBytes)}"`,
  );
}
