// DNS (RFC 1035), port 53 over UDP and over TCP, and multicast DNS (RFC 6762), port 5353: the first question and the
// first answer of its type.
import type { View } from './view.ts';
import { counted, hexNumber, printableName, words } from './wording.ts';

const TYPES: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
  35: 'NAPTR',
  43: 'DS',
  48: 'DNSKEY',
  65: 'HTTPS',
  252: 'AXFR',
  255: 'ANY',
};
const RESPONSE_CODES: Readonly<Record<number, string>> = {
  1: 'FORMERR',
  2: 'SERVFAIL',
  3: 'NXDOMAIN',
  4: 'NOTIMP',
  5: 'REFUSED',
};
const HEADER_BYTES = 12;
const MAX_LABELS = 32;

/** Decodes a DNS message of a datagram. */
export function decodeDns(view: View): string {
  return decodeMessage('DNS', view);
}

/** Decodes a multicast DNS message. */
export function decodeMdns(view: View): string {
  return decodeMessage('mDNS', view);
}

/** Decodes a DNS message of a stream, where its length stands in front (RFC 7766 section 8). */
export function decodeDnsStream(view: View): string {
  return view.size === 2 ? 'DNS length' : decodeMessage('DNS', view.at(2, view.u16(0)));
}

function decodeMessage(name: string, view: View): string {
  if (!view.has(HEADER_BYTES)) return view.short(name, HEADER_BYTES);
  const isResponse = (view.u8(2) & 0x80) !== 0;
  const code = view.u8(3) & 15;
  const question = view.u16(4) > 0 ? readName(view, HEADER_BYTES) : undefined;
  const asked = question && `${typeName(view.u16(question.end))} ${question.text}`;
  const answers = view.u16(6);
  return words(
    `${name} ${isResponse ? 'answer' : 'query'} ${hexNumber(view.u16(0), 2)}`,
    asked,
    isResponse && code !== 0 && (RESPONSE_CODES[code] ?? `code ${code}`),
    isResponse && answers > 0 && describeAnswers(view, question ? question.end + 4 : HEADER_BYTES, answers),
  );
}

function typeName(type: number): string {
  return TYPES[type] ?? `TYPE${type}`;
}

// Walks over names of aliases to the first address, as that is what one looks for; else says how many records there
// are.
function describeAnswers(view: View, start: number, count: number): string {
  let at = start;
  for (let index = 0; index < Math.min(count, 16); index += 1) {
    const name = readName(view, at);
    const type = view.u16(name.end);
    const dataBytes = view.u16(name.end + 8);
    const data = name.end + 10;
    if (!view.has(data + dataBytes)) break;
    if (type === 1 && dataBytes === 4) return words(view.ipv4(data), count > 1 && `(${counted(count, 'record')})`);
    if (type === 28 && dataBytes === 16) return words(view.ipv6(data), count > 1 && `(${counted(count, 'record')})`);
    at = data + dataBytes;
  }
  return counted(count, 'record');
}

// Section 4.1.4: labels of up to 63 bytes, ended by an empty one or by a pointer to an earlier name. Every step is
// counted, because pointers may form a ring.
function readName(view: View, start: number): { text: string; end: number } {
  const labels: string[] = [];
  let at = start;
  let end = -1;
  for (let step = 0; step < MAX_LABELS && view.has(at + 1); step += 1) {
    const length = view.u8(at);
    if (length >= 0xc0) {
      if (end < 0) end = at + 2;
      at = view.u16(at) & 0x3fff;
      continue;
    }
    at += 1 + length;
    if (length === 0) break;
    labels.push(view.text(at - length, length));
  }
  return { text: printableName(labels), end: end < 0 ? at : end };
}
